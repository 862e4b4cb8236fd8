"""The flat arrays as nested tuples, which is how plain Python reads them fastest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcare.engine import arrays as a

Test = tuple[int, int, int, int, float]
Effect = tuple[int, int, int, int, float]
Factor = tuple[int, int, int, tuple[float, ...]]
Outcome = tuple[float, int, tuple[tuple[Test, ...], ...], tuple[Effect, ...], int]


@dataclass(frozen=True)
class Tables:
    """One policy's arrays, unrolled. Each tuple has one entry per clock or per region."""

    arrays: a.Arrays
    clock_region: tuple[int, ...]
    clock_mask: tuple[int, ...]
    clock_key: tuple[int, ...]
    repeats: tuple[bool, ...]
    hazard: tuple[tuple[int, float, float, int], ...]
    pieces: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    factors: tuple[tuple[Factor, ...], ...]
    outcomes: tuple[tuple[Outcome, ...], ...]
    region_clocks: tuple[tuple[int, ...], ...]
    runs: tuple[tuple[tuple[int, ...], ...], ...]
    """Of each region and level, the clocks of that region that run there."""
    region_dependents: tuple[tuple[int, ...], ...]
    register_dependents: tuple[tuple[int, ...], ...]
    resets: tuple[tuple[int, ...], ...]
    queue: tuple[tuple[int, ...], ...]
    hold: tuple[tuple[int, ...], ...]
    has_places: bool

    def numbers(self, clock: int) -> tuple[object, ...]:
        """Everything that decides when a clock fires, to tell whether a policy changes it."""
        return (
            self.clock_mask[clock],
            self.hazard[clock],
            self.pieces[clock],
            self.factors[clock],
        )


def unroll(x: a.Arrays) -> Tables:
    """Unroll the arrays of one policy."""
    clocks, regions, registers = range(x.clocks), range(x.regions), len(x.register_start)
    factors = tuple(_factors(x, k) for k in clocks)
    by_region: list[list[int]] = [[] for _ in regions]
    by_register: list[list[int]] = [[] for _ in range(registers)]
    for k in clocks:
        # No factor stretches a fixed time.
        for kind, index, _, _ in factors[k] if x.hazard_kind[k] < a.FIXED else ():
            if kind == a.BY_REGISTER:
                by_register[index].append(k)
            elif kind == a.BY_LEVEL:
                by_region[index].append(k)
            else:
                for slot in range(x.slots):
                    by_region[index + slot * x.child_regions].append(k)
    own: list[list[int]] = [[] for _ in regions]
    for k in clocks:
        own[int(x.clock_region[k])].append(k)
    return Tables(
        arrays=x,
        clock_region=tuple(x.clock_region.tolist()),
        clock_mask=tuple(x.clock_mask.tolist()),
        clock_key=tuple(x.clock_key.tolist()),
        repeats=tuple(bool(r) for r in x.clock_repeats),
        hazard=tuple(
            zip(
                x.hazard_kind.tolist(),
                x.hazard_a.tolist(),
                x.hazard_b.tolist(),
                x.hazard_register.tolist(),
                strict=True,
            )
        ),
        pieces=tuple(_pieces(x, k) for k in clocks),
        factors=factors,
        outcomes=tuple(_outcomes(x, k) for k in clocks),
        region_clocks=tuple(tuple(o) for o in own),
        runs=_by_level(x, own),
        region_dependents=tuple(tuple(dict.fromkeys(d)) for d in by_region),
        register_dependents=tuple(tuple(dict.fromkeys(d)) for d in by_register),
        resets=tuple(
            tuple(x.reset_register[x.reset_start[r] : x.reset_start[r + 1]].tolist())
            for r in regions
        ),
        queue=tuple(tuple(row) for row in x.queue_resource.tolist()),
        hold=tuple(tuple(row) for row in x.hold.tolist()),
        has_places=bool(np.any(x.hold >= 0) or np.any(x.queue_resource >= 0)),
    )


def _by_level(x: a.Arrays, own: list[list[int]]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    mask, levels = x.clock_mask.tolist(), range(x.hold.shape[1])
    return tuple(
        tuple(tuple(k for k in mine if mask[k] >> at & 1) for at in levels) for mine in own
    )


def _pieces(x: a.Arrays, k: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    part = slice(int(x.piece_start[k]), int(x.piece_start[k + 1]))
    return tuple(x.piece_end[part].tolist()), tuple(x.piece_rate[part].tolist())


def _factors(x: a.Arrays, k: int) -> tuple[Factor, ...]:
    found = []
    for i in range(int(x.factor_start[k]), int(x.factor_start[k + 1])):
        start, size = int(x.factor_table[i]), int(x.factor_size[i])
        values = tuple(x.table[start : start + size].tolist())
        found.append((int(x.factor_kind[i]), int(x.factor_index[i]), int(x.factor_mask[i]), values))
    return tuple(found)


def _outcomes(x: a.Arrays, k: int) -> tuple[Outcome, ...]:
    found = []
    for i in range(int(x.outcome_start[k]), int(x.outcome_start[k + 1])):
        effects = range(int(x.effect_start[i]), int(x.effect_start[i + 1]))
        found.append(
            (
                float(x.outcome_share[i]),
                int(x.outcome_times[i]),
                _guards(x, i),
                tuple(
                    (
                        int(x.effect_kind[j]),
                        int(x.effect_index[j]),
                        int(x.effect_to[j]),
                        int(x.effect_mask[j]),
                        float(x.effect_value[j]),
                    )
                    for j in effects
                ),
                i,
            )
        )
    return tuple(found)


def _guards(x: a.Arrays, i: int) -> tuple[tuple[Test, ...], ...]:
    groups: dict[int, list[Test]] = {}
    for j in range(int(x.test_start[i]), int(x.test_start[i + 1])):
        groups.setdefault(int(x.test_group[j]), []).append(
            (
                int(x.test_kind[j]),
                int(x.test_index[j]),
                int(x.test_mask[j]),
                int(x.test_op[j]),
                float(x.test_value[j]),
            )
        )
    return tuple(tuple(tests) for tests in groups.values())
