"""A council's numbers from the counts of its return."""

from __future__ import annotations

from dataclasses import dataclass

from simcare.local.codes import Codes
from simcare.local.form import Council, Given, Plan
from simcare.local.ranges import count_words, of_count, of_share, share_words
from simcare.local.returns.counts import ENOUGH, Counts
from simcare.local.returns.disclosure import Count, disclosed


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
        found = {n: f for n, f in found.items() if n not in plan.codes.places}
    # The return's flows and stocks are already without the children that others take off.
    own = council.numbers
    added = {
        n: Given(
            value=_short(f.value), low=min(_short(f.low), _short(f.value)),
            high=max(_short(f.high), _short(f.value)), range_from=f.how, source=source,
        )
        for n, f in found.items() if n not in own
    }  # fmt: skip
    taken_off = {less for n in added if (r := plan.numbers[n].ratio) is not None for less in r.less}
    kept = {n: g for n, g in own.items() if n not in taken_off}
    return council.model_copy(update={"numbers": {**kept, **added}}), list(added)


def _children(council: Council, plan: Plan) -> float:
    given = council.numbers.get(plan.scale.of)
    return given.value if given is not None else 0.0


def _has_mix(council: Council, plan: Plan) -> bool:
    return any(name in council.numbers for name in plan.codes.places)


@dataclass(frozen=True)
class _Number:
    value: float
    low: float
    high: float
    how: str


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _numbers(counts: Counts, codes: Codes, children: float) -> dict[str, _Number]:
    found: dict[str, _Number] = {}
    if children > 0.0:
        found[codes.stock] = _rate(counts.stock, children / codes.per)
        found[codes.flow] = _rate(counts.starts, children / codes.per)
    placed = sum(c.value for c in counts.places.values())
    if placed >= ENOUGH:
        whole = disclosed(round(placed))
        found |= {n: _share(c, whole, times=placed) for n, c in counts.places.items()}
    if counts.child_years.value >= ENOUGH:
        found[codes.movement] = _rate(counts.moves, counts.child_years.value)
    if counts.ends.value >= ENOUGH:
        found |= {name: _share(c, counts.ends) for name, c in counts.exits.items()}
    if counts.returned_before.value >= ENOUGH:
        found[codes.again] = _share(counts.back_within_a_year, counts.returned_before)
    return {n: f for n, f in found.items() if f.value > 0.0 or n in codes.places}


def _rate(count: Count, by: float) -> _Number:
    """Return a count for each of so many, with the interval that its rounding leaves open too."""
    low, high = of_count(count.least, count.most)
    return _Number(count.value / by, low / by, high / by, count_words(count))


def _share(count: Count, total: Count, times: float = 1.0) -> _Number:
    low, high = of_share(count.least, total.value, count.most)
    share = min(count.value / total.value, 1.0)
    return _Number(share * times, low * times, high * times, share_words(count, total))
