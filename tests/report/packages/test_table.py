"""The table of a package: every term, numbers that add up, and intervals that are named."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.text import Text

from simcare.experiment.compare import Comparison
from simcare.report.comparison_table import comparison_tables
from simcare.report.packages.table import packages_tables
from tests.report.conftest import PACKAGES


def shown(comparison: Comparison, width: int = 100) -> list[str]:
    """Every table as it looks on a terminal of a width."""
    texts = []
    for table in packages_tables(comparison, width):
        console = Console(width=width, file=io.StringIO(), color_system=None)
        console.print(table, markup=False, highlight=False)
        assert isinstance(console.file, io.StringIO)
        texts.append(console.file.getvalue())
    return texts


def numbers(line: str) -> list[float]:
    """Numbers of a row that are no half-width."""
    found = re.findall(r"(?<!±)(?<![\d.,])[+−]?\d[\d,]*\.?\d*", line)
    return [float(n.replace("−", "-").replace(",", "")) for n in found if n[0] in "+−"]


def test_there_is_a_table_for_every_package_with_a_row_for_every_term(
    packaged: Comparison,
) -> None:
    first, second = shown(packaged)
    assert len(PACKAGES) == 2
    assert "What makes up “Treatment on a plan with long-term family support”" in first
    terms = ("Treatment on a plan ", "Long-term family support ", "Interaction ", "All together ")
    places = [first.index(f"\n{term}") for term in terms]
    assert places == sorted(places)
    assert "Costly advice" in second
    for heading in ("Cost in all", "Weeks in", "Incidents", "Children", "child-weeks"):
        assert heading in first


def test_the_rows_that_are_read_add_up(packaged: Comparison) -> None:
    lines = [line for line in shown(packaged)[0].splitlines() if "±" in line]
    rows = [numbers(line) for line in lines if not line.startswith("Differences")]
    assert len(rows) == 4
    for column in range(4):
        parts = sum(row[column] for row in rows[:3])
        # Each of the four is rounded.
        step = 1.0 if column == 0 else 0.1
        assert parts == pytest.approx(rows[3][column], abs=2.0 * step)


def test_the_kind_of_interval_is_said_and_what_is_not_in_it(packaged: Comparison) -> None:
    for text in shown(packaged):
        said = " ".join(text.split())
        assert "95 % Monte Carlo, over independent families" in said
        assert "Parameter uncertainty (how wrong the inputs may be) is not in it." in said
        assert "Every number is made up." in said


def test_units_are_those_of_the_comparison(packaged: Comparison) -> None:
    (beside, *_) = comparison_tables(packaged, 300)
    labels = " ".join(cell.plain for cell in beside.columns[0].cells if isinstance(cell, Text))
    units = [" ".join(str(c.header).split("\n")[1:]) for c in packages_tables(packaged)[0].columns]
    assert len(units[2:]) == 3
    assert [unit for unit in units[2:] if unit not in labels] == []


def test_bold_is_what_excludes_no_effect(packaged: Comparison) -> None:
    table = packages_tables(packaged)[0]
    cells = list(table.columns[1].cells)
    styles = [str(cell.style) for cell in cells if isinstance(cell, Text)]
    own = packaged.packages
    cost = own[(own["package"] == PACKAGES[0]) & (own["outcome"] == "cost")].iloc[:4]
    sure = (cost["low"] > 0.0) | (cost["high"] < 0.0)
    assert styles == ["bold" if one else "dim" for one in sure]
    assert set(styles) == {"bold", "dim"}


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_it_fits_the_terminal_and_breaks_no_number(packaged: Comparison, width: int) -> None:
    wide = " ".join(shown(packaged, 200)).split()
    for text in shown(packaged, width):
        assert max(map(len, text.splitlines())) <= width
        assert "…" not in text
    kept = set(" ".join(shown(packaged, width)).split())
    assert {word for word in wide if word.startswith(("±", "−", "+"))} <= kept


def test_without_an_interval_it_is_said_why(rationed_package: Comparison) -> None:
    (text,) = shown(rationed_package)
    assert "±" not in text
    assert "families share places and there is one replication" in " ".join(text.split())


def test_without_a_package_there_is_no_table(listed: Comparison) -> None:
    assert packages_tables(listed) == []
