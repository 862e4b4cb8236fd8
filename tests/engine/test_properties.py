"""What must hold of any statement: on random ones, through the ordinary engine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.engine.compile import compile_statement
from simcare.engine.family import FIRED, GRANTED, Row
from simcare.engine.simpy_engine import Change, simulate
from simcare.model import statement as s
from simcare.model.instances import Instances, Lives
from tests.helpers import Logs, PlainSums, Run, levels, run
from tests.strategies import STEADY, Case, cases, hazards


def ran(case: Case) -> Run:
    return run(case.statement, case.arrivals, case.horizon, case.seed)


def ran_with(case: Case, statement: s.Statement, week: float) -> Logs:
    """The families of a case, living under another statement from a week on."""
    result, change = ran(case), Change(week, compile_statement(statement))
    return simulate(
        result.arrays, result.lives, seed=case.seed, horizon=case.horizon, change=change
    )


@STEADY
@given(cases())
def test_events_follow_one_another_and_the_statement(case: Case) -> None:
    result = ran(case)
    for i, log in enumerate(result.logs):
        weeks = [case.arrivals[i], *(row[0] for row in log), max(case.horizon, case.arrivals[i])]
        assert all(before <= after for before, after in pairwise(weeks))
        at = result.lives.level[i].tolist()
        for row in log:
            _, kind, region, before, after, _, _ = row
            assert before == at[region]
            assert kind != FIRED or after == before
            at[region] = after
            _check(result, row)


def _check(result: Run, row: Row) -> None:
    """A clock fires at its levels only, and a move is one that its outcome or queue makes."""
    x, index = result.arrays, Instances(result.statement)
    _, kind, where, before, after, clock, outcome = row
    if kind == FIRED:
        first, end = x.outcome_start[clock], x.outcome_start[clock + 1]
        assert x.clock_region[clock] == where
        assert x.clock_mask[clock] >> before & 1
        assert outcome == -1 or first <= outcome < end
    elif kind == GRANTED:
        assert x.queue_then[where, before] == after
    else:
        outcomes = [o for _, c, _ in index.clocks() for o in c.outcomes]
        region, _ = index.regions()[where]
        assert (region.name, region.levels[after].name) in [
            (e.region, e.to) for e in outcomes[outcome].effects if isinstance(e, s.Move)
        ]


@STEADY
@given(cases())
def test_spells_of_each_region_divide_the_time_from_arrival_to_the_horizon(case: Case) -> None:
    spells = ran(case).spells
    seen = defaultdict[tuple[int, int], list[tuple[float, float, bool]]](list)
    rows = zip(spells.family, spells.region, spells.start, spells.end, spells.first, strict=True)
    for family, region, start, end, first in rows:
        seen[int(family), int(region)].append((start, end, bool(first)))
    here = {i for i, week in enumerate(case.arrivals) if week <= case.horizon}
    regions = compile_statement(case.statement).regions
    assert set(seen) == {(i, r) for i in here for r in range(regions)}
    for (i, _), times in seen.items():
        assert times[0][0] == case.arrivals[i]
        assert times[-1][1] == case.horizon
        assert all(start <= end for start, end, _ in times)
        assert all(one[1] == following[0] for one, following in pairwise(times))
        assert [first for _, _, first in times] == [True] + [False] * (len(times) - 1)


@STEADY
@given(cases())
def test_money_is_rate_times_time_and_sums_by_a_plain_loop(case: Case) -> None:
    result = ran(case)
    ledger = result.ledger()
    lines = defaultdict[tuple[int, str], float](float)
    for i, item, amount in zip(ledger["family"], ledger["item"], ledger["amount"], strict=True):
        lines[int(i), str(item)] += amount
    plain = {key: total for key, total in PlainSums(result).sums.items() if total != 0.0}
    assert dict(lines) == pytest.approx(plain, rel=1e-9, abs=1e-6)
    assert ledger["amount"].sum() == pytest.approx(sum(plain.values()), rel=1e-9, abs=1e-6)
    assert ((ledger["start_week"] >= 0.0) & (ledger["end_week"] <= case.horizon)).all()


@STEADY
@given(cases())
def test_places_are_never_over_filled(case: Case) -> None:
    """Counted at the end of each week in which a place is given or given back."""
    result = ran(case)
    x, steps = result.arrays, defaultdict[int, list[tuple[float, int]]](list)
    for log in result.logs:
        held: dict[int, int] = {}
        for week, kind, region, before, after, _, _ in log:
            if kind == FIRED:
                continue
            if region in held and x.hold[region, after] != held[region]:
                steps[held.pop(region)].append((week, -1))
            place = int(x.queue_resource[region, before])
            if kind == GRANTED and x.hold[region, after] == place and region not in held:
                held[region] = place
                steps[place].append((week, 1))
    for place, changes in steps.items():
        capacity = int(x.capacity[place])
        for week in {week for week, _ in changes}:
            assert capacity < 0 or sum(by for at, by in changes if at <= week) <= capacity


@STEADY
@given(cases(), st.sampled_from([-3.0, 0.0, 4.348125]))
def test_a_change_to_identical_arrays_changes_no_bit(case: Case, week: float) -> None:
    assert ran_with(case, case.statement, week) == ran(case).logs


@STEADY
@given(cases(), hazards(), st.integers(0, 20))
def test_a_change_of_one_clock_leaves_the_past_alone(
    case: Case, hazard: s.Hazard, number: int
) -> None:
    clocks = list(case.statement.clocks)
    if clocks and not isinstance(clocks[number % len(clocks)].hazard, s.Since):
        clocks[number % len(clocks)] = replace(clocks[number % len(clocks)], hazard=hazard)
    logs = ran_with(case, replace(case.statement, clocks=tuple(clocks)), 3.0)
    for old, new in zip(ran(case).logs, logs, strict=True):
        assert [row for row in old if row[0] < 3.0] == [row for row in new if row[0] < 3.0]


@STEADY
@given(cases())
def test_an_extra_decision_changes_no_event_of_anything_else(case: Case) -> None:
    """An extra region, put first so that every number shifts, with clocks of its own."""
    extra = s.Region("extra", "extra", levels("x", "y"), "x")
    to = {name: s.Outcome(name, share=0.5, effects=(s.Move("extra", name),)) for name in "xy"}
    sees = s.LevelFactor("r0", (("a", 2.0),))
    clocks = (
        s.Clock("k0", "extra", ("x",), s.Weibull(0.7, 3.0), (to["y"],), (sees,)),
        s.Clock("k1", "extra", ("y",), s.Exponential(0.5), (to["x"],)),
    )
    model = replace(
        case.statement,
        regions=(extra, *case.statement.regions),
        clocks=(*clocks, *case.statement.clocks),
    )
    rows = run(model, case.arrivals, case.horizon, case.seed).chronology().to_dict("records")
    without = [row for row in rows if row["region"] != "extra"]
    assert without == ran(case).chronology().to_dict("records")


@STEADY
@given(cases())
def test_the_rows_in_which_families_stand_do_not_matter(case: Case) -> None:
    """Even where they wait for one another, and for the same place in the same week."""
    result = ran(case)
    x = result.lives
    back = Lives(x.number[::-1], x.arrival[::-1], x.level[::-1], x.register[::-1])
    logs = simulate(result.arrays, back, seed=case.seed, horizon=case.horizon)
    assert logs[::-1] == result.logs


@STEADY
@given(cases(limited=False))
def test_families_do_not_depend_on_one_another(case: Case) -> None:
    result = ran(case)
    for i, log in enumerate(result.logs):
        alone = result.lives.part(i, i + 1)
        assert simulate(result.arrays, alone, seed=case.seed, horizon=case.horizon) == [log]
