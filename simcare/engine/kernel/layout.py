"""What the compiled loops work on: flat arrays, and what their places mean."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DONE, FULL, CIRCLE, CROWDED = range(4)
"""Why a call came back: all families have ended, the rows are full, time stands still, or what is
about to happen this week needs a larger ring."""
AT_ONCE = 1 << 15
"""Turns that one family's event may add to the ring: no more than two for each place given."""
NOT_HERE, EARLY, LATE = range(3)
"""A family has not arrived, lives under the policy before the change, or under the one after."""
ROW = 7
"""Whole numbers in a row of events."""

LIVE, ARMED = range(2)
"""Sets of clocks in `State.sets`: those that run, and those of them that fire by the horizon."""
STARTED, STALE = range(2)
"""Sets in `Scratch.sets`: clocks that have started, or may have another factor."""
REST, ORIGIN, SINCE_WEEK, FACTOR = range(4)
RUNNING = 4
"""Columns of `State.running`: what is left of the unit exponential, when the clock started and
was last recomputed, and its factor since then."""
F_AT_ONCE, F_PHASE, F_NUMBER, F_SPOT, F_WAITS, F_HOLDS, F_WOKEN = range(7)
FAMILY = 7
"""Columns of `State.family`: events in this very week, phase, number, place in the heap of those
who share places (-1: none), queues it stands in, places it holds, and whether it is to be woken."""
W_NOW, W_DUE = range(2)
WEEKS = 2
"""Columns of `State.week`: the family's present week, and when it next acts."""
I_ROWS, I_FAMILY, I_CLOCK, I_FIRST, I_LAST, I_SEQUENCE, I_SWITCHED, I_HEAP, I_QUEUED = range(9)
"""Places in `Scratch.note`: rows written, where a circle was seen, the ends of the ring, the last
ticket, whether the policy has changed, lengths of the heap and of `queued`."""
NOTES = 9

NOT_WAITING, WAITING, HANDED = range(3)
P_WAITING, P_WANTED, P_TICKET, P_HELD = range(4)
SPOT = 4
"""Columns of `Places.spot`: whether a region waits, for which resource, with which ticket, and
the bits of the resources that it holds."""
R_CAPACITY, R_EARLY, R_LATE, R_USED, R_GHOSTS, R_QUEUE = range(6)
RESOURCE = 6
"""Columns of `Places.resource`: the most places there ever are, those before and after the change,
those in use, those that go out of use as they fall free, and the length of the queue."""
O_TICKET, O_FAMILY, O_REGION = range(3)
ORDER = 3
"""Columns of `Places.order`, one row for each who waits."""
GIVEN_BACK, GRANTED_NOW, WOKEN = range(3)
TURN = 4
"""Kinds of what is about to happen this week, and columns of `Places.ring`."""


class State(NamedTuple):
    """Where families stand: N families, the rows of each together.

    level, entered: (N, R); register: (N, G); times: (N, K) how often each clock has started;
    fires: (N, K); running: (N, K, RUNNING); sets: (N, 2, W); key: (N,); week: (N, WEEKS);
    family: (N, FAMILY).
    """

    level: NDArray[np.int32]
    entered: Floats
    register: Floats
    times: NDArray[np.int32]
    fires: Floats
    running: Floats
    sets: Ints
    key: NDArray[np.uint64]
    week: Floats
    family: Ints


class Scratch(NamedTuple):
    """What one family's event needs while it lasts, and the rows that it writes.

    sets: (2, W); queued: regions that have come to a queue; note: (NOTES,); weeks: (rows,);
    codes: (rows * ROW,); horizon: (1,).
    """

    sets: Ints
    queued: Ints
    note: Ints
    weeks: Floats
    codes: NDArray[np.int32]
    horizon: Floats


class Places(NamedTuple):
    """Limited places, their queues, and what is about to happen this week.

    resource: (resources, RESOURCE); spot: (N, R, SPOT). The queue of resource r is a heap in rows
    from r * room on of rank and order (ORDER columns). ring: (ring, TURN) what is about to happen;
    heap: families by week; stack: places granted but not yet taken, as bits of regions; now: (1,).
    """

    resource: Ints
    spot: Ints
    rank: Floats
    order: Ints
    ring: Ints
    heap: Ints
    stack: Ints
    now: Floats
