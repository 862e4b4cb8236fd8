"""From a statement to flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from simcare.draws import decision_key
from simcare.engine import arrays as a
from simcare.model import statement as s
from simcare.model.instances import Instances


class _Rows:
    """Columns that grow row by row and become arrays."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}

    def add(self, **row: float) -> None:
        for name, value in row.items():
            self.columns.setdefault(name, []).append(value)

    def extend(self, name: str, values: Sequence[float]) -> int:
        column = self.columns.setdefault(name, [])
        start = len(column)
        column.extend(values)
        return start

    def size(self, name: str) -> int:
        return len(self.columns.get(name, ()))


_FLOATS = {
    "hazard_a", "hazard_b", "piece_end", "piece_rate", "table", "outcome_share", "test_value",
    "effect_value", "register_start",
}  # fmt: skip


def compile_statement(model: s.Statement) -> a.Arrays:
    """Lay a statement out flat.

    Raises KeyError or ValueError where the statement names something that it does not have, or
    a hazard that no clock can have; a statement built from a checked scenario never does.
    """
    index, rows = Instances(model), _Rows()
    for place, clock, slot in index.clocks():
        _add_clock(rows, index, clock, place, slot)
    for name in ("factor", "outcome", "piece"):
        rows.columns.setdefault(f"{name}_start", []).append(_end_of(rows, name))
    rows.columns.setdefault("test_start", []).append(rows.size("test_kind"))
    rows.columns.setdefault("effect_start", []).append(rows.size("effect_kind"))
    for region, slot in index.regions():
        rows.add(reset_start=rows.size("reset_register"))
        rows.extend("reset_register", [index.register(name, slot) for name in region.resets])
    rows.columns.setdefault("reset_start", []).append(rows.size("reset_register"))
    arrays = {name: _column(rows, name) for name in _names_of_columns()}
    arrays.update(_places(index))
    return a.Arrays(
        slots=model.children,
        family_regions=len(index.family_regions),
        child_regions=len(index.child_regions),
        family_registers=len(index.family_registers),
        child_registers=len(index.child_registers),
        **arrays,
    )


def _end_of(rows: _Rows, name: str) -> int:
    first_column = {"factor": "factor_kind", "outcome": "outcome_share", "piece": "piece_end"}
    return rows.size(first_column[name])


def _names_of_columns() -> list[str]:
    prefixes = ("clock_", "hazard_", "piece_", "factor_", "outcome_", "test_", "effect_", "reset_")
    names = a.Arrays.__dataclass_fields__
    return [n for n in names if n.startswith(prefixes) or n == "table"]


def _column(rows: _Rows, name: str) -> Any:
    values = rows.columns.get(name, [])
    if name in _FLOATS:
        return np.array(values, dtype=np.float64)
    return np.array(values, dtype=np.uint64 if name == "clock_key" else np.int64)


def _add_clock(rows: _Rows, index: Instances, clock: s.Clock, place: int, slot: int) -> None:
    rows.add(
        clock_base=place,
        clock_region=index.region(clock.region, slot),
        clock_mask=index.mask(clock.region, clock.levels),
        clock_key=decision_key(f"{clock.luck or f'{clock.region}/{clock.name}'}/{slot}"),
        clock_repeats=int(clock.repeats),
    )
    if not _possible(clock.hazard):
        raise ValueError(f"the clock {clock.name} of {clock.region} cannot run: {clock.hazard}")
    _add_hazard(rows, index, clock.hazard, slot)
    rows.add(factor_start=rows.size("factor_kind"))
    for factor in clock.factors:
        _add_factor(rows, index, factor, slot)
    rows.add(outcome_start=rows.size("outcome_share"))
    for outcome in clock.outcomes:
        _add_outcome(rows, index, outcome, slot)


def _possible(hazard: s.Hazard) -> bool:
    match hazard:
        case s.Exponential(rate):
            return rate >= 0.0
        case s.Weibull(shape, scale):
            return shape > 0.0 and scale > 0.0
        case s.Piecewise(ends, rates):
            rising = all(before < end for before, end in pairwise((0.0, *ends)))
            return rising and len(rates) == len(ends) + 1 and min(rates) >= 0.0
        case s.Fixed(weeks):
            return weeks >= 0.0
        case s.Since():
            return True


def _add_hazard(rows: _Rows, index: Instances, hazard: s.Hazard, slot: int) -> None:
    kind, first, second, register = a.EXPONENTIAL, 0.0, 0.0, a.NONE
    rows.add(piece_start=rows.size("piece_end"))
    match hazard:
        case s.Exponential(rate):
            first = rate
        case s.Weibull(shape, scale):
            kind, first, second = a.WEIBULL, shape, scale
        case s.Piecewise(ends, rates):
            kind = a.PIECEWISE
            rows.extend("piece_end", [*ends, np.inf])
            rows.extend("piece_rate", rates)
        case s.Fixed(weeks):
            kind, first = a.FIXED, weeks
        case s.Since(name, weeks):
            kind, first, register = a.SINCE, weeks, index.register(name, slot)
    rows.add(hazard_kind=kind, hazard_a=first, hazard_b=second, hazard_register=register)


