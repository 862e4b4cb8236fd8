"""Many policies in one order: what each changes, how sure that is, and on what evidence.

The order is by weeks in care and never by money. Policies under which children are measurably
less safe come first, as a warning, whatever they save; then those with fewer weeks in care
beyond chance, those that cannot be told from the reference, and those with more.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simcare.report import facts
from simcare.report.facts import CARE, Change
from simcare.report.studies.found import held_policy
from simcare.scenario.strength import Sizes, sizes_of, strength_of, what_it_adds

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.compare import Comparison
    from simcare.scenario.domain import Strength
    from simcare.scenario.schema import Scenario

MANY = 8
"""With more policies than this beside the reference, they are shown as a menu."""
NOTHING = Change(math.nan, math.nan, math.nan)
Standing = Literal["less safe", "fewer", "unclear", "more"]
STANDINGS: tuple[Standing, ...] = ("less safe", "fewer", "unclear", "more")


@dataclass(frozen=True)
class Fates:
    """Percentages of the families reached that are better and worse off (nan: too few)."""

    better: float
    worse: float
    balance: Change


@dataclass(frozen=True)
class MenuRow:
    """One policy: differences from the reference, and shares of the families that it reaches.

    study_carried: what the studies of its supports found. care, safety, off: NOTHING where the
    scenario does not count weeks in care or incidents. reached: % of families; per_reached: £
    saved for each of them; off, care_off: who has fewer and more incidents at home, and weeks
    in care.
    """

    policy: str
    title: str
    strength: Strength | None
    sizes: Sizes
    study_carried: str
    cannot_show: str
    standing: Standing
    cost: Change
    care: Change
    safety: Change
    reached: float
    per_reached: Change
    off: Fates
    care_off: Fates


def is_menu(comparison: Comparison) -> bool:
    """Say whether so many policies were run that they are better shown as a menu."""
    return len(comparison.policies) - 1 > MANY


def menu_rows(comparison: Comparison) -> list[MenuRow]:
    """Return every policy but the reference, in the order of the menu."""
    harm = {(str(r["policy"]), str(r["outcome"])): r for r in comparison.harm.to_dict("records")}
    rivals = [p for p in comparison.policies if p != comparison.reference]
    rows = [_row(comparison, policy, harm) for policy in rivals]
    return sorted(rows, key=_rank)


def few(comparison: Comparison) -> tuple[str, ...]:
    """Return the reference and the first policies of the menu, as many as one can draw apart.

    Those that leave children less safe are drawn only where others do not fill the room: the
    menu warns of them, and pictures of money alone would advertise them.
    """
    rows = sorted(menu_rows(comparison), key=lambda row: row.standing == "less safe")
    return (comparison.reference, *(row.policy for row in rows[:MANY]))


def safety_outcome(scenario: Scenario) -> str | None:
    """Return the outcome that stands for children's safety, if any is counted."""
    return next(iter(facts.safety_outcomes(scenario)), None)


def heading(comparison: Comparison, standing: Standing) -> str:
    """Return the heading over the policies of one standing."""
    if standing == "less safe":
        return "CHILDREN MEASURABLY LESS SAFE"
    what = "weeks in care" if CARE in comparison.ready.scenario.outcomes else "cost"
    if not facts.has_interval(comparison):
        return f"Ordered by {what}; no interval can be given, so the order may be chance"
    return {
        "fewer": f"{'Fewer' if what != 'cost' else 'Less'} {what}, beyond chance",
        "unclear": f"Cannot be told from no change in {what}",
        "more": f"More {what}, beyond chance",
    }[standing]


