"""The back-cast: sums done by hand, and what runs must have in common."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from simcare.draws import replication_seed
from simcare.errors import UserError
from simcare.experiment.backcast import (
    COLUMNS,
    CONDITIONAL,
    FORECAST,
    back_cast,
    held_to_years,
    load_back_cast,
)
from simcare.experiment.posterior_runs import run_at_draws
from simcare.experiment.ready import with_values
from simcare.experiment.targets import Target, modelled, targets_of
from simcare.experiment.usual import run_usual
from simcare.scenario.by_year import ByYear, Series
from tests.experiment.back_casts import write_posterior

FEW = 40


def target(name: str, value: float, year: int | None = 2020) -> Target:
    return Target(name, name.title(), value, 0.3, 0.1, "fit", "a", "b", "", (), year=year)


def of(*values: tuple[int, float], put_in: bool = False) -> Series:
    return Series(of="A-REF-YEAR", values=dict(values), put_in=put_in)


@pytest.fixture(scope="module")
def years() -> ByYear:
    return ByYear(
        targets={"plans": of((2021, 4.0), (2022, 5.0)), "nfa": of((2022, 1.0), put_in=True)},
        inputs={"no_further_action": of((2022, 0.07))},
    )


def test_a_row_by_hand(years: ByYear) -> None:
    draws = np.linspace(2.0, 6.0, 41)
    found = np.stack([draws, draws, draws + 0.5])[:, :, None]
    table = held_to_years(found, (target("plans", 3.0),), years, families=7, seed=1)
    assert list(table.columns) == list(COLUMNS)
    assert table[["kind", "year"]].to_numpy().tolist() == [
        [FORECAST, 2021], [FORECAST, 2022], [CONDITIONAL, 2021], [CONDITIONAL, 2022]
    ]  # fmt: skip
    row = table.iloc[3]
    assert row["published"] == 5.0
    assert row["model"] == pytest.approx(4.5)
    assert (row["low"], row["high"]) == (pytest.approx(2.6), pytest.approx(6.4))
    assert row["tolerance_sd"] == pytest.approx(math.hypot(0.3, 0.5))
    more = math.hypot(1.9, 1.959964 * math.hypot(0.3, 0.5))
    assert row["tolerated_high"] == pytest.approx(4.5 + more)
    assert row["tolerated_low"] == pytest.approx(4.5 - more)
    assert row["inside"]
    assert row["model_error"] == pytest.approx(0.5)
    assert row["naive_error"] == pytest.approx(2.0)
    assert row["moved"] == pytest.approx(3.5)
    assert row["moved_error"] == pytest.approx(1.5)
    assert row["evidence"] == "A-REF-2022"
    assert table.iloc[1]["moved"] == 3.0


@pytest.mark.parametrize(
    ("published", "inside", "with_tolerance"), [(6.2, True, True), (6.8, False, True),
                                                (12.0, False, False)],
)  # fmt: skip
def test_inside_and_outside(published: float, inside: bool, with_tolerance: bool) -> None:
    years = ByYear(targets={"plans": of((2021, published))})
    draws = np.linspace(2.0, 6.5, 101)
    table = held_to_years(
        np.stack([draws, draws])[:, :, None], (target("plans", 3.0),), years, families=7, seed=1
    )
    assert table["inside"].tolist() == [inside] * 2
    assert table["inside_tolerated"].tolist() == [with_tolerance] * 2


def test_a_figure_without_one_of_2020_has_no_naive_forecast(years: ByYear) -> None:
    found = np.ones((3, 5, 1))
    for year in (2021, 2025, None):
        table = held_to_years(found, (target("plans", 3.0, year),), years, families=7, seed=1)
        assert table[["naive", "naive_error", "moved"]].isna().all(axis=None)
        assert table["model_error"].notna().all()


def test_draws_that_count_nothing_are_left_out(years: ByYear) -> None:
    found = np.ones((3, 4, 1))
    found[0, 0] = found[2, 1] = math.nan
    found[2] += 1.0
    table = held_to_years(found, (target("plans", 3.0),), years, families=7, seed=1)
    assert table["model"].tolist() == [1.0, 1.0, 1.0, 2.0]
    assert table["moved"].tolist() == [3.0, 3.0, 3.0, 4.0]
    found[:] = math.nan
    nothing = held_to_years(found, (target("plans", 3.0),), years, families=7, seed=1)
    assert nothing["model"].isna().all()
    assert not nothing["inside"].any()


def test_a_run_at_a_draw_is_a_run_at_its_numbers(tmp_path: Path) -> None:
    ready, posterior = load_back_cast(write_posterior(tmp_path))
    worlds = [{}, {"no_further_action": 0.3}]
    told: list[tuple[int, int]] = []
    found = run_at_draws(
        ready, posterior, 3, worlds, families=FEW, seed=9,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    targets = targets_of(ready)
    assert found.shape == (2, 3, len(targets))
    assert told[-1] == (6 * FEW, 6 * FEW)
    values = dict(zip(posterior.names, posterior.numbers[2].tolist(), strict=True)) | worlds[1]
    usual = run_usual(with_values(ready, values), families=FEW, replications=1,
                      seed=replication_seed(9, 3))  # fmt: skip
    expected = modelled(usual.sums, targets, usual.sampling)["model"].to_numpy()
    np.testing.assert_array_equal(found[1, 2], expected)


@pytest.mark.slow
def test_what_is_put_in_comes_out_and_workers_change_nothing(tmp_path: Path, years: ByYear) -> None:
    ready, posterior = load_back_cast(write_posterior(tmp_path))
    found = back_cast(ready, posterior, years, draws=4, families=FEW, seed=3)
    again = back_cast(ready, posterior, years, draws=4, families=FEW, seed=3, workers=2)
    assert found.table.equals(again.table)
    assert (found.draws, found.families, found.seed) == (4, FEW, 3)
    nfa = found.table[found.table["target"] == "nfa"].set_index("kind")["model"].to_dict()
    assert nfa[CONDITIONAL] > nfa[FORECAST]


def test_a_forecast_says_the_same_of_every_year(tmp_path: Path) -> None:
    ready, posterior = load_back_cast(write_posterior(tmp_path))
    table = back_cast(ready, posterior, draws=2, families=FEW, seed=3).table
    own = table[table["kind"] == FORECAST]
    assert (own.groupby("target")["model"].nunique() <= 1).all()
    moved = own[own["naive"].notna() & own["model"].notna()]
    assert moved["moved"].tolist() == moved["naive"].tolist()


def test_only_a_posterior_that_is_blind_to_later_years_is_taken(tmp_path: Path) -> None:
    (tmp_path / "bare.toml").write_text('extends = "england/in_2020"\n', encoding="utf-8")
    late = write_posterior(tmp_path, targets=["nfa", "care_starts"], name="late")
    for scenario, expected in (
        ("england", "fitted to figures after 2020"),
        (late, "care_starts"),
        ("three_families", "no posterior ships"),
    ):
        with pytest.raises(UserError, match=expected):
            load_back_cast(scenario)


def test_sizes_and_names_that_make_no_sense_are_told(tmp_path: Path) -> None:
    ready, posterior = load_back_cast(write_posterior(tmp_path))
    for size, expected in (
        ({"draws": 1}, "option --draws: 1 is too small"),
        ({"families": 0}, "option --families: 0 is too small"),
        ({"draws": 5}, "has 4 draws, and 5 are asked for"),
    ):
        with pytest.raises(UserError, match=expected):
            back_cast(ready, posterior, **size)  # type: ignore[arg-type]
    strange = ByYear(targets={"plan": of((2021, 1.0))}, inputs={"half": of((2021, 1.0))})
    with pytest.raises(UserError) as told:
        back_cast(ready, posterior, strange, draws=2, families=FEW)
    assert len(told.value.problems) == 2
    assert "`plans`" in told.value.problems[0]
