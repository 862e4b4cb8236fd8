"""What happened, as columns: what every engine writes and every observer reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.family import FIRED, Row

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
COLUMNS = ("family", "kind", "region", "before", "after", "clock", "outcome")


@dataclass(frozen=True)
class Events:
    """Events of families, each family's in the order in which they happened.

    week: (n,) weeks; code: (n, 7), the whole numbers named in `COLUMNS`. `family` counts from 0
    within the lives that were run; `clock` and `outcome` are -1 where there is none.
    """

    week: Floats
    code: Ints

    @staticmethod
    def of(logs: Sequence[Sequence[Row]], first: int = 0) -> Events:
        """Return families' logs as columns, the first log being that of family `first`."""
        rows = [(first + i, *row) for i, log in enumerate(logs) for row in log]
        if not rows:
            return Events(np.zeros(0), np.zeros((0, len(COLUMNS)), dtype=np.int32))
        table = np.array(rows, dtype=np.float64)
        return Events(
            np.ascontiguousarray(table[:, 1]),
            np.delete(table, 1, axis=1).astype(np.int32),
        )

    @property
    def family(self) -> Ints:
        """Row of each event's family."""
        return self.code[:, 0]

    @property
    def kind(self) -> Ints:
        """FIRED, MOVED or GRANTED."""
        return self.code[:, 1]

    @property
    def region(self) -> Ints:
        """Region instance."""
        return self.code[:, 2]

    @property
    def before(self) -> Ints:
        """Level of the region before."""
        return self.code[:, 3]

    @property
    def after(self) -> Ints:
        """Level of the region after."""
        return self.code[:, 4]

    @property
    def clock(self) -> Ints:
        """Clock instance that fired, or -1."""
        return self.code[:, 5]

    @property
    def outcome(self) -> Ints:
        """Outcome instance that was chosen, or -1."""
        return self.code[:, 6]

    def of_clock(self, arrays: Arrays) -> NDArray[np.int64]:
        """Return the place of each event's clock in the statement; -1 for a place given."""
        base = np.append(arrays.clock_base, -1)
        return base[self.clock]

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Which events are moves of a region."""
        moved: NDArray[np.bool_] = self.kind != FIRED
        return moved

    def __len__(self) -> int:
        return len(self.week)


Take = Callable[[Events], None]
"""Given some events, which are written over when it returns: copy what is to be kept.

Each family's events come in order, perhaps in several pieces."""
