"""Modelled cost on the national scale, held against what England is published to have spent.

The mapping is a file, `scenarios/england/spending.toml`: which items of the ledger correspond to
which published line, what the two leave out of one another, and what explains the difference.
Nothing is tuned here. The scale is the children referred in a year: published, over the model's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.evidence import Evidence, load, rebase
from simcare.experiment.compare import compare, sampling_of
from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Estimate, ratio_of
from simcare.experiment.workers import Progress
from simcare.model import statement as s
from simcare.scenario.schema import OutcomeMeasure
from simcare.scenario.spending import SpendingSpec, mapping_file, read_mapping
from simcare.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
COLUMNS = (
    "line", "title", "published", "evidence", "period", "modelled", "low", "high", "interval",
    "ratio", "children_published", "children_modelled", "volume_ratio", "price_ratio", "counts",
    "boundary", "explained",
)  # fmt: skip
_POUNDS = {"£ million": 1e6, "£bn": 1e9}
_ITEM, _CHILDREN, _SCALE = "cost_category_", "children of ", "children referred"


@dataclass(frozen=True)
class Spending:
    """What was found: one row for each line, and one for each item of the ledger.

    table: `COLUMNS`, pounds a year for England in prices of `price_year`; items: item, line (""
    where it has none), why, modelled, low, high. families: how many were run; standing_for: how
    many of England's families one of them stands for.
    """

    spec: SpendingSpec
    ready: Ready
    table: pd.DataFrame
    items: pd.DataFrame
    families: int
    seed: int
    standing_for: float


def check_mapping(spec: SpendingSpec, items: set[str]) -> None:
    """Make sure that every item of the ledger is in one line or outside, and no other is named.

    Raises UserError with every problem.
    """
    name = mapping_file().name
    where = [(item, key) for key, line in spec.lines.items() for item in line.items]
    placed = [item for item, _ in where] + list(spec.outside)
    problems = [
        f"{name}: the ledger's item “{item}” is in no line; add it to one, or to `outside` with "
        "the reason."
        for item in sorted(items - set(placed))
    ]
    problems += [
        f"{name}: no price of the scenario has the item “{item}”; correct its name."
        for item in sorted(set(placed) - items)
    ]
    problems += [
        f"{name}: the item “{item}” is placed more than once; keep one place."
        for item in sorted({x for x in placed if placed.count(x) > 1})
    ]
    for key, line in spec.lines.items():
        strange = [other for other in line.lines if other not in spec.lines]
        problems += [f"{name}: lines.{key}: there is no line `{other}`." for other in strange]
        deep = [o for o in line.lines if o in spec.lines and spec.lines[o].lines]
        problems += [f"{name}: lines.{key}: `{o}` is itself a sum of lines." for o in deep]
        if line.published is None and not line.lines:
            problems.append(f"{name}: lines.{key}: give `published`, or `lines` to add up.")
    if problems:
        raise UserError(problems)


def check_spending(
    ready: Ready,
    spec: SpendingSpec | None = None,
    *,
    families: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Spending:
    """Run the reference policy and hold its money, line by line, to published spending.

    Intervals are 95 % Monte Carlo. Raises UserError if the mapping is not in order.
    """
    import pandas as pd

    spec = read_mapping() if spec is None else spec
    reference = ready.scenario.reference
    items = items_of(ready.statements[reference])
    check_mapping(spec, items)
    ran = compare(
        by_item(ready, spec), [reference], families=families, workers=workers, progress=progress
    )
    found, sampling = ran.columns[reference], sampling_of(ready, ran.size)
    nothing = np.zeros_like(found["cost"])
    # Categories without any money are not reported of a family.
    pounds = {item: found.get(_ITEM + item, nothing) for item in items}
    referred = sampling.observations(found[_SCALE])
    year = _value(spec.scale.published)

    def nationally(names: list[str]) -> Estimate:
        """Return pounds a year for England: by child referred, times children referred."""
        total = sum((pounds[name] for name in names), nothing)
        return _times(ratio_of(sampling.observations(total), referred), year)

    rows = []
    for key, line in spec.lines.items():
        counts = [*line.items, *(i for other in line.lines for i in spec.lines[other].items)]
        children = math.nan
        if line.children is not None:
            weeks = sampling.observations(found[_CHILDREN + key])
            children = ratio_of(weeks, referred).mean * year / WEEKS_PER_YEAR
        rows.append(_row(spec, key, ready, nationally(counts), counts, children, sampling.interval))
    line_of = {item: key for key, line in spec.lines.items() for item in line.items}
    own = []
    for item in sorted(items):
        e = nationally([item])
        why = spec.outside.get(item, "")
        own.append((item, line_of.get(item, ""), why, e.mean, e.low, e.high))
    years = ready.scenario.horizon_weeks / WEEKS_PER_YEAR
    return Spending(
        spec, ready, pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(own, columns=["item", "line", "why", "modelled", "low", "high"]),
        ran.size.families, ran.size.seed, year * years / float(found[_SCALE].sum()),
    )  # fmt: skip


def by_item(ready: Ready, spec: SpendingSpec) -> Ready:
    """Return the same model whose money is added up by item, with the children counted.

    What a price is for is the only thing that changes, so the lives are the same.
    """
    scenario = ready.scenario
    known = scenario.measures | scenario.outcomes
    if spec.scale.measure not in known:
        raise UserError(
            f"{mapping_file().name}: scale.measure: the scenario has no measure "
            f"`{spec.scale.measure}`; name one of {', '.join(sorted(known))}."
        )
    counted = {_SCALE: known[spec.scale.measure]} | {
        _CHILDREN + key: OutcomeMeasure.model_validate(
            {
                "title": line.title, "unit": "child-weeks", "kind": "weeks",
                "region": line.children.region, "to": line.children.levels,
            }
        )
        for key, line in spec.lines.items()
        if line.children is not None
    }  # fmt: skip
    changed = scenario.model_copy(update={"outcomes": counted, "measures": {}, "published": {}})
    reference = {scenario.reference: priced_by_item(ready.statements[scenario.reference])}
    return Ready(replace(ready.loaded, scenario=changed), ready.parameters, reference)


def items_of(statement: s.Statement) -> set[str]:
    """Return what the prices of a statement are for."""
    return {money.item for money in _prices(statement)}


def _prices(statement: s.Statement) -> Iterator[s.Weekly | s.OneOff]:
    for region in statement.regions:
        for level in region.levels:
            yield from level.weekly
            yield from level.on_entry
    for clock in statement.clocks:
        for outcome in clock.outcomes:
            yield from outcome.costs


def priced_by_item(statement: s.Statement) -> s.Statement:
    """Return the same statement with what each price is for as its category."""

    def weekly(money: s.Weekly) -> s.Weekly:
        return replace(money, category=money.item)

    def once(money: s.OneOff) -> s.OneOff:
        return replace(money, category=money.item)

    def level(own: s.Level) -> s.Level:
        paid, entered = tuple(map(weekly, own.weekly)), tuple(map(once, own.on_entry))
        return replace(own, weekly=paid, on_entry=entered)

    def clock(own: s.Clock) -> s.Clock:
        outcomes = (replace(o, costs=tuple(map(once, o.costs))) for o in own.outcomes)
        return replace(own, outcomes=tuple(outcomes))

    regions = (replace(r, levels=tuple(map(level, r.levels))) for r in statement.regions)
    return replace(statement, regions=tuple(regions), clocks=tuple(map(clock, statement.clocks)))


def _row(
    spec: SpendingSpec,
    key: str,
    ready: Ready,
    modelled: Estimate,
    counts: list[str],
    children: float,
    interval: str,
) -> tuple[object, ...]:
    line = spec.lines[key]
    ids = [line.published] if line.published else [spec.lines[o].published for o in line.lines]
    known = [id for id in ids if id is not None]
    published = sum(pounds_of(load().get(id), ready.scenario.price_year) for id in known)
    ratio = modelled.mean / published
    volume, served = math.nan, math.nan
    if line.children is not None:
        served = sum(_value(id) for id in line.children.published)
        volume = children / served
    periods = dict.fromkeys(load().get(id).period for id in known)
    return (
        key, line.title, published, ", ".join(known), ", ".join(periods), modelled.mean,
        modelled.low, modelled.high, interval, ratio, served, children, volume, ratio / volume,
        "; ".join(counts), line.boundary, line.explained,
    )  # fmt: skip


def pounds_of(figure: Evidence, price_year: str) -> float:
    """Return published spending in pounds of a price year.

    Spending of a year without a stated price year is in the prices of that year. Raises
    UserError if the figure is not spending by the million or the billion.
    """
    if figure.unit not in _POUNDS:
        raise UserError(
            f"{figure.id} is in “{figure.unit}”: spending is given in {' or '.join(_POUNDS)}."
        )
    return rebase(_value(figure.id) * _POUNDS[figure.unit], figure.price_year or figure.period,
                  price_year)  # fmt: skip


def _value(id: str) -> float:
    value = load().get(id).value
    if value is None:
        raise UserError(f"{id} is not one number; name another figure.")
    return value


def _times(e: Estimate, by: float) -> Estimate:
    return Estimate(e.mean * by, e.standard_error * by, e.low * by, e.high * by)
