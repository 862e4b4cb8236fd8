"""The clocks of one family: starting, stopping, and when each fires next."""

from __future__ import annotations

import math

import numpy as np

from simcare.engine.arrays import BY_LEVEL, BY_REGISTER, FIXED, SINCE
from simcare.engine.flat import (
    C_FACTOR,
    C_FACTOR_END,
    C_KIND,
    C_REGISTER,
    CLOCK,
    Model,
)
from simcare.engine.kernel.building import U, inner, lowest, without_lowest
from simcare.engine.kernel.hazards import age_at, cumulative, uniform
from simcare.engine.kernel.layout import (
    ARMED,
    FACTOR,
    LIVE,
    ORIGIN,
    REST,
    RUNNING,
    SINCE_WEEK,
    STALE,
    STARTED,
    W_NOW,
    WEEKS,
    Scratch,
    State,
)


@inner
def children(m: Model, s: State, f: int, first: int, mask: int) -> int:
    """Count the children who stand at some levels of a region."""
    total = 0
    base = f * m.size.regions + first
    for slot in range(m.size.slots):
        total += mask >> s.level[U(base + slot * m.size.step)] & 1
    return total


@inner
def multiplier(m: Model, s: State, f: int, c: int) -> float:
    """Return the product of a clock's factors, in the order in which they are stated."""
    product = 1.0
    for i in range(m.clock[U(c * CLOCK + C_FACTOR)], m.clock[U(c * CLOCK + C_FACTOR_END)]):
        kind, index, table = m.factor[U(5 * i)], m.factor[U(5 * i + 1)], m.factor[U(5 * i + 3)]
        if kind == BY_LEVEL:
            product *= m.table[U(table + s.level[U(f * m.size.regions + index)])]
        elif kind == BY_REGISTER:
            product *= s.register[U(f * m.size.registers + index)]
        else:
            count = children(m, s, f, index, m.factor[U(5 * i + 2)])
            last = m.factor[U(5 * i + 4)] - 1
            product *= m.table[U(table + (count if count < last else last))]
    return product


@inner
def stop(m: Model, s: State, f: int, k: int) -> None:
    """Take a clock from the live ones."""
    words = len(m.size.words)
    at, bit = f * 2 * words + (k >> 6), 1 << (k & 63)
    s.sets[U(at + LIVE * words)] &= ~bit
    s.sets[U(at + ARMED * words)] &= ~bit


@inner
def start(m: Model, s: State, x: Scratch, f: int, k: int) -> None:
    """Put a clock among the live ones; `settle` works out when it fires."""
    words = len(m.size.words)
    at, bit = f * 2 * words + (k >> 6), 1 << (k & 63)
    s.sets[U(at + LIVE * words)] |= bit
    s.sets[U(at + ARMED * words)] &= ~bit
    x.sets[U(STARTED * words + (k >> 6))] |= bit
    s.times[U(f * m.size.clocks + k)] += 1


@inner
def start_all(m: Model, s: State, x: Scratch, f: int, which: int) -> None:
    """Start the clocks of a set of the model that do not run yet."""
    words = len(m.size.words)
    live = f * 2 * words + LIVE * words
    for w in range(words):
        bits = m.sets[U(which + w)] & ~s.sets[U(live + w)]
        while bits != 0:
            start(m, s, x, f, 64 * w + lowest(bits))
            bits = without_lowest(bits)


@inner
def fires_at(m: Model, s: State, x: Scratch, f: int, k: int, week: float) -> None:
    """Set when a clock fires."""
    words = len(m.size.words)
    at, bit = (2 * f + ARMED) * words + (k >> 6), 1 << (k & 63)
    s.fires[U(f * m.size.clocks + k)] = week
    if week <= x.horizon[0]:
        s.sets[U(at)] |= bit
    else:
        s.sets[U(at)] &= ~bit


@inner
def due(
    m: Model, s: State, x: Scratch, f: int, k: int, c: int, factor: float, rest: float, done: float
) -> None:
    """Say when a clock fires that has `rest` left of its unit exponential."""
    row = (f * m.size.clocks + k) * RUNNING
    s.running[U(row + REST)] = rest
    s.running[U(row + FACTOR)] = factor
    week, now = np.inf, s.week[U(f * WEEKS + W_NOW)]
    if not factor <= 0.0:
        kind = m.clock[U(c * CLOCK + C_KIND)]
        week = s.running[U(row + ORIGIN)] + age_at(m, kind, c, done + rest / factor)
        if now > week:
            week = now
    fires_at(m, s, x, f, k, week)


