"""Rows of events, moves of regions and changes of registers."""

from __future__ import annotations

from simcare.engine.arrays import E_ADD, E_MOVE, E_MOVE_FIRST, E_PUT
from simcare.engine.family import MOVED
from simcare.engine.flat import (
    CELL,
    Q_RESOURCE,
    Model,
)
from simcare.engine.kernel.building import U, inner
from simcare.engine.kernel.clocks import start_all
from simcare.engine.kernel.layout import (
    ARMED,
    I_QUEUED,
    I_ROWS,
    LIVE,
    ROW,
    STALE,
    W_NOW,
    WEEKS,
    Scratch,
    State,
)


@inner
def write_row(
    x: Scratch, week: float, f: int, kind: int, region: int, before: int, after: int,
    clock: int, outcome: int,
) -> None:  # fmt: skip
    """Write an event; one that no longer fits is only counted."""
    row = x.note[I_ROWS]
    x.note[I_ROWS] = row + 1
    if row >= len(x.weeks):
        return
    x.weeks[U(row)] = week
    at = row * ROW
    x.codes[U(at)] = f
    x.codes[U(at + 1)] = kind
    x.codes[U(at + 2)] = region
    x.codes[U(at + 3)] = before
    x.codes[U(at + 4)] = after
    x.codes[U(at + 5)] = clock
    x.codes[U(at + 6)] = outcome


@inner
def make_stale(m: Model, x: Scratch, which: int) -> None:
    """Note that the clocks of a set of the model may have another factor."""
    words = len(m.size.words)
    for w in range(words):
        x.sets[U(STALE * words + w)] |= m.sets[U(which + w)]


@inner
def put(m: Model, s: State, x: Scratch, f: int, policy: int, register: int, value: float) -> None:
    """Set a register."""
    registers = m.size.registers
    s.register[U(f * registers + register)] = value
    make_stale(m, x, m.size.read + (policy * registers + register) * len(m.size.words))


@inner
def queue_up(x: Scratch, region: int) -> None:
    """Note that a region has come to a queue; there is always room for what one event can do."""
    at = x.note[I_QUEUED]
    if at < len(x.queued):
        x.queued[U(at)] = region
        x.note[I_QUEUED] = at + 1


@inner
def move(
    m: Model, s: State, x: Scratch, f: int, policy: int, region: int, to: int, kind: int,
    clock: int, outcome: int,
) -> None:  # fmt: skip
    """Move a region: its clocks that no longer run stop before the new ones start."""
    regions, levels, words = m.size.regions, m.size.levels, len(m.size.words)
    at, now = f * regions + region, s.week[U(f * WEEKS + W_NOW)]
    old = int(s.level[U(at)])
    write_row(x, now, f, kind, region, old, to, clock, outcome)
    s.level[U(at)] = to
    s.entered[U(at)] = now
    row = policy * regions + region
    for i in range(m.reset_start[U(row)], m.reset_start[U(row + 1)]):
        put(m, s, x, f, policy, m.reset[U(i)], 0.0)
    runs = m.size.runs + (row * levels + to) * words
    own = m.size.own + region * words
    for w in range(words):
        over = m.sets[U(own + w)]
        if old != to:
            over &= ~m.sets[U(runs + w)]
        s.sets[U((2 * f + LIVE) * words + w)] &= ~over
        s.sets[U((2 * f + ARMED) * words + w)] &= ~over
    start_all(m, s, x, f, runs)
    make_stale(m, x, m.size.near + row * words)
    if m.cell[U((row * levels + to) * CELL + Q_RESOURCE)] >= 0:
        queue_up(x, region)


@inner
def apply(
    m: Model, s: State, x: Scratch, f: int, policy: int, e: int, clock: int, outcome: int
) -> None:
    """Apply an effect of an outcome."""
    kind, index = m.effect[U(4 * e)], m.effect[U(4 * e + 1)]
    if kind <= E_MOVE_FIRST:
        to, mask = m.effect[U(4 * e + 2)], m.effect[U(4 * e + 3)]
        slots = 1 if kind == E_MOVE else m.size.slots
        for slot in range(slots):
            region = index + slot * m.size.step
            if mask >> s.level[U(f * m.size.regions + region)] & 1:
                move(m, s, x, f, policy, region, to, MOVED, clock, outcome)
                if kind == E_MOVE_FIRST:
                    return
        return
    value = m.by[U(e)]
    if kind == E_ADD:
        value = s.register[U(f * m.size.registers + index)] + value
    elif kind != E_PUT:
        value = s.week[U(f * WEEKS + W_NOW)] + value
    put(m, s, x, f, policy, index, value)
