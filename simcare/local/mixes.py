"""How a stock is made up: shares at entry that give a council's own mix."""

from __future__ import annotations

import math
from collections.abc import Mapping

from simcare.local.form import Council, MixSpec, Plan
from simcare.local.ranges import Range, ranges_of_mix
from simcare.local.trial import Found, Trial

REST = "rest"
_MOST = 25
_TOLERANCE = 1e-3
_STALLED = 3
"""Rounds without getting nearer: where few children are counted, chance sets a limit."""
_DIGITS = 1e4
"""Shares are written to four decimals, rounded down so that they never sum to more than 1."""


def wanted(council: Council, mix: MixSpec) -> dict[str, float]:
    """Return the shares of the stock that a council has, which sum to 1; none if not given."""
    given = {n: council.numbers[n].value for n in mix.measures if n in council.numbers}
    total = sum(given.values())
    return {n: v / total for n, v in given.items()} if total > 0.0 else {}


def shares_of(found: Found, mix: MixSpec) -> dict[str, float]:
    """Return the shares of the stock in the model."""
    sums = {n: float(found.counts[m].sum()) for n, m in mix.measures.items()}
    total = sum(sums.values())
    return {n: v / total if total > 0.0 else 0.0 for n, v in sums.items()}


def solve_mixes(
    council: Council, plan: Plan, trial: Trial, others: Mapping[str, float]
) -> dict[str, float]:
    """Return the parameters whose shares give the council's mixes: {parameter: share}.

    In every group (an age) each share is multiplied by one factor for its part and they are made
    to sum to 1 again; the factors are found by proportional fitting (Deming and Stephan 1940),
    so that differences between the groups stay in proportion. others: what else was changed.
    """
    found: dict[str, float] = {}
    for mix in plan.mixes.values():
        aim = wanted(council, mix)
        if aim:
            found |= _fit(mix, aim, trial, {**others, **found})
    return found


def _fit(
    mix: MixSpec, aim: Mapping[str, float], trial: Trial, others: Mapping[str, float]
) -> dict[str, float]:
    values = {name: p.value for name, p in trial.ready.parameters.items()}
    factors = dict.fromkeys(aim, 1.0)
    made: dict[str, float] = {}
    best, nearest, since = made, math.inf, 0
    for _ in range(_MOST):
        made = _shared(mix, values, factors)
        got = shares_of(trial.run({**others, **made}), mix)
        miss = max(abs(got[n] - aim[n]) for n in aim)
        since += 1
        if miss < nearest:
            best, nearest, since = made, miss, 0
        if miss < _TOLERANCE or since >= _STALLED:
            break
        factors = {n: f * (aim[n] / got[n] if got[n] > 0.0 else 1.0) for n, f in factors.items()}
    return best


def _shared(
    mix: MixSpec, values: Mapping[str, float], factors: Mapping[str, float]
) -> dict[str, float]:
    """Return the shares of all groups with each part multiplied by its factor."""
    made: dict[str, float] = {}
    for group in mix.groups:
        named = {n: values[p] for n, p in group.items() if p != REST}
        rest = {n: 1.0 - sum(named.values()) for n, p in group.items() if p == REST}
        weights = {n: s * factors[n] for n, s in {**named, **rest}.items()}
        total = sum(weights.values())
        for n in named:
            share = weights[n] / total if total > 0.0 else values[group[n]]
            made[group[n]] = math.floor(share * _DIGITS) / _DIGITS
    return made


def ranges_of_shares(council: Council, mix: MixSpec, made: Mapping[str, float]) -> dict[str, Range]:
    """Return ranges of the shares at entry, {parameter: range}, from those of the stock's parts.

    The odds of a share at entry are multiplied by as much as the odds of its part of the stock
    would be. Where the upper ends of a group would sum to more than 1, all are brought nearer to
    their shares until they do not, so that any draw is a possible one.
    """
    aims, ranges = wanted(council, mix), ranges_of_mix(council, mix)
    found: dict[str, Range] = {}
    for group in mix.groups:
        shares = {n: made[p] for n, p in group.items() if p in made}
        ends = {n: _ends(shares[n], aims[n], ranges[n]) for n in shares if n in ranges}
        above = sum(high - shares[n] for n, (_, high) in ends.items())
        room = max(1.0 - sum(shares.values()), 0.0)
        keep = min(1.0, room / above) if above > 0.0 else 1.0
        for n, (low, high) in ends.items():
            top = math.floor((shares[n] + (high - shares[n]) * keep) * _DIGITS) / _DIGITS
            bottom = math.floor(low * _DIGITS) / _DIGITS
            found[group[n]] = Range(bottom, max(top, shares[n]), ranges[n].how)
    return found


def _ends(share: float, part: float, found: Range) -> tuple[float, float]:
    """Return the ends of a share at entry, from the range of its part of the stock."""
    if not 0.0 < part < 1.0 or not 0.0 < share < 1.0:
        # Of odds of 0 or without end there is no multiple; the part's own range stands in.
        return min(found.low, share), max(found.high, share)
    low, high = (_moved(share, part, end) for end in (found.low, found.high))
    return low, high


def _moved(share: float, part: float, end: float) -> float:
    if end >= 1.0:
        return 1.0
    odds = share / (1.0 - share) * (end / (1.0 - end)) / (part / (1.0 - part))
    return odds / (1.0 + odds)
