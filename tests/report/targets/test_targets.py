"""Targets in words, on a page and in a picture."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.targets import targets_of
from simcare.experiment.usual import run_usual
from simcare.experiment.validation import held
from simcare.report.targets.figure import targets_figure
from simcare.report.targets.page import COMMAND, by_theme, explained, page
from simcare.report.targets.words import Row, judged, modelled, number, published, summary

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england", ["usual_practice"])


@pytest.fixture(scope="module")
def table(england: Ready) -> pd.DataFrame:
    return held(run_usual(england, families=400, seed=1))


def test_numbers_in_words() -> None:
    assert number(0.226, "share") == "22.6 %"
    assert number(41.72, "weeks") == "41.7 weeks"
    assert number(0.0138, "per week") == "0.0138"
    assert number(1.7, "ratio") == "1.70"
    assert number(0.09771, "ratio") == "0.098"
    assert number(math.nan, "share") == "–"


def test_a_row_in_words() -> None:
    row: Row = {
        "model": 0.1, "low": -0.01, "high": 0.2, "unit": "share", "published": 0.2, "year": 2017,
        "verdict": "miss", "ratio": 0.5,
    }  # fmt: skip
    assert modelled(row) == "10.0 % (0.0 to 20.0)"
    assert published(row) == "20.0 %, 2017"
    assert judged(row) == "miss: 0.50 times"
    assert judged({**row, "verdict": "hit", "in_use_verdict": "hit"}) == "hit"
    only_in_use = {**row, "verdict": "hit", "in_use": 0.3, "in_use_verdict": "miss"}
    assert judged(only_in_use) == "hit; in use 1.50 times"


def test_coverage_in_words() -> None:
    few = pd.DataFrame({"role": ["fit", "check", "check"], "verdict": ["hit", "hit", "miss"]})
    few["interval"], few["rests_on_an_input"] = "95 % Monte Carlo", False
    assert summary(few) == (
        "The model hits 1 of the 2 figures that it was only held against (50 %) and 1 of the 1 "
        "figures that it is fitted to (100 %)."
    )


def test_the_page_has_every_target_and_explains_every_miss(table: pd.DataFrame) -> None:
    text = page(table)
    for row in table.itertuples():
        assert text.count(f"| {row.title} |") == 2
    misses = explained(table)
    assert len(misses) == (table["verdict"] != "hit").sum() > 0
    assert all(f"- {said}" in text for said in misses)
    assert sum(len(rows) for _, rows in by_theme(table)) == len(table)


def test_the_picture_has_every_target(table: pd.DataFrame, england: Ready) -> None:
    figure = targets_figure(table, england)
    said = {text.get_text() for text in figure.axes[0].texts}
    assert {*table["title"], *table["theme"]} <= said
    assert figure.axes[0].get_xscale() == "log"


def test_the_committed_page_has_every_target_of_the_files(england: Ready) -> None:
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    for target in targets_of(england):
        assert f"| {target.title} | {target.mapping} |" in text, COMMAND


def test_england_explains_its_misses(england: Ready) -> None:
    """Whatever a large run misses has its explanation in the file."""
    missed = held(run_usual(england, families=10_000, engine="auto"))
    missed = missed[(missed["verdict"] != "hit") & (missed["sds_apart"] > 2.3)]
    assert len(missed) > 0
    assert all(missed["if_missed"] != "")
