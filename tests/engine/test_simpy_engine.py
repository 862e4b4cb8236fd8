"""Places and queues, batches and blocks, and the change of policy, by small event logs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from simcare.engine.compile import compile_statement
from simcare.engine.simpy_engine import Change, simulate
from simcare.model import statement as s
from simcare.model.instances import Lives, at_start
from tests.helpers import (
    busy_statement,
    clock,
    goes,
    levels,
    moves,
    region,
    run_both,
)


def ward(
    capacity: int | None,
    stay: float = 10.0,
    priority: s.LevelFactor | None = None,
    *clocks: s.Clock,
) -> s.Statement:
    """Families wait for a bed and lie in it for a fixed time; `rank` may decide who is first."""
    waits = s.Level("waits", "waits", queue=s.Queue("beds", "lies", priority))
    lies = s.Level("lies", "lies", holds="beds")
    return s.Statement(
        (
            s.Region("bed", "bed", (waits, lies, *levels("gone")), "waits"),
            region("rank", "low", "high"),
        ),
        (clock("leaves", "bed", "lies", s.Fixed(stay), "gone"), *clocks),
        resources=(s.Resource("beds", capacity),),
    )


def admitted(
    model: s.Statement,
    arrival: list[float],
    ranks: list[int] | None = None,
    horizon: float = 1000.0,
) -> list[float | None]:
    """The week in which each family gets its bed."""
    lives = at_start(model, np.arange(len(arrival)), np.array(arrival))
    if ranks is not None:
        lives.level[:, 1] = ranks
    logs = simulate(compile_statement(model), lives, seed=1, horizon=horizon)
    return [next((week for week, r, _, to in moves(g) if (r, to) == (0, 1)), None) for g in logs]


# --- places ---


def test_nobody_waits_where_places_are_not_limited() -> None:
    assert admitted(ward(None), [0.0, 0.5, 1.0]) == [0.0, 0.5, 1.0]


def test_nobody_ever_gets_a_place_where_there_are_none() -> None:
    assert admitted(ward(0), [0.0, 1.0]) == [None, None]


def test_families_who_never_get_a_place_may_still_give_up() -> None:
    model = ward(0, 10.0, None, clock("tires", "bed", "waits", s.Fixed(3.0), "gone"))
    assert [moves(log) for log in run_both(model, [1.0], 20.0).logs] == [[(4.0, 0, 0, 2)]]


def test_first_come_first_served_among_equals() -> None:
    assert admitted(ward(1), [0.0, 3.0, 1.0, 2.0]) == [0.0, 30.0, 10.0, 20.0]


def test_two_places_serve_two_at_a_time() -> None:
    assert admitted(ward(2), [0.0, 1.0, 2.0, 3.0]) == [0.0, 1.0, 10.0, 11.0]


def test_families_in_the_same_week_are_served_in_their_order() -> None:
    assert admitted(ward(1), [0.0, 0.0, 0.0]) == [0.0, 10.0, 20.0]


@pytest.mark.parametrize("seed", range(1, 6))
def test_families_in_the_same_week_go_by_their_numbers_whatever_else_they_have_done(
    seed: int,
) -> None:
    """All ask for the one bed at week 10; an unused decision at other times changes nothing."""
    waits, lies, gone = ward(1).regions[0].levels
    bed = s.Region("bed", "bed", (waits, lies, gone, *levels("none")), "none")
    asks = clock("asks", "bed", "none", s.Fixed(10.0), "waits")
    model = replace(ward(1), regions=(bed, region("rank", "low", "high")))
    unused = clock("unused", "rank", "low", s.Exponential(0.1), "high")
    logs = run_both(replace(model, clocks=(*model.clocks, asks, unused)), 4, 100.0, seed).logs
    weeks = [next(week for week, r, _, to in moves(log) if (r, to) == (0, 1)) for log in logs]
    assert weeks == [10.0, 20.0, 30.0, 40.0]


def test_the_lower_priority_number_is_served_first() -> None:
    urgent = s.LevelFactor("rank", (("low", 2.0), ("high", 1.0)))
    weeks = admitted(ward(1, 10.0, urgent), [0.0, 1.0, 2.0, 3.0, 4.0], [0, 0, 1, 0, 1])
    assert weeks == [0.0, 30.0, 10.0, 40.0, 20.0]


def test_nobody_is_turned_out_for_someone_more_urgent() -> None:
    urgent = s.LevelFactor("rank", (("low", 2.0), ("high", 1.0)))
    assert admitted(ward(1, 10.0, urgent), [0.0, 1.0], [0, 1]) == [0.0, 10.0]


def test_who_gives_up_waiting_leaves_the_queue() -> None:
    """The second family gives up at week 6; the third gets the bed at 10, not at 20."""
    tires = s.Clock(
        "tires",
        "bed",
        ("waits",),
        s.Fixed(5.0),
        (goes("bed", "gone", when=((s.LevelIs("rank", ("high",)),),)),),
        repeats=False,
    )
    assert admitted(ward(1, 10.0, None, tires), [0.0, 1.0, 2.0], [0, 1, 0]) == [0.0, None, 10.0]


def test_who_leaves_early_gives_the_place_back_at_once() -> None:
    leaves = clock("is_called_away", "rank", "low", s.Fixed(4.0), "high")
    away = replace(leaves, outcomes=(s.Outcome("away", effects=(s.Move("bed", "gone"),)),))
    assert admitted(ward(1, 10.0, None, away), [0.0, 1.0]) == [0.0, 4.0]


def test_who_joins_again_goes_to_the_back() -> None:
    """Turned away at week 5 and back at 6, behind a family that came at 2."""
    first_time = ((s.LevelIs("rank", ("high",)),),)
    away = s.Outcome("away", first_time, effects=(s.Move("bed", "gone"), s.Move("rank", "low")))
    clocks = (
        s.Clock("turned_away", "bed", ("waits",), s.Fixed(4.0), (away,)),
        s.Clock("back", "bed", ("gone",), s.Fixed(1.0), (goes("bed", "waits"),)),
    )
    assert admitted(ward(1, 10.0, None, *clocks), [0.0, 1.0, 2.0], [0, 1, 0]) == [0.0, 20.0, 10.0]


def test_a_place_is_kept_over_levels_that_hold_it() -> None:
    bed = ward(1).regions[0]
    more = s.Level("mends", "mends", holds="beds")
    model = replace(
        ward(1),
        regions=(replace(bed, levels=(*bed.levels, more)), region("rank", "low", "high")),
        clocks=(
            clock("mends", "bed", "lies", s.Fixed(10.0), "mends"),
            clock("leaves", "bed", "mends", s.Fixed(3.0), "gone"),
        ),
    )
    assert admitted(model, [0.0, 0.0]) == [0.0, 13.0]


def test_a_place_still_held_at_the_horizon_is_not_given_to_others() -> None:
    assert admitted(ward(1), [0.0, 1.0], horizon=9.0) == [0.0, None]


def test_a_place_given_at_the_horizon_counts() -> None:
    assert admitted(ward(1), [0.0, 1.0], horizon=10.0) == [0.0, 10.0]


def test_one_family_may_wait_in_two_queues_at_once() -> None:
    """Both places come free at week 5, and the first leads straight to a third queue."""
    first = s.Level("waits", "waits", queue=s.Queue("a", "next"))
    following = s.Level("next", "next", queue=s.Queue("c", "in"), holds="a")
    stays = s.Level("in", "in", holds="a")
    other = (s.Level("waits", "waits", queue=s.Queue("b", "in")), s.Level("in", "in", holds="b"))
    model = s.Statement(
        (
            s.Region("one", "one", (*levels("none"), first, following, stays), "none"),
            s.Region("two", "two", (*levels("none"), *other), "none"),
        ),
        (
            s.Clock(
                "starts",
                "one",
                ("none",),
                s.Fixed(1.0),
                (s.Outcome("both", effects=(s.Move("one", "waits"), s.Move("two", "waits"))),),
            ),
            s.Clock(
                "stops",
                "two",
                ("in",),
                s.Fixed(5.0),
                (s.Outcome("both", effects=(s.Move("one", "none"), s.Move("two", "none"))),),
            ),
        ),
        resources=tuple(s.Resource(name, 1) for name in "abc"),
    )
    logs = run_both(model, [0.0, 0.5], 8.0).logs
    assert moves(logs[1])[2:5] == [(6.0, 0, 1, 2), (6.0, 0, 2, 3), (6.0, 1, 1, 2)]


# --- batches, blocks, order and the horizon ---


def random_arrivals(n: int) -> NDArray[np.float64]:
    """Weeks before and after 0, written to the last digit, so that their sums are rounded."""
    rng = np.random.default_rng(3)
    return np.concatenate([-rng.exponential(200.0, n // 2), rng.uniform(0.0, 104.0, n - n // 2)])


def test_batches_and_one_environment_agree() -> None:
    """A limited place that nobody wants makes all families share one environment."""
    model = busy_statement()
    limited = replace(model, resources=(*model.resources, s.Resource("unwanted", 1)))
    apart, together = (run_both(m, random_arrivals(230), 104.0) for m in (model, limited))
    assert apart.logs == together.logs


@pytest.mark.parametrize("block", [1, 7, 100])
def test_blocks_of_families_agree_with_all_of_them(block: int) -> None:
    whole = run_both(busy_statement(), random_arrivals(230), 104.0)
    logs = []
    for start in range(0, 230, block):
        part = whole.lives.part(start, start + block)
        logs += simulate(whole.arrays, part, seed=1, horizon=104.0)
    assert logs == whole.logs


def test_the_order_of_families_does_not_matter() -> None:
    whole = run_both(busy_statement(), random_arrivals(230), 104.0)
    x = whole.lives
    back = Lives(x.number[::-1], x.arrival[::-1], x.level[::-1], x.register[::-1])
    assert simulate(whole.arrays, back, seed=1, horizon=104.0)[::-1] == whole.logs


@pytest.mark.parametrize("capacity", [None, 1, 3])
def test_progress_is_told_and_changes_nothing(capacity: int | None) -> None:
    model = replace(busy_statement(), resources=(s.Resource("beds", capacity),))
    whole, told = run_both(model, random_arrivals(230), 104.0), list[int]()
    logs = simulate(whole.arrays, whole.lives, seed=1, horizon=104.0, progress=told.append)
    assert logs == whole.logs
    assert sum(told) == 230


@pytest.mark.parametrize("first", [0.0, -519.7])
def test_what_falls_on_the_horizon_happens(first: float) -> None:
    model = s.Statement((region("a", "x"),), (clock("tick", "a", "x", s.Fixed(13.0), "x"),))
    log = run_both(model, [0.0, first], 104.0).logs[0]
    assert [row[0] for row in log if row[1] == 0] == [13.0 * k for k in range(1, 9)]


def test_a_family_that_arrives_after_the_horizon_has_no_events() -> None:
    result = run_both(busy_statement(), [1.0, 300.0], 200.0)
    assert result.logs[0]
    assert result.logs[1] == []
    assert set(result.spells.family) == {0}


# --- changing policy ---


def changed(
    first: s.Statement, then: s.Statement, week: float, n: int = 200, horizon: float = 200.0
) -> list[list[tuple[float, int, int, int]]]:
    lives = at_start(first, np.arange(n), np.zeros(n))
    change = Change(week, compile_statement(then))
    logs = simulate(compile_statement(first), lives, seed=1, horizon=horizon, change=change)
    return [moves(log) for log in logs]


def stay(hazard: s.Hazard, at: tuple[str, ...] = ("in",)) -> s.Statement:
    leaves = s.Clock("leaves", "stay", at, hazard, (goes("stay", "out"),))
    return s.Statement((region("stay", "in", "out"),), (leaves,))


@pytest.mark.parametrize("capacity", [None, 2])
@pytest.mark.parametrize("week", [-50.0, 0.0, 10.1])
def test_a_change_to_the_same_policy_changes_no_bit(week: float, capacity: int | None) -> None:
    model = replace(busy_statement(), resources=(s.Resource("beds", capacity),))
    whole = run_both(model, random_arrivals(150), 104.0)
    change = Change(week, compile_statement(model))
    assert simulate(whole.arrays, whole.lives, seed=1, horizon=104.0, change=change) == whole.logs


def test_a_running_clock_goes_on_with_what_is_left_of_its_luck() -> None:
    slow = [log[0][0] for log in changed(stay(s.Exponential(0.1)), stay(s.Exponential(0.1)), 5.0)]
    fast = [log[0][0] for log in changed(stay(s.Exponential(0.1)), stay(s.Exponential(0.2)), 5.0)]
    for week, sooner in zip(slow, fast, strict=True):
        assert sooner == pytest.approx(week if week < 5.0 else 5.0 + (week - 5.0) / 2.0)


def test_a_fixed_date_already_set_is_kept() -> None:
    assert changed(stay(s.Fixed(9.0)), stay(s.Fixed(3.0)), 5.0, 1) == [[(9.0, 0, 0, 1)]]


def test_what_begins_after_the_change_follows_the_new_policy() -> None:
    model = stay(s.Fixed(3.0))
    lives = at_start(model, [0, 1], [0.0, 6.0])
    change = Change(5.0, compile_statement(model))
    logs = simulate(
        compile_statement(stay(s.Fixed(9.0))), lives, seed=1, horizon=50.0, change=change
    )
    assert [moves(log) for log in logs] == [[(9.0, 0, 0, 1)], [(9.0, 0, 0, 1)]]


def test_a_clock_switched_on_starts_and_one_switched_off_stops() -> None:
    off, on = stay(s.Fixed(3.0), ()), stay(s.Fixed(3.0))
    assert changed(off, on, 5.0, 1) == [[(8.0, 0, 0, 1)]]
    assert changed(on, off, 2.0, 1) == [[]]


def test_a_clock_that_now_runs_at_this_level_too_starts() -> None:
    elsewhere, here = stay(s.Fixed(3.0), ("out",)), stay(s.Fixed(3.0), ("out", "in"))
    assert changed(elsewhere, here, 5.0, 1, 9.0) == [[(8.0, 0, 0, 1)]]


@pytest.mark.parametrize(
    ("before", "after", "weeks"),
    [
        (1, 2, [0.0, 5.0, 10.0, 15.0]),
        (2, 1, [0.0, 1.0, 11.0, 21.0]),
        (0, 1, [5.0, 15.0, 25.0, 35.0]),
        (1, 0, [0.0, None, None, None]),
    ],
)
def test_a_policy_may_have_more_places_or_fewer(
    before: int, after: int, weeks: list[float | None]
) -> None:
    """From week 5. Nobody is turned out: places that go fall free first."""
    assert admitted_under_change(before, after, 5.0) == weeks


def test_places_of_a_policy_that_comes_before_all_or_after_the_end() -> None:
    assert admitted_under_change(0, 2, -5.0) == [0.0, 1.0, 10.0, 11.0]
    assert admitted_under_change(1, 2, 35.5, horizon=35.0) == [0.0, 10.0, 20.0, 30.0]
    assert admitted_under_change(1, 9, 25.5, horizon=25.0) == [0.0, 10.0, 20.0, None]


def admitted_under_change(
    before: int, after: int, week: float, horizon: float = 100.0
) -> list[float | None]:
    lives = at_start(ward(before), np.arange(4), np.arange(4.0))
    change = Change(week, compile_statement(ward(after)))
    first = compile_statement(ward(before))
    logs = simulate(first, lives, seed=1, horizon=horizon, change=change)
    return [next((week for week, r, _, to in moves(g) if (r, to) == (0, 1)), None) for g in logs]


def test_a_change_to_arrays_of_another_layout_is_refused() -> None:
    other = s.Statement((region("stay", "in", "out"),), ())
    with pytest.raises(ValueError, match="laid out otherwise"):
        changed(stay(s.Fixed(3.0)), other, 5.0)
    with pytest.raises(ValueError, match="laid out otherwise"):
        changed(ward(1), ward(None), 5.0)
