"""Quantities of studies, against textbook data and figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.experiment.studies.estimates import (
    Arm,
    arm_of,
    estimate,
    hazard_ratio,
    incidence,
    median,
)
from simcare.experiment.studies.published import newcombe, wilson
from simcare.scenario.study import FindingSpec

# Weeks of remission in acute leukaemia (Freireich et al. 1963), the example of every textbook.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def times(weeks: list[int], events: list[int] | None = None) -> Arm:
    top = np.array(weeks, dtype=np.float64)
    happened = np.ones(len(top)) if events is None else np.array(events, dtype=np.float64)
    return Arm(top, np.ones(len(top)), happened, np.ones(len(top), dtype=np.bool_))


def shares(yes: int, n: int) -> Arm:
    top = np.concatenate([np.ones(yes), np.zeros(n - yes)])
    return Arm(top, np.ones(n), np.zeros(n), np.ones(n, dtype=np.bool_))


def finding(quantity: str, **more: object) -> FindingSpec:
    given_ = {
        "title": "x", "quantity": quantity, "outcome": "weeks", "published": 1, "role": "check",
        "mapping": "the same thing",
    }  # fmt: skip
    return FindingSpec.model_validate(given_ | more)


def test_coxs_hazard_ratio_is_that_of_the_textbook() -> None:
    # Breslow's way with ties gives a coefficient of -1.5092 (Kleinbaum and Klein 2012, chapter 3).
    found = hazard_ratio(times(TREATED, TREATED_RELAPSED), times(PLACEBO))
    assert math.log(found.mean) == pytest.approx(-1.5092, abs=1e-4)


def test_so_few_families_give_a_hazard_ratio_no_interval() -> None:
    found = hazard_ratio(times(TREATED, TREATED_RELAPSED), times(PLACEBO))
    assert math.isnan(found.low)


def test_kaplan_and_meiers_medians_are_those_of_the_textbook() -> None:
    assert median(times(TREATED, TREATED_RELAPSED)).mean == 23.0
    assert median(times(PLACEBO)).mean == 8.0


def test_kaplan_and_meiers_share_is_that_of_the_textbook() -> None:
    found = incidence(times(TREATED, TREATED_RELAPSED), 10.0)
    assert found.mean == pytest.approx(1.0 - 0.753, abs=5e-4)
    assert found.low < found.mean < found.high


def test_what_does_not_happen_to_half_has_no_median() -> None:
    assert math.isnan(median(times([1, 5, 5, 5, 5], [1, 0, 0, 0, 0])).mean)
    assert math.isnan(median(times([5, 5], [0, 0])).mean)


def test_equal_arms_have_a_hazard_ratio_of_one_without_error() -> None:
    arm = times(PLACEBO * 10)
    found = hazard_ratio(arm, arm)
    assert found.mean == pytest.approx(1.0)
    assert found.low == pytest.approx(found.high)


def test_ratios_and_odds_ratios_are_what_arithmetic_gives() -> None:
    own, base = shares(30, 100), shares(60, 100)
    ratio = estimate(finding("ratio"), own, base, {})
    odds = estimate(finding("odds ratio"), own, base, {})
    assert ratio.mean == pytest.approx(0.5)
    assert odds.mean == pytest.approx(30 / 70 / (60 / 40))
    assert ratio.low < 0.5 < ratio.high


def test_a_ratio_with_nobody_in_one_arm_is_not_known() -> None:
    assert math.isnan(estimate(finding("ratio"), shares(0, 50), shares(5, 50), {}).mean)


def test_a_hazard_ratio_of_exponential_times_is_that_of_their_rates() -> None:
    draws = np.random.default_rng(1).exponential(1.0, 4000)
    own, base = (
        Arm(draws / rate, np.ones(4000), np.ones(4000), np.ones(4000, dtype=np.bool_))
        for rate in (0.5, 1.0)
    )
    found = hazard_ratio(own, base)
    assert found.low < 0.5 < found.high or found.mean == pytest.approx(0.5, rel=0.05)


def test_an_arm_counts_as_the_finding_says() -> None:
    columns = {"weeks": np.array([3.0, 8.0, 20.0]), "joined": np.array([1.0, 0.0, 1.0])}
    joined = [{"outcome": "joined", "above": 0}]
    one = arm_of(columns, finding("share", at_least="limit", among=joined), {"limit": 8.0})
    assert one.top.tolist() == [0.0, 0.0, 1.0]
    assert one.bottom.tolist() == [1.0, 0.0, 1.0]
    capped = arm_of(columns, finding("mean", capped_at="limit"), {"limit": 8.0})
    assert capped.top.tolist() == [3.0, 8.0, 8.0]
    banded = [{"outcome": "weeks", "above": "low", "up_to": "high"}]
    band = arm_of(columns, finding("mean", among=banded), {"low": 3.0, "high": 8.0})
    assert band.kept.tolist() == [False, True, False]


def test_wilsons_and_newcombes_intervals_are_those_of_their_papers() -> None:
    # Newcombe 1998, Statistics in Medicine 17: 81 of 263, and 56 of 70 against 48 of 80.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert newcombe(56 / 70, 70, 48 / 80, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.floats(0.0, 1.0), st.integers(1, 10_000))
def test_wilsons_interval_has_the_share_in_it_and_stays_within_bounds(share: float, n: int) -> None:
    low, high = wilson(share, n)
    assert -1e-12 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1.0 + 1e-12
