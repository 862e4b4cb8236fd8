"""For how many families a policy makes things worse, in a clause."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from simcare.report import facts
from simcare.report.facts import CARE, Change
from simcare.report.words import bare, decimals_for, lower_first, plain

if TYPE_CHECKING:
    from simcare.experiment.compare import Comparison


def better_and_worse(comparison: Comparison, policy: str) -> str:
    """Say how many in 100 of the families reached have more and fewer incidents and weeks in care.

    Two sentences; empty where they are too few, neither is counted, or neither changes.
    """
    scenario = comparison.ready.scenario
    safety = facts.safety_outcomes(scenario)
    names = [*safety, *([CARE] if CARE in scenario.outcomes else [])]
    rows = {
        str(r["outcome"]): r
        for r in comparison.harm.to_dict("records")
        if r["policy"] == policy and math.isfinite(r["balance"]) and r["same"] < r["reached"]
    }
    parts = [_one(rows[name]) for name in names if name in rows]
    if not parts:
        return ""
    counted = ", and incidents are counted however long children are at home" if safety else ""
    return (
        f"Of 100 families that it reaches, each held against itself, {'; '.join(parts)}. "
        f"Lives part by luck too, so it is the balance that tells{counted}."
    )


def exposure(comparison: Comparison, policy: str, outcome: str) -> str:
    """Say in a clause that more time at home is in a measurable change of what happens there.

    outcome: counted per year of such time. Empty where that time does not measurably rise.
    """
    below = comparison.ready.scenario.outcomes[outcome].per_year_of
    if below is None:
        return ""
    found = facts.change(comparison, policy, below).times(100.0)
    if found.verdict != "higher":
        return ""
    decimals = max(decimals_for([found.mean, found.high]) - 1, 0)
    mean, low, high = (plain(x, decimals) for x in (found.mean, found.low, found.high))
    return (
        f"children spend {mean} more weeks at home for every 100 families (95 % Monte Carlo "
        f"interval {low} to {high}), where harm can happen, while harm in care is not counted, so "
        "part of it is exposure"
    )


def _one(row: Mapping[Hashable, Any]) -> str:
    title = lower_first(bare(str(row["title"])))
    more, fewer = (plain(float(row[f"{fate}_share"]) * 100.0, 0) for fate in ("worse", "better"))
    balance = Change(*(float(row[k]) * 100.0 for k in ("balance", "balance_low", "balance_high")))
    shown = balance if balance.mean > 0.0 else balance.turned()
    said = {
        "none": "as many",
        "unclear": "which cannot be told from chance",
        "unknown": "without an interval",
    }.get(
        balance.verdict,
        f"a balance of {plain(shown.mean, 0)} {'better' if balance.mean > 0.0 else 'WORSE'} off "
        f"(95 % Monte Carlo interval {plain(shown.low, 0)} to {plain(shown.high, 0)})",
    )
    verb = "has" if more == "1" else "have"
    return f"{more} {verb} more {title} and {fewer} fewer, {said}"
