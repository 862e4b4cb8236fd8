"""What limits a measure: rules of other regions, ages, and an earlier move; by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcare.engine.compile import compile_statement
from simcare.engine.simpy_engine import simulate
from simcare.model import statement as s
from simcare.model.instances import Instances, at_start
from simcare.observe.books import make_books
from simcare.observe.fold import Fold, How
from simcare.observe.measures import read_measures, split_rule
from simcare.scenario.schema import OutcomeMeasure
from simcare.units import WEEKS_PER_YEAR
from tests.helpers import Run, clock, levels, run

YEAR = WEEKS_PER_YEAR
GROUPS = {"away": ["kin", "home2"]}


def statement() -> s.Statement:
    """A case that goes a (4 weeks), b (6), c (2), a ...; a need; two children, one born later.

    The need is severe from week 5. Whenever the case reaches b a child at home goes to kin. The
    second child is born at week 11, as the case stands at c.
    """
    goes_kin = s.Outcome(
        "b", effects=(s.Move("case", "b"), s.Move("child", "kin", ("home",), first=True))
    )
    born = s.Outcome("born", effects=(s.Move("child", "home", ("unborn",), first=True),))
    return s.Statement(
        (
            s.Region("case", "case", levels("a", "b", "c"), "a"),
            s.Region("need", "need", levels("absent", "severe"), "absent"),
            s.Region("birth", "birth", levels("to come"), "to come"),
            s.Region("child", "child", levels("unborn", "home", "kin"), "unborn", per="child"),
        ),
        (
            s.Clock("opens", "case", ("a",), s.Fixed(4.0), (goes_kin,)),
            clock("goes", "case", "b", s.Fixed(6.0), "c"),
            clock("again", "case", "c", s.Fixed(2.0), "a"),
            clock("worsens", "need", "absent", s.Fixed(5.0), "severe"),
            s.Clock("birth", "birth", ("to come",), s.Fixed(11.0), (born,), repeats=False),
        ),
        registers=(s.Register("birth", per="child"),),
        children=2,
    )


@pytest.fixture(scope="module")
def lived() -> Run:
    """One family from week 0 to 30; its first child is 52 weeks old at week 9."""
    model = statement()
    where, lives = Instances(model), at_start(model, np.arange(1), np.zeros(1))
    lives.level[:, where.region("child", 0)] = where.level("child", "home")
    lives.register[:, where.register("birth", 0)] = 9.0 - YEAR
    arrays = compile_statement(model)
    return Run(model, arrays, lives, 30.0, simulate(arrays, lives, seed=1, horizon=30.0))


# a: 0-4, 12-16, 24-28; b: 4-10, 16-22, 28-; c: 10-12, 22-24. The first child is with kin from 4
# and the second, who is at home from 11, from 16.
MOVES: list[tuple[dict[str, Any], float]] = [
    ({"to": ["b"], "when": ["need is absent"]}, 1),
    ({"to": ["b"], "when": ["need is not absent"]}, 2),
    ({"to": ["c"], "when": ["need is severe"]}, 2),
    ({"to": ["b"], "nth": 2, "when": ["need is severe"]}, 2),
    ({"to": ["b"], "nth": 3, "when": ["need is severe"]}, 1),
    ({"to": ["b"], "each_child_in": "home"}, 2),
    ({"to": ["b"], "each_child_in": "home", "when": ["need is severe"]}, 1),
    ({"each_child_in": "kin", "when": ["child is kin"]}, 9),
    ({"each_child_in": "kin", "when": ["child is home"]}, 0),
    # The first child turns 1 at week 9; the second is born at 11.
    ({"to": ["b"], "each_child_in": "home", "ages": [0, 1]}, 2),
    ({"each_child_in": "kin", "ages": [1, 2]}, 6),
    ({"to": ["b"], "each_child_in": "kin", "ages": [0, 1]}, 1),
    ({"to": ["a"], "each_child_in": "home", "ages": [0, 0.02]}, 1),
    ({"to": ["a"], "each_child_in": "home", "ages": [0.02, 1]}, 0),
    # 8 weeks from leaving a to coming back; 12 from one b to the next.
    ({"to": ["a"], "since": {"from": ["a"]}}, 2),
    ({"to": ["a"], "since": {"from": ["a"], "at_most_weeks": 8}}, 2),
    ({"to": ["a"], "since": {"from": ["a"], "at_most_weeks": 7.9}}, 0),
    ({"to": ["a"], "since": {"from": ["a"], "at_least_weeks": 8}}, 2),
    ({"to": ["a"], "since": {"from": ["a"], "at_least_weeks": 8.1}}, 0),
    ({"to": ["b"], "since": {"to": ["b"], "at_most_weeks": 12}}, 2),
    ({"to": ["b"], "since": {"to": ["c"], "through": ["a"]}}, 2),
    ({"to": ["b"], "since": {"to": ["c"], "not_through": ["a"]}}, 0),
    ({"to": ["a"], "since": {"from": ["a"], "through": ["c"], "not_through": ["a"]}}, 2),
    # Only the first event after an earlier move counts: leaving a, then b or c is reached.
    ({"to": ["b", "c"], "since": {"to": ["a"]}}, 2),
    ({"to": ["c"], "since": {"from": ["c"]}}, 1),
]
WEEKS: list[tuple[dict[str, Any], float]] = [
    ({"region": "child", "to": ["kin"]}, 26 + 14),
    ({"region": "child", "to": ["kin"], "ages": [0, 1]}, 5 + 14),
    ({"region": "child", "to": ["kin"], "ages": [1, 2]}, 21),
    ({"region": "child", "to": ["home"], "ages": [0, 1]}, 4 + 5),
    ({"region": "case", "to": ["b"], "each_child_in": "kin", "ages": [0, 1]}, 5 + 6 + 2),
    ({"region": "case", "to": ["a"], "each_child_in": "home", "ages": [0, 1]}, 4 + 4),
    ({"region": "case", "to": ["a"], "each_child_in": "home", "ages": [1, 2]}, 0),
]


def amount(result: Run, body: dict[str, Any], how: How = "interpreted") -> float:
    measure = OutcomeMeasure.model_validate({"title": "x", "unit": "x", **body})
    measures = read_measures({"x": measure}, result.statement, GROUPS, "child")
    fold = Fold(make_books(result.statement, 30.0, measures=measures), result.lives, how)
    fold.take(result.events)
    return float(fold.finish().values[0, -1])


@pytest.mark.parametrize(("body", "expected"), MOVES)
def test_moves_by_hand(body: dict[str, Any], expected: float, lived: Run) -> None:
    assert amount(lived, {"kind": "moves", "region": "case", **body}) == expected


@pytest.mark.parametrize(("body", "expected"), WEEKS)
def test_weeks_by_hand(body: dict[str, Any], expected: float, lived: Run) -> None:
    assert amount(lived, {"kind": "weeks", **body}) == pytest.approx(expected, abs=1e-9)


def test_firings_have_limits_too(lived: Run) -> None:
    fires = {"kind": "fires", "region": "case", "clock": "goes"}
    assert amount(lived, {**fires, "when": ["need is severe"]}) == 2
    assert amount(lived, {**fires, "since": {"to": ["b"], "at_most_weeks": 6}}) == 2
    assert amount(lived, {**fires, "since": {"to": ["b"], "at_most_weeks": 5}}) == 0


def test_compiled_it_is_the_same(lived: Run) -> None:
    pytest.importorskip("numba")
    for body, _ in MOVES:
        wanted = {"kind": "moves", "region": "case", **body}
        assert amount(lived, wanted, "compiled") == amount(lived, wanted)
    for body, _ in WEEKS:
        wanted = {"kind": "weeks", **body}
        assert amount(lived, wanted, "compiled") == amount(lived, wanted)


def test_what_is_a_rule() -> None:
    assert split_rule("case is not open, @shut") == ("case", True, ["open", "@shut"])
    assert split_rule("weeks in case < year") is None


def test_nothing_of_the_history_counts_but_the_move_before() -> None:
    """The case of a family that came at week -20 leaves a at -16 and -4, and comes back at 4."""
    result = run(statement(), [-20.0], 10.0)
    assert np.isclose(result.events.week.min(), -16.0)
    body = {"kind": "moves", "region": "case", "to": ["a"], "since": {"from": ["a"]}}
    assert amount(result, body) == 1
