"""Which ways lead from level to level, read from a statement."""

from __future__ import annotations

import pytest

from simcare.errors import UserError
from simcare.experiment.compare import Comparison
from simcare.experiment.ready import make_ready
from simcare.model import statement as s
from simcare.report.steps import steps


def _pairs(statement: s.Statement, region: str) -> set[tuple[str, str]]:
    return {(x.source, x.target) for x in steps(statement, region)}


def test_the_case_of_three_families(listed: Comparison) -> None:
    assert _pairs(listed.ready.statements["as_now"], "case") == {
        ("referral", "assessment"),
        ("assessment", "plan"),
        ("assessment", "closed"),
        ("plan", "closed"),
        ("plan", "proceedings"),
        ("proceedings", "closed"),
        ("proceedings", "order"),
    }


def test_a_move_said_elsewhere_keeps_to_the_levels_it_names(listed: Comparison) -> None:
    found = [
        x for x in steps(listed.ready.statements["as_now"], "placement") if x.target == "foster"
    ]
    assert [(x.source, x.clock_region, x.outcome) for x in found] == [
        ("home", "case", "Care order")
    ]


def _statement(outcome: s.Outcome, *factors: s.Factor) -> s.Statement:
    levels = tuple(s.Level(n, n.title()) for n in ("one", "two", "three"))
    home = s.Region("home", "Home", (s.Level("here", "Here"),), "here")
    clock = s.Clock("c", "home", ("here",), s.Fixed(1.0), (outcome,), factors)
    return s.Statement((s.Region("case", "Case", levels, "one"), home), (clock,))


def test_a_guard_rules_levels_out() -> None:
    guard = (s.LevelIs("case", ("one",)),)
    moved = s.Outcome("x", when=(guard,), effects=(s.Move("case", "three"),))
    assert _pairs(_statement(moved), "case") == {("one", "three")}


def test_a_guard_with_another_way_out_rules_nothing_out() -> None:
    guard = (s.LevelIs("case", ("one",)), s.Compare("week", "", ">=", 0.0))
    moved = s.Outcome("x", when=(guard,), effects=(s.Move("case", "three"),))
    assert _pairs(_statement(moved), "case") == {("one", "three"), ("two", "three")}


def test_a_factor_of_nothing_rules_a_level_out() -> None:
    moved = s.Outcome("x", effects=(s.Move("case", "three"),))
    off = s.LevelFactor("case", (("two", 0.0),))
    assert _pairs(_statement(moved, off), "case") == {("one", "three")}


def test_a_queue_is_a_way_on() -> None:
    ready = make_ready("england")
    statement = ready.statements[ready.scenario.reference]
    queued = [x for r in statement.regions for x in steps(statement, r.name) if x.clock == "queue"]
    waiting = [
        (level.name, level.queue.then)
        for r in statement.regions
        for level in r.levels
        if level.queue is not None
    ]
    assert [(x.source, x.target) for x in queued] == waiting


def test_an_offer_that_nobody_makes_leads_nowhere(listed: Comparison) -> None:
    assert ("none", "attending") not in _pairs(listed.ready.statements["as_now"], "treatment")
    assert ("none", "attending") in _pairs(listed.ready.statements["treatment"], "treatment")


def test_an_unknown_region_is_a_sentence(listed: Comparison) -> None:
    with pytest.raises(UserError, match="there is no region `cas`"):
        steps(listed.ready.statements["as_now"], "cas")
