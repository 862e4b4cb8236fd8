"""Draws, cumulative hazards and their inverses: `draws` and `hazards`, compiled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simcare.draws import GOLDEN, M1, M2, SCALE
from simcare.engine.arrays import EXPONENTIAL, WEIBULL
from simcare.engine.flat import C_PIECE, C_PIECE_END, CLOCK, Model
from simcare.engine.kernel.building import U, inner

_GOLDEN, _M1, _M2 = np.uint64(GOLDEN), np.uint64(M1), np.uint64(M2)


@inner
def mix(value: Any) -> Any:
    """Scramble a 64-bit integer: `draws.mix`."""
    value = (value ^ (value >> np.uint64(30))) * _M1
    value = (value ^ (value >> np.uint64(27))) * _M2
    return value ^ (value >> np.uint64(31))


@inner
def uniform(family: Any, decision: Any, occurrence: int, purpose: int) -> float:
    """Return a number strictly between 0 and 1: `draws.uniform`."""
    step = np.uint64(2 * occurrence + purpose + 1)
    bits = mix(mix(family ^ decision) + step * _GOLDEN)
    return (np.float64(np.int64(bits >> np.uint64(12))) + 0.5) * SCALE


@inner
def cumulative(m: Model, kind: int, c: int, age: float) -> float:
    """Return the integrated hazard up to an age: `hazards.cumulative`."""
    if kind == EXPONENTIAL:
        return m.hazard[U(3 * c)] * age
    if kind == WEIBULL:
        return math.pow(age / m.hazard[U(3 * c + 1)], m.hazard[U(3 * c)]) if age > 0.0 else 0.0
    total, start = 0.0, 0.0
    for i in range(m.clock[U(c * CLOCK + C_PIECE)], m.clock[U(c * CLOCK + C_PIECE_END)]):
        end, rate = m.piece[U(2 * i)], m.piece[U(2 * i + 1)]
        if age <= end:
            return total + rate * (age - start)
        total += rate * (end - start)
        start = end
    return total


@inner
def age_at(m: Model, kind: int, c: int, spent: float) -> float:
    """Return the age at which a hazard has been spent: `hazards.age_at`."""
    if kind == EXPONENTIAL:
        rate = m.hazard[U(3 * c)]
        return spent / rate if rate > 0.0 else np.inf
    if kind == WEIBULL:
        return m.hazard[U(3 * c + 1)] * math.pow(spent, m.hazard[U(3 * c + 2)])
    total, start = 0.0, 0.0
    for i in range(m.clock[U(c * CLOCK + C_PIECE)], m.clock[U(c * CLOCK + C_PIECE_END)]):
        end, rate = m.piece[U(2 * i)], m.piece[U(2 * i + 1)]
        here = rate * (end - start) if rate > 0.0 else 0.0
        if total + here >= spent and rate > 0.0:
            return start + (spent - total) / rate
        total += here
        start = end
    return np.inf
