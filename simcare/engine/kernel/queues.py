"""Limited places, and what goes on around them within one week.

What was given back, granted or woken goes in the order in which it came about, as in SimPy (see
`simpy.resources.base`): a place given back lets in one who waits, when its turn comes.
"""

from __future__ import annotations

from simcare.engine.flat import (
    CELL,
    Q_BY,
    Q_RESOURCE,
    Model,
)
from simcare.engine.kernel.building import U, inner, seldom
from simcare.engine.kernel.layout import (
    F_HOLDS,
    FAMILY,
    GIVEN_BACK,
    GRANTED_NOW,
    HANDED,
    I_LAST,
    I_SEQUENCE,
    O_FAMILY,
    O_REGION,
    O_TICKET,
    ORDER,
    P_HELD,
    P_TICKET,
    P_WAITING,
    P_WANTED,
    R_CAPACITY,
    R_GHOSTS,
    R_QUEUE,
    R_USED,
    RESOURCE,
    SPOT,
    TURN,
    WAITING,
    Places,
    Scratch,
    State,
)


@inner
def soon(x: Scratch, p: Places, kind: int, who: int, region: int, ticket: int) -> None:
    """Put something at the end of what is about to happen this week."""
    at = TURN * (x.note[I_LAST] & (len(p.ring) // TURN - 1))
    x.note[I_LAST] += 1
    p.ring[U(at)] = kind
    p.ring[U(at + 1)] = who
    p.ring[U(at + 2)] = region
    p.ring[U(at + 3)] = ticket


@inner
def room(p: Places) -> int:
    """Return how many rows each queue has."""
    return len(p.rank) // (len(p.resource) // RESOURCE)


@inner
def comes_before(p: Places, i: int, j: int) -> bool:
    """Say whether a row of a queue comes before another."""
    if p.rank[U(i)] != p.rank[U(j)]:
        return p.rank[U(i)] < p.rank[U(j)]
    return p.order[U(ORDER * i + O_TICKET)] < p.order[U(ORDER * j + O_TICKET)]


@inner
def swap(p: Places, i: int, j: int) -> None:
    """Exchange two rows of a queue."""
    p.rank[U(i)], p.rank[U(j)] = p.rank[U(j)], p.rank[U(i)]
    for c in range(ORDER):
        one, other = p.order[U(ORDER * i + c)], p.order[U(ORDER * j + c)]
        p.order[U(ORDER * i + c)], p.order[U(ORDER * j + c)] = other, one


@inner
def sink(p: Places, base: int, at: int, length: int) -> None:
    """Move a row of a queue below those that come before it."""
    while 2 * at + 1 < length:
        child = 2 * at + 1
        if child + 1 < length and comes_before(p, base + child + 1, base + child):
            child += 1
        if not comes_before(p, base + child, base + at):
            return
        swap(p, base + at, base + child)
        at = child


@inner
def still_waits(m: Model, p: Places, row: int) -> bool:
    """Say whether the one in a row of a queue still waits there."""
    family, region = p.order[U(ORDER * row + O_FAMILY)], p.order[U(ORDER * row + O_REGION)]
    spot = SPOT * (family * m.size.regions + region)
    waits = p.spot[U(spot + P_WAITING)] == WAITING
    return waits and p.spot[U(spot + P_TICKET)] == p.order[U(ORDER * row + O_TICKET)]


@seldom
def tidy(m: Model, p: Places, resource: int) -> None:
    """Drop the rows of those who have left a queue."""
    base, kept = resource * room(p), 0
    for i in range(p.resource[U(resource * RESOURCE + R_QUEUE)]):
        if still_waits(m, p, base + i):
            if i != kept:
                swap(p, base + i, base + kept)
            kept += 1
    p.resource[U(resource * RESOURCE + R_QUEUE)] = kept
    for at in range(kept // 2 - 1, -1, -1):
        sink(p, base, at, kept)


@seldom
def let_in(m: Model, x: Scratch, p: Places, resource: int) -> None:
    """Grant a free place to the first who waits for it, if there is one."""
    row, base = resource * RESOURCE, resource * room(p)
    if p.resource[U(row + R_USED)] >= p.resource[U(row + R_CAPACITY)]:
        return
    if p.resource[U(row + R_GHOSTS)] > 0:
        p.resource[U(row + R_GHOSTS)] -= 1
        p.resource[U(row + R_USED)] += 1
        return
    while p.resource[U(row + R_QUEUE)] > 0:
        waits, first = still_waits(m, p, base), ORDER * base
        family, region = p.order[U(first + O_FAMILY)], p.order[U(first + O_REGION)]
        ticket, last = p.order[U(first + O_TICKET)], p.resource[U(row + R_QUEUE)] - 1
        swap(p, base, base + last)
        p.resource[U(row + R_QUEUE)] = last
        sink(p, base, 0, last)
        if waits:
            p.resource[U(row + R_USED)] += 1
            p.spot[U(SPOT * (family * m.size.regions + region) + P_WAITING)] = HANDED
            soon(x, p, GRANTED_NOW, family, region, ticket)
            return


@inner
def let_go(s: State, x: Scratch, p: Places, f: int, spot: int, resource: int) -> None:
    """Give a place back; the next in the queue hears of it in its turn."""
    s.family[U(f * FAMILY + F_HOLDS)] -= 1
    p.spot[U(spot + P_HELD)] &= ~(1 << resource)
    p.resource[U(resource * RESOURCE + R_USED)] -= 1
    soon(x, p, GIVEN_BACK, resource, -1, -1)


@seldom
def ask(m: Model, s: State, x: Scratch, p: Places, f: int, policy: int, region: int) -> None:
    """Join the queue at which a region stands."""
    regions = m.size.regions
    spot = SPOT * (f * regions + region)
    row = (policy * regions + region) * m.size.levels + s.level[U(f * regions + region)]
    resource, by, rank = m.cell[U(row * CELL + Q_RESOURCE)], m.cell[U(row * CELL + Q_BY)], 0.0
    if p.spot[U(spot + P_HELD)] >> resource & 1:
        let_go(s, x, p, f, spot, resource)
    if by >= 0:
        rank = m.rank[U(row * m.size.levels + s.level[U(f * regions + by)])]
    if p.resource[U(resource * RESOURCE + R_QUEUE)] == room(p):
        tidy(m, p, resource)
    x.note[I_SEQUENCE] += 1
    p.spot[U(spot + P_WAITING)] = WAITING
    p.spot[U(spot + P_WANTED)] = resource
    p.spot[U(spot + P_TICKET)] = x.note[I_SEQUENCE]
    base, at = resource * room(p), p.resource[U(resource * RESOURCE + R_QUEUE)]
    p.resource[U(resource * RESOURCE + R_QUEUE)] = at + 1
    p.rank[U(base + at)] = rank
    p.order[U(ORDER * (base + at) + O_TICKET)] = x.note[I_SEQUENCE]
    p.order[U(ORDER * (base + at) + O_FAMILY)] = f
    p.order[U(ORDER * (base + at) + O_REGION)] = region
    while at > 0 and comes_before(p, base + at, base + (at - 1) // 2):
        swap(p, base + at, base + (at - 1) // 2)
        at = (at - 1) // 2
    let_in(m, x, p, resource)
