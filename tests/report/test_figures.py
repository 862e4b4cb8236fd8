"""Figures: what they show, that they can be read, and that they never differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.ready import make_ready
from simcare.report import facts
from simcare.report.figures import (
    draw_all,
    figures,
    pathway,
    safety,
    save,
    saving,
    weekly_costs,
)
from simcare.report.pathway import plan_of
from simcare.report.steps import steps
from tests.report.looks import cut_off, overlapping, texts

ALL = ["listed", "sampled", "rationed"]


@pytest.fixture(scope="session")
def drawn(
    listed: Comparison, sampled: Comparison, rationed: Comparison
) -> dict[str, dict[str, Figure]]:
    made = zip(ALL, (listed, sampled, rationed), strict=True)
    return {name: figures(comparison) for name, comparison in made}


def words(figure: Figure) -> str:
    found = [t.get_text() for t in figure.findobj(Text)]
    return " ".join(" ".join(found).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("name", ALL)
def test_no_text_is_cut_off_or_lies_over_other_text(
    drawn: dict[str, dict[str, Figure]], name: str
) -> None:
    for title, figure in drawn[name].items():
        assert texts(figure), title
        assert cut_off(figure) == [], title
        assert overlapping(figure) == [], title


@pytest.mark.parametrize("name", ALL)
def test_every_figure_says_how_it_was_made(drawn: dict[str, dict[str, Figure]], name: str) -> None:
    for title, figure in drawn[name].items():
        assert "simcare 0." in words(figure), title
        assert "made-up council" in words(figure) or "few places" in words(figure), title


def test_figures_of_a_run_name_size_seed_and_interval(sampled: Comparison) -> None:
    said = words(weekly_costs(sampled))
    assert "120 families, seed 7" in said
    assert "95 % Monte Carlo, over independent families" in said
    assert "how wrong the inputs may be is not in them" in said
    assert "this is not evidence" in said


def test_money_never_stands_without_safety(sampled: Comparison, listed: Comparison) -> None:
    for draw in (weekly_costs, saving, safety):
        assert "Incidents at home" in words(draw(sampled))
        assert "not counted" in words(draw(listed))
    assert words(saving(sampled)).count("WORSE: Incidents at home") == 1


def test_weekly_costs_have_a_column_for_each_policy_on_one_scale(sampled: Comparison) -> None:
    five = compare(sampled.ready, ["treatment", "stay", "late", "harmful"], workers=1)
    figure = weekly_costs(five)
    assert len(figure.axes) == 15
    for row in (figure.axes[:5], figure.axes[5:10], figure.axes[10:]):
        assert len({at.get_ylim() for at in row}) == 1


def test_the_lines_are_the_numbers_of_the_comparison(listed: Comparison) -> None:
    weekly = listed.weekly
    care = weekly[(weekly["policy"] == "as_now") & (weekly["group"] == "care")]
    in_all = weekly_costs(listed).axes[2]
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in in_all.get_lines()]
    assert any(len(y) == len(care) + 1 and np.allclose(y[1:], care["cumulative"]) for y in drawn)


def test_the_reference_alone_has_no_saving_and_no_safety_figure() -> None:
    alone = compare("three_families", ["as_now"], workers=1)
    assert list(figures(alone)) == ["weekly_costs", "pathway_case", "pathway_placement"]
    with pytest.raises(UserError, match="nothing to compare"):
        saving(alone)
    with pytest.raises(UserError, match="nothing to compare"):
        safety(alone)


def test_break_even_is_marked_where_there_is_one(listed: Comparison, sampled: Comparison) -> None:
    assert "paid for itself from week 88 (14 Dec 2026)" in words(saving(listed))
    said = words(saving(sampled))
    week = facts.break_even_week(sampled, "treatment")
    assert f"from week {week.mean:.0f}" in said
    assert f"beyond chance from week {week.high:.0f}" in said
    assert "not paid for itself by the end" in said
    assert "cannot be told from chance" in said


def test_safety_shows_cost_care_and_incidents(sampled: Comparison) -> None:
    titles = [at.get_title(loc="left") for at in safety(sampled).axes]
    assert titles == ["Cost, all payers", "Weeks in care", "Incidents at home"]


def test_filled_dots_are_the_measurable_differences(sampled: Comparison) -> None:
    policies = facts.rivals(sampled)
    cost = safety(sampled).axes[0]
    dots = [line for line in cost.get_lines() if line.get_marker() in ("o", "s")]
    filled = [dot.get_markerfacecolor() != "white" for dot in dots]
    sure = [facts.change(sampled, p, "cost").verdict in ("lower", "higher") for p in policies]
    assert filled == sure
    squares = [policies[i] for i, dot in enumerate(dots) if dot.get_marker() == "s"]
    assert squares == ["dear"]


def test_the_pathway_shows_every_level_and_every_way() -> None:
    ready = make_ready("england")
    statement = ready.statements[ready.scenario.reference]
    for region in ("case", "placement"):
        figure = pathway(statement, region)
        said = words(figure)
        for level in statement.region(region).levels:
            assert level.title in said
        found = steps(statement, region)
        plan = plan_of(found, region)
        in_letters = {(x.source, x.target) for _, group in plan.letters.values() for x in group}
        assert set(plan.arrows) | in_letters == {(x.source, x.target) for x in found}
        assert cut_off(figure) == []
        assert overlapping(figure) == []


def test_files_have_the_same_bytes_each_time(listed: Comparison, tmp_path: Path) -> None:
    first = draw_all(listed, tmp_path / "a")
    second = draw_all(listed, tmp_path / "b")
    assert [p.name for p in first] == [p.name for p in second]
    assert len(first) == 10
    assert all(p.parent == tmp_path / "a" / "figures" for p in first)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_a_user_with_another_style_gets_the_same_figure(listed: Comparison, tmp_path: Path) -> None:
    plain = save(weekly_costs(listed), tmp_path, "plain")
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "black", "axes.grid": True,
                         "svg.hashsalt": "theirs"}):  # fmt: skip
        before = dict(mpl.rcParams)
        styled = save(weekly_costs(listed), tmp_path, "plain2")
        assert dict(mpl.rcParams) == before
    for one, other in zip(plain, styled, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_files_hold_no_date(listed: Comparison, tmp_path: Path) -> None:
    png, svg = save(safety(listed), tmp_path, "safety")
    assert b"<dc:date>" not in svg.read_bytes()
    assert b"tIME" not in png.read_bytes()


def test_figures_are_drawn_without_pyplot() -> None:
    script = (
        "import sys\n"
        "from simcare import compare\n"
        "from simcare.report.figures import figures\n"
        "figures(compare('three_families', workers=1))\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_tables_and_sentences_load_no_heavy_library() -> None:
    script = (
        "import sys\n"
        "import simcare.report.tables, simcare.report.sentences, simcare.report.figures\n"
        "print({'matplotlib', 'pandas', 'scipy', 'rich'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
