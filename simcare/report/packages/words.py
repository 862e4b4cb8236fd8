"""What a package adds up to, in words, and the numbers that its table and figure show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.facts import CARE, Change
from simcare.report.words import (
    TIED,
    decimals_for,
    length,
    listing,
    lower_first,
    plain,
    pounds,
    upper_first,
)
from simcare.scenario.lineage import adds_itself

if TYPE_CHECKING:
    from simcare.experiment.compare import Comparison

REMOVALS = "removals"
ALONE, INTERACTION, JOINT = "alone", "interaction", "joint"
"""Kinds of terms, as `Comparison.packages` names them."""
DUST = 1e-9
"""Of the largest effect: what is smaller is the rounding of sums."""


@dataclass(frozen=True)
class Effects:
    """One outcome: the effect of each part, their interaction and the joint effect, in order.

    terms: {name of a part, "interaction" or "joint": its difference}.
    """

    outcome: str
    title: str
    unit: str
    better: str
    terms: dict[str, Change]


def packages(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """Return the packages that were run, each with its parts."""
    from simcare.experiment.packages import parts_of

    return parts_of(comparison.ready.scenario, comparison.policies)


def effects(comparison: Comparison, package: str) -> list[Effects]:
    """Return the headline outcomes of a package: cost, weeks in care, safety and removals."""
    scenario = comparison.ready.scenario
    names = [CARE, *facts.safety_outcomes(scenario), REMOVALS]
    return [
        _effects(comparison, package, name)
        for name in ["cost", *(n for n in dict.fromkeys(names) if n in scenario.outcomes)]
    ]


def _effects(comparison: Comparison, package: str, outcome: str) -> Effects:
    table = comparison.packages
    own = table[(table["package"] == package) & (table["outcome"] == outcome)]
    numbers = zip(*(own[c].tolist() for c in ("term", "kind", "mean", "low", "high")), strict=True)
    terms = {
        term: Change(mean, low, high)
        for term, kind, mean, low, high in numbers
        if kind in (ALONE, INTERACTION, JOINT)
    }
    measure = comparison.ready.scenario.outcomes.get(outcome)
    title, unit = str(own["title"].iloc[0]), str(own["unit"].iloc[0])
    better = "lower" if measure is None else measure.better
    return Effects(outcome, title, unit, better, _without_dust(terms))


def term_title(comparison: Comparison, package: str, term: str) -> str:
    """Return how a term of a package is called where people read it."""
    if term == INTERACTION:
        return "Interaction and the rest" if _adds(comparison, package) else "Interaction"
    if term == JOINT:
        return "All together"
    return facts.title(comparison, term)


def rest(comparison: Comparison, package: str) -> str:
    """Say what else is in the interaction, to follow a noun; empty where there is nothing."""
    if not _adds(comparison, package):
        return ""
    return " (in the interaction is also what the package states itself beside its parts)"


def _adds(comparison: Comparison, package: str) -> bool:
    return adds_itself(comparison.ready.scenario.policies, package)


def package_sentences(comparison: Comparison) -> dict[str, str]:
    """Return for every package that was run a sentence on what its parts save together."""
    return {package: package_sentence(comparison, package) for package in packages(comparison)}


def package_sentence(comparison: Comparison, package: str) -> str:
    """Say what a package saves, what its parts would save alone, and why that is not the sum.

    One sentence with its intervals, and what happens to safety. Nothing is called more or less
    unless its interval lies wholly on one side of nothing.
    """
    cost = effects(comparison, package)[0]
    saved = {term: found.turned() for term, found in cost.terms.items()}
    parts = packages(comparison)[package]
    sum_alone = sum(saved[part].mean for part in parts)
    alone = [
        f"{_amount(saved[part])} ({lower_first(facts.title(comparison, part))})" for part in parts
    ]
    safety = facts.safety_note(comparison, package)
    clauses = [
        f"{facts.title(comparison, package)}: {_joint(saved[JOINT])} per family over "
        f"{length(comparison.ready.scenario.horizon_weeks)}",
        f"the net savings of the parts alone are {listing(alone)}, which makes {pounds(sum_alone)}",
        _excess(comparison, package, saved[INTERACTION]),
        safety if safety.startswith("WORSE") else lower_first(safety),
    ]
    return f"{upper_first('; '.join(clauses))}. {_how_sure(comparison)}"


def _joint(saved: Change) -> str:
    if saved.verdict == "none":
        return "together they neither save nor cost money"
    if saved.verdict == "unclear":
        return (
            "whether they save or cost money together cannot be told from chance (net saving "
            f"{_amount(saved)})"
        )
    if saved.mean > 0.0:
        return f"together they save {_amount(saved)}"
    return f"together they cost {_amount(saved.turned())} more than they save"


def _excess(comparison: Comparison, package: str, excess: Change) -> str:
    from simcare.experiment.packages import interacts

    also = rest(comparison, package)
    parts = packages(comparison)[package]
    meet = interacts(comparison.columns, package, parts, comparison.reference, "cost")
    if excess.verdict == "none":
        why = "" if meet.any() else ", because in no family does one change what another does"
        return f"the net saving together is exactly that{why}{also}"
    if excess.verdict == "unclear":
        return (
            "whether the net saving together is more or less than that cannot be told from chance "
            f"(interaction {_amount(excess)}){also}"
        )
    size, more = (excess, "more") if excess.mean > 0.0 else (excess.turned(), "less")
    share = float(meet.mean()) * 100.0
    said = plain(share, max(decimals_for([share]) - 1, 0))
    other = "the other" if len(parts) == 2 else "another"
    places = " or who gets a place" if comparison.ready.shares_places else ""
    return (
        f"the net saving together is {_amount(size)} {more} than that, because in {said} % of the "
        f"families one changes what {other} does{places}{also}"
    )


def _amount(found: Change) -> str:
    """Write pounds to the pound, so that they add up, with half of the interval."""
    known = math.isfinite(found.half) and found.verdict != "none"
    half = f"{TIED}±{TIED}{pounds(found.half)}" if known else ""
    return f"{pounds(found.mean)}{half}"


def _how_sure(comparison: Comparison) -> str:
    said = "±: half of a 95 % Monte Carlo interval; how wrong the inputs may be is not in it."
    if not facts.has_interval(comparison):
        said = "No interval can be given, so none of this can be told from chance."
    if not comparison.ready.scenario.fictional:
        return said
    return f"{said} Every number in this scenario is made up and is not evidence."


def _without_dust(terms: dict[str, Change]) -> dict[str, Change]:
    """Return the terms with an interaction of nothing where only the rounding of sums is left."""
    left = terms[INTERACTION]
    largest = max((abs(x.mean) for x in terms.values() if math.isfinite(x.mean)), default=0.0)
    sizes = [abs(v) for v in (left.mean, left.low, left.high) if math.isfinite(v)]
    if not sizes or max(sizes) > DUST * largest:
        return terms
    return terms | {INTERACTION: Change(0.0, 0.0, 0.0)}
