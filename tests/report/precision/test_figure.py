"""How many families are needed, in words and drawn."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from simcare.experiment.compare import Comparison
from simcare.experiment.precision import Precision, precision
from simcare.report.precision.figure import precision_figure
from simcare.report.precision.words import sentences
from tests.report.looks import cut_off, overlapping

CASES = ["met", "short", "few", "rate", "replications"]


@pytest.fixture(scope="module")
def found(sampled: Comparison, rationed: Comparison) -> dict[str, Precision]:
    families, places = sampled.ready, rationed.ready
    return {
        "met": precision(families, "stay", 8000.0, step=20, most=400),
        "short": precision(families, "stay", 500.0, step=50, most=200),
        "few": precision(families, "nothing_new", 500.0, step=10, most=50),
        "rate": precision(families, "stay", 0.004, "incidents_at_home", step=50, most=100),
        "replications": precision(places, "treatment", 2500.5, most=3),
    }


def said(found: Precision) -> str:
    return " ".join(sentences(found)).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_needed_is_said_with_its_interval_and_what_that_leaves_out(
    found: dict[str, Precision],
) -> None:
    words, needed = said(found["met"]), found["met"].needed
    assert words.startswith(
        f"{needed} families are needed. With them the difference in “cost in all” between "
        "long-term family support and "
    )
    assert "per family (95 % Monte Carlo interval): no wider than the ± £8,000 asked for" in words
    assert "parameter uncertainty) is not in it" in words


def test_what_was_not_reached_is_said_with_how_many_it_would_take(
    found: dict[str, Precision],
) -> None:
    words = said(found["short"])
    assert words.startswith("With 200 families, the most that were to be run, ")
    assert "wider than the ± £500 asked for. By the square-root rule about " in words
    assert "raise --most" in words


def test_nothing_is_said_of_families_none_of_whom_differ(found: dict[str, Precision]) -> None:
    words = said(found["few"])
    assert "no family had another “cost in all”" in words
    assert "are needed" not in words
    assert "±" not in words


def test_other_units_are_not_pounds(found: dict[str, Precision]) -> None:
    words = said(found["rate"])
    assert "per child-year at home (95 % Monte Carlo interval)" in words
    assert "± 0.004 asked for" in words
    assert "£" not in words


def test_replications_are_called_so(found: dict[str, Precision]) -> None:
    words = said(found["replications"])
    assert words.startswith("With 3 replications, the most that were to be run, ")
    assert "± £2,500.5 asked for" in words
    assert "no number of replications makes that smaller" in words


@pytest.mark.parametrize("case", CASES)
def test_the_figure_can_be_read_and_says_what_it_shows(
    found: dict[str, Precision], case: str
) -> None:
    figure = precision_figure(found[case])
    assert cut_off(figure) == []
    assert overlapping(figure) == []
    words = " ".join(t.get_text() for t in figure.findobj(Text))
    for part in ("95 %", "Monte Carlo", "how wrong the", "seed 7", "not evidence"):
        assert part in words.replace("\n", " "), part
    left, right = figure.axes
    assert left.get_ylabel().startswith("difference, ")
    assert right.get_ylabel().startswith("half-width, ")
    assert left.get_xlabel() == f"{found[case].aim.unit} run under both policies"


def test_the_lines_are_the_numbers_of_the_path(found: dict[str, Precision]) -> None:
    left, right = precision_figure(found["met"]).axes
    path = found["met"].path
    drawn = [list(line.get_ydata()) for at in (left, right) for line in at.get_lines()]  # type: ignore[arg-type]
    assert list(path["difference"]) in drawn
    assert list(path["half_width"]) in drawn
