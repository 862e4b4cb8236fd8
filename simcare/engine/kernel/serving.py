"""A family's queues and places brought into line with where it stands."""

from __future__ import annotations

from simcare.engine.flat import CELL, Q_HOLD, Q_RESOURCE, Model
from simcare.engine.kernel.building import U, inner, lowest, without_lowest
from simcare.engine.kernel.layout import (
    F_HOLDS,
    F_WAITS,
    FAMILY,
    HANDED,
    I_QUEUED,
    NOT_WAITING,
    P_HELD,
    P_WAITING,
    P_WANTED,
    R_CAPACITY,
    RESOURCE,
    SPOT,
    Places,
    Scratch,
    State,
)
from simcare.engine.kernel.lives import first_queued, grant
from simcare.engine.kernel.queues import ask, let_go


@inner
def give_back(m: Model, s: State, x: Scratch, p: Places, f: int, policy: int) -> None:
    """Leave the queues and give back the places at which the family no longer stands."""
    regions, at = m.size.regions, f * FAMILY
    if s.family[U(at + F_WAITS)] == 0 and s.family[U(at + F_HOLDS)] == 0:
        return
    for region in range(regions):
        spot = SPOT * (f * regions + region)
        if p.spot[U(spot + P_WAITING)] != NOT_WAITING:
            row = (policy * regions + region) * m.size.levels + s.level[U(f * regions + region)]
            if m.cell[U(row * CELL + Q_RESOURCE)] != p.spot[U(spot + P_WANTED)]:
                p.spot[U(spot + P_WAITING)] = NOT_WAITING
                s.family[U(f * FAMILY + F_WAITS)] -= 1
    for region in range(regions):
        spot = SPOT * (f * regions + region)
        bits = p.spot[U(spot + P_HELD)]
        while bits != 0:
            resource = lowest(bits)
            bits = without_lowest(bits)
            row = (policy * regions + region) * m.size.levels + s.level[U(f * regions + region)]
            if m.cell[U(row * CELL + Q_HOLD)] != resource:
                let_go(s, x, p, f, spot, resource)


@inner
def handed(m: Model, p: Places, f: int) -> int:
    """Return the regions for which a place has been granted, as bits."""
    bits = 0
    for region in range(m.size.regions):
        if p.spot[U(SPOT * (f * m.size.regions + region) + P_WAITING)] == HANDED:
            bits |= 1 << region
    return bits


@inner
def take(
    m: Model, s: State, x: Scratch, p: Places, f: int, policy: int, region: int, week: float
) -> bool:
    """Take the place that has been granted to a region; false if time stands still."""
    spot = SPOT * (f * m.size.regions + region)
    p.spot[U(spot + P_WAITING)] = NOT_WAITING
    s.family[U(f * FAMILY + F_WAITS)] -= 1
    s.family[U(f * FAMILY + F_HOLDS)] += 1
    p.spot[U(spot + P_HELD)] |= 1 << p.spot[U(spot + P_WANTED)]
    return grant(m, s, x, f, policy, region, week)


@inner
def serve(
    m: Model, s: State, x: Scratch, p: Places, f: int, policy: int, taking: bool, week: float
) -> bool:
    """Bring a family's queues and places into line with where it stands.

    taking: places have been granted to it. Taking one may lead to the next queue and a place
    there, so what is still to be taken lies on a stack.
    """
    depth, regions = 0, m.size.regions
    if taking:
        p.stack[0] = handed(m, p, f)
        depth = 1
    else:
        give_back(m, s, x, p, f, policy)
    while True:
        if not taking and x.note[I_QUEUED] > 0:
            region = first_queued(x)
            spot = SPOT * (f * regions + region)
            row = (policy * regions + region) * m.size.levels + s.level[U(f * regions + region)]
            resource = m.cell[U(row * CELL + Q_RESOURCE)]
            if resource < 0 or p.spot[U(spot + P_WAITING)] != NOT_WAITING:
                continue
            capacity = p.resource[U(resource * RESOURCE + R_CAPACITY)]
            if capacity < 0:
                if not grant(m, s, x, f, policy, region, week):
                    return False
                give_back(m, s, x, p, f, policy)
            elif capacity > 0:
                s.family[U(f * FAMILY + F_WAITS)] += 1
                ask(m, s, x, p, f, policy, region)
                if p.spot[U(spot + P_WAITING)] == HANDED:
                    p.stack[U(depth)] = handed(m, p, f)
                    depth += 1
                    taking = True
            continue
        if depth == 0:
            return True
        bits = p.stack[U(depth - 1)]
        if bits == 0:
            depth -= 1
            taking = False
            continue
        region = lowest(bits)
        p.stack[U(depth - 1)] = without_lowest(bits)
        if p.spot[U(SPOT * (f * regions + region) + P_WAITING)] == HANDED:
            if not take(m, s, x, p, f, policy, region, week):
                return False
            give_back(m, s, x, p, f, policy)
            taking = False
