"""A menu of many policies: its order, its table, its figure and what is said of it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from rich.console import Console

from simcare import write
from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.store import check_folder
from simcare.report import facts
from simcare.report.canvas import BLUE, VERMILLION
from simcare.report.facts import Change
from simcare.report.figures import figures
from simcare.report.menu.figure import limits, menu
from simcare.report.menu.rows import (
    MANY,
    NOTHING,
    few,
    heading,
    is_menu,
    menu_frame,
    menu_rows,
)
from simcare.report.menu.table import menu_tables
from simcare.report.menu.words import (
    EVIDENCE_KEY,
    _beside_studies,
    about_nothing,
    by_chance,
    mark,
    menu_sentences,
    percent,
    pips,
)
from simcare.report.sentences import sentence
from simcare.report.shown import figure_first, page, paragraphs, tables
from simcare.scenario.strength import STRENGTHS
from tests.report.looks import cut_off, overlapping

ORDER = ["harmful", "treatment", "late", "stay", "kind", "nothing_new", "advice_in_court",
         "advice_on_plan", "dear"]  # fmt: skip


# --- the order ---


def test_those_less_safe_come_first_and_then_the_fewest_weeks_in_care(many: Comparison) -> None:
    rows = menu_rows(many)
    assert [row.policy for row in rows] == ORDER
    assert [row.standing for row in rows] == ["less safe"] + ["fewer"] * 4 + ["unclear"] * 4
    # It saves more than all but one, and does not get ahead by that.
    assert rows[0].cost.mean < rows[2].cost.mean < 0.0
    assert facts.less_safe(many, rows[0].policy)


def test_a_row_has_the_strength_of_the_evidence_and_what_it_cannot_show(many: Comparison) -> None:
    rows = {row.policy: row for row in menu_rows(many)}
    assert (rows["kind"].strength, rows["kind"].cannot_show) == ("trial", "Whether it lasts.")
    assert rows["advice_on_plan"].strength == "before-after"
    assert rows["advice_on_plan"].cannot_show == "Costly advice: Anything: it is made up."
    assert (rows["nothing_new"].strength, rows["nothing_new"].cannot_show) == (None, "")


def test_the_frame_holds_the_numbers_of_the_summary_and_of_harm(many: Comparison) -> None:
    table = menu_frame(many).set_index("policy")
    summary = many.summary.set_index(["policy", "outcome"])
    harm = many.harm.set_index(["policy", "outcome"])
    for column, outcome, times, off in (
        ("cost_pounds_per_family", "cost", 1.0, 0.005),
        ("weeks_in_care_per_family", "child_weeks_in_care", 1.0, 5e-5),
        ("incidents_per_100_child_years", "incidents_at_home", 100.0, 5e-5),
    ):
        of = summary.xs(outcome, level="outcome").loc[ORDER]
        for end in ("", "_low", "_high"):
            wanted = of[f"difference{end}"].to_numpy() * times
            assert table[column + end].to_numpy() == pytest.approx(wanted, abs=off + 1e-9)
    worse = harm.xs("incidents_at_home", level="outcome")["worse_share"].loc[ORDER]
    percent = table["more_incidents_percent"].dropna().to_numpy()
    assert percent == pytest.approx(worse.dropna().to_numpy() * 100.0, abs=0.006)
    assert table.loc["kind", "evidence"] == "trial"
    each = summary.xs("saving_per_family_reached", level="outcome").loc["treatment"]
    row = table.loc["treatment"]
    # A cost, as the column beside it, and so turned round with its ends.
    assert row["cost_pounds_per_family_reached"] == pytest.approx(-each["mean"], abs=0.006)
    assert row["cost_pounds_per_family_reached_low"] == pytest.approx(-each["high"], abs=0.006)


def test_those_less_safe_have_no_place_in_the_order(many: Comparison) -> None:
    table = menu_frame(many)
    places = list(table["order"].dropna())
    assert places == list(range(1, 9))
    assert list(table["order"].isna()) == [name == "less safe" for name in table["standing"]]


def test_there_is_a_menu_only_of_many_policies(many: Comparison, sampled: Comparison) -> None:
    assert is_menu(many)
    assert not is_menu(sampled)


def test_those_less_safe_are_drawn_over_time_only_where_there_is_room(many: Comparison) -> None:
    assert few(many) == ("as_now", *ORDER[1 : MANY + 1])
    less = replace(many, policies=("as_now", "harmful", "treatment"))
    assert few(less) == ("as_now", "treatment", "harmful")


def test_headings_claim_no_more_than_the_intervals_allow(
    many: Comparison, listed: Comparison
) -> None:
    assert heading(many, "fewer") == "Fewer weeks in care, beyond chance"
    assert heading(many, "less safe").isupper()
    assert "may be chance" in heading(listed, "unclear")
    assert {row.standing for row in menu_rows(listed)} == {"unclear"}


def test_where_nothing_is_counted_of_safety_none_is_said(listed: Comparison) -> None:
    (row,) = menu_rows(listed)
    assert row.safety == NOTHING
    assert math.isnan(row.off.worse)
    assert menu_frame(listed)["incidents_per_100_child_years"].isna().all()
    assert "nothing is said about safety" in " ".join(text_of(listed, 100).split())


# --- the table ---


def text_of(comparison: Comparison, width: int) -> str:
    console = Console(width=width, record=True, file=StringIO())
    for table in menu_tables(comparison, width):
        console.print(table, highlight=False)
    return console.export_text()


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_a_table_fits_and_cuts_nothing(many: Comparison, width: int) -> None:
    said = text_of(many, width)
    assert max(len(line.rstrip()) for line in said.splitlines()) <= width
    assert "…" not in said
    assert said.count("±") >= 3 * 5


def test_where_there_is_no_room_safety_is_not_what_is_left_out(many: Comparison) -> None:
    heads = {w: text_of(many, w).split("───")[0] for w in (60, 80, 100)}
    assert all("Incidents" in head and "care/family" in head for head in heads.values())
    assert [("reached" in h, "Evidence" in h) for h in heads.values()] == [
        (False, False), (False, True), (True, True),
    ]  # fmt: skip


def test_columns_for_which_there_is_no_room_are_named_with_the_width_that_they_need(
    many: Comparison,
) -> None:
    said = " ".join(text_of(many, 80).split())
    gone = re.search(r"NOT SHOWN for want of room are (.*?): widen the terminal to (\d+) col", said)
    assert gone is not None
    assert gone[1] == "“Worse: better %”, “Reach %” and “£ per reached”"
    wide = int(gone[2])
    assert "NOT SHOWN" not in text_of(many, wide)
    assert "NOT SHOWN for want of room is “£ per" in " ".join(text_of(many, wide - 1).split())


def test_the_table_warns_first_and_says_who_is_worse_off(many: Comparison) -> None:
    said = text_of(many, 100)
    places = [said.index(x) for x in ("LESS SAFE", "Treatment that leaves", "Fewer weeks", "on a")]
    assert places == sorted(places)
    off = menu_rows(many)[0].off
    assert off.worse > off.better
    assert f"{off.worse:.0f}:{off.better:.0f}" in said
    assert "made up" in said


def test_what_is_beyond_chance_is_bold(many: Comparison) -> None:
    console = Console(width=100, record=True, force_terminal=True, file=StringIO())
    for table in menu_tables(many, 100):
        console.print(table, highlight=False)
    styled = console.export_text(styles=True)
    bold = re.findall(r"\x1b\[1m([^\x1b]*)\x1b", styled)
    found = {b.strip() for b in bold}
    assert any(x.startswith("−56") or x.startswith("−57") for x in found)
    assert not any(x.startswith("−6,490") for x in found)


# --- the figure ---


@pytest.fixture(scope="module")
def figure(many: Comparison) -> Figure:
    return menu(many)


def words(figure: Figure) -> str:
    return " ".join(" ".join(t.get_text() for t in figure.findobj(Text)).split())


def test_no_text_of_the_figure_is_cut_off_or_lies_over_other_text(
    figure: Figure, listed: Comparison
) -> None:
    for drawn in (figure, menu(listed)):
        assert cut_off(drawn) == []
        assert overlapping(drawn) == []


def test_the_figure_names_every_policy_its_evidence_and_how_it_was_made(
    figure: Figure, many: Comparison
) -> None:
    said = words(figure)
    for row in menu_rows(many):
        assert row.title in said
        assert pips(row.strength) in said
    assert "never by money" in said
    assert "simcare 0." in said
    assert "95 % Monte Carlo" in said
    assert "per 100 child-years at home" in said


def marks(at: Axes) -> list[tuple[str, str, bool]]:
    """Marker, colour, and whether filled, of every dot from the top."""
    dots = [x for x in at.get_lines() if x.get_marker() in ("o", "s")]
    return [
        (str(x.get_marker()), str(x.get_color()), x.get_markerfacecolor() != "white") for x in dots
    ]


def test_marks_are_those_of_the_safety_figure(figure: Figure) -> None:
    cost, care, safety = [at for at in figure.axes if at.get_xlabel()]
    assert marks(safety)[0] == ("s", VERMILLION, True)
    assert marks(care)[0] == ("o", BLUE, True)
    assert marks(cost)[-1] == ("s", VERMILLION, True)
    assert ("o", "#555555", False) in marks(cost)


def test_a_few_very_long_intervals_do_not_flatten_the_rest() -> None:
    usual = [Change(-1.0 + i / 10, -2.0 + i / 10, i / 10) for i in range(20)]
    assert limits(usual) == pytest.approx((-2.0 - 0.195, 1.9 + 0.195))
    left, right = limits([*usual, Change(500.0, 400.0, 600.0)])
    assert left > -3.0
    assert right < 3.0
    assert limits([Change(0.0, 0.0, 0.0)]) == (-1.0, 1.0)
    assert limits([Change(3.0, math.nan, math.nan)]) == pytest.approx((-0.15, 3.15))


def test_a_menu_takes_the_place_of_the_safety_figure_and_few_are_drawn_over_time(
    many: Comparison,
) -> None:
    made = figures(many)
    assert list(made)[:3] == ["menu", "weekly_costs", "saving"]
    assert "safety" not in made
    assert "the first 8 of the menu, not all 10 policies" in words(made["saving"])
    assert "Treatment that leaves homes" not in words(made["saving"])
    for drawn in (made["weekly_costs"], made["saving"]):
        assert cut_off(drawn) == []
        assert overlapping(drawn) == []


def test_the_reference_alone_has_no_menu_figure_and_an_empty_table() -> None:
    alone = compare("three_families", ["as_now"], workers=1)
    with pytest.raises(UserError, match="nothing to compare"):
        menu(alone)
    assert menu_frame(alone).empty


# --- words ---


def test_strengths_are_told_apart_without_colour() -> None:
    said = [pips(s) for s in STRENGTHS]
    assert said[0] == "●●●● trial"
    assert said[-1] == "●○○○ argument only"
    assert len({s.split()[0] for s in said}) == len(STRENGTHS)
    assert pips(None) == "not stated"


def test_where_the_size_of_an_effect_is_assumed_the_evidence_is_marked(many: Comparison) -> None:
    assert pips("trial", "size assumed") == "●●●● trial*"
    assert pips("matched comparison", "some sizes assumed") == "●●●○ matched comparison†"
    assert mark("") == ""
    assert "* The sizes of its effects are assumed, † some of them." in EVIDENCE_KEY
    table = menu_frame(many).set_index("policy")
    rows = {row.policy: row for row in menu_rows(many)}
    for policy, row in rows.items():
        assert table.loc[policy, "effect_size"] == row.sizes
        assert table.loc[policy, "study_carried"] == row.study_carried
    assert rows["kind"].study_carried == "held to no study"
    assert rows["nothing_new"].study_carried == ""


def test_what_studies_found_is_said_of_the_policies_that_are_named(many: Comparison) -> None:
    rows = [row for row in menu_rows(many) if row.standing == "fewer"][:2]
    assert _beside_studies(rows) == []
    held = replace(rows[0], study_carried="held to its study, the model gives 40 % of the effect")
    (said,) = _beside_studies([held, rows[1]])
    assert said == (
        f"Beside their studies: {held.title}: held to its study, the model gives 40 % of the "
        f"effect. {rows[1].title}: held to no study."
    )


def test_numbers_are_written_no_finer_than_they_can_be_read() -> None:
    assert [percent(x) for x in (0.0, 0.01, 0.349, 9.94, 9.96, 40.7, math.nan)] == [
        "0", "<0.1", "0.3", "9.9", "10", "41", "–",
    ]  # fmt: skip
    assert about_nothing("−0.00 ± 0.00") == "about 0"
    assert about_nothing("−0.00 ± 0.01") == "−0.00 ± 0.01"


def test_it_is_said_how_many_intervals_chance_alone_would_give(
    many: Comparison, listed: Comparison
) -> None:
    # Eight of the nine differ at all; three intervals each, and one in twenty of those.
    assert "Of 24 intervals such as these, about 1 would" in by_chance(many)
    assert by_chance(listed) == ""


def test_a_menu_says_a_few_lines_with_the_warning_first(many: Comparison) -> None:
    said = [" ".join(x.split()) for x in menu_sentences(many)]
    assert said[0].startswith("Warning: under “Treatment that leaves homes more dangerous”, ")
    assert "less per family does not undo this" in said[0]
    assert "under 4 of 9 policies; most of all under Treatment on a plan (−57 ± 25)" in said[1]
    assert said[2] == "What these rest on: a trial (1) and argument only (3)."
    assert "under 2 of 9 policies" in said[3]
    assert len(said) == 5
    assert "is not evidence" in said[-1]


def test_the_terminal_shows_a_menu_only_where_there_are_many(
    many: Comparison, sampled: Comparison
) -> None:
    assert (figure_first(many), figure_first(sampled)) == ("menu.png", "weekly_costs.png")
    assert paragraphs(many)[:-1] == menu_sentences(many)
    assert "sentences.md" in paragraphs(many)[-1]
    assert len(paragraphs(sampled)) == len(sampled.policies)
    assert len(tables(many, 100)) == 5


def test_the_page_holds_every_sentence_in_the_order_of_the_menu(many: Comparison) -> None:
    said = page(many)
    places = [said.index(f"\n\n{sentence(many, p)}\n") for p in ("as_now", *ORDER)]
    assert places == sorted(places)
    assert "more dangerous (CHILDREN LESS SAFE)" in said
    assert "Evidence: trial. Held to no study. What it cannot show: Whether it lasts." in said


@pytest.mark.slow
def test_the_folder_holds_the_menu_and_the_page(many: Comparison, tmp_path: Path) -> None:
    folder = write(many, tmp_path / "kept")
    held = (folder / "menu.csv").read_text(encoding="utf-8-sig").splitlines()
    assert held[1].startswith(",less safe,harmful,")
    assert held[2].startswith("1,fewer,treatment,")
    assert max(len(x.partition(".")[2]) for x in held[2].split(",")[5:17]) <= 4
    assert len(held) == 10
    assert (folder / "sentences.md").read_text(encoding="utf-8") == page(many)
    assert (folder / "figures" / "menu.svg").is_file()
    # It may be written over, because it holds nothing that is not known to be ours.
    check_folder(folder, many.ready.loaded)
