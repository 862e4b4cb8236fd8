"""The unit of work: one policy, one replication, one block of families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.economics import present_value
from simcare.engine.family import FIRED, Row
from simcare.engine.simpy_engine import Change, simulate
from simcare.experiment.ready import Ready
from simcare.model.population import Population, draw
from simcare.observe.chronology import chronology
from simcare.observe.events import Events, spells
from simcare.observe.ledger import Bookkeeper
from simcare.observe.measures import Counter

PERIOD_WEEKS = 4


@dataclass(frozen=True)
class Unit:
    """What to run. Units are independent, and their results do not depend on one another."""

    policy: str
    replication: int
    seed: int
    first: int
    families: int


@dataclass(frozen=True)
class Outcome:
    """What one unit gives: tidy tables, and money by family and period.

    money: {category group: (families, periods)} undiscounted pounds in each period of
    `PERIOD_WEEKS` weeks from week 0. lives: (families,) a fingerprint of each family's moves
    from week 0 on, equal under two policies only if nothing in the life differs.
    """

    unit: Unit
    families: pd.DataFrame
    ledger: pd.DataFrame
    events: pd.DataFrame
    money: dict[str, NDArray[np.float64]]
    fired: int
    measures: pd.DataFrame | None
    lives: NDArray[np.int64]


def population_of(ready: Ready, unit: Unit) -> Population:
    """Return the unit's families: the same under every policy."""
    return draw(
        ready.scenario,
        ready.values,
        ready.statements[ready.scenario.reference],
        seed=unit.seed,
        families=unit.families,
        first=unit.first,
    )


def run_unit(ready: Ready, unit: Unit, progress: Callable[[int], None] | None = None) -> Outcome:
    """Run one unit. The policy begins at week 0; until then all live under the reference."""
    scenario, horizon = ready.scenario, float(ready.scenario.horizon_weeks)
    population = population_of(ready, unit)
    before, after = ready.arrays[scenario.reference], ready.arrays[unit.policy]
    logs = simulate(
        before,
        population.lives,
        seed=unit.seed,
        horizon=horizon,
        change=Change(0.0, after),
        progress=progress,
    )
    events = Events.of(logs)
    times = spells(events, population.lives, after, horizon)
    statement, rows = ready.statements[unit.policy], len(population.lives)
    ledger = Bookkeeper(statement, after).ledger(events, times)
    counter = Counter(statement, after, scenario.groups, scenario.children_region)
    table = counter.count(scenario.outcomes, events, times, rows)
    measures = None
    if unit.policy == scenario.reference and scenario.measures:
        measures = counter.count(scenario.measures, events, times, rows)
    return Outcome(
        unit,
        _with_identity(table, population, unit),
        _numbered(_with_value(ledger, ready), unit),
        _numbered(chronology(events, statement, after), unit),
        money_by_period(ledger, rows, horizon),
        int((events.kind == 0).sum()),
        measures,
        fingerprints(logs),
    )


def fingerprints(logs: Sequence[Sequence[Row]]) -> NDArray[np.int64]:
    """Return a fingerprint of each family's moves from week 0 on (comparable in this run only)."""
    moves = (tuple(r[:5] for r in log if r[1] != FIRED and r[0] >= 0.0) for log in logs)
    return np.array([hash(m) for m in moves], dtype=np.int64)


def _with_identity(table: pd.DataFrame, population: Population, unit: Unit) -> pd.DataFrame:
    kinds = np.array(population.kinds, dtype=object)
    identity = pd.DataFrame(
        {
            "policy": unit.policy,
            "replication": unit.replication,
            "family": population.lives.number,
            "arrival_week": population.lives.arrival,
            "type": kinds[population.kind],
            "children": population.children,
        }
    )
    return pd.concat([identity, table], axis=1)


def _with_value(ledger: pd.DataFrame, ready: Ready) -> pd.DataFrame:
    table = ledger.copy()
    table["present_value"] = present_value(
        ledger["amount"].to_numpy(dtype=np.float64),
        ledger["start_week"].to_numpy(dtype=np.float64),
        ledger["end_week"].to_numpy(dtype=np.float64),
        ready.schedule,
    )
    table["price_year"] = ready.scenario.price_year
    return table


def _numbered(table: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    numbered = table.assign(family=table["family"].to_numpy() + unit.first)
    numbered.insert(0, "replication", unit.replication)
    numbered.insert(0, "policy", unit.policy)
    return numbered


GROUPS = {"help": ("help", "meanwhile"), "care": ("care",), "work": ("casework", "proceedings")}
"""Headline groups of the ledger's categories. Placing children while a parent is in treatment
is part of what that help costs."""


def money_by_period(
    ledger: pd.DataFrame, families: int, horizon: float
) -> dict[str, NDArray[np.float64]]:
    """Spread the ledger over periods of `PERIOD_WEEKS` weeks: {group: (families, periods)}."""
    periods = int(np.ceil(horizon / PERIOD_WEEKS))
    money = {}
    for group, categories in GROUPS.items():
        lines = ledger[ledger["category"].isin(categories)]
        money[group] = _spread(
            lines["family"].to_numpy(dtype=np.int64),
            lines["start_week"].to_numpy(dtype=np.float64),
            lines["end_week"].to_numpy(dtype=np.float64),
            lines["amount"].to_numpy(dtype=np.float64),
            (families, periods),
        )
    return money


def _spread(
    family: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    amount: NDArray[np.float64],
    shape: tuple[int, int],
) -> NDArray[np.float64]:
    """Spread amounts evenly from start to end over periods; one-offs fall in their period."""
    periods = shape[1]
    first = np.minimum((start // PERIOD_WEEKS).astype(np.int64), periods - 1)
    last = np.minimum(
        np.maximum(np.ceil(end / PERIOD_WEEKS).astype(np.int64) - 1, first), periods - 1
    )
    count = last - first + 1
    row = np.repeat(np.arange(len(family)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    period = first[row] + offset
    length = end - start
    inside = np.minimum(end[row], (period + 1.0) * PERIOD_WEEKS) - np.maximum(
        start[row], period * PERIOD_WEEKS
    )
    part = np.where(length[row] > 0.0, inside / np.where(length > 0.0, length, 1.0)[row], 1.0)
    flat = np.bincount(
        family[row] * periods + period, amount[row] * part, minlength=shape[0] * periods
    )
    spread: NDArray[np.float64] = flat.astype(np.float64).reshape(shape)
    return spread
