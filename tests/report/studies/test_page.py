"""The table, the page and the figure of studies."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simcare.experiment.ready import Ready
from simcare.experiment.studies.run import AGREES, MISSES, ready_studies, study_of, validate_studies
from simcare.report.studies.figure import draw_studies, studies_figure
from simcare.report.studies.page import COMMAND, explained, page, studies_tables
from simcare.report.studies.words import judged, published, simulated, summary

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
    "low": -0.068, "high": -0.054, "verdict": MISSES, "carried": 0.49,
}  # fmt: skip


def test_numbers_are_written_with_their_unit_and_their_interval() -> None:
    assert published(ROW) == "−12.5 points (−17.2 to −7.7) †"
    assert simulated(ROW) == "−6.1 points (−6.8 to −5.4)"
    assert judged(ROW) == "misses; 49 % of the effect"
    ratio = ROW | {"quantity": "ratio", "unit": "ratio", "published": 0.744, "verdict": AGREES}
    assert (
        published(ratio | {"published_low": float("nan"), "published_interval": "none"}) == "0.74"
    )
    assert judged(ratio) == "agrees"


def test_the_committed_page_has_every_study_and_finding_of_the_files(
    studies: dict[str, Ready],
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert COMMAND in text, f"run: {COMMAND}"
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["In all", *(study_of(r).title for r in studies.values())]
    for name, ready in studies.items():
        assert f"scenarios/studies/{name}.toml" in text
        for finding in study_of(ready).findings:
            assert f"| {finding.title} |" in text, f"run: {COMMAND}"
            assert finding.mapping in text, f"run: {COMMAND}"


@pytest.mark.slow
def test_the_committed_page_is_what_the_command_in_it_writes(studies: dict[str, Ready]) -> None:
    written = page(studies, validate_studies(studies, workers=None))
    assert PAGE.read_text(encoding="utf-8") == written, f"run: {COMMAND}"


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


def test_the_same_table_gives_the_same_figure(table: pd.DataFrame, tmp_path: Path) -> None:
    first, second = (draw_studies(table, tmp_path / name) for name in ("a", "b"))
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
