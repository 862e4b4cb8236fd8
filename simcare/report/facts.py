"""What a comparison says, outcome by outcome, and how sure it is: shared by all reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from simcare.errors import UserError, unknown
from simcare.report.words import bare, short, with_half

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.compare import Comparison
    from simcare.scenario.schema import Scenario

CARE = "child_weeks_in_care"
"""The outcome that figures and sentences about care speak of, where it is counted."""

Verdict = Literal["none", "unknown", "unclear", "lower", "higher"]
"""No difference at all; a difference without an interval; an interval that spans nothing; an
interval wholly below or above nothing."""


@dataclass(frozen=True)
class Change:
    """A paired difference from the reference with its interval (nan: none can be given)."""

    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """What the interval lets one say."""
        known = math.isfinite(self.low) and math.isfinite(self.high)
        if self.mean == 0.0 and (not known or self.low == self.high == 0.0):
            return "none"
        if not known:
            return "unknown"
        if self.low > 0.0:
            return "higher"
        return "lower" if self.high < 0.0 else "unclear"

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0

    def turned(self) -> Change:
        """Return the same difference counted the other way: a saving for a cost."""
        return Change(-self.mean, -self.high, -self.low)

    def times(self, factor: float) -> Change:
        """Return the same difference in a unit so many times as small."""
        return Change(self.mean * factor, self.low * factor, self.high * factor)


def per_hundred(unit: str) -> tuple[float, str]:
    """Return by what a rate by child-year is multiplied for readers, and its unit then.

    It is by a hundred child-years wherever people read it, and by one in `summary.csv`.
    """
    if not unit.startswith("per child-year"):
        return 1.0, unit
    return 100.0, unit.replace("per child-year", "per 100 child-years")


def readable(unit: str, largest: float) -> tuple[float, str]:
    """Return by what an outcome is multiplied in tables, and its unit then.

    largest: its mean under the policy where that is largest. Where that is below one per family,
    it is written by a hundred families; a rate by child-year, by a hundred of them.
    """
    if (unit.endswith("per family") or unit == "share of families") and largest < 1.0:
        return 100.0, unit.replace("per family", "per 100 families").replace("share of", "% of")
    return per_hundred(unit)


def title(comparison: Comparison, policy: str) -> str:
    """Return a policy's title; UserError if the comparison does not hold it."""
    if policy not in comparison.policies:
        raise UserError(unknown("policy", policy, comparison.policies, "in this comparison"))
    return comparison.ready.scenario.policies[policy].title


def rivals(comparison: Comparison) -> tuple[str, ...]:
    """Return the policies other than the reference; UserError if there is none."""
    others = tuple(p for p in comparison.policies if p != comparison.reference)
    if not others:
        raise UserError(
            f"only the reference policy `{comparison.reference}` was run, so there is nothing "
            "to compare; name another policy as well."
        )
    return others


def row(comparison: Comparison, policy: str, outcome: str) -> pd.Series:
    """Return a row of the summary; UserError if there is no such outcome."""
    table = comparison.summary
    found = table[(table["policy"] == policy) & (table["outcome"] == outcome)]
    if found.empty:
        known = dict.fromkeys(table["outcome"])
        raise UserError(unknown("outcome", outcome, known, f"of `{policy}`"))
    return found.iloc[0]


def change(comparison: Comparison, policy: str, outcome: str) -> Change:
    """Return how an outcome of a policy differs from the reference."""
    one = row(comparison, policy, outcome)
    return Change(
        float(one["difference"]), float(one["difference_low"]), float(one["difference_high"])
    )


def saving(comparison: Comparison, policy: str, group: str = "all") -> Change:
    """Return what a policy saves per family by the horizon, in pounds.

    group: "help" (with placing children meanwhile), "care", "work" or "all", as in
    `Comparison.weekly`.
    """
    table = comparison.weekly
    last = table[(table["policy"] == policy) & (table["group"] == group)].iloc[-1]
    return Change(float(last["saving"]), float(last["saving_low"]), float(last["saving_high"]))


def safety_outcomes(scenario: Scenario) -> tuple[str, ...]:
    """Return the outcomes that say how safe children were: those counted per year at home."""
    return tuple(n for n, m in scenario.outcomes.items() if m.per_year_of is not None)


def is_worse(comparison: Comparison, outcome: str, found: Change) -> bool:
    """Say whether a difference is measurable and in the direction that nobody wants."""
    better = comparison.ready.scenario.outcomes[outcome].better
    return (better, found.verdict) in {("lower", "higher"), ("higher", "lower")}


def interval_kind(comparison: Comparison) -> str:
    """Return the kind of interval that users see beside every number."""
    return str(comparison.summary["interval"].iloc[0])


def has_interval(comparison: Comparison) -> bool:
    """Say whether the run has intervals at all."""
    return bool(comparison.summary["standard_error"].notna().any())


def break_even_week(comparison: Comparison, policy: str) -> Change:
    """Return the week from which a policy has paid for itself (nan: not by the horizon)."""
    table = comparison.break_even
    one = table[table["policy"] == policy].iloc[0]
    return Change(float(one["week"]), float(one["earliest"]), float(one["sure_from"]))


def spends_more(comparison: Comparison, policy: str) -> bool:
    """Say whether a policy spends more on help at all, so that it has something to pay back."""
    return saving(comparison, policy, "help").mean < 0.0


def less_safe(comparison: Comparison, policy: str) -> bool:
    """Say whether children are measurably less safe than under the reference."""
    return policy != comparison.reference and any(
        is_worse(comparison, outcome, change(comparison, policy, outcome))
        for outcome in safety_outcomes(comparison.ready.scenario)
    )


def is_identical(comparison: Comparison, policy: str) -> bool:
    """Say whether every family cost and lived the same as under the reference."""
    own, usual = comparison.columns[policy], comparison.columns[comparison.reference]
    return all(np.array_equal(own[name], usual[name], equal_nan=True) for name in usual)


def safety_note(comparison: Comparison, policy: str) -> str:
    """Say in a few words how safe children were, to stand beside any figure about money."""
    outcomes = safety_outcomes(comparison.ready.scenario)
    if not outcomes:
        return "Safety: incidents at home are not counted"
    return "; ".join(_safety_words(comparison, policy, name) for name in outcomes)


def _safety_words(comparison: Comparison, policy: str, outcome: str) -> str:
    measure = comparison.ready.scenario.outcomes[outcome]
    name, (times, unit) = bare(measure.title), per_hundred(measure.unit)
    if policy == comparison.reference:
        mean = float(row(comparison, policy, outcome)["mean"]) * times
        return f"{name}: {short(mean)} {unit}"
    found = change(comparison, policy, outcome).times(times)
    amount = with_half(found.mean, found.half)
    said = {
        "none": "no change",
        "unclear": f"no measurable change ({amount})",
        "unknown": f"{amount} {unit} (no interval)",
    }.get(found.verdict, f"{amount} {unit}")
    worse = "WORSE: " if is_worse(comparison, outcome, found) else ""
    return f"{worse}{name}: {said}"
