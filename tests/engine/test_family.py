"""What one family's clocks, guards and effects do, by small event logs."""

from __future__ import annotations

from typing import Literal

import pytest

from simcare.engine.compile import compile_statement
from simcare.engine.family import FIRED, SAME_WEEK, Family
from simcare.engine.tables import unroll
from simcare.errors import UserError
from simcare.model import statement as s
from simcare.model.instances import at_start
from tests.helpers import clock, goes, levels, moves, region, run

Op = Literal[">=", "<=", ">", "<", "==", "!="]


def ticks(*outcomes: s.Outcome, every: float = 1.0, at: tuple[str, ...] = ("a",)) -> s.Clock:
    """A clock of the region `r` that fires at whole weeks."""
    return s.Clock("tick", "r", at, s.Fixed(every), outcomes)


def history(
    *clocks: s.Clock,
    regions: tuple[s.Region, ...] = (),
    registers: tuple[s.Register, ...] = (),
    children: int = 0,
    arrival: float = 0.0,
    horizon: float = 5.0,
) -> list[tuple[float, int, int, int]]:
    """The moves of one family whose region 0 is `r`, with the levels a, b and c."""
    model = s.Statement(
        (region("r", "a", "b", "c"), *regions), clocks, registers, children=children
    )
    return moves(run(model, [arrival], horizon).logs[0])


def step(family: Family) -> None:
    week, which = family.next_event()
    family.fire(which, week)


def says(test: s.Test, *more: s.Test) -> tuple[s.Guard, ...]:
    return ((test, *more),)


# --- clocks ---


def test_a_clock_runs_while_its_region_is_at_its_levels() -> None:
    """It goes on when the region moves from one of its levels to another."""
    over = s.Clock("over", "r", ("a", "b"), s.Fixed(3.0), (goes("r", "c"),))
    assert history(ticks(goes("r", "b")), over) == [(1.0, 0, 0, 1), (3.0, 0, 1, 2)]


def test_a_clock_stops_when_its_region_leaves_and_starts_afresh_when_it_returns() -> None:
    clocks = (
        clock("away", "r", "a", s.Fixed(2.0), "b"),
        clock("back", "r", "b", s.Fixed(1.0), "a"),
        clock("late", "r", "a", s.Fixed(2.5), "c"),
    )
    assert [week for week, *_ in history(*clocks, horizon=9.0)] == [2.0, 3.0, 5.0, 6.0, 8.0, 9.0]


def test_a_clock_repeats_unless_it_is_told_not_to() -> None:
    quiet = s.Outcome("nothing")
    for repeats, times in ((True, 5), (False, 1)):
        once = s.Clock("tick", "r", ("a",), s.Fixed(1.0), (quiet,), repeats=repeats)
        model = s.Statement((region("r", "a"),), (once,))
        assert len(run(model, 1, 5.0).logs[0]) == times


def test_a_move_to_the_same_level_starts_its_clocks_afresh() -> None:
    other = region("other", "x")
    again = s.Clock(
        "again", "other", ("x",), s.Fixed(2.0), (s.Outcome("again", effects=(s.Move("r", "a"),)),)
    )
    tick = clock("tick", "r", "a", s.Fixed(3.0), "b")
    assert history(tick, again, regions=(other,)) == [(2.0, 0, 0, 0), (4.0, 0, 0, 0)]


def test_clocks_of_the_same_week_fire_in_the_order_of_the_statement() -> None:
    first = clock("first", "r", "a", s.Fixed(2.0), "b")
    second = clock("second", "r", "a", s.Fixed(2.0), "c")
    assert history(first, second) == [(2.0, 0, 0, 1)]
    assert history(second, first) == [(2.0, 0, 0, 2)]


def test_since_fires_a_while_after_a_week_in_a_register_or_at_once_if_that_is_past() -> None:
    for start, week in ((1.0, 4.0), (-7.0, 0.5)):
        born = s.Clock("born", "r", ("a",), s.Since("birth", 3.0), (goes("r", "b"),))
        log = history(born, registers=(s.Register("birth", start=start),), arrival=0.5)
        assert log == [(week, 0, 0, 1)]


def test_a_clock_set_by_a_register_goes_on_only_if_the_register_is_set_later() -> None:
    """Reviews 2 weeks apart until week 6; then the date is left alone, and no review comes."""
    early = says(s.Compare("week", "", "<", 6.0))
    review = s.Clock(
        "review",
        "r",
        ("a",),
        s.Since("due", 0.0),
        (s.Outcome("again", early, effects=(s.Stamp("due", 2.0),)), s.Outcome("nothing")),
    )
    model = s.Statement((region("r", "a"),), (review,), (s.Register("due", start=2.0),))
    assert [row[0] for row in run(model, 1, 20.0).logs[0]] == [2.0, 4.0, 6.0]


