"""Families: who arrives when, with which children, needs and traits.

Each trait is drawn from its own keyed decision, so that changing one share of the population
moves only the families in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.draws import uniforms
from simcare.errors import UserError
from simcare.model.instances import Instances, Lives, at_start
from simcare.model.needs import LEVELS
from simcare.model.statement import Statement
from simcare.scenario.schema import FamilySpec, PopulationSpec, Scenario
from simcare.units import WEEKS_PER_YEAR

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Families as an engine reads them, and what is known of them at arrival.

    children: (n,) number of children at arrival; kind: (n,) index into `kinds`.
    """

    lives: Lives
    children: NDArray[np.int64]
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    names: tuple[str, ...] = ()


def draw(
    scenario: Scenario,
    values: Mapping[str, float],
    statement: Statement,
    *,
    seed: int,
    families: int | None = None,
    first: int = 0,
) -> Population:
    """Draw the families of a scenario, or lay out those that it lists.

    families: how many (default: the scenario's own number); first: number of the first one,
    so that blocks of one population can be drawn apart. Raises UserError if the scenario has
    neither a list of families nor a population.
    """
    if isinstance(scenario.families_, list):
        return _listed(scenario, scenario.families_, statement)
    spec = scenario.population
    if spec is None:
        raise UserError("key `population` is missing; add it, or list the `families`.")
    count = scenario.families_ if families is None else families
    number = np.arange(first, first + count, dtype=np.int64)
    drawer = _Drawer(seed, number, values)
    arrival = _arrivals(drawer, spec, scenario)
    kind = drawer.category("type", [t.share for t in spec.types.values()])
    where, lives = Instances(statement), at_start(statement, number, arrival)
    _draw_needs(drawer, spec, scenario, kind, lives, where)
    _draw_traits(drawer, spec, kind, lives, where)
    _draw_kinds(drawer, spec, scenario, kind, lives, where)
    children = _draw_children(drawer, spec, scenario, lives, where)
    return Population(lives, children, kind, tuple(spec.types))


class _Drawer:
    """Keyed draws for all families at once."""

    def __init__(self, seed: int, number: NDArray[np.int64], values: Mapping[str, float]) -> None:
        self.seed, self.number, self.values = seed, number, values

    def uniform(self, name: str) -> Floats:
        return uniforms(self.seed, self.number, f"population/{name}")

    def value(self, given: str | int) -> float:
        return float(given) if isinstance(given, int) else self.values[given]

    def category(self, name: str, shares: list[Any]) -> NDArray[np.int64]:
        """Draw a category by shares, which are made to sum to 1."""
        weights = np.cumsum([self.value(share) for share in shares])
        place = np.searchsorted(weights / weights[-1], self.uniform(name), side="right")
        return np.minimum(place, len(shares) - 1).astype(np.int64)

    def gamma(self, name: str, variance: float) -> Floats:
        """Draw from a gamma distribution with mean 1."""
        if variance <= 0.0:
            return np.ones(len(self.number))
        from scipy.special import gammaincinv

        shape = 1.0 / variance
        return np.asarray(gammaincinv(shape, self.uniform(name)) / shape, dtype=np.float64)


def _arrivals(drawer: _Drawer, spec: PopulationSpec, scenario: Scenario) -> Floats:
    if spec.arrivals == "together":
        return np.zeros(len(drawer.number))
    span = float(scenario.warm_up_weeks + scenario.horizon_weeks)
    return drawer.uniform("arrival") * span - scenario.warm_up_weeks


def _draw_needs(
    drawer: _Drawer,
    spec: PopulationSpec,
    scenario: Scenario,
    kind: NDArray[np.int64],
    lives: Lives,
    where: Instances,
) -> None:
    needs_ratio = np.array([drawer.value(t.needs_ratio) for t in spec.types.values()])[kind]
    ratio = np.array([drawer.value(t.severity_ratio) for t in spec.types.values()])[kind]
    for need, body in scenario.needs.items():
        has = drawer.uniform(f"need/{need}") < drawer.value(body.share) * needs_ratio
        odds = drawer.value(body.severe_share)
        severe = drawer.uniform(f"severity/{need}") < np.minimum(odds * ratio, 1.0)
        level = np.where(has, np.where(severe, LEVELS.index("severe"), LEVELS.index("moderate")), 0)
        lives.level[:, where.region(need, -1)] = level


