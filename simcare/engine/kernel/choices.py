"""What a clock that fires leads to."""

from __future__ import annotations

import numpy as np

from simcare.engine.arrays import (
    SINCE,
    T_CHILDREN,
    T_LEVEL,
    T_REGISTER,
    T_SINCE,
    T_WEEKS_IN,
)
from simcare.engine.family import SAME_WEEK
from simcare.engine.flat import (
    C_KIND,
    C_MASK,
    C_OUTCOME,
    C_OUTCOME_END,
    C_REGION,
    C_REGISTER,
    C_REPEATS,
    CLOCK,
    Model,
)
from simcare.engine.kernel.building import U, inner
from simcare.engine.kernel.clocks import children
from simcare.engine.kernel.hazards import uniform
from simcare.engine.kernel.layout import W_NOW, WEEKS, State


@inner
def compare(subject: float, op: int, value: float) -> bool:
    """Compare as one of `arrays.OPS` says."""
    if op == 0:
        return subject >= value
    if op == 1:
        return subject <= value
    if op == 2:
        return subject > value
    if op == 3:
        return subject < value
    return subject == value if op == 4 else subject != value


@inner
def holds(m: Model, s: State, f: int, i: int) -> bool:
    """Say whether a test holds for a family as it now stands."""
    kind, index, mask = m.test[U(5 * i)], m.test[U(5 * i + 1)], m.test[U(5 * i + 2)]
    regions = f * m.size.regions
    if kind == T_LEVEL:
        return bool(mask >> s.level[U(regions + index)] & 1)
    op, value, week = m.test[U(5 * i + 3)], m.value[U(i)], s.week[U(f * WEEKS + W_NOW)]
    if kind == T_REGISTER:
        return compare(s.register[U(f * m.size.registers + index)], op, value)
    if kind == T_CHILDREN:
        return compare(np.float64(children(m, s, f, index, mask)), op, value)
    subject = week
    if kind == T_SINCE:
        subject = week - s.register[U(f * m.size.registers + index)]
    elif kind == T_WEEKS_IN:
        subject = week - s.entered[U(regions + index)]
    if abs(subject - value) <= SAME_WEEK:
        subject = value
    return compare(subject, op, value)


@inner
def allowed(m: Model, s: State, f: int, outcome: int) -> bool:
    """Say whether every group of tests has one that holds."""
    group, good = -1, True
    for i in range(m.outcome[U(5 * outcome + 1)], m.outcome[U(5 * outcome + 2)]):
        if m.test[U(5 * i + 4)] != group:
            if not good:
                return False
            group, good = m.test[U(5 * i + 4)], False
        if not good and holds(m, s, f, i):
            good = True
    return good


@inner
def choose(m: Model, s: State, f: int, k: int, c: int, occurrence: int) -> int:
    """Return the row of the outcome that a clock has, or -1."""
    draw, reached = -1.0, 0.0
    for o in range(m.clock[U(c * CLOCK + C_OUTCOME)], m.clock[U(c * CLOCK + C_OUTCOME_END)]):
        if not allowed(m, s, f, o):
            continue
        share, times = m.share[U(o)], m.outcome[U(5 * o)]
        if share == -1.0:
            return o
        if draw < 0.0:
            draw = uniform(s.key[U(f)], m.key[U(k)], occurrence, 1)
        if times >= 0:
            share = share * s.register[U(f * m.size.registers + times)]
        reached += share
        if draw < reached:
            return o
    return -1


@inner
def again(m: Model, s: State, f: int, c: int) -> bool:
    """Say whether a clock that has fired starts again."""
    row = c * CLOCK
    region = m.clock[U(row + C_REGION)]
    if m.clock[U(row + C_REPEATS)] == 0:
        return False
    if not m.clock[U(row + C_MASK)] >> s.level[U(f * m.size.regions + region)] & 1:
        return False
    if m.clock[U(row + C_KIND)] != SINCE:
        return True
    register = f * m.size.registers + m.clock[U(row + C_REGISTER)]
    return not s.register[U(register)] + m.hazard[U(3 * c)] <= s.week[U(f * WEEKS + W_NOW)]