def test_a_circle_in_which_no_time_passes_is_an_error_and_not_for_ever() -> None:
    round_and_round = (
        clock("there", "r", "a", s.Fixed(0.0), "b"),
        clock("back", "r", "b", s.Fixed(0.0), "a"),
    )
    with pytest.raises(UserError, match="in week 2 a family goes round"):
        history(*round_and_round, arrival=2.0)


def test_a_rate_of_nothing_never_fires() -> None:
    never = (
        s.Exponential(0.0),
        s.Piecewise((1.0,), (0.0, 0.0)),
    )
    for hazard in never:
        assert history(clock("never", "r", "a", hazard, "b"), horizon=1e9) == []


def test_a_multiplier_beyond_all_numbers_is_never() -> None:
    """It once was a crash: Python's pow complains where C gives infinity."""
    tiny = s.LevelFactor("r", (("a", 1e-300),))
    assert history(clock("never", "r", "a", s.Weibull(0.5, 1.0), "b", tiny), horizon=1e9) == []


# --- choosing an outcome ---


def test_outcomes_are_tried_in_order_and_the_first_that_may_is_taken() -> None:
    outcomes = (
        goes("r", "b", when=says(s.LevelIs("r", ("b", "c")))),
        goes("r", "c", when=says(s.LevelIs("r", ("a",)))),
        goes("r", "b"),
    )
    assert history(ticks(*outcomes)) == [(1.0, 0, 0, 2)]


def test_a_guard_needs_one_of_its_tests_and_an_outcome_all_of_its_guards() -> None:
    yes, no = s.Compare("week", "", ">=", 0.0), s.Compare("week", "", "<", 0.0)
    assert history(ticks(goes("r", "b", when=((no, yes), (yes, no)))))
    assert not history(ticks(goes("r", "b", when=((no, yes), (no, no)))))


def test_no_outcome_may_be_taken() -> None:
    never = goes("r", "b", when=says(s.Compare("week", "", "<", 0.0)))
    model = s.Statement((region("r", "a", "b"),), (ticks(never),))
    row = run(model, 1, 1.0).logs[0]
    assert row == [(1.0, FIRED, 0, 0, 0, 0, -1)]


OPERATIONS: tuple[tuple[Op, set[int]], ...] = (
    (">=", {2, 3}),
    ("<=", {1, 2}),
    (">", {3}),
    ("<", {1}),
    ("==", {2}),
    ("!=", {1, 3}),
)


@pytest.mark.parametrize(("op", "true_of"), OPERATIONS)
def test_comparisons_of_a_register(op: Op, true_of: set[int]) -> None:
    guard = says(s.Compare("register", "count", op, 2.0))
    for value in (1, 2, 3):
        register = (s.Register("count", start=float(value)),)
        assert bool(history(ticks(goes("r", "b", when=guard)), registers=register)) == (
            value in true_of
        )


def test_weeks_since_weeks_in_and_the_week() -> None:
    """`r` moves to b at week 2 and to c when each of these first holds."""
    to_b = clock("to_b", "r", "a", s.Fixed(2.0), "b")
    stamped = (s.Register("seen", start=-4.0),)
    for test, week in (
        (s.Compare("weeks_in", "r", ">=", 3.0), 5.0),
        (s.Compare("since", "seen", ">=", 10.0), 6.0),
        (s.Compare("week", "", ">", 6.0), 7.0),
    ):
        tick = ticks(goes("r", "c", when=says(test)), at=("b",))
        assert history(to_b, tick, registers=stamped, horizon=9.0)[1] == (week, 0, 1, 2)


@pytest.mark.parametrize("period", [13.04, 45 / 7, 365.2425 / 28, 0.1, 12.9])
@pytest.mark.parametrize("arrival", [0.1, 1 / 3, 17.77, -123.456, 511.9])
def test_two_periods_are_not_missed_by_rounding(period: float, arrival: float) -> None:
    """After two reviews, the weeks in a level are two periods, whatever their sum rounds to."""
    patient = goes("r", "b", when=says(s.Compare("weeks_in", "r", ">=", 2 * period)))
    log = history(ticks(patient, every=period), arrival=arrival, horizon=arrival + 3.5 * period)
    assert [week for week, *_ in log] == pytest.approx([arrival + 2 * period])
    soon = goes("r", "b", when=says(s.Compare("weeks_in", "r", "<=", period)))
    assert history(ticks(soon, every=period), arrival=arrival, horizon=arrival + 1.5 * period)
    later = goes("r", "b", when=says(s.Compare("weeks_in", "r", ">", period)))
    log = history(ticks(later, every=period), arrival=arrival, horizon=arrival + 2.5 * period)
    assert [week for week, *_ in log] == pytest.approx([arrival + 2 * period])


