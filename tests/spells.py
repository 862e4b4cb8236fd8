"""The times that each region instance of each family stood at each level, by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.events import Events
from simcare.model.instances import Lives

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
