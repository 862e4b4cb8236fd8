"""The page of spending, its table and its figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.ready import make_ready
from simcare.experiment.spending import Spending, check_spending
from simcare.report.spending import page as pages
from simcare.report.spending.figure import draw_spending, spending_figure
from simcare.report.spending.folder import check_folder, write_spending
from simcare.report.spending.words import NOTHING, modelled, parts, ratio

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def found() -> Spending:
    return check_spending(make_ready("england", ["usual_practice"]), families=200)


def test_the_page_in_the_documents_says_what_the_mapping_says(found: Spending) -> None:
    """All but numbers, which take a longer run (see the slow test)."""
    kept = (ROOT / "docs" / "spending-check.md").read_text(encoding="utf-8")
    for row in found.table.to_dict("records"):
        assert f"- *Boundary*: {row['boundary']}\n" in kept
        assert f"- *Difference*: {row['explained']}\n" in kept
        assert f"| {row['title']} | " in kept
    assert pages._INTRODUCTION in kept


@pytest.mark.slow
def test_the_page_in_the_documents_is_what_a_run_gives() -> None:
    ready = make_ready("england", ["usual_practice"])
    kept = (ROOT / "docs" / "spending-check.md").read_text(encoding="utf-8")
    assert pages.page(check_spending(ready, families=pages.FAMILIES)) == kept


def test_a_line_with_nothing_in_it_is_not_called_zero(found: Spending) -> None:
    rows = {row["line"]: row for row in found.table.to_dict("records")}
    assert modelled(rows["youth_justice"]) == NOTHING
    assert ratio(rows["youth_justice"]) == "–"
    assert modelled(rows["fostering"]).startswith("£")
    assert parts(rows["safeguarding"]) == ""
    assert "where 54,820 are published" in parts(rows["fostering"])


def test_the_table_has_every_line(found: Spending) -> None:
    assert pages.spending_table(found).row_count == len(found.table)


def test_the_figure_names_every_line_and_both_kinds_of_number(found: Spending) -> None:
    figure = spending_figure(found)
    (axes,) = figure.axes
    written = [text.get_text() for text in axes.texts]
    assert set(found.table["title"]) <= set(written)
    assert len(axes.patches) == 2 * len(found.table)
    assert any("95 % Monte Carlo" in text.get_text() for text in figure.texts)


def test_the_same_answer_gives_the_same_bytes(found: Spending, tmp_path: Path) -> None:
    one, two = (write_spending(found, tmp_path / name) for name in ("a", "b"))
    for file in one.rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (two / file.relative_to(one)).read_bytes()
    check_folder(one, found.ready.loaded)
    assert draw_spending(found, tmp_path)[0].is_file()