def menu_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the menu as a tidy table, one row for each policy but the reference.

    Names of columns say the unit. Rounded for reading; `summary.csv` has all digits. Empty: not
    ranked, not counted, not known, or of fewer than 30 families.
    """
    import pandas as pd

    kind = facts.interval_kind(comparison)
    columns: dict[str, list[object]] = {name: [] for name in _COLUMNS}
    places = count(1)
    safety = safety_outcome(comparison.ready.scenario)
    unit = "" if safety is None else comparison.ready.scenario.outcomes[safety].unit
    times, _ = facts.per_hundred(unit)
    for row in menu_rows(comparison):
        place = None if row.standing == "less safe" else next(places)
        numbers = (
            *_rounded(row.cost, PENCE),
            *_rounded(row.care, WEEKS),
            *_rounded(row.safety.times(times), WEEKS),
            *_rounded(row.per_reached.turned(), PENCE),
        )
        shares = (row.reached, *(v for x in (row.off, row.care_off) for v in (x.better, x.worse)))
        values: list[object] = [
            place, row.standing, row.policy, row.title, row.strength or "", row.sizes,
            *numbers,
            *(round(x, PENCE) for x in shares), kind, row.study_carried,
            row.cannot_show,
        ]  # fmt: skip
        for name, value in zip(_COLUMNS, values, strict=True):
            columns[name].append(value)
    table = pd.DataFrame(columns)
    return table.astype({"order": "Int64"})


def _rounded(found: Change, decimals: int) -> tuple[float, ...]:
    return tuple(round(x, decimals) for x in (found.mean, found.low, found.high))


PENCE, WEEKS = 2, 4
"""Decimals of money and of percentages, and of weeks and incidents, in the menu's table."""
_DIFFERENCES = (
    "cost_pounds_per_family", "weeks_in_care_per_family", "incidents_per_100_child_years",
    "cost_pounds_per_family_reached",
)  # fmt: skip
_COLUMNS = (
    "order", "standing", "policy", "title", "evidence", "effect_size",
    *(f"{name}{end}" for name in _DIFFERENCES for end in ("", "_low", "_high")),
    "reached_percent", "fewer_incidents_percent", "more_incidents_percent",
    "fewer_weeks_percent", "more_weeks_percent", "interval", "study_carried", "cannot_show",
)  # fmt: skip


def _row(comparison: Comparison, policy: str, harm: _Harm) -> MenuRow:
    scenario = comparison.ready.scenario
    safety = safety_outcome(scenario)
    cost = facts.change(comparison, policy, "cost")
    care = facts.change(comparison, policy, CARE) if CARE in scenario.outcomes else NOTHING
    each = facts.row(comparison, policy, "saving_per_family_reached")
    by = cost if math.isnan(care.mean) else care
    standing: Standing = "unclear"
    if facts.less_safe(comparison, policy):
        standing = "less safe"
    elif by.verdict in ("lower", "higher"):
        standing = "fewer" if by.verdict == "lower" else "more"
    return MenuRow(
        policy=policy,
        title=facts.title(comparison, policy),
        strength=strength_of(scenario, policy),
        sizes=sizes_of(scenario, policy),
        study_carried=held_policy(scenario, policy, comparison.ready.values),
        cannot_show=_cannot_show(scenario, policy),
        standing=standing,
        cost=cost,
        care=care,
        safety=NOTHING if safety is None else facts.change(comparison, policy, safety),
        reached=float(facts.row(comparison, policy, "reached")["mean"]) * 100.0,
        per_reached=Change(float(each["mean"]), float(each["low"]), float(each["high"])),
        off=_fates(harm.get((policy, safety or ""))),
        care_off=_fates(harm.get((policy, CARE))),
    )


_Harm = dict[tuple[str, str], dict[Hashable, Any]]


def _fates(found: dict[Hashable, Any] | None) -> Fates:
    if found is None:
        return Fates(math.nan, math.nan, NOTHING)
    share = {k: float(found[k]) * 100.0 for k in ("better_share", "worse_share")}
    balance = (float(found[k]) * 100.0 for k in ("balance", "balance_low", "balance_high"))
    return Fates(share["better_share"], share["worse_share"], Change(*balance))


def _cannot_show(scenario: Scenario, policy: str) -> str:
    """Return what the evidence of a policy, or else of what it adds, cannot show."""
    own = scenario.policies[policy].cannot_show
    if own is not None:
        return own
    added = [scenario.supports[o.support] for o in what_it_adds(scenario, policy)]
    return " ".join(dict.fromkeys(f"{s.title}: {s.cannot_show}" for s in added))


def _rank(row: MenuRow) -> tuple[int, float, float]:
    care = row.care.mean if math.isfinite(row.care.mean) else row.cost.mean
    return STANDINGS.index(row.standing), float(np.nan_to_num(care)), row.cost.mean
