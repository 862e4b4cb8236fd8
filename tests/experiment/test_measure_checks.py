"""Mistakes in what is counted: a sentence for each."""

from __future__ import annotations

from typing import Any

import pytest

from simcare.experiment.measure_checks import measure_problems
from simcare.scenario.load import load
from simcare.scenario.schema import OutcomeMeasure, Scenario

MOVES = {"title": "x", "unit": "x", "kind": "moves", "region": "case", "to": ["referral"]}
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"when": ["drug is severe"]}, "did you mean `drugs`"),
    ({"when": ["drugs is sever"]}, "did you mean `severe`"),
    ({"when": ["weeks in case < age_18"]}, "is not a rule here"),
    ({"when": ["drugs is @nobody"]}, "nobody"),
    ({"when": ["legal is none"]}, "add `each_child_in`"),
    ({"ages": [0, 1]}, "add `each_child_in`"),
    ({"ages": [1, 1], "each_child_in": "@home"}, "are nobody's"),
    ({"since": {"to": ["referal"]}}, "did you mean `referral`"),
    ({"since": {"not_through": ["plan"]}}, "plan"),
    ({"since": {"at_least_weeks": 3, "at_most_weeks": 2}}, "at least than at most"),
    ({"kind": "weeks", "since": {"to": ["referral"]}}, "leave these out"),
]


@pytest.fixture(scope="module")
def england() -> Scenario:
    return load("england").scenario


@pytest.mark.parametrize(("wrong", "says"), MISTAKES)
def test_mistakes(wrong: dict[str, Any], says: str, england: Scenario) -> None:
    problems = list(measure_problems(england, OutcomeMeasure.model_validate({**MOVES, **wrong})))
    assert len(problems) == 1
    assert says in problems[0]


def test_what_is_right_is_let_be(england: Scenario) -> None:
    for measure in england.measures.values():
        assert not list(measure_problems(england, measure))
