"""Weekly prices and the expected price of a stay: known answers, then what must always hold."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from simcare.economics.unit_costs import (
    Weibull,
    expected_price,
    expected_weeks,
    share_left,
    weekly,
    weeks_that_pay,
)
from simcare.errors import UserError
from simcare.evidence import Curve, load

KNOWN = Path(__file__).parents[3] / "shared" / "checks" / "known_answers.json"
HALF_BY_WEEK_12 = {0.5: 7.664087, 0.6: 7.904163, 0.7: 8.120618, 1.0: 8.656170}
PUBLISHED = "UIS-RETENTION-PLAN180PLUS"

shapes = st.floats(0.2, 5.0)
shares = st.floats(0.02, 0.98)
weeks = st.floats(0.1, 200.0)


@pytest.fixture(scope="module")
def published() -> Curve:
    return load().curve(PUBLISHED)


# --- known answers ---


def test_the_yearly_saving_of_pause_is_not_the_weekly_price_printed_beside_it() -> None:
    assert weekly(57_102) == pytest.approx(1_094.38, abs=0.005)
    assert weekly(57_102, 365.25 / 7) == pytest.approx(1_094.36, abs=0.005)
    assert weekly(57_102, 52) == pytest.approx(1_098.12, abs=0.005)
    assert weekly(52_676, 52) == 1_013.0


@pytest.mark.parametrize(("price", "children", "weeks"), [(10_000, 1, 9.9), (12_000, 1, 11.8)])
def test_weeks_of_care_that_pay_for_a_stay(price: float, children: int, weeks: float) -> None:
    assert weeks_that_pay(price, 1_013, children) == pytest.approx(weeks, abs=0.05)
    assert weeks_that_pay(price, 1_013, 2) == pytest.approx(weeks / 2, abs=0.05)


@pytest.mark.parametrize(("shape", "mean"), HALF_BY_WEEK_12.items())
def test_mean_weeks_of_a_stay_that_half_have_left_by_its_planned_end(
    shape: float, mean: float
) -> None:
    assert expected_weeks(Weibull(shape, 0.5, 12), 12) == pytest.approx(mean, abs=1e-6)


def test_mean_weeks_agree_with_the_checks_kept_outside_the_project() -> None:
    if not KNOWN.exists():
        pytest.skip("../shared/checks is not beside this checkout")
    for shape, mean in json.loads(KNOWN.read_text())["dropout"]["shape"].items():
        assert expected_weeks(Weibull(float(shape), 0.5, 12), 12) == pytest.approx(mean, rel=1e-9)


def test_the_expected_price_of_a_stay_depends_on_when_people_leave() -> None:
    prices = [expected_price(11_000, 12, Weibull(k, 0.5, 12)) for k in HALF_BY_WEEK_12]
    assert prices == pytest.approx([7_025, 7_245, 7_444, 7_935], abs=0.6)


def test_the_published_curve_gives_the_registers_own_expected_price(published: Curve) -> None:
    known = load().get("TC-EXPCOST-12W")
    found = [expected_price(p, 12, published) for p in (10_000, 11_000, 12_000)]
    # The register's figure was worked out from days, the curve has a point every week or two.
    assert known.low is not None
    assert known.value is not None
    assert known.high is not None
    assert found == pytest.approx([known.low, known.value, known.high], rel=0.006)


def test_a_published_curve_passes_through_its_points(published: Curve) -> None:
    for week, share in zip(published.weeks, published.shares, strict=True):
        assert share_left(published, week) == pytest.approx(share)


# --- what must always hold ---


@given(shapes, shares, weeks)
def test_a_weibull_passes_through_its_point(shape: float, left: float, at: float) -> None:
    assert share_left(Weibull(shape, left, at), at) == pytest.approx(left)


@given(shapes, shares, weeks, weeks)
def test_mean_weeks_are_the_area_under_the_curve(
    shape: float, left: float, at: float, planned: float
) -> None:
    curve = Weibull(shape, left, at)

    # With t = planned * u ** 8 the slope of the curve at 0 is nowhere infinite.
    def stretched(u: float) -> float:
        return share_left(curve, planned * u**8) * 8.0 * planned * u**7

    area, _ = quad(stretched, 0.0, 1.0, limit=200)
    assert expected_weeks(curve, planned) == pytest.approx(area, rel=1e-6, abs=1e-9)


@given(st.floats(0.0, 80.0))
def test_mean_weeks_of_the_published_curve_are_its_area(planned: float) -> None:
    curve = load().curve(PUBLISHED)
    area, _ = quad(lambda t: share_left(curve, t), 0, planned, points=curve.weeks, limit=200)
    assert expected_weeks(curve, planned) == pytest.approx(area, rel=1e-7, abs=1e-9)


@given(shapes, shares, weeks, weeks, st.floats(0.0, 50.0))
def test_a_longer_plan_gives_more_weeks_but_fewer_than_it_adds(
    shape: float, left: float, at: float, planned: float, longer: float
) -> None:
    curve = Weibull(shape, left, at)
    short, long = expected_weeks(curve, planned), expected_weeks(curve, planned + longer)
    assert -1e-9 <= long - short <= longer + 1e-9
    assert 0.0 <= short <= planned * (1.0 + 1e-12)


@given(shares, weeks, st.floats(0.0, 100_000.0))
def test_a_stay_never_costs_more_than_its_full_price(left: float, at: float, price: float) -> None:
    assert 0.0 <= expected_price(price, at, Weibull(0.7, left, at)) <= price


def test_where_nobody_leaves_the_whole_stay_is_paid() -> None:
    curve = made_up((4.0, 8.0), (1.0, 1.0))
    assert expected_weeks(curve, 12) == 12.0
    assert expected_price(900, 12, curve) == 900.0


# --- mistakes ---


def test_a_curve_is_followed_to_the_point_where_it_falls_to_nothing_and_no_further() -> None:
    curve = made_up((4.0, 8.0), (0.5, 0.0))
    assert expected_weeks(curve, 4) == pytest.approx(4 * 0.5 / math.log(2))
    with pytest.raises(UserError, match=r"made-up goes from 0\.5 to 0 at week 8"):
        expected_weeks(curve, 5)
    with pytest.raises(UserError, match=r"goes from 0\.5 to 0\.6"):
        expected_weeks(made_up((4.0, 8.0), (0.5, 0.6)), 5)


@pytest.mark.parametrize(
    ("shape", "left", "at"), [(0, 0.5, 12), (1, 0, 12), (1, 1, 12), (1, 0.5, 0), (1, math.nan, 1)]
)
def test_a_curve_that_cannot_be_is_refused(shape: float, left: float, at: float) -> None:
    with pytest.raises(UserError, match="a retention curve cannot have"):
        Weibull(shape, left, at)


def test_sums_that_make_no_sense_are_refused() -> None:
    half = Weibull(1, 0.5, 12)
    with pytest.raises(UserError, match="a year of 0 weeks"):
        weekly(100, 0)
    with pytest.raises(UserError, match="costs nothing"):
        weeks_that_pay(10_000, 0)
    with pytest.raises(UserError, match="at least one child"):
        weeks_that_pay(10_000, 1_000, 0)
    with pytest.raises(UserError, match="a stay of -1 weeks"):
        expected_weeks(half, -1)
    with pytest.raises(UserError, match="has no price"):
        expected_price(10_000, 0, half)


def made_up(weeks: tuple[float, ...], shares: tuple[float, ...]) -> Curve:
    return Curve(
        id="made-up", quantity="still in", group="", label="", n=1, weeks=weeks, shares=shares,
        low=shares, high=shares, counts=(), source="", publisher="", year="", address="",
        status="", quote="",
    )  # fmt: skip
