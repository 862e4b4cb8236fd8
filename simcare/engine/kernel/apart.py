"""Families who share no place, one after another."""

from __future__ import annotations

from typing import Any

from simcare.engine.flat import (
    CELL,
    Q_RESOURCE,
    Model,
)
from simcare.engine.kernel.building import U, inner, outer
from simcare.engine.kernel.clocks import next_clock
from simcare.engine.kernel.layout import (
    CIRCLE,
    DONE,
    F_AT_ONCE,
    FULL,
    I_FAMILY,
    I_QUEUED,
    I_ROWS,
    R_CAPACITY,
    RESOURCE,
    ROW,
    W_NOW,
    Floats,
    Ints,
    Places,
    Scratch,
    State,
)
from simcare.engine.kernel.lives import arrive, change_policy, fire, first_queued, grant


@inner
def granted_freely(m: Model, s: State, x: Scratch, p: Places, policy: int) -> bool:
    """Go through the queues of places of which there are as many as anyone wants, or none."""
    while x.note[I_QUEUED] > 0:
        region = first_queued(x)
        row = (policy * m.size.regions + region) * m.size.levels
        resource = m.cell[U((row + s.level[U(region)]) * CELL + Q_RESOURCE)]
        if resource < 0 or p.resource[U(resource * RESOURCE + R_CAPACITY)] == 0:
            continue
        if not grant(m, s, x, 0, policy, region, s.week[W_NOW]):
            return False
    return True


@inner
def prepare(m: Model, s: State, x: Scratch, i: int, level: Ints, register: Floats) -> None:
    """Put the one family of the state where another stands before it arrives."""
    regions, registers = m.size.regions, m.size.registers
    for r in range(regions):
        s.level[U(r)] = level[i * regions + r]
    for r in range(registers):
        s.register[U(r)] = register[i * registers + r]
    for k in range(m.size.clocks):
        s.times[U(k)] = 0
    for w in range(2 * len(m.size.words)):
        s.sets[U(w)] = 0
    s.family[F_AT_ONCE] = 0
    x.note[I_QUEUED] = 0


@inner
def live(
    m: Model, s: State, x: Scratch, p: Places, arrival: float, change: float, queues: bool
) -> bool:
    """Run one family from its arrival to the horizon; false if time stands still."""
    policy = 1 if arrival >= change else 0
    arrive(m, s, x, 0, policy, arrival, 0)
    if queues and not granted_freely(m, s, x, p, policy):
        return False
    while x.note[I_ROWS] <= len(x.weeks):
        k = next_clock(m, s, 0)
        if policy == 0 and change <= x.horizon[0] and (k < 0 or s.fires[U(k)] >= change):
            change_policy(m, s, x, 0, change)
            policy = 1
        elif k < 0:
            return True
        elif not fire(m, s, x, 0, policy, k):
            return False
        if queues and x.note[I_QUEUED] > 0 and not granted_freely(m, s, x, p, policy):
            return False
        x.note[I_QUEUED] = 0
    return True


@outer
def run_apart(
    m: Model, s: State, x: Scratch, p: Places, first: int, level: Ints, register: Floats,
    arrival: Floats, key: Any, change: float, queues: bool,
) -> tuple[int, int]:  # fmt: skip
    """Run families one after another from `first` on, in one family's state.

    Returns why it came back, and the family to go on with: one whose rows no longer fit is
    begun again from its arrival.
    """
    x.note[I_ROWS] = 0
    for i in range(first, len(arrival)):
        if arrival[i] > x.horizon[0]:
            continue
        begun_at = x.note[I_ROWS]
        prepare(m, s, x, i, level, register)
        s.key[0] = key[i]
        going = live(m, s, x, p, arrival[i], change, queues)
        if x.note[I_ROWS] > len(x.weeks):
            x.note[I_ROWS] = begun_at
            return FULL, i
        for row in range(begun_at, x.note[I_ROWS]):
            x.codes[U(row * ROW)] = i
        if not going:
            x.note[I_FAMILY] = 0
            return CIRCLE, i
    return DONE, len(arrival)
