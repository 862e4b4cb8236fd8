"""The compiled engine: numba's loops over the same arrays, with the same events to the last bit.

Importing this module imports numba and reads the compiled loops from numba's cache (the first
use on a machine compiles them, which takes some seconds).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from simcare.draws import family_keys
from simcare.engine.arrays import E_MOVE, E_MOVE_EACH, Arrays
from simcare.engine.events import Events, Take
from simcare.engine.family import MOST_AT_ONCE, going_in_a_circle
from simcare.engine.flat import Model, lay_out, refusal
from simcare.engine.kernel import apart, layout, together
from simcare.engine.kernel.building import sources
from simcare.engine.simpy_engine import Change, Progress
from simcare.model.instances import Lives

ROWS = 16_384
"""Rows of events that are handed on at a time: few enough to stay in a core's own cache."""


class Compiled:
    """The compiled engine for one policy, or for one that another follows.

    Raises ValueError if the later policy's arrays are laid out otherwise, or if the engine cannot
    run these at all (see `flat.refusal`).
    """

    def __init__(self, arrays: Arrays, change: Change | None = None) -> None:
        after = arrays if change is None else change.arrays
        if not arrays.same_layout(after):
            raise ValueError("a life cannot go on under arrays that are laid out otherwise")
        why = refusal(arrays) or refusal(after)
        if why is not None:
            raise ValueError(f"the compiled engine cannot run this: {why}")
        self.before, self.after = arrays, after
        self.change = math.inf if change is None else change.week
        self.model: Model = lay_out(arrays, after)

    def stream(
        self,
        lives: Lives,
        take: Take,
        *,
        seed: int,
        horizon: float,
        progress: Progress | None = None,
    ) -> None:
        """Simulate families to a horizon, handing their events to `take` as they happen.

        The same events as those of `simpy_engine.simulate`, each family's in order; those of
        families who share places come mixed.
        """
        job = _Job(self, lives, seed, horizon)
        tell = progress if progress is not None else _say_nothing
        if job.queues and bool(np.any(job.most > 0)):
            _together(job, take, tell)
        else:
            _apart(job, take, tell)


def is_kept() -> bool:
    """Say whether numba has kept a compiled loop of this version on disk."""
    loop: Any = apart.run_apart
    folder = Path(str(loop.stats.cache_path))
    return any(folder.glob(f"*{sources()}*.nbi"))


def _say_nothing(done: int) -> None:
    """Take the place of a progress that nobody wants."""


class _Job:
    """What is to be run, laid out for the loops."""

    def __init__(self, engine: Compiled, lives: Lives, seed: int, horizon: float) -> None:
        self.before, self.after, self.lives = engine.before, engine.after, lives
        self.change, self.horizon, self.model = engine.change, horizon, engine.model
        self.most = np.maximum(self.before.capacity, self.after.capacity)
        self.queues = bool(np.any(self.before.hold >= 0) or np.any(self.before.queue_resource >= 0))
        self.key = family_keys(seed, lives.number)

    def state(self, families: int) -> layout.State:
        size = self.model.size
        regions, registers, clocks = size.regions, size.registers, size.clocks
        return layout.State(
            level=np.zeros(families * regions, dtype=np.int32),
            entered=np.zeros(families * regions),
            register=np.zeros(families * registers),
            times=np.zeros(families * clocks, dtype=np.int32),
            fires=np.zeros(families * clocks),
            running=np.zeros(families * clocks * layout.RUNNING),
            sets=np.zeros(families * 2 * len(size.words), dtype=np.int64),
            key=np.zeros(families, dtype=np.uint64),
            week=np.zeros(families * layout.WEEKS),
            family=np.zeros(families * layout.FAMILY, dtype=np.int64),
        )

    def scratch(self, rows: int) -> layout.Scratch:
        return layout.Scratch(
            sets=np.zeros(2 * len(self.model.size.words), dtype=np.int64),
            queued=np.zeros(1 + self.before.regions + self.most_moves(), dtype=np.int64),
            note=np.zeros(layout.NOTES, dtype=np.int64),
            weeks=np.empty(rows),
            codes=np.empty(rows * layout.ROW, dtype=np.int32),
            horizon=np.array([self.horizon]),
        )

    def most_moves(self) -> int:
        """Return how many moves one firing can make."""
        return max(_most_moves(self.before), _most_moves(self.after))


def _most_moves(x: Arrays) -> int:
    moves = np.where(x.effect_kind == E_MOVE, 1, np.where(x.effect_kind == E_MOVE_EACH, x.slots, 1))
    moves = np.where(x.effect_kind > E_MOVE_EACH + 1, 0, moves)
    total = np.concatenate([[0], np.cumsum(moves)])
    by_outcome = total[x.effect_start[1:]] - total[x.effect_start[:-1]]
    return int(by_outcome.max(initial=0))


def _hand_on(scratch: layout.Scratch, take: Take) -> None:
    rows = int(scratch.note[layout.I_ROWS])
    codes = scratch.codes[: rows * layout.ROW].reshape(rows, layout.ROW)
    take(Events(scratch.weeks[:rows], codes))


def _raise_circle(job: _Job, state: layout.State, scratch: layout.Scratch, row: int) -> None:
    clock = int(scratch.note[layout.I_CLOCK])
    raise going_in_a_circle(job.before, float(state.week[row * layout.WEEKS + layout.W_NOW]), clock)


