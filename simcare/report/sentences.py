"""What a comparison says, in words that a council member can read out.

Nothing is called higher, lower or a saving unless its interval lies wholly on one side of
nothing. Safety comes first where it gets worse, and is never left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.facts import Change
from simcare.report.harm_words import better_and_worse, exposure
from simcare.report.words import (
    about_pounds,
    bare,
    date_of,
    decimals_for,
    length,
    listing,
    lower_first,
    plain,
    upper_first,
)

if TYPE_CHECKING:
    from simcare.experiment.compare import Comparison

LEVEL = "95 % Monte Carlo interval"
_PARTS = {
    "help": "help",
    "care": "care",
    "work": "casework and court proceedings",
    "spared": "what others spend on the family",
}


def sentence(comparison: Comparison, policy: str) -> str:
    """Say what a policy costs, saves and does to children's safety, and how sure that is.

    One sentence, after a warning if children are measurably less safe, and before one on who is
    better and worse off and one on what the intervals leave out. For the reference it says what
    the others are compared with. Raises UserError if the comparison does not hold the policy.
    """
    name = facts.title(comparison, policy)
    if policy == comparison.reference:
        return f"{_reference(comparison, name)} {made_up(comparison)}".strip()
    base = lower_first(facts.title(comparison, comparison.reference))
    if facts.is_identical(comparison, policy):
        said = (
            f"{upper_first(name)} changes nothing: every one of the families lives and costs "
            f"exactly as under {base}."
        )
        return f"{said} {made_up(comparison)}".strip()
    clauses = [
        f"compared with {base}, {lower_first(name)} {_money(comparison, policy)}: "
        f"{_net(comparison, policy)}",
        _payback(comparison, policy),
        _removals(comparison, policy),
        *_safety(comparison, policy),
    ]
    main = upper_first("; ".join(c for c in clauses if c)) + "."
    fates = better_and_worse(comparison, policy)
    notes = [left_out(comparison), made_up(comparison)]
    parts = [*_warnings(comparison, policy), main, fates, *notes]
    first, *later = " ".join(p for p in parts if p).split(LEVEL)
    return first + (LEVEL + "".join(later).replace("( ", "(") if later else "")


def sentences(comparison: Comparison) -> dict[str, str]:
    """Return the sentence of every policy, the reference first."""
    return {policy: sentence(comparison, policy) for policy in comparison.policies}


def _reference(comparison: Comparison, name: str) -> str:
    cost = float(facts.row(comparison, comparison.reference, "cost")["mean"])
    safety = facts.safety_note(comparison, comparison.reference)
    return (
        f"{upper_first(name)} is what the other policies are compared with: it costs "
        f"{about_pounds(cost)} per family over {_horizon(comparison)}. {safety}."
    )


def _horizon(comparison: Comparison) -> str:
    return length(comparison.ready.scenario.horizon_weeks)


def _money(comparison: Comparison, policy: str) -> str:
    """What is spent and saved where: only what the intervals allow, care always."""
    more, less, unclear = [], [], []
    groups = set(comparison.weekly["group"])
    for group, words in _PARTS.items():
        if group not in groups:
            continue
        found = facts.saving(comparison, policy, group).turned()
        amount = about_pounds(abs(found.mean))
        if found.verdict == "higher" or (found.verdict == "unknown" and found.mean > 0.0):
            more.append(f"{amount} more in {words}")
        elif found.verdict in ("lower", "unknown"):
            less.append(f"{amount} in {words}")
        elif found.verdict == "unclear" and group != "work":
            unclear.append(words)
    said = []
    if more:
        said.append(f"costs {listing(more)}")
    if less:
        said.append(f"saves {listing(less)}")
    if unclear:
        said.append(f"makes no measurable difference to the cost of {listing(unclear, 'or')}")
    money = listing(said) if said else "makes no difference to the cost of help or care"
    return f"{money} per family over {_horizon(comparison)}"


def _net(comparison: Comparison, policy: str) -> str:
    found = facts.saving(comparison, policy)
    if found.verdict == "none":
        return "in all, no difference"
    if found.verdict == "unclear":
        return (
            "whether it saves or costs money in all cannot be told from chance (net saving "
            f"{about_pounds(found.mean)}, {_pounds_interval(found)})"
        )
    kind = "saving" if found.mean > 0.0 else "cost"
    shown = found if found.mean > 0.0 else found.turned()
    interval = "" if found.verdict == "unknown" else f" ({_pounds_interval(shown)})"
    return f"a net {kind} of {about_pounds(shown.mean)}{interval}{_each(comparison, policy)}"


def _each(comparison: Comparison, policy: str) -> str:
    """Say what a net saving or cost is for each of the families that are reached.

    Nothing is said where they are too few.
    """
    reached = float(facts.row(comparison, policy, "reached")["mean"])
    each = float(facts.row(comparison, policy, "saving_per_family_reached")["mean"])
    if math.isnan(each):
        return ""
    share = plain(reached * 100.0, max(decimals_for([reached * 100.0]) - 1, 0))
    return f", which is {about_pounds(abs(each))} for each family that it reaches ({share} %)"


def _payback(comparison: Comparison, policy: str) -> str:
    found, week = facts.saving(comparison, policy), facts.break_even_week(comparison, policy)
    if found.verdict == "none":
        return ""
    if found.verdict == "unclear":
        return "so no week can be named in which it has paid for itself"
    if found.mean < 0.0:
        return f"it does not pay for itself within {_horizon(comparison)}"
    date = f"{date_of(comparison.ready.scenario.start_date, week.mean):%B %Y}"
    known = found.verdict == "higher" and math.isfinite(week.high)
    alike = known and f"{week.mean:.0f}" == f"{week.high:.0f}"
    if not facts.spends_more(comparison, policy):
        said = f"it costs less from week {week.mean:,.0f} on ({date})"
        sure = f"it costs less only from week {week.high:,.0f} on"
    else:
        said = f"it has paid for itself by week {week.mean:,.0f} ({date})"
        sure = f"it has paid for itself only by week {week.high:,.0f}"
    if alike:
        return f"{said}, beyond chance"
    return f"beyond chance {sure}; on average {said}" if known else said


def _removals(comparison: Comparison, policy: str) -> str:
    if "removals" not in comparison.ready.scenario.outcomes:
        return ""
    found = facts.change(comparison, policy, "removals")
    found = found.times(100.0)
    if found.verdict == "none":
        return "no change in removals"
    if found.verdict == "unclear":
        return (
            "the number of removals does not measurably change "
            f"({_interval(found)} for every 100 families)"
        )
    fewer = found.mean < 0.0
    shown = found.turned() if fewer else found
    interval = "" if found.verdict == "unknown" else f" ({_interval(shown)})"
    count = plain(shown.mean, _decimals(shown))
    return f"{count} {'fewer' if fewer else 'more'} removals for every 100 families{interval}"


def _safety(comparison: Comparison, policy: str) -> list[str]:
    outcomes = facts.safety_outcomes(comparison.ready.scenario)
    if not outcomes:
        return ["incidents at home are not counted here, so this says nothing about safety"]
    return [
        _safety_one(comparison, policy, name)
        for name in outcomes
        if not facts.is_worse(comparison, name, facts.change(comparison, policy, name))
    ]


def _safety_one(comparison: Comparison, policy: str, outcome: str) -> str:
    name, found, unit = _counted(comparison, policy, outcome)
    if found.verdict == "none":
        return f"{name} do not change"
    if found.verdict == "unclear":
        return f"{name} do not measurably change ({_interval(found)} {unit})"
    return f"{name} are {_by(found, unit)}"


def _counted(comparison: Comparison, policy: str, outcome: str) -> tuple[str, Change, str]:
    """Return what an outcome is called, how it changes, and in which unit people read it."""
    measure = comparison.ready.scenario.outcomes[outcome]
    times, unit = facts.per_hundred(measure.unit)
    found = facts.change(comparison, policy, outcome).times(times)
    return lower_first(bare(measure.title)), found, unit


def _warnings(comparison: Comparison, policy: str) -> list[str]:
    base, said = lower_first(facts.title(comparison, comparison.reference)), []
    for outcome in facts.safety_outcomes(comparison.ready.scenario):
        name, found, unit = _counted(comparison, policy, outcome)
        if not facts.is_worse(comparison, outcome, found):
            continue
        also = exposure(comparison, policy, outcome)
        said.append(
            f"Warning: children are measurably less safe than under {base}: "
            f"{name} are {_by(found, unit)}{also and f'; {also}'}."
        )
    return said


def _by(found: Change, unit: str) -> str:
    direction = "higher" if found.mean > 0.0 else "lower"
    shown = found if found.mean > 0.0 else found.turned()
    interval = "" if found.verdict == "unknown" else f" ({_interval(shown)})"
    return f"{direction} by {plain(shown.mean, _decimals(shown))} {unit}{interval}"


def _decimals(found: Change) -> int:
    return max(decimals_for([found.mean, found.low, found.high]) - 1, 0)


def _interval(found: Change) -> str:
    decimals = _decimals(found)
    return f"{LEVEL} {plain(found.low, decimals)} to {plain(found.high, decimals)}"


def _pounds_interval(found: Change) -> str:
    return f"{LEVEL} {about_pounds(found.low)} to {about_pounds(found.high)}"


def left_out(comparison: Comparison) -> str:
    """Say what the intervals leave out, and how many inputs are assumed."""
    # Published figures that the model is only held against are no inputs.
    scenario = comparison.ready.scenario
    targets = (*scenario.published.values(), *scenario.targets.values())
    held = {target.value for target in targets}
    parameters = [p for p in comparison.ready.parameters.values() if p.name not in held]
    assumed = sum(p.status == "assumed" for p in parameters)
    inputs = f"{assumed} of the {len(parameters)} inputs are assumed" if assumed else ""
    if facts.has_interval(comparison):
        said = "The intervals say how far chance alone could move these results"
        return f"{said}; how wrong the inputs may be is not in them{inputs and f' ({inputs})'}."
    kind = facts.interval_kind(comparison)
    why = kind.removeprefix("none: ") if kind.startswith("none: ") else "too few families were run"
    said = f"No interval can be given ({why}), so none of this can be told from chance"
    if "listed" in kind:
        said = f"No interval can be given ({why}), so this says nothing about other families"
    return f"{said}; nor is it said how wrong the inputs may be{inputs and f' ({inputs})'}."


def made_up(comparison: Comparison) -> str:
    """Say of a fictional scenario that it is one."""
    if not comparison.ready.scenario.fictional:
        return ""
    return "Every number in this scenario is made up and is not evidence."
