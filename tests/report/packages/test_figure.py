"""The figure of packages: bars that end where the next begins, and that can be read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.report import canvas
from simcare.report.figures import figures, packages_figure, safety
from tests.report.conftest import PACKAGES
from tests.report.looks import cut_off, overlapping, texts

FOLDER = Path(__file__).parents[1]
MANY = "treatment+stay+late+dear+nothing_new"


def words(figure: Figure) -> str:
    found = " ".join(t.get_text() for t in figure.findobj(Text))
    return " ".join(found.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture(scope="module")
def long_names() -> Comparison:
    """Many parts, whose names together are very long, and two packages of which one costs."""
    return compare(FOLDER / "sampled.toml", [MANY, "stay+harmful", "nothing_new+dear"], workers=1)


def readable(figure: Figure) -> None:
    assert texts(figure)
    assert cut_off(figure) == []
    assert overlapping(figure) == []


@pytest.mark.parametrize("which", ["packaged", "rationed_package"])
def test_no_text_is_cut_off_or_lies_over_other_text(
    which: str, request: pytest.FixtureRequest
) -> None:
    readable(packages_figure(request.getfixturevalue(which)))


@pytest.mark.slow
def test_every_figure_has_room_for_the_long_name_of_a_package(long_names: Comparison) -> None:
    for figure in figures(long_names).values():
        readable(figure)


def test_bars_follow_one_another_to_the_joint_effect(packaged: Comparison) -> None:
    figure = packages_figure(packaged)
    assert len(figure.axes) == 2 * 3
    table = packaged.packages
    for at, package in zip(figure.axes[::3], PACKAGES, strict=True):
        bars = [p for p in at.patches if isinstance(p, Rectangle)]
        ends = [(b.get_x(), b.get_x() + b.get_width()) for b in bars]
        own = table[(table["package"] == package) & (table["outcome"] == "cost")]
        own = own[own["kind"] != "added last"]
        for (start, end), mean in zip(ends, own["mean"], strict=True):
            assert end - start == pytest.approx(mean)
        for (_, end), (start, _) in pairwise(ends[:-1]):
            assert start == pytest.approx(end)
        assert ends[0][0] == ends[-1][0] == 0.0
        assert ends[-1][1] == pytest.approx(ends[-2][1])


def test_filled_is_what_excludes_no_effect(packaged: Comparison) -> None:
    at = packages_figure(packaged).axes[0]
    colours = [canvas.BLUE, "white", canvas.ORANGE, canvas.BLUE]
    assert [p.get_facecolor() for p in at.patches] == [to_rgba(c) for c in colours]


def test_a_change_for_the_worse_is_hatched(long_names: Comparison) -> None:
    figure = packages_figure(long_names)
    incidents = figure.axes[5]
    assert incidents.get_title(loc="left") == "Incidents at home"
    assert [str(p.get_hatch()) for p in incidents.patches] == ["None", "///", "None", "None"]


def test_it_says_what_it_shows_and_how_it_was_made(packaged: Comparison) -> None:
    said = words(packages_figure(packaged))
    assert "Treatment on a plan with long-term family support" in said
    assert "EACH PACKAGE HAS SCALES OF ITS OWN" in said
    assert "95 % Monte Carlo, over independent families" in said
    assert "120 families, seed 7" in said
    assert "this is not evidence" in said


def test_it_is_drawn_only_where_a_package_was_run(
    packaged: Comparison, sampled: Comparison
) -> None:
    assert "packages" in figures(packaged)
    assert "packages" not in figures(sampled)
    with pytest.raises(UserError, match="no package was run"):
        packages_figure(sampled)


def test_a_safety_figure_makes_room_for_the_name_of_a_long_package(
    long_names: Comparison, packaged: Comparison
) -> None:
    long, short = (safety(x).get_size_inches()[1] / len(x.policies) for x in (long_names, packaged))
    assert long > short