def _add_factor(rows: _Rows, index: Instances, factor: s.Factor, slot: int) -> None:
    match factor:
        case s.LevelFactor(region, by_level):
            given = dict(by_level)
            values = [given.get(n, 1.0) for n in index.by_name[region].level_names()]
            kind, where, mask = a.BY_LEVEL, index.region(region, slot), 0
        case s.RegisterFactor(register):
            kind, where, mask, values = a.BY_REGISTER, index.register(register, slot), 0, []
        case s.CountFactor(region, levels, by_count):
            kind, where = a.BY_COUNT, index.region(region, 0)
            mask, values = index.mask(region, levels), list(by_count)
    rows.add(
        factor_kind=kind,
        factor_index=where,
        factor_mask=mask,
        factor_table=rows.extend("table", values),
        factor_size=len(values),
    )


def _add_outcome(rows: _Rows, index: Instances, outcome: s.Outcome, slot: int) -> None:
    rows.add(
        outcome_share=a.NO_SHARE if outcome.share is None else outcome.share,
        outcome_times=a.NONE if outcome.times is None else index.register(outcome.times, slot),
        test_start=rows.size("test_kind"),
        effect_start=rows.size("effect_kind"),
    )
    for group, guard in enumerate(outcome.when):
        for test in guard:
            _add_test(rows, index, test, group, slot)
    for effect in outcome.effects:
        _add_effect(rows, index, effect, slot)


_TEST_KINDS = {
    "register": a.T_REGISTER,
    "since": a.T_SINCE,
    "weeks_in": a.T_WEEKS_IN,
    "children": a.T_CHILDREN,
    "week": a.T_WEEK,
}


def _add_test(rows: _Rows, index: Instances, test: s.Test, group: int, slot: int) -> None:
    if isinstance(test, s.LevelIs):
        mask = index.mask(test.region, test.levels)
        kind, where, op, value = a.T_LEVEL, index.region(test.region, slot), 0, 0.0
    else:
        kind, op, value, mask = _TEST_KINDS[test.kind], a.OPS.index(test.op), test.value, 0
        where = a.NONE
        if test.kind in ("register", "since"):
            where = index.register(test.subject, slot)
        elif test.kind == "weeks_in":
            where = index.region(test.subject, slot)
        elif test.kind == "children":
            where, mask = index.region(test.subject, 0), index.mask(test.subject, test.levels)
    rows.add(test_kind=kind, test_index=where, test_mask=mask, test_op=op, test_value=value)
    rows.add(test_group=group)


def _add_effect(rows: _Rows, index: Instances, effect: s.Effect, slot: int) -> None:
    to, mask, value = a.NONE, 0, 0.0
    match effect:
        case s.Move(region, level, only_from, first):
            names = only_from or index.by_name[region].level_names()
            to, mask = index.level(region, level), index.mask(region, names)
            where = index.region(region, slot)
            of_children = index.by_name[region].per == "child" and slot < 0
            kind = (a.E_MOVE_FIRST if first else a.E_MOVE_EACH) if of_children else a.E_MOVE
        case s.Add(register, by):
            kind, where, value = a.E_ADD, index.register(register, slot), by
        case s.Put(register, number):
            kind, where, value = a.E_PUT, index.register(register, slot), number
        case s.Stamp(register, weeks):
            kind, where, value = a.E_STAMP, index.register(register, slot), weeks
    rows.add(
        effect_kind=kind, effect_index=where, effect_to=to, effect_mask=mask, effect_value=value
    )


def _places(index: Instances) -> dict[str, Any]:
    """Lay out starting levels, registers, queues and held places."""
    instances = index.regions()
    model = index.statement
    width = max((len(r.levels) for r in model.regions), default=1)
    shape = (len(instances), width)
    resources = [r.name for r in model.resources]
    bases = {r.name: i for i, r in enumerate(model.regions)}
    queue, then, by, hold = (np.full(shape, a.NONE, dtype=np.int64) for _ in range(4))
    priority = np.zeros((*shape, width))
    for i, (region, slot) in enumerate(instances):
        for j, level in enumerate(region.levels):
            if level.holds is not None:
                hold[i, j] = resources.index(level.holds)
            if level.queue is not None:
                queue[i, j] = resources.index(level.queue.resource)
                then[i, j] = index.level(region.name, level.queue.then)
                if level.queue.priority is not None:
                    on = level.queue.priority.region
                    by[i, j] = index.region(on, slot)
                    given = dict(level.queue.priority.by_level)
                    for n, name in enumerate(index.by_name[on].level_names()):
                        priority[i, j, n] = given.get(name, 1.0)
    return {
        "region_base": np.array([bases[r.name] for r, _ in instances], dtype=np.int64),
        "region_start_level": np.array(
            [index.level(r.name, r.start) for r, _ in instances], dtype=np.int64
        ),
        "register_start": np.array([g.start for g, _ in index.registers()], dtype=np.float64),
        "queue_resource": queue,
        "queue_then": then,
        "queue_by": by,
        "queue_priority": priority,
        "hold": hold,
        "capacity": np.array(
            [a.NONE if r.capacity is None else r.capacity for r in model.resources], dtype=np.int64
        ),
    }
