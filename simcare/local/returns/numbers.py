"""A council's numbers from the counts of its return."""

from __future__ import annotations

from simcare.local.form import Codes, Council, Given, Plan
from simcare.local.returns.counts import ENOUGH, Counts


def with_return(council: Council, plan: Plan, counts: Counts) -> tuple[Council, list[str]]:
    """Add what a return says to a council's numbers, and return which were added.

    Numbers that the council's own file gives are kept. All rest on suppressed and rounded
    counts. Rates need the number of children, and are left out without it.
    """
    source = (
        f"{council.council}'s looked-after return (SSDA903), year to "
        f"{counts.year_ending:%B %Y}, from counts that were suppressed and rounded"
    )
    found = _numbers(counts, plan.codes, _children(council, plan))
    if _has_mix(council, plan):
        found = {n: v for n, v in found.items() if n not in plan.codes.places}
    # The return's flows and stocks are already without the children that others take off.
    own = council.numbers
    added = {
        n: Given(value=float(f"{v:.4g}"), source=source) for n, v in found.items() if n not in own
    }
    taken_off = {less for n in added if (r := plan.numbers[n].ratio) is not None for less in r.less}
    kept = {n: g for n, g in own.items() if n not in taken_off}
    return council.model_copy(update={"numbers": {**kept, **added}}), list(added)


def _children(council: Council, plan: Plan) -> float:
    given = council.numbers.get(plan.scale.of)
    return given.value if given is not None else 0.0


def _has_mix(council: Council, plan: Plan) -> bool:
    return any(name in council.numbers for name in plan.codes.places)


def _numbers(counts: Counts, codes: Codes, children: float) -> dict[str, float]:
    found: dict[str, float] = {}
    if children > 0.0:
        found[codes.stock] = counts.stock.value / children * codes.per
        found[codes.flow] = counts.starts.value / children * codes.per
    if sum(c.value for c in counts.places.values()) >= ENOUGH:
        found |= {name: c.value for name, c in counts.places.items()}
    if counts.child_years.value >= ENOUGH:
        found[codes.movement] = counts.moves.value / counts.child_years.value
    if counts.ends.value >= ENOUGH:
        found |= {n: min(c.value / counts.ends.value, 1.0) for n, c in counts.exits.items()}
    if counts.returned_before.value >= ENOUGH:
        share = counts.back_within_a_year.value / counts.returned_before.value
        found[codes.again] = min(share, 1.0)
    return {name: value for name, value in found.items() if value > 0.0 or name in codes.places}
