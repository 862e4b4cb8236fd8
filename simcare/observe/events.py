"""The event stream of many families as columns, and the spells between events.

Rows of families count from 0 within one block of a run; `Spells` are the times that each
region instance stood at each level, from a family's arrival to the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.family import FIRED, Row
from simcare.model.instances import Lives

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """Events in the order family, time; all columns have shape (events,)."""

    family: Ints
    week: Floats
    kind: Ints
    region: Ints
    before: Ints
    after: Ints
    clock: Ints
    outcome: Ints

    @staticmethod
    def of(logs: Sequence[Sequence[Row]]) -> Events:
        """Return the columns of families' logs."""
        rows = [row for log in logs for row in log]
        family = np.repeat(np.arange(len(logs)), [len(log) for log in logs])
        if not rows:
            empty = np.zeros(0, dtype=np.int64)
            return Events(family, np.zeros(0), *(empty for _ in range(6)))
        table = np.array(rows, dtype=np.float64)
        whole = table[:, 1:].astype(np.int64)
        return Events(family.astype(np.int64), table[:, 0], *whole.T)

    def of_clock(self, arrays: Arrays) -> Ints:
        """Return the place of each event's clock in the statement; -1 for a place given."""
        base = np.append(arrays.clock_base, -1)
        return base[self.clock]

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Which events are moves of a region."""
        moved: NDArray[np.bool_] = self.kind != FIRED
        return moved


@dataclass(frozen=True)
class Spells:
    """Times at a level: region instance `region` of `family` at `level` from start to end."""

    family: Ints
    region: Ints
    level: Ints
    start: Floats
    end: Floats
    first: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> Spells:
        """Return the chosen spells."""
        return Spells(
            self.family[chosen],
            self.region[chosen],
            self.level[chosen],
            self.start[chosen],
            self.end[chosen],
            self.first[chosen],
        )

    def __len__(self) -> int:
        return len(self.family)


def spells(events: Events, lives: Lives, arrays: Arrays, horizon: float) -> Spells:
    """Return every spell of every region instance, in the order family, region, time.

    Families that arrive after the horizon have none.
    """
    here = np.flatnonzero(lives.arrival <= horizon)
    regions = arrays.regions
    family = np.concatenate([np.repeat(here, regions), events.family[events.moved]])
    region = np.concatenate([np.tile(np.arange(regions), len(here)), events.region[events.moved]])
    level = np.concatenate([lives.level[here].ravel(), events.after[events.moved]])
    start = np.concatenate([np.repeat(lives.arrival[here], regions), events.week[events.moved]])
    first = np.zeros(len(family), dtype=bool)
    first[: len(here) * regions] = True
    order = np.lexsort((np.arange(len(family)), region, family))
    family, region, level, start, first = (
        column[order] for column in (family, region, level, start, first)
    )
    next_start = np.append(start[1:], horizon)[: len(start)]
    same = np.zeros(len(start), dtype=bool)
    same[:-1] = (family[1:] == family[:-1]) & (region[1:] == region[:-1])
    end = np.where(same, next_start, horizon)
    return Spells(family, region, level, start, end, first)
