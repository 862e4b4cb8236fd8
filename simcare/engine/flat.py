"""The arrays as the compiled engine reads them.

The rows of the policy before the change and of the one after it lie end to end in each table,
so that a policy is a number to add to a row (0, or the number of clocks or regions), and a
change of policy needs no other code. Nothing is stated anew: this is the order of `Arrays` with
some lists worked out beforehand, as `tables.unroll` does for the SimPy engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcare.engine import arrays as a
from simcare.engine.tables import Tables, unroll

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_LEVELS = 62
"""Levels of a region, and regions or resources that queue, fit in the bits of a signed word."""


class Size(NamedTuple):
    """How many there are of each thing, and where each kind of set begins in `Model.sets`.

    step: regions of one child; outcomes: of the policy before the change; words: W zeros. How many
    there are is part of its type, so loops over words are compiled for just so many.
    """

    clocks: int
    regions: int
    registers: int
    levels: int
    slots: int
    step: int
    outcomes: int
    runs: int
    near: int
    read: int
    own: int
    touched: int
    words: tuple[int, ...]


class Model(NamedTuple):
    """Two policies end to end. K clocks, R regions, G registers, L levels, W words of 64 clocks.

    Rows of `clock` are named by `C_...`, of `cell` by `Q_...`; of `hazard`: first and second
    number and 1 / first; of `factor`: kind, index, mask, start and size in `table`; of `outcome`:
    register, start and end of its tests and of its effects; of `test`: kind, index, mask, op,
    group; of `effect`: kind, index, to, mask. Sets of clocks are W words: `runs` for (policy,
    region, level), `near` for (policy, region), `read` for (policy, register), `own` for
    (region), `touched` for all; they lie end to end in `sets` from where `size` says.
    """

    size: Size
    clock: Ints
    hazard: Floats
    key: NDArray[np.uint64]
    piece: Floats
    factor: Ints
    table: Floats
    outcome: Ints
    share: Floats
    test: Ints
    value: Floats
    effect: Ints
    by: Floats
    sets: Ints
    reset_start: Ints
    reset: Ints
    cell: Ints
    rank: Floats


C_REGION, C_MASK, C_REPEATS, C_KIND, C_REGISTER = range(5)
C_PIECE, C_PIECE_END, C_FACTOR, C_FACTOR_END, C_OUTCOME, C_OUTCOME_END, C_SHARED = range(5, 12)
CLOCK = 12
"""Columns of `clock`. The last says whether the clock can move a region with limited places."""
Q_RESOURCE, Q_THEN, Q_BY, Q_HOLD = range(4)
CELL = 4
"""Columns of `cell`, of which there is a row for each (policy, region, level)."""


def refusal(arrays: a.Arrays) -> str | None:
    """Say why the compiled engine cannot run some arrays; None if it can."""
    if arrays.hold.shape[1] > MOST_LEVELS:
        return f"a region has more than {MOST_LEVELS} levels"
    if len(arrays.capacity) > MOST_LEVELS:
        return f"there are more than {MOST_LEVELS} kinds of limited place"
    # A queue for places without a limit is passed through at once, and needs no bit.
    limited = np.append(arrays.capacity >= 0, False)[arrays.queue_resource]
    if bool(np.any(limited[MOST_LEVELS:])):
        return f"a region that may queue for limited places is not among the first {MOST_LEVELS}"
    return None


def lay_out(before: a.Arrays, after: a.Arrays) -> Model:
    """Lay two policies' arrays end to end."""
    pair, tables = (before, after), (unroll(before), unroll(after))
    words = max(-(-before.clocks // 64), 1)
    starts, sets = _sets(tables, before.hold.shape[1], words)
    reset_start, reset = _ragged([row for t in tables for row in t.resets])
    runs, near, read, own, touched = starts
    size = Size(
        clocks=before.clocks,
        regions=before.regions,
        registers=len(before.register_start),
        levels=before.hold.shape[1],
        slots=before.slots,
        step=before.child_regions,
        outcomes=len(before.outcome_share),
        runs=runs,
        near=near,
        read=read,
        own=own,
        touched=touched,
        words=(0,) * words,
    )
    return Model(
        size=size,
        clock=_clocks(before, after),
        hazard=np.concatenate([_hazards(x) for x in pair]).ravel(),
        key=before.clock_key,
        piece=np.concatenate([np.column_stack([x.piece_end, x.piece_rate]) for x in pair]).ravel(),
        factor=_factors(before, after),
        table=np.concatenate([x.table for x in pair]),
        outcome=_outcomes(before, after),
        share=np.concatenate([x.outcome_share for x in pair]),
        test=_stack(pair, "test_kind", "test_index", "test_mask", "test_op", "test_group"),
        value=np.concatenate([x.test_value for x in pair]),
        effect=_stack(pair, "effect_kind", "effect_index", "effect_to", "effect_mask"),
        by=np.concatenate([x.effect_value for x in pair]),
        sets=sets,
        reset_start=reset_start,
        reset=reset,
        cell=_cells(pair),
        rank=np.concatenate([x.queue_priority.ravel() for x in pair]),
    )


def _hazards(x: a.Arrays) -> Floats:
    with np.errstate(divide="ignore", over="ignore"):
        return np.column_stack([x.hazard_a, x.hazard_b, 1.0 / x.hazard_a])


def _cells(pair: Sequence[a.Arrays]) -> Ints:
    names = ("queue_resource", "queue_then", "queue_by", "hold")
    rows = [np.stack([getattr(x, name) for name in names], axis=-1) for x in pair]
    return np.concatenate([row.ravel() for row in rows])


def _sets(tables: tuple[Tables, Tables], width: int, words: int) -> tuple[list[int], Ints]:
    """Return where each kind of set begins, and all the sets end to end."""
    clocks = len(tables[0].clock_region)
    kinds: list[Sequence[Sequence[int]]] = [
        [row for t in tables for row in _running(t, width)],
        [row for t in tables for row in t.region_dependents],
        [row for t in tables for row in t.register_dependents],
        list(tables[0].region_clocks),
        [[k for k in range(clocks) if tables[0].numbers(k) != tables[1].numbers(k)]],
    ]
    starts: list[int] = []
    rows: list[Sequence[int]] = []
    for kind in kinds:
        starts.append(words * len(rows))
        rows += kind
    bits = np.zeros((len(rows), 64 * words), dtype=np.uint8)
    for i, row in enumerate(rows):
        bits[i, list(row)] = 1
    packed = np.packbits(bits, axis=1, bitorder="little").view("<i8").astype(np.int64)
    return starts, np.ascontiguousarray(packed.ravel())


def _stack(pair: Sequence[a.Arrays], *names: str) -> Ints:
    rows = [np.column_stack([getattr(x, name) for name in names]) for x in pair]
    return np.ascontiguousarray(np.concatenate(rows).ravel())


def _ragged(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    start = np.zeros(len(rows) + 1, dtype=np.int64)
    start[1:] = np.cumsum([len(row) for row in rows])
    flat = np.array([x for row in rows for x in row], dtype=np.int64)
    return start, flat


def _running(t: Tables, width: int) -> list[Sequence[int]]:
    """Return the clocks that run at each level of each region, in the order region, level."""
    return [
        [k for k in clocks if t.clock_mask[k] >> level & 1]
        for clocks in t.region_clocks
        for level in range(width)
    ]


def _shared(x: a.Arrays) -> NDArray[np.bool_]:
    """Return whether each clock can move a region in which there are limited places."""
    limited = x.capacity >= 0
    places = np.zeros(x.regions + 1, dtype=bool)
    for table in (x.queue_resource, x.hold):
        places[:-1] |= np.any((table >= 0) & np.append(limited, False)[table], axis=1)
    step, slots = x.child_regions, np.where(x.effect_kind == a.E_MOVE, 1, x.slots)
    moves = x.effect_kind <= a.E_MOVE_FIRST
    hit = np.zeros(len(x.effect_kind), dtype=bool)
    for slot in range(x.slots if x.slots else 1):
        there = np.where(moves & (slot < slots), x.effect_index + slot * step, x.regions)
        hit |= places[there]
    by_effect = np.concatenate([[0], np.cumsum(hit)])
    by_outcome = by_effect[x.effect_start[x.outcome_start]]
    shared: NDArray[np.bool_] = by_outcome[1:] > by_outcome[:-1]
    return shared


def _clocks(before: a.Arrays, after: a.Arrays) -> Ints:
    rows = []
    pieces = factors = outcomes = 0
    for x in (before, after):
        rows.append(
            np.column_stack(
                [
                    x.clock_region, x.clock_mask, x.clock_repeats, x.hazard_kind,
                    x.hazard_register, x.piece_start[:-1] + pieces, x.piece_start[1:] + pieces,
                    x.factor_start[:-1] + factors, x.factor_start[1:] + factors,
                    x.outcome_start[:-1] + outcomes, x.outcome_start[1:] + outcomes, _shared(x),
                ]
            )
        )  # fmt: skip
        pieces, factors = len(before.piece_end), len(before.factor_kind)
        outcomes = len(before.outcome_share)
    return np.ascontiguousarray(np.concatenate(rows).astype(np.int64).ravel())


def _factors(before: a.Arrays, after: a.Arrays) -> Ints:
    rows = [
        np.column_stack(
            [x.factor_kind, x.factor_index, x.factor_mask, x.factor_table + shift, x.factor_size]
        )
        for x, shift in ((before, 0), (after, len(before.table)))
    ]
    return np.ascontiguousarray(np.concatenate(rows).ravel())


def _outcomes(before: a.Arrays, after: a.Arrays) -> Ints:
    rows = []
    tests = effects = 0
    for x in (before, after):
        rows.append(
            np.column_stack(
                [
                    x.outcome_times, x.test_start[:-1] + tests, x.test_start[1:] + tests,
                    x.effect_start[:-1] + effects, x.effect_start[1:] + effects,
                ]
            )
        )  # fmt: skip
        tests, effects = len(before.test_kind), len(before.effect_kind)
    return np.ascontiguousarray(np.concatenate(rows).ravel())
