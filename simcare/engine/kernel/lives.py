"""What one family does: it arrives, a clock fires, a place is given, the policy changes."""

from __future__ import annotations

from simcare.engine.arrays import FIXED
from simcare.engine.family import FIRED, GRANTED, MOST_AT_ONCE, SAME_WEEK
from simcare.engine.flat import (
    C_KIND,
    C_MASK,
    C_REGION,
    CELL,
    CLOCK,
    Q_RESOURCE,
    Q_THEN,
    Model,
)
from simcare.engine.kernel.building import U, inner, lowest, seldom, without_lowest
from simcare.engine.kernel.choices import again, choose
from simcare.engine.kernel.clocks import (
    multiplier,
    rest_now,
    resume,
    settle,
    start,
    start_all,
    stop,
)
from simcare.engine.kernel.layout import (
    F_AT_ONCE,
    F_PHASE,
    FAMILY,
    I_CLOCK,
    I_FAMILY,
    I_QUEUED,
    LIVE,
    W_NOW,
    WEEKS,
    Scratch,
    State,
)
from simcare.engine.kernel.moves import apply, move, queue_up, write_row


@inner
def set_now(s: State, x: Scratch, f: int, k: int, week: float) -> bool:
    """Set a family's week; false if it has had too many events in this one."""
    at, now = f * FAMILY + F_AT_ONCE, f * WEEKS + W_NOW
    s.family[U(at)] = s.family[U(at)] + 1 if week - s.week[U(now)] <= SAME_WEEK else 0
    s.week[U(now)] = week
    if s.family[U(at)] > MOST_AT_ONCE:
        x.note[I_FAMILY], x.note[I_CLOCK] = f, k
        return False
    return True


@inner
def fire(m: Model, s: State, x: Scratch, f: int, policy: int, k: int) -> bool:
    """Let a clock fire in its week; false if time stands still."""
    clocks = m.size.clocks
    week = s.fires[U(f * clocks + k)]
    if not set_now(s, x, f, k, week):
        return False
    c = policy * clocks + k
    stop(m, s, f, k)
    chosen = choose(m, s, f, k, c, int(s.times[U(f * clocks + k)]) - 1)
    outcome = chosen - policy * m.size.outcomes if chosen >= 0 else -1
    region = m.clock[U(c * CLOCK + C_REGION)]
    at = int(s.level[U(f * m.size.regions + region)])
    write_row(x, week, f, FIRED, region, at, at, k, outcome)
    if chosen >= 0:
        for e in range(m.outcome[U(5 * chosen + 3)], m.outcome[U(5 * chosen + 4)]):
            apply(m, s, x, f, policy, e, k, outcome)
    runs = s.sets[U((2 * f + LIVE) * len(m.size.words) + (k >> 6))] >> (k & 63) & 1
    if not runs and again(m, s, f, c):
        start(m, s, x, f, k)
    settle(m, s, x, f, policy)
    return True


@seldom
def grant(m: Model, s: State, x: Scratch, f: int, policy: int, region: int, week: float) -> bool:
    """Move a queueing region on to the level that its place is for."""
    if not set_now(s, x, f, -1, week):
        return False
    row = (policy * m.size.regions + region) * m.size.levels
    to = m.cell[U((row + s.level[U(f * m.size.regions + region)]) * CELL + Q_THEN)]
    move(m, s, x, f, policy, region, to, GRANTED, -1, -1)
    settle(m, s, x, f, policy)
    return True


@inner
def change_policy(m: Model, s: State, x: Scratch, f: int, week: float) -> None:
    """Go on under the policy after the change: only clocks whose numbers differ notice."""
    s.week[U(f * WEEKS + W_NOW)] = week
    words, clocks = len(m.size.words), m.size.clocks
    for w in range(words):
        bits = s.sets[U((2 * f + LIVE) * words + w)] & m.sets[U(m.size.touched + w)]
        while bits != 0:
            notice(m, s, x, f, 64 * w + lowest(bits))
            bits = without_lowest(bits)
    for k in range(clocks):
        at = s.level[U(f * m.size.regions + m.clock[U(k * CLOCK + C_REGION)])]
        ran = m.clock[U(k * CLOCK + C_MASK)] >> at & 1
        if not ran and m.clock[U((clocks + k) * CLOCK + C_MASK)] >> at & 1:
            start(m, s, x, f, k)
    settle(m, s, x, f, 1)


@inner
def notice(m: Model, s: State, x: Scratch, f: int, k: int) -> None:
    """Stop a live clock, or go on with it, under the policy after the change."""
    c = m.size.clocks + k
    at = s.level[U(f * m.size.regions + m.clock[U(c * CLOCK + C_REGION)])]
    if not m.clock[U(c * CLOCK + C_MASK)] >> at & 1:
        stop(m, s, f, k)
    elif m.clock[U(k * CLOCK + C_KIND)] < FIXED and m.clock[U(c * CLOCK + C_KIND)] < FIXED:
        resume(m, s, x, f, k, c, multiplier(m, s, f, c), rest_now(m, s, f, k, k))


@inner
def arrive(m: Model, s: State, x: Scratch, f: int, policy: int, week: float, phase: int) -> None:
    """Begin a life: every clock of the levels at which it starts."""
    s.week[U(f * WEEKS + W_NOW)] = week
    s.family[U(f * FAMILY + F_PHASE)] = phase
    regions, levels, words = m.size.regions, m.size.levels, len(m.size.words)
    for region in range(regions):
        s.entered[U(f * regions + region)] = week
        row = (policy * regions + region) * levels + s.level[U(f * regions + region)]
        start_all(m, s, x, f, m.size.runs + row * words)
        if m.cell[U(row * CELL + Q_RESOURCE)] >= 0:
            queue_up(x, region)
    settle(m, s, x, f, policy)


@inner
def first_queued(x: Scratch) -> int:
    """Take the first of the regions that have come to a queue."""
    region = x.queued[0]
    x.note[I_QUEUED] -= 1
    for i in range(x.note[I_QUEUED]):
        x.queued[U(i)] = x.queued[U(i + 1)]
    return region
