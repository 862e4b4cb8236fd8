"""What a menu of many policies says, in a few lines rather than a paragraph for each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.facts import CARE
from simcare.report.harm_words import exposure
from simcare.report.menu.rows import MenuRow, menu_rows
from simcare.report.sentences import left_out, made_up
from simcare.report.studies.found import NO_STUDY
from simcare.report.words import (
    NONE,
    about_pounds,
    bare,
    listing,
    lower_first,
    plain,
    upper_first,
    with_half,
)
from simcare.scenario.strength import STRENGTHS, Sizes

if TYPE_CHECKING:
    from simcare.experiment.compare import Comparison
    from simcare.scenario.domain import Strength

BEST = 3
"""How many policies are named as those with the largest difference."""
FULL, EMPTY = "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}"
EVIDENCE_KEY = (
    f"Evidence: {FULL * 4} trial, {FULL * 3}{EMPTY} matched comparison, {FULL * 2}{EMPTY * 2} "
    f"before\N{EN DASH}after, {FULL}{EMPTY * 3} argument only: how strong it is, not what it "
    "found. * The sizes of its effects are assumed, \N{DAGGER} some of them."
)
NOT_STATED = "not stated"


def pips(strength: Strength | None, sizes: Sizes = "") -> str:
    """Return the strength of evidence as four circles, more of them full the stronger, and words.

    So it can be told without colour. sizes: marked where they, or some of them, are assumed.
    """
    if strength is None:
        return NOT_STATED
    full = len(STRENGTHS) - STRENGTHS.index(strength)
    return f"{FULL * full}{EMPTY * (len(STRENGTHS) - full)} {strength}{mark(sizes)}"


def mark(sizes: Sizes) -> str:
    """Return the mark of policies whose evidence does not give the size of what they do."""
    return {"": "", "size assumed": "*", "some sizes assumed": "\N{DAGGER}"}[sizes]


def percent(share: float) -> str:
    """Write a percentage of families: 23, 4.7, <0.1, 0."""
    if share == 0.0 or not math.isfinite(share):
        return "0" if share == 0.0 else NONE
    return "<0.1" if share < 0.05 else plain(share, 0 if share >= 9.95 else 1)


def about_nothing(said: str) -> str:
    """Return a number as it was written, or words where none of its digits but 0 is shown."""
    return said if any(c in "123456789" for c in said) else "about 0"


def by_chance(comparison: Comparison, columns: int = 3) -> str:
    """Say how many of the intervals exclude no difference by chance alone; empty: there are none.

    columns: results shown of each policy. What differs nowhere is not counted.
    """
    if not facts.has_interval(comparison):
        return ""
    changed = sum(
        not facts.is_identical(comparison, p)
        for p in comparison.policies
        if p != comparison.reference
    )
    if changed == 0:
        return ""
    many = changed * columns
    return (
        f"Of {many} intervals such as these, about {max(round(0.05 * many), 1)} would "
        "exclude no difference by chance alone if nothing differed, so a narrow win may be luck. "
    )


def menu_sentences(comparison: Comparison) -> list[str]:
    """Return what a menu says: policies that are less safe first, then the best in a line each."""
    rows = menu_rows(comparison)
    last = f"{by_chance(comparison)}{left_out(comparison)} {made_up(comparison)}".strip()
    return [*_unsafe(comparison, rows), *_best(comparison, rows), last]


def _unsafe(comparison: Comparison, rows: Sequence[MenuRow]) -> list[str]:
    base = lower_first(facts.title(comparison, comparison.reference))
    safety = facts.safety_outcomes(comparison.ready.scenario)
    said = []
    for row in rows:
        if row.standing != "less safe":
            continue
        worse = [_worse(comparison, row.policy, outcome) for outcome in safety]
        saved = about_pounds(-row.cost.mean)
        money = f"that it costs {saved} less per family does not undo this"
        clauses = [
            f"Warning: under “{row.title}”, children are measurably less safe than under {base}: "
            f"{listing([w for w in worse if w])}",
            *dict.fromkeys(exposure(comparison, row.policy, outcome) for outcome in safety),
            money if row.cost.verdict == "lower" else "",
        ]
        said.append(f"{'; '.join(c for c in clauses if c)}.")
    return said


def _worse(comparison: Comparison, policy: str, outcome: str) -> str:
    found = facts.change(comparison, policy, outcome)
    if not facts.is_worse(comparison, outcome, found):
        return ""
    measure = comparison.ready.scenario.outcomes[outcome]
    times, unit = facts.per_hundred(measure.unit)
    shown = found.times(times)
    return f"{lower_first(bare(measure.title))} {with_half(shown.mean, shown.half)} {unit}"


def _best(comparison: Comparison, rows: Sequence[MenuRow]) -> list[str]:
    safe = [row for row in rows if row.standing != "less safe"]
    said = []
    outcomes = comparison.ready.scenario.outcomes
    if CARE in outcomes:
        fewer = [row for row in safe if row.care.verdict == "lower"]
        named = [f"{r.title} ({with_half(r.care.mean, r.care.half)})" for r in fewer[:BEST]]
        what = f"{lower_first(outcomes[CARE].title)}: fewer {outcomes[CARE].unit}"
        said.append(_found(len(fewer), len(rows), what, named))
        if fewer:
            said.append(_resting(fewer))
            said += _beside_studies(fewer[:BEST])
    cheaper = sorted((r for r in safe if r.cost.verdict == "lower"), key=lambda r: r.cost.mean)
    named = [
        f"{r.title} ({about_pounds(r.cost.mean)} ± {about_pounds(r.cost.half)})"
        for r in cheaper[:BEST]
    ]
    said.append(_found(len(cheaper), len(rows), "cost: less per family in all", named))
    return said


def _found(count: int, of: int, what: str, named: Sequence[str]) -> str:
    """Say under how many policies something is better, and where most of all."""
    how = "beyond chance, and children not measurably less safe"
    most = f"; most of all under {listing(named)}" if count > 1 else ""
    most = f": {named[0]}" if count == 1 else most
    return f"{upper_first(what)}, {how}, under {count or 'none'} of {of} policies{most}."


def _beside_studies(rows: Sequence[MenuRow]) -> list[str]:
    """Say what studies found of the policies that are named, if any of them was held to one."""
    if all(row.study_carried in ("", NO_STUDY) for row in rows):
        return []
    lines = [f"{row.title}: {row.study_carried or NO_STUDY}" for row in rows]
    return [f"Beside their studies: {'. '.join(lines)}."]


def _resting(rows: Sequence[MenuRow]) -> str:
    counts = Counter(row.strength or NOT_STATED for row in rows)
    parts = [f"{_WORDS[s]} ({counts[s]})" for s in (*STRENGTHS, NOT_STATED) if counts[s]]
    return f"What these rest on: {listing(parts)}."


_WORDS = {
    "trial": "a trial",
    "matched comparison": "a matched comparison",
    "before-after": "a before\N{EN DASH}after study, which is not causal",
    "argument only": "argument only",
    NOT_STATED: "nothing that is stated",
}
