"""The model at its extremes, in words that a practitioner would use: see docs/face-validity.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.extremes.bench import Bench
from simcare.experiment.extremes.checks import Extreme, alike, none, same, share, times
from simcare.experiment.extremes.statements import EXTREMES
from simcare.report.extremes.page import page

PAGE = Path(__file__).parents[1] / "docs" / "face-validity.md"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize("extreme", EXTREMES, ids=lambda e: e.name)
def test_what_must_happen_happens(bench: Bench, extreme: Extreme) -> None:
    checks = extreme.look(bench)
    assert checks
    wrong = [c for c in checks if not c.holds]
    assert wrong == [], extreme.says


def test_there_are_many_and_each_says_something_else() -> None:
    assert len(EXTREMES) >= 20
    for words in ("name", "says", "when"):
        assert len({getattr(e, words) for e in EXTREMES}) == len(EXTREMES)


def test_the_page_is_what_the_statements_find(bench: Bench) -> None:
    assert page(bench) == PAGE.read_text(encoding="utf-8")


def test_a_statement_that_is_not_so_is_found_out() -> None:
    usual, found = {"a": 4.0, "b": 8.0}, {"a": 1.0, "b": 8.0}
    assert not none("", "a", usual, found).holds
    assert not none("nothing to do away with", "c", usual, found).holds
    assert none("", "a", usual, {"a": 0.0}).holds
    assert not same("", "a", usual, found).holds
    assert same("", "b", usual, found).holds
    assert not times("", "a", 2.0, usual, found).holds
    assert times("", "a", 0.25, usual, found).holds
    assert not alike("", "a", "b", usual, found).holds
    assert not share("", "a", "b", 0.5, 1.0, usual, found).holds
    assert not share("", "a", "c", 0.0, 1.0, {**usual, "c": 0.0}, {**found, "c": 0.0}).holds