def _draw_traits(
    drawer: _Drawer,
    spec: PopulationSpec,
    kind: NDArray[np.int64],
    lives: Lives,
    where: Instances,
) -> None:
    mean = np.array([drawer.value(t.frailty_mean) for t in spec.types.values()])[kind]
    frailty = mean * drawer.gamma("frailty", drawer.value(spec.frailty_variance or 0))
    # A floor keeps 1 / engagement finite for the least engaged parents.
    engagement = np.maximum(
        drawer.gamma("engagement", drawer.value(spec.engagement_variance or 0)), 0.05
    )
    for name, column in (
        ("frailty", frailty),
        ("engagement", engagement),
        ("disengagement", 1.0 / engagement),
    ):
        lives.register[:, where.register(name, -1)] = column


def _draw_kinds(
    drawer: _Drawer,
    spec: PopulationSpec,
    scenario: Scenario,
    kind: NDArray[np.int64],
    lives: Lives,
    where: Instances,
) -> None:
    for name, trait in scenario.traits.items():
        drawn = drawer.category(f"trait/{name}", [k.share for k in trait.kinds.values()])
        lives.level[:, where.region(name, -1)] = drawn
    if spec.types_region is not None:
        lives.level[:, where.region(spec.types_region, -1)] = kind


def _draw_children(
    drawer: _Drawer,
    spec: PopulationSpec,
    scenario: Scenario,
    lives: Lives,
    where: Instances,
) -> NDArray[np.int64]:
    """Draw the number and ages of children; spare slots stay unborn. Returns the numbers.

    The youngest may be expected and not yet born; then it is not counted.
    """
    arrival, count = lives.arrival, len(lives)
    if not spec.child_shares:
        return np.zeros(count, dtype=np.int64)
    children = drawer.category("children", list(spec.child_shares)) + 1
    band = drawer.category("age", list(spec.age_shares))
    ends = np.array([0.0, *(drawer.value(e) for e in spec.age_ends)])
    youngest = ends[band] + drawer.uniform("age within band") * (ends[band + 1] - ends[band])
    expecting = drawer.uniform("not born") < drawer.value(spec.not_born_share or 0)
    youngest = np.where(expecting, 0.0, youngest)
    gap = drawer.value(spec.sibling_gap_weeks or 0)
    region = scenario.children_region
    born, unborn = scenario.home_levels[0], where.level(region, scenario.regions[region].start)
    age = youngest
    for slot in range(where.statement.children):
        if slot > 0:
            age = age + gap * (0.5 + drawer.uniform(f"sibling gap/{slot}"))
        # Siblings who would already be adults do not count among the children.
        here = (slot < children) & (age < 18.0 * WEEKS_PER_YEAR - 1.0)
        children = np.where((slot < children) & ~here, slot, children)
        column = where.region(region, slot)
        lives.level[:, column] = np.where(here, where.level(region, born), unborn)
        if where.has_register("birth"):
            lives.register[:, where.register("birth", slot)] = arrival - age
    if spec.not_born_level is not None:
        expected = where.level(region, spec.not_born_level)
        lives.level[expecting, where.region(region, 0)] = expected
    return (children - expecting).astype(np.int64)


def _listed(scenario: Scenario, families: list[FamilySpec], statement: Statement) -> Population:
    number = np.arange(len(families), dtype=np.int64)
    where = Instances(statement)
    lives = at_start(statement, number, np.array([f.arrival_week for f in families]))
    region = scenario.children_region
    for i, family in enumerate(families):
        for name, level in family.levels.items():
            lives.level[i, where.region(name, -1)] = where.level(name, level)
        for name, value in family.registers.items():
            lives.register[i, where.register(name, -1)] = value
        for slot, age in enumerate(family.child_ages_weeks):
            born = where.level(region, scenario.home_levels[0])
            lives.level[i, where.region(region, slot)] = born
            if where.has_register("birth"):
                lives.register[i, where.register("birth", slot)] = family.arrival_week - age
    children = np.array([len(f.child_ages_weeks) for f in families], dtype=np.int64)
    names = tuple(f.name for f in families)
    return Population(lives, children, np.zeros(len(families), np.int64), ("listed",), names)
