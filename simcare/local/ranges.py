"""How far chance alone may have moved a number that was counted of few children.

95 % intervals: of a count by Garwood (1936), of a share by Clopper and Pearson (1934). Both are
exact, for children who have nothing to do with one another; brothers and sisters come and go
together, so that the truth is somewhat wider.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simcare.local.form import Council, Counting, Given, MixSpec, Plan
from simcare.local.returns.disclosure import Count, disclosed

LEVEL = 0.95
_OWN = "the range that the council gives"


@dataclass(frozen=True)
class Range:
    """From what to what a number may be, in its own unit, and by which method."""

    low: float
    high: float
    how: str


def of_count(least: float, most: float | None = None) -> tuple[float, float]:
    """Return the exact Poisson interval of a count, or of one that may be from least to most."""
    from scipy.stats import chi2

    tail, most = (1.0 - LEVEL) / 2.0, least if most is None else most
    low = float(chi2.ppf(tail, 2.0 * least)) / 2.0 if least > 0.0 else 0.0
    return low, float(chi2.isf(tail, 2.0 * most + 2.0)) / 2.0


def of_share(least: float, total: float, most: float | None = None) -> tuple[float, float]:
    """Return the exact binomial interval of a count out of so many, as a share.

    Or of a count that may be from least to most. Counts are taken as whole numbers.
    """
    from scipy.stats import binomtest

    n = max(round(total), 1)
    few, many = (min(round(k), n) for k in (least, least if most is None else most))
    low = binomtest(few, n).proportion_ci(LEVEL, "exact").low
    return float(low), float(binomtest(many, n).proportion_ci(LEVEL, "exact").high)


def range_of_number(council: Council, plan: Plan, name: str) -> Range | None:
    """Return the range of a council's number, None where nothing says how many were counted.

    That is the one given with it, else that of the count behind it. What is taken off a number
    (unaccompanied children) is taken as known, and so are how many children and referrals
    there are.
    """
    spec, given = plan.numbers[name], council.numbers[name]
    own = _given(given)
    if own is not None or spec.counted is None:
        return own
    many = _how_many(council, spec.counted)
    if not many:
        return None
    if spec.counted.kind == "share":
        counted = round(min(given.value, 1.0) * many)
        return Range(
            *of_share(counted, many), share_words(disclosed(counted), disclosed(round(many)))
        )
    less = spec.ratio.less if spec.ratio is not None else []
    off = sum(council.numbers[n].value for n in less if n in council.numbers)
    events = round(max(given.value - off, 0.0) * many)
    low, high = (x / many + off for x in of_count(events))
    return Range(low, high, count_words(disclosed(events)))


def ranges_of_mix(council: Council, mix: MixSpec) -> Mapping[str, Range]:
    """Return the range of each share of a mix; none where it is not known of how many."""
    given = {n: council.numbers[n] for n in mix.measures if n in council.numbers}
    whole = sum(g.value for g in given.values())
    if whole <= 0.0:
        return {}
    # Shares sum to 1, and numbers of children to more.
    shares = math.isclose(whole, 1.0, abs_tol=0.05)
    many = _how_many(council, mix.counted) if shares and mix.counted is not None else whole
    found: dict[str, Range] = {}
    for name, one in given.items():
        own = _given(one)
        if own is not None:
            found[name] = Range(own.low / whole, min(own.high / whole, 1.0), own.how)
        elif many and (not shares or mix.counted is not None):
            counted = round(one.value / whole * many)
            found[name] = Range(
                *of_share(counted, many), share_words(disclosed(counted), disclosed(round(many)))
            )
    return found


def _given(given: Given) -> Range | None:
    if given.low is None or given.high is None:
        return None
    return Range(given.low, given.high, given.range_from or _OWN)


def _how_many(council: Council, counting: Counting) -> float:
    if any(name not in council.numbers for name in counting.of):
        return 0.0
    return math.prod(council.numbers[n].value for n in counting.of) / counting.by


def count_words(events: Count) -> str:
    """Return which interval was taken, of a count that is told roughly."""
    return f"95 % exact Poisson interval (Garwood 1936) of a count of {events.words}"


def share_words(counted: Count, total: Count) -> str:
    """Return which interval was taken, of two counts that are told roughly."""
    return f"95 % Clopper-Pearson interval (1934) of {counted.words} in {total.words}"
