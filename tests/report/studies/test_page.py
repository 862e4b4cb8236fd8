"""The table, the page and the figure of studies."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simcare.experiment.ready import Ready
from simcare.experiment.studies.run import ready_studies, validate_studies
from simcare.experiment.studies.terms import (
    AGREES,
    CLOSE,
    MISSES,
    NO_COMPARISON,
    NO_INTERVAL,
    study_of,
)
from simcare.report.studies.figure import draw_studies, studies_figure
from simcare.report.studies.found import found_of, path, write
from simcare.report.studies.page import COMMAND, explained, page, studies_tables
from simcare.report.studies.words import is_far, judged, published, simulated, summary
from tests.report.looks import cut_off

PAGE = Path(__file__).parents[3] / "docs" / "validation-supports.md"


@pytest.fixture(scope="module")
def studies() -> dict[str, Ready]:
    return ready_studies()


@pytest.fixture(scope="module")
def table(studies: dict[str, Ready]) -> pd.DataFrame:
    few = ("family_group_conferences", "motivational_interviewing", "recovery_checkups")
    return validate_studies({name: studies[name] for name in few}, families=200)


ROW: dict[Hashable, Any] = {
    "quantity": "difference", "unit": "share", "published": -0.125, "published_low": -0.172,
    "published_high": -0.077, "published_interval": "95 %, computed", "simulated": -0.061,
    "low": -0.068, "high": -0.054, "verdict": MISSES, "carried": 0.49, "far_off": True,
}  # fmt: skip


def test_numbers_are_written_with_their_unit_and_their_interval() -> None:
    assert published(ROW) == "−12.5 points (−17.2 to −7.7) †"
    assert simulated(ROW) == "−6.1 points (−6.8 to −5.4)"
    assert judged(ROW) == "misses, far off; 49 % of the effect"
    ratio = ROW | {"quantity": "ratio", "unit": "ratio", "published": 0.744, "verdict": AGREES}
    assert (
        published(ratio | {"published_low": float("nan"), "published_interval": "none"}) == "0.74"
    )
    # A wide interval is easily met: how much of the effect there is stands beside it.
    assert judged(ratio | {"carried": 0.62}) == "agrees; 62 % of the effect"
    assert judged(ratio | {"carried": float("nan"), "far_off": False}) == "agrees"
    assert judged(ROW | {"verdict": NO_COMPARISON}) == "no verdict"
    assert is_far(ROW | {"verdict": NO_INTERVAL})
    assert not is_far(ROW | {"verdict": AGREES})


def test_the_committed_page_has_every_study_and_finding_of_the_files(
    studies: dict[str, Ready],
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert COMMAND in text, f"run: {COMMAND}"
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "In all",
        *(f'<a id="study-{name}"></a>{study_of(r).title}' for name, r in studies.items()),
    ]
    for name, ready in studies.items():
        assert f"scenarios/studies/{name}.toml" in text
        for finding in study_of(ready).findings:
            assert f"| {finding.title} |" in text, f"run: {COMMAND}"
            assert finding.mapping in text, f"run: {COMMAND}"


def test_every_link_to_the_page_of_supports_leads_somewhere() -> None:
    page_of_supports = (PAGE.parent / "supports.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(supports\.md#([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert len(linked) > 15
    for anchor in linked:
        assert f'<a id="{anchor}"></a>' in page_of_supports


@pytest.mark.slow
def test_the_committed_page_and_file_are_what_the_command_in_it_writes(
    studies: dict[str, Ready], tmp_path: Path
) -> None:
    table = validate_studies(studies, workers=None)
    assert PAGE.read_text(encoding="utf-8") == page(studies, table), f"run: {COMMAND}"
    made = tmp_path / "found.csv"
    write(found_of(studies, table), made)
    assert path().read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), f"run: {COMMAND}"


def test_the_page_tells_of_each_study_only_what_was_run(
    studies: dict[str, Ready], table: pd.DataFrame
) -> None:
    name = "family_group_conferences"
    text = page({name: studies[name]}, table)
    assert text.count("\n## ") == 2
    assert "| Looked after at 12 months, usual practice | check | 44.8 % (41.3 to 48.4) † |" in text


def test_there_is_a_table_for_each_study(table: pd.DataFrame) -> None:
    tables = studies_tables(table)
    assert len(tables) == table["study"].nunique()
    assert sum(t.row_count for t in tables) == len(table)


def test_only_what_does_not_agree_is_explained(table: pd.DataFrame) -> None:
    said = list(explained(table))
    agreeing = table.loc[table["verdict"] == AGREES, "finding"]
    assert not any(f", {title}: " in line for title in agreeing for line in said)
    assert "agree" in summary(table)


def test_the_figure_has_a_panel_for_each_scale_and_a_mark_for_each_role(
    table: pd.DataFrame,
) -> None:
    figure = studies_figure(table)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [t.split(",")[0].split(" (")[0] for t in titles] == [
        "Shares", "Differences of shares", "Ratios", "Weeks",
    ]  # fmt: skip
    shapes = {(line.get_marker(), line.get_color()) for a in figure.axes for line in a.lines}
    kinds = {s for s in shapes if s[0] in ("o", "D", "X")}
    assert len({m for m, _ in kinds}) == len({c for _, c in kinds}) == 2


def test_nothing_in_the_figure_is_cut_off(table: pd.DataFrame) -> None:
    widest = table.copy()
    widest["verdict"], widest["far_off"], widest["carried"] = CLOSE, True, -1.19
    for drawn in (table, widest.assign(verdict=NO_INTERVAL), widest):
        assert cut_off(studies_figure(drawn)) == []


def test_the_same_table_gives_the_same_figure(table: pd.DataFrame, tmp_path: Path) -> None:
    first, second = (draw_studies(table, tmp_path / name) for name in ("a", "b"))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


# --- the summary ---


def findings(*rows: tuple[str, str, str, float, bool]) -> pd.DataFrame:
    """Trial, role, verdict, share of the effect, and whether it is far off."""
    columns = ("citation", "role", "verdict", "carried", "far_off")
    return pd.DataFrame(rows, columns=list(columns))


NAN = float("nan")


def test_the_summary_counts_verdicts_studies_effects_and_gaps() -> None:
    said = summary(
        findings(
            ("A 1999; its data", "check", AGREES, 0.7, False),
            ("A 1999; its data", "check", AGREES, NAN, False),
            ("A 1999; its data", "sets", AGREES, NAN, False),
            ("B 2001", "check", AGREES, 2.3, True),
            ("B 2001", "check", MISSES, 0.3, True),
            ("C 2002", "sets", NO_INTERVAL, 0.2, True),
            ("C 2002", "check", NO_INTERVAL, NAN, False),
            ("C 2002", "no comparison", NO_COMPARISON, 0.1, False),
        )
    )
    assert said == (
        "Of 5 checks (figures that no support uses), 3 agree, 1 misses and 1 has no published "
        "interval. Of 2 figures that were put in, 1 agrees, 0 miss and 1 has no published "
        "interval. The checks that agree are of 2 of the 3 studies that have any: 2 of them are "
        "of one (A 1999), whose own curves are put in, so that they are hardly tests of anything "
        "else. Of 4 contrasts of two arms, 2 give less than half of the published effect (1 of 3 "
        "that are checks), and 1 gives more than twice of it. Of 2 without a published interval, "
        "1 is outside half to twice of what was published (“far off”)."
    )


def test_a_summary_of_one_finding_says_no_more_than_there_is() -> None:
    said = summary(findings(("A 1999", "sets", MISSES, 0.2, True)))
    assert said == (
        "Of 1 figure that was put in, 0 agree and 1 misses. Of 1 contrast of two arms, 1 gives "
        "less than half of the published effect, and none gives more than twice of it."
    )


def test_large_gaps_without_an_interval_are_bold_in_the_figure(table: pd.DataFrame) -> None:
    bold = [
        text.get_text()
        for axes in studies_figure(table).axes
        for text in axes.texts
        if text.get_fontweight() == "bold"
    ]
    far = [judged(row) for row in table.to_dict("records") if is_far(row)]
    assert any("no interval, far off" in one for one in far)
    assert set(far) <= set(bold)
