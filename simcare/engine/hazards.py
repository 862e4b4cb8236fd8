"""Cumulative hazards and their inverses, on plain floats.

`cumulative` gives the integrated hazard from age 0 to an age; `age_at` inverts it. Ages are in
weeks since the clock started. Exponents are always data, never literals: some compilers
rewrite constant powers, and the two engines must round alike.
"""

from __future__ import annotations

import math

from simcare.engine.arrays import EXPONENTIAL, WEIBULL

Pieces = tuple[tuple[float, ...], tuple[float, ...]]


def cumulative(kind: int, first: float, second: float, pieces: Pieces, age: float) -> float:
    """Integrated hazard over ages 0 to `age`, before any factor."""
    if kind == EXPONENTIAL:
        return first * age
    if kind == WEIBULL:
        return _power(age / second, first) if age > 0.0 else 0.0
    total, start = 0.0, 0.0
    for end, rate in zip(*pieces, strict=True):
        if age <= end:
            return total + rate * (age - start)
        total += rate * (end - start)
        start = end
    return total


def age_at(kind: int, first: float, second: float, pieces: Pieces, spent: float) -> float:
    """Age at which the integrated hazard reaches `spent`; infinite if it never does."""
    if kind == EXPONENTIAL:
        return spent / first if first > 0.0 else math.inf
    if kind == WEIBULL:
        return second * _power(spent, 1.0 / first)
    total, start = 0.0, 0.0
    for end, rate in zip(*pieces, strict=True):
        here = rate * (end - start) if rate > 0.0 else 0.0
        if total + here >= spent and rate > 0.0:
            return start + (spent - total) / rate
        total += here
        start = end
    return math.inf


def _power(base: float, exponent: float) -> float:
    """Raise to a power; infinite, as in C, where Python would complain of the size."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
