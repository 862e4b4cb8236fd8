"""A statement laid out flat: what every engine reads.

Regions of a child are repeated for each child slot, so that an engine meets only *instances*:
numbered regions, registers and clocks of one family. Family regions come first, then the
regions of child 0, of child 1 and so on; clocks likewise. Ragged lists are stored end to end
with an array of offsets (`x_start[i]` to `x_start[i + 1]`). Sets of levels are bit masks.

Two statements of one scenario under different policies have the same layout and differ only in
numbers, which is what lets an engine change policy in the middle of a life.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

EXPONENTIAL, WEIBULL, PIECEWISE, FIXED, SINCE = range(5)
BY_LEVEL, BY_REGISTER, BY_COUNT = range(3)
T_REGISTER, T_SINCE, T_WEEKS_IN, T_CHILDREN, T_WEEK, T_LEVEL = range(6)
OPS = (">=", "<=", ">", "<", "==", "!=")
E_MOVE, E_MOVE_EACH, E_MOVE_FIRST, E_ADD, E_PUT, E_STAMP = range(6)
NO_SHARE = -1.0
NONE = -1


@dataclass(frozen=True)
class Arrays:
    """One policy's model as flat arrays. K clocks, R regions, G registers, L levels at most.

    Shapes: names ending in `_start` have one entry more than the thing they index; the
    `queue_*` and `hold` tables are (R, L); the others are one-dimensional.
    """

    slots: int
    family_regions: int
    child_regions: int
    family_registers: int
    child_registers: int

    region_base: Ints
    region_start_level: Ints
    reset_start: Ints
    reset_register: Ints
    queue_resource: Ints
    queue_then: Ints
    queue_by: Ints
    queue_priority: Floats
    hold: Ints
    register_start: Floats

    clock_base: Ints
    clock_region: Ints
    clock_mask: Ints
    clock_key: Keys
    clock_repeats: Ints
    hazard_kind: Ints
    hazard_a: Floats
    hazard_b: Floats
    hazard_register: Ints
    piece_start: Ints
    piece_end: Floats
    piece_rate: Floats

    factor_start: Ints
    factor_kind: Ints
    factor_index: Ints
    factor_mask: Ints
    factor_table: Ints
    factor_size: Ints
    table: Floats

    outcome_start: Ints
    outcome_share: Floats
    outcome_times: Ints
    test_start: Ints
    test_kind: Ints
    test_index: Ints
    test_mask: Ints
    test_op: Ints
    test_value: Floats
    test_group: Ints
    effect_start: Ints
    effect_kind: Ints
    effect_index: Ints
    effect_to: Ints
    effect_mask: Ints
    effect_value: Floats

    capacity: Ints

    @property
    def clocks(self) -> int:
        """Number of clock instances."""
        return len(self.clock_region)

    @property
    def regions(self) -> int:
        """Number of region instances."""
        return len(self.region_base)

    def digest(self) -> str:
        """Return a SHA-256 of everything that an engine reads."""
        h = hashlib.sha256()
        for f in fields(self):
            value = getattr(self, f.name)
            h.update(f.name.encode())
            h.update(value.tobytes() if isinstance(value, np.ndarray) else str(value).encode())
        return h.hexdigest()

    def same_layout(self, other: Arrays) -> bool:
        """Say whether a life begun under `self` can go on under `other`."""
        return (
            (self.slots, self.family_regions, self.child_regions)
            == (other.slots, other.family_regions, other.child_regions)
            and np.array_equal(self.clock_key, other.clock_key)
            and np.array_equal(self.clock_region, other.clock_region)
            and np.array_equal(self.register_start, other.register_start, equal_nan=True)
            and np.array_equal(self.capacity < 0, other.capacity < 0)
        )
