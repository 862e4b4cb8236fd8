"""The table of a scenario's numbers, and the page of it that is kept in docs/."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simcare.evidence import load, rebase
from simcare.experiment.ready import Ready, make_ready
from simcare.report.assumptions import COMMAND, assumptions_frame, number, page

PAGE = Path(__file__).parents[2] / "docs" / "assumptions.md"


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england")


@pytest.fixture(scope="module")
def table(england: Ready) -> pd.DataFrame:
    return assumptions_frame(england).set_index("name")


def test_the_committed_page_is_what_the_command_in_it_writes(england: Ready) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(england), f"run: {COMMAND}"
    assert COMMAND in PAGE.read_text(encoding="utf-8")


def test_every_parameter_has_one_row_with_the_number_in_use(
    england: Ready, table: pd.DataFrame
) -> None:
    assert table["value"].to_dict() == england.values
    assert table["origin"].str.len().min() > 0


def test_an_assumed_number_stands_within_its_range_and_gives_its_reason(
    england: Ready, table: pd.DataFrame
) -> None:
    assumed = table[table["status"] == "assumed"]
    assert len(assumed) > 0
    for name, row in assumed.iterrows():
        given = england.scenario.parameters[str(name)].assumed
        assert given is not None
        assert row["origin"] == given.reason
        assert row["low"] <= row["value"] <= row["high"]


def test_a_published_price_and_its_range_are_in_the_scenarios_prices(tmp_path: Path) -> None:
    figure = load().get("TC-SEED-COST-WEEK")
    assert (figure.value, figure.low, figure.high) == (916.67, 833.33, 1000.0)
    ready = made(
        tmp_path,
        'price = { evidence = "TC-SEED-COST-WEEK", unit = "£/week", price_year = "2016-17" }',
    )
    row = assumptions_frame(ready).set_index("name").loc["price"]
    factor = rebase(1.0, "2016-17", "2024-25")
    assert factor > 1.2
    assert row["value"] == pytest.approx(916.67 * factor)
    assert row["low"] == pytest.approx(833.33 * factor)
    assert row["high"] == pytest.approx(1000.0 * factor)
    assert row["title"] == "cost of a week"
    assert row["origin"] == "TC-SEED-COST-WEEK"


def test_what_a_source_gives_no_range_for_has_none(tmp_path: Path) -> None:
    ready = made(tmp_path, 'wait = { value = 3, unit = "weeks", source = "made up" }')
    row = assumptions_frame(ready).set_index("name").loc[["wait"]]
    assert row[["low", "high"]].isna().all(axis=None)
    assert row[["status", "origin", "title"]].to_numpy().tolist() == [["stated", "made up", ""]]


def test_the_page_counts_only_numbers_that_the_model_uses(england: Ready) -> None:
    against = (*england.scenario.published.values(), *england.scenario.targets.values())
    targets = len({target.value for target in against})
    assert targets > 0
    assert f"of the {len(england.parameters) - targets} numbers" in page(england)
    assert page(england).count("\n| `") == len(england.parameters)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (30_000.0, "30,000"), (0.0025, "0.0025"), (935.07, "935.1"), (12.0, "12"),
     (1.0, "1"), (100.0, "100"), (13_362.9, "13,363"), (0.0008, "0.0008")],
)  # fmt: skip
def test_numbers_are_written_to_four_figures(value: float, written: str) -> None:
    assert number(value) == written


def made(folder: Path, parameter: str) -> Ready:
    path = folder / "made.toml"
    text = f'extends = "three_families"\ntitle = "Made"\n[parameters]\n{parameter}\n'
    path.write_text(text, encoding="utf-8")
    return make_ready(path)