@inner
def begin(m: Model, s: State, x: Scratch, f: int, k: int, policy: int) -> None:
    """Say when a clock that has just started fires."""
    clocks = m.size.clocks
    c, week = policy * clocks + k, s.week[U(f * WEEKS + W_NOW)]
    kind, row = m.clock[U(c * CLOCK + C_KIND)], (f * clocks + k) * RUNNING
    if kind >= FIXED:
        start = week
        if kind == SINCE:
            start = s.register[U(f * m.size.registers + m.clock[U(c * CLOCK + C_REGISTER)])]
        date = m.hazard[U(3 * c)] + start
        fires_at(m, s, x, f, k, date if date > week else week)
        # Nothing is spent, so the date stays even if a later policy's hazard has a rate.
        s.running[U(row + REST)] = np.nan
        return
    s.running[U(row + ORIGIN)] = week
    s.running[U(row + SINCE_WEEK)] = week
    occurrence = int(s.times[U(f * clocks + k)]) - 1
    spent = -math.log(uniform(s.key[U(f)], m.key[U(k)], occurrence, 0))
    due(m, s, x, f, k, c, multiplier(m, s, f, c), spent, 0.0)


@inner
def rest_now(m: Model, s: State, f: int, k: int, c: int) -> float:
    """Return what is left of a clock's unit exponential in the present week."""
    kind = m.clock[U(c * CLOCK + C_KIND)]
    row = (f * m.size.clocks + k) * RUNNING
    origin = s.running[U(row + ORIGIN)]
    gone = cumulative(m, kind, c, s.week[U(f * WEEKS + W_NOW)] - origin) - cumulative(
        m, kind, c, s.running[U(row + SINCE_WEEK)] - origin
    )
    rest = s.running[U(row + REST)] - s.running[U(row + FACTOR)] * gone
    return 0.0 if rest < 0.0 else rest


@inner
def resume(
    m: Model, s: State, x: Scratch, f: int, k: int, c: int, factor: float, rest: float
) -> None:
    """Go on with what is left of a clock, under the factor of now; a date that is fixed stays."""
    if math.isnan(rest):
        return
    row = (f * m.size.clocks + k) * RUNNING
    now = s.week[U(f * WEEKS + W_NOW)]
    s.running[U(row + SINCE_WEEK)] = now
    done = cumulative(m, m.clock[U(c * CLOCK + C_KIND)], c, now - s.running[U(row + ORIGIN)])
    due(m, s, x, f, k, c, factor, rest, done)


@inner
def adjust(m: Model, s: State, x: Scratch, f: int, k: int, policy: int) -> None:
    """Recompute a running clock if its factor has changed."""
    c = policy * m.size.clocks + k
    if m.clock[U(c * CLOCK + C_KIND)] >= FIXED:
        return
    factor = multiplier(m, s, f, c)
    if factor != s.running[U((f * m.size.clocks + k) * RUNNING + FACTOR)]:
        resume(m, s, x, f, k, c, factor, rest_now(m, s, f, k, c))


@inner
def settle(m: Model, s: State, x: Scratch, f: int, policy: int) -> None:
    """Give new clocks their weeks and move those whose factor has changed."""
    words = len(m.size.words)
    for w in range(words):
        live = s.sets[U((2 * f + LIVE) * words + w)]
        fresh = x.sets[U(STARTED * words + w)] & live
        stale = x.sets[U(STALE * words + w)] & live & ~fresh
        x.sets[U(STARTED * words + w)] = 0
        x.sets[U(STALE * words + w)] = 0
        while fresh != 0:
            begin(m, s, x, f, 64 * w + lowest(fresh), policy)
            fresh = without_lowest(fresh)
        while stale != 0:
            adjust(m, s, x, f, 64 * w + lowest(stale), policy)
            stale = without_lowest(stale)


@inner
def next_clock(m: Model, s: State, f: int) -> int:
    """Return the clock that fires next, or -1 if none does by the horizon."""
    words, clocks = len(m.size.words), f * m.size.clocks
    best, first = np.inf, -1
    for w in range(words):
        bits = s.sets[U((2 * f + ARMED) * words + w)]
        while bits != 0:
            k = 64 * w + lowest(bits)
            if s.fires[U(clocks + k)] < best:
                best, first = s.fires[U(clocks + k)], k
            bits = without_lowest(bits)
    return first
