"""Families who share places, side by side in time."""

from __future__ import annotations

import numpy as np

from simcare.engine.flat import C_SHARED, CLOCK, Model
from simcare.engine.kernel.building import U, inner, outer, seldom
from simcare.engine.kernel.clocks import next_clock
from simcare.engine.kernel.heap import wait_until
from simcare.engine.kernel.layout import (
    AT_ONCE,
    CIRCLE,
    CROWDED,
    DONE,
    EARLY,
    F_PHASE,
    F_WAITS,
    F_WOKEN,
    FAMILY,
    FULL,
    GIVEN_BACK,
    GRANTED_NOW,
    HANDED,
    I_FIRST,
    I_HEAP,
    I_LAST,
    I_ROWS,
    I_SWITCHED,
    LATE,
    NOT_HERE,
    P_TICKET,
    P_WAITING,
    R_CAPACITY,
    R_EARLY,
    R_GHOSTS,
    R_LATE,
    R_USED,
    RESOURCE,
    SPOT,
    TURN,
    W_DUE,
    WEEKS,
    WOKEN,
    Places,
    Scratch,
    State,
)
from simcare.engine.kernel.lives import arrive, change_policy, fire
from simcare.engine.kernel.queues import let_in, soon
from simcare.engine.kernel.serving import serve


@inner
def act(m: Model, s: State, x: Scratch, f: int, change: float) -> bool:
    """Let a family do what it does in the week that is due."""
    week, at = s.week[U(f * WEEKS + W_DUE)], f * FAMILY + F_PHASE
    if s.family[U(at)] == NOT_HERE:
        late = week >= change
        arrive(m, s, x, f, 1 if late else 0, week, LATE if late else EARLY)
        return True
    k = next_clock(m, s, f)
    if s.family[U(at)] == EARLY and (k < 0 or s.fires[U(f * m.size.clocks + k)] >= change):
        change_policy(m, s, x, f, change)
        s.family[U(at)] = LATE
        return True
    return fire(m, s, x, f, s.family[U(at)] - EARLY, k)


@inner
def go_on(
    m: Model, s: State, x: Scratch, p: Places, f: int, change: float, spare: int
) -> bool:  # fmt: skip
    """Say when a family acts next; false if time stands still.

    As long as it waits for nothing, it lives on at once through whatever can neither ask for a
    limited place nor free one, because nothing that others do can touch it.
    """
    clocks, rows = m.size.clocks, len(x.weeks) - spare
    while True:
        policy = s.family[U(f * FAMILY + F_PHASE)] - EARLY
        k = next_clock(m, s, f)
        week = s.fires[U(f * clocks + k)] if k >= 0 else np.inf
        changes = policy == 0 and week >= change
        bound = m.clock[U((policy * clocks + k) * CLOCK + C_SHARED)] == 1 if k >= 0 else True
        if changes or bound or s.family[U(f * FAMILY + F_WAITS)] > 0 or x.note[I_ROWS] > rows:
            wait_until(s, x, p, f, change if changes else week)
            return True
        if not fire(m, s, x, f, policy, k):
            return False
        if not serve(m, s, x, p, f, policy, False, week):
            return False


@seldom
def switch(x: Scratch, p: Places) -> None:
    """Open the places that the later policy adds, and begin to withdraw those that it ends."""
    x.note[I_SWITCHED] = 1
    for resource in range(len(p.resource) // RESOURCE):
        row = resource * RESOURCE
        most = p.resource[U(row + R_CAPACITY)]
        if most <= 0:
            continue
        for _ in range(most - p.resource[U(row + R_EARLY)]):
            p.resource[U(row + R_USED)] -= 1
            soon(x, p, GIVEN_BACK, resource, -1, -1)
        for _ in range(most - p.resource[U(row + R_LATE)]):
            if p.resource[U(row + R_USED)] < most:
                p.resource[U(row + R_USED)] += 1
            else:
                p.resource[U(row + R_GHOSTS)] += 1


@inner
def next_turn(m: Model, s: State, x: Scratch, p: Places) -> int:
    """Take what is first of what is about to happen; returns a family that wakes, or -1."""
    at = TURN * (x.note[I_FIRST] & (len(p.ring) // TURN - 1))
    x.note[I_FIRST] += 1
    kind, who = p.ring[U(at)], p.ring[U(at + 1)]
    if kind == GIVEN_BACK:
        let_in(m, x, p, who)
        return -1
    if kind == GRANTED_NOW:
        spot = SPOT * (who * m.size.regions + p.ring[U(at + 2)])
        told = (
            p.spot[U(spot + P_WAITING)] == HANDED
            and p.spot[U(spot + P_TICKET)] == p.ring[U(at + 3)]
        )
        if told and s.family[U(who * FAMILY + F_WOKEN)] == 0:
            s.family[U(who * FAMILY + F_WOKEN)] = 1
            soon(x, p, WOKEN, who, -1, -1)
        return -1
    s.family[U(who * FAMILY + F_WOKEN)] = 0
    return who


@outer
def run_together(
    m: Model, s: State, x: Scratch, p: Places, change: float, spare: int
) -> int:  # fmt: skip
    """Run families that share places, until fewer than `spare` rows are left or all have ended.

    It can be called again to go on. Returns why it came back.
    """
    x.note[I_ROWS] = 0
    opens = change if change <= x.horizon[0] else np.inf
    while x.note[I_ROWS] + spare <= len(x.weeks):
        f, taking = -1, False
        if x.note[I_LAST] - x.note[I_FIRST] > len(p.ring) // TURN - AT_ONCE:
            return CROWDED
        if x.note[I_FIRST] < x.note[I_LAST]:
            f, taking = next_turn(m, s, x, p), True
            if f < 0:
                continue
        else:
            first = s.week[U(p.heap[0] * WEEKS + W_DUE)] if x.note[I_HEAP] > 0 else np.inf
            if x.note[I_SWITCHED] == 0 and first >= opens and opens < np.inf:
                switch(x, p)
                p.now[0] = max(p.now[0], change)
                continue
            if x.note[I_HEAP] == 0:
                return DONE
            f = p.heap[0]
            p.now[0] = first
            if not act(m, s, x, f, change):
                return CIRCLE
        policy = s.family[U(f * FAMILY + F_PHASE)] - EARLY
        if not serve(m, s, x, p, f, policy, taking, p.now[0]):
            return CIRCLE
        if not go_on(m, s, x, p, f, change, spare):
            return CIRCLE
    return FULL
