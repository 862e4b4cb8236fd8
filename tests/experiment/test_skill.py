"""Coverage and skill of a back-cast, by hand and at their edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.experiment.backcast import CONDITIONAL, FORECAST
from simcare.experiment.skill import ALL, MOVED, counted, scores


def table(errors: list[tuple[float, float, float]], published: float = 2.0) -> pd.DataFrame:
    """One row for each kind and (model, naive, moved) error, of a target of its own each."""
    rows = [
        (kind, 2021 + i % 2, f"t{i}", False, published, True, True, *error)
        for kind in (FORECAST, CONDITIONAL)
        for i, error in enumerate(errors)
    ]
    columns = ["kind", "year", "target", "put_in", "published", "inside", "inside_tolerated",
               "model_error", "naive_error", "moved_error"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def whole(found: pd.DataFrame, kind: str) -> pd.Series[float]:
    return found[(found["kind"] == kind) & (found["year"] == ALL)].iloc[0]


def test_skill_by_hand() -> None:
    given = table([(0.2, 0.4, 0.4), (0.6, 0.4, 0.1), (0.1, 0.4, 0.1)])
    found = scores(given)
    forecast, moved = whole(found, FORECAST), whole(found, MOVED)
    assert forecast["model_error"] == pytest.approx(0.15)
    assert forecast["naive_error"] == pytest.approx(0.2)
    assert forecast["skill"] == pytest.approx(0.25)
    assert forecast["low"] < 0.25 < forecast["high"]
    assert moved["skill"] == pytest.approx(0.5)
    assert (forecast["figures"], forecast["inside"], forecast["targets"]) == (3, 3, 3)
    assert math.isnan(moved["inside"])
    assert sorted(found["year"].astype(str).unique()) == ["2021", "2022", ALL]


def test_what_is_put_in_does_not_count() -> None:
    given = table([(0.2, 0.4, 0.4), (0.6, 0.4, 0.1)])
    given["put_in"] = given["target"] == "t1"
    assert set(counted(given)["target"]) == {"t0"}
    assert whole(scores(given), FORECAST)["skill"] == pytest.approx(0.5)


def test_figures_without_a_naive_forecast_count_for_coverage_alone() -> None:
    given = table([(0.2, 0.4, 0.4), (0.6, math.nan, math.nan)])
    given.loc[1, "inside"] = False
    found = whole(scores(given), FORECAST)
    assert (found["figures"], found["inside"], found["compared"]) == (2, 1, 1)
    assert found["skill"] == pytest.approx(0.5)
    assert math.isnan(found["low"])


def test_a_naive_forecast_that_is_right_leaves_no_skill() -> None:
    assert math.isnan(whole(scores(table([(0.2, 0.0, 0.0)] * 3)), FORECAST)["skill"])


@given(st.floats(0.1, 10.0), st.integers(3, 8))
def test_a_model_that_errs_alike_everywhere_has_a_certain_skill(by: float, count: int) -> None:
    naive = np.linspace(0.1, 1.0, count)
    found = whole(scores(table([(by * e, e, e) for e in naive])), FORECAST)
    for end in ("skill", "low", "high"):
        assert found[end] == pytest.approx(1.0 - by)


def test_the_same_seed_gives_the_same_interval() -> None:
    given = table([(0.2, 0.4, 0.4), (0.6, 0.4, 0.1), (0.1, 0.3, 0.1)])
    assert scores(given, 5).equals(scores(given, 5))