def _apart(job: _Job, take: Take, tell: Progress) -> None:
    """Run families that share nothing, one after another."""
    lives = job.lives
    state, scratch, rows = job.state(1), job.scratch(ROWS), ROWS
    level = np.ascontiguousarray(lives.level, dtype=np.int64).ravel()
    register = np.ascontiguousarray(lives.register, dtype=np.float64).ravel()
    places = _places(job, 0)
    first, status = 0, layout.FULL
    while status != layout.DONE:
        status, reached = apart.run_apart(
            job.model, state, scratch, places, first, level, register, lives.arrival, job.key,
            job.change, job.queues,
        )  # fmt: skip
        if status == layout.CIRCLE:
            _raise_circle(job, state, scratch, 0)
        if status == layout.FULL and scratch.note[layout.I_ROWS] == 0:
            rows *= 4
            scratch = job.scratch(rows)
            continue
        _hand_on(scratch, take)
        tell(reached - first)
        first = reached


def _together(job: _Job, take: Take, tell: Progress) -> None:
    """Run families that share places, side by side in time."""
    lives, families = job.lives, len(job.lives)
    state, places = job.state(families), _places(job, families)
    spare = MOST_AT_ONCE + job.most_moves() + 2
    scratch = job.scratch(spare + ROWS)
    _line_up(job, state, scratch, places)
    start = min(float(lives.arrival.min()), 0.0) if families else 0.0
    done, status = 0, layout.FULL
    while status != layout.DONE:
        status = together.run_together(job.model, state, scratch, places, job.change, spare)
        if status == layout.CIRCLE:
            _raise_circle(job, state, scratch, int(scratch.note[layout.I_FAMILY]))
        _hand_on(scratch, take)
        if status == layout.CROWDED:
            places = _widened(places, scratch)
        share = (max(float(places.now[0]), start) - start) / max(job.horizon - start, 1e-9)
        now = families if status == layout.DONE else int(families * min(share, 1.0))
        tell(now - done)
        done = now


def _line_up(
    job: _Job, state: layout.State, scratch: layout.Scratch, places: layout.Places
) -> None:
    """Put every family where it stands before it arrives, in the order of arrival."""
    lives = job.lives
    state.level[:] = lives.level.ravel()
    state.register[:] = lives.register.ravel()
    state.key[:] = job.key
    state.week[layout.W_DUE :: layout.WEEKS] = lives.arrival
    order = np.lexsort((lives.number, lives.arrival))
    order = order[lives.arrival[order] <= job.horizon]
    spot = np.full(len(lives), -1, dtype=np.int64)
    spot[order] = np.arange(len(order))
    state.family[layout.F_NUMBER :: layout.FAMILY] = lives.number
    state.family[layout.F_SPOT :: layout.FAMILY] = spot
    places.heap[: len(order)] = order
    scratch.note[layout.I_HEAP] = len(order)


def _room(job: _Job, families: int) -> int:
    """Return how many rows a queue needs: of those who wait in it and as many who have left."""
    cells = (job.before.queue_resource >= 0) | (job.after.queue_resource >= 0)
    return 2 * families * (int(np.any(cells, axis=1).sum()) + 1) + 64


def _ring(job: _Job) -> int:
    """Return the turns that the ring has to begin with: a power of two."""
    opened = np.minimum(np.maximum(job.most, 0), 1 << 24).sum()
    return 1 << (2 * layout.AT_ONCE + int(opened) - 1).bit_length()


def _widened(places: layout.Places, scratch: layout.Scratch) -> layout.Places:
    """Return places with a ring twice as long, its turns at the beginning."""
    turns = places.ring.reshape(-1, layout.TURN)
    first, last = int(scratch.note[layout.I_FIRST]), int(scratch.note[layout.I_LAST])
    ring = np.zeros((2 * len(turns), layout.TURN), dtype=np.int64)
    ring[: last - first] = turns[np.arange(first, last) % len(turns)]
    scratch.note[layout.I_FIRST], scratch.note[layout.I_LAST] = 0, last - first
    return places._replace(ring=ring.ravel())


def _places(job: _Job, families: int) -> layout.Places:
    resources, regions = len(job.most), job.before.regions
    room = _room(job, families)
    resource = np.zeros((resources, layout.RESOURCE), dtype=np.int64)
    resource[:, layout.R_CAPACITY] = job.most
    resource[:, layout.R_EARLY] = early = job.before.capacity
    resource[:, layout.R_LATE] = late = job.after.capacity
    # Those that only the later policy has are out of use until then.
    resource[:, layout.R_USED] = np.where((job.most > 0) & (early != late), job.most - early, 0)
    return layout.Places(
        resource=resource.ravel(),
        spot=np.zeros(families * regions * layout.SPOT, dtype=np.int64),
        rank=np.zeros(resources * room),
        order=np.zeros(resources * room * layout.ORDER, dtype=np.int64),
        ring=np.zeros(layout.TURN * (_ring(job) if families else 1), dtype=np.int64),
        heap=np.zeros(families + 1, dtype=np.int64),
        stack=np.zeros(MOST_AT_ONCE + 2, dtype=np.int64),
        now=np.full(1, -np.inf),
    )