def test_the_tolerance_of_guards_is_about_time_alone() -> None:
    nearly = (s.Register("count", start=2.0 - SAME_WEEK / 2.0),)
    enough = goes("r", "b", when=says(s.Compare("register", "count", ">=", 2.0)))
    assert not history(ticks(enough), registers=nearly)


# --- effects ---


def test_effects_are_applied_in_order() -> None:
    both = s.Outcome("both", effects=(s.Move("r", "b"), s.Move("r", "c", ("b",))))
    assert history(ticks(both)) == [(1.0, 0, 0, 1), (1.0, 0, 1, 2)]


def test_a_move_only_from_other_levels_does_nothing() -> None:
    assert history(ticks(s.Outcome("no", effects=(s.Move("r", "b", ("c",)),)))) == []


def test_registers_are_added_to_put_and_stamped() -> None:
    registers = tuple(s.Register(name, start=10.0) for name in ("count", "trait", "due"))
    effects = (s.Add("count", 2.0), s.Put("trait", 4.0), s.Stamp("due", 39.0), s.Stamp("count"))
    tables = unroll(
        compile_statement(
            s.Statement((region("r", "a"),), (ticks(s.Outcome("x", effects=effects)),), registers)
        )
    )
    family = Family(tables, 1, [0], [10.0] * 3, 0.0)
    step(family)
    assert family.register == [1.0, 4.0, 40.0]
    step(family)
    assert family.register == [2.0, 4.0, 41.0]


def test_a_move_of_a_region_resets_its_registers() -> None:
    count = s.Compare("register", "quiet", ">=", 2.0)
    clocks = (
        ticks(goes("r", "b", when=says(count)), s.Outcome("q", effects=(s.Add("quiet"),))),
        clock("back", "r", "b", s.Fixed(1.0), "a"),
    )
    r = s.Region("r", "r", levels("a", "b", "c"), "a", resets=("quiet",))
    model = s.Statement((r,), clocks, (s.Register("quiet"),))
    weeks = [week for week, *_ in moves(run(model, 1, 9.0).logs[0])]
    assert weeks == [3.0, 4.0, 7.0, 8.0]


def test_the_family_moves_each_child_that_qualifies_or_the_first() -> None:
    child = s.Region("child", "child", levels("home", "away"), "home", per="child")
    for first, moved in ((False, [1, 2, 3]), (True, [1])):
        away = s.Outcome("away", effects=(s.Move("child", "away", ("home",), first=first),))
        log = history(ticks(away), regions=(child,), children=3, horizon=1.0)
        assert log == [(1.0, k, 0, 1) for k in moved]


def test_a_child_moves_itself_and_not_its_siblings() -> None:
    child = s.Region("child", "child", levels("home", "away"), "home", per="child")
    of_age = s.Clock("adult", "child", ("home",), s.Since("birth", 3.0), (goes("child", "away"),))
    model = s.Statement(
        (region("r", "a"), child), (of_age,), (s.Register("birth", "child"),), children=2
    )
    lives = at_start(model, [0], [0.0])
    lives.register[0] = [-1.0, 1.0]
    family = Family(
        unroll(compile_statement(model)),
        1,
        lives.level[0].tolist(),
        lives.register[0].tolist(),
        0.0,
    )
    while family.fires:
        step(family)
    assert moves(family.log) == [(2.0, 1, 0, 1), (4.0, 2, 0, 1)]


def test_children_are_counted() -> None:
    child = s.Region("child", "child", levels("home", "away"), "home", per="child")
    one = s.Outcome("one", effects=(s.Move("child", "away", ("home",), first=True),))
    none_left = s.Compare("children", "child", "==", 0.0, ("home",))
    tick = ticks(goes("r", "b", when=says(none_left)), one)
    log = history(tick, regions=(child,), children=2)
    assert log == [(1.0, 1, 0, 1), (2.0, 2, 0, 1), (3.0, 0, 0, 1)]


def test_a_clock_of_a_child_sees_its_own_registers() -> None:
    """The third child only has a trait above nothing."""
    child = s.Region("child", "child", levels("home", "away"), "home", per="child")
    leaves = s.Clock(
        "leaves",
        "child",
        ("home",),
        s.Exponential(1.0),
        (goes("child", "away"),),
        (s.RegisterFactor("trait"),),
    )
    model = s.Statement(
        (region("r", "a"), child), (leaves,), (s.Register("trait", "child"),), children=3
    )
    tables = unroll(compile_statement(model))
    family = Family(tables, 1, [0, 0, 0, 0], [0.0, 0.0, 1.0], 0.0)
    step(family)
    assert [row[1] for row in moves(family.log)] == [3]
    assert family.next_event()[1] == -1
