from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simcare.economics import Schedule, present_value, schedule, schedule_names
from simcare.errors import UserError
from simcare.evidence import load, value_in
from simcare.units import WEEKS_PER_YEAR

STANDARD = schedule("greenbook-2026-standard")
NAMES = st.sampled_from(schedule_names())
YEARS = st.floats(0, 400)

# Factors of the Green Book's standard schedule: checks/known_answers.json, finance, DF_3.5%.
FACTORS = {
    1: 0.9661835748792271,
    5: 0.8419731668585241,
    10: 0.7089188137097722,
    30: 0.3562784106023024,
    31: 0.34590136951679845,
    75: 0.09421377257669172,
    76: 0.0919158756845773,
    100: 0.05081802232438219,
    125: 0.027410763016195192,
}


@pytest.mark.parametrize(("year", "expected"), FACTORS.items())
def test_factors_at_whole_years_are_the_green_books(year: int, expected: float) -> None:
    assert STANDARD.factor(year) == pytest.approx(expected, rel=1e-13)


def test_published_net_present_values_are_reproduced() -> None:
    # The same file: NPV[-100,30x5], and "README plain" of the R package greenbook.
    factors = STANDARD.factor(np.arange(10.0))
    assert -100 + 30 * factors[1:6].sum() == pytest.approx(35.451571264122, rel=1e-12)
    costs = np.array([100, 50, 50, 0, 0, 0, 0, 0, 0, 0]) @ factors
    benefits = 30 * factors[3:].sum()
    assert costs == pytest.approx(194.98471376228, rel=1e-12)
    assert benefits == pytest.approx(171.23976700868, rel=1e-12)
    assert benefits / costs == pytest.approx(0.87822149595504, rel=1e-12)


def test_inside_the_first_band_the_force_of_interest_per_week_is_constant() -> None:
    # The same file, pathway: continuous discounting at ln(1.035)/52.1775 per week.
    force = math.log(1.035) / 52.1775
    for week in (0.0, 1.0, 26.5, 52.0, 1040.0):
        assert STANDARD.factor(week / WEEKS_PER_YEAR) == pytest.approx(math.exp(-force * week))
    year = STANDARD.integral(0, 1)
    assert year == pytest.approx((1 - 1 / 1.035) / math.log(1.035), rel=1e-14)


@pytest.mark.parametrize(
    ("weeks", "undiscounted", "discounted"),
    [
        (26, 3158.193767634277, 3129.212046021339),
        (52, 7836.643687400616, 7687.127991205504),
        (104, 19471.213938722496, 18734.64575280208),
    ],
)
def test_the_costs_of_the_four_state_pathway(
    weeks: int, undiscounted: float, discounted: float
) -> None:
    # The same file, pathway: CP costs 100 a week, PP 250, care 1000; CP and PP are left at .05.
    points, weights = np.polynomial.legendre.leggauss(60)
    at = weeks * (points + 1) / 2
    child_protection = np.exp(-0.05 * at)
    pre_proceedings = 0.02 * at * child_protection
    care = 0.24 * (1 - child_protection - 0.05 * at * child_protection)
    spent = (100 * child_protection + 250 * pre_proceedings + 1000 * care) * weights * weeks / 2
    assert spent.sum() == pytest.approx(undiscounted, rel=1e-10)
    assert spent @ STANDARD.factor(at / WEEKS_PER_YEAR) == pytest.approx(discounted, rel=1e-10)


def test_the_schedules_are_the_published_ones() -> None:
    rates = {name: schedule(name).rates[:3] for name in schedule_names()}
    assert rates == {
        "greenbook-2026-standard": (0.035, 0.030, 0.025),
        "greenbook-2026-health": (0.015, 0.0129, 0.0107),
        "greenbook-2026-lower-sensitivity": (0.030, 0.0257, 0.0214),
        "review-2026-proposed": (0.030,),
        "none": (0.0,),
    }
    for name in schedule_names():
        plan = schedule(name)
        assert plan.name == name
        assert plan.title
        assert plan.source
        assert plan.status.endswith(".")
        assert plan.until_years[-1] == math.inf
        assert list(plan.until_years) == sorted(set(plan.until_years))
        assert sorted(plan.rates, reverse=True) == list(plan.rates)
    assert schedule("greenbook-2026-standard").until_years[:3] == (30, 75, 125)
    assert "Not adopted" in schedule("review-2026-proposed").status


def test_the_schedules_agree_with_the_evidence_register() -> None:
    held = {
        "greenbook-2026-standard": ("C-STPR-0-30", "C-STPR-31-75", "C-STPR-76+"),
        "greenbook-2026-health": ("C-STPRH", "C-STPRH-31", "C-STPRH-76"),
    }
    for name, ids in held.items():
        seen = [value_in(load().get(id), "share") for id in ids]
        assert seen == pytest.approx(schedule(name).rates[:3])


def test_an_unknown_schedule_is_refused_with_the_names() -> None:
    with pytest.raises(UserError, match=r"“greenbook-2022”.*greenbook-2026-standard.*none"):
        schedule("greenbook-2022")


@given(NAMES, YEARS, YEARS)
def test_later_is_never_worth_more(name: str, one: float, other: float) -> None:
    plan = schedule(name)
    sooner, later = sorted((one, other))
    assert 0 < plan.factor(later) <= plan.factor(sooner) <= 1


@given(NAMES, YEARS, YEARS, YEARS)
def test_integrals_add_up_across_any_cut(name: str, one: float, two: float, three: float) -> None:
    plan = schedule(name)
    start, cut, end = sorted((one, two, three))
    parts = plan.integral(start, cut) + plan.integral(cut, end)
    assert parts == pytest.approx(plan.integral(start, end), rel=1e-12, abs=1e-15)


@given(NAMES, YEARS, st.floats(0, 60))
def test_the_integral_lies_between_its_end_factors(name: str, start: float, length: float) -> None:
    plan, end = schedule(name), start + length
    value, slack = plan.integral(start, end), 1e-12
    assert (end - start) * plan.factor(end) <= value * (1 + slack) + 1e-300
    assert value <= (end - start) * plan.factor(start) * (1 + slack) + 1e-300


@pytest.mark.parametrize("name", schedule_names())
def test_the_integral_is_that_of_the_factor_over_every_kink(name: str) -> None:
    plan = schedule(name)
    middles = np.arange(0.005, 320, 0.01)
    assert plan.integral(0, 320) == pytest.approx(plan.factor(middles).sum() * 0.01, rel=1e-8)


@given(st.lists(st.tuples(YEARS, YEARS), min_size=1, max_size=6))
def test_arrays_give_what_numbers_give(pairs: list[tuple[float, float]]) -> None:
    starts = np.array([min(pair) for pair in pairs])
    ends = np.array([max(pair) for pair in pairs])
    assert STANDARD.factor(ends).tolist() == [STANDARD.factor(float(end)) for end in ends]
    assert STANDARD.integral(starts, ends).tolist() == [
        STANDARD.integral(float(start), float(end)) for start, end in zip(starts, ends, strict=True)
    ]
    assert STANDARD.integral(0.0, ends).shape == ends.shape
    assert isinstance(STANDARD.factor(1.0), float)
    assert isinstance(STANDARD.integral(0.0, 1.0), float)


def test_a_one_off_takes_the_factor_of_its_week() -> None:
    assert present_value(1000.0, 0, 0, STANDARD) == 1000.0
    assert present_value(1000.0, WEEKS_PER_YEAR, WEEKS_PER_YEAR, STANDARD) == pytest.approx(
        1000 / 1.035, rel=1e-14
    )


def test_without_discounting_every_flow_is_worth_itself() -> None:
    assert present_value(1234.5, 3, 3, schedule("none")) == 1234.5
    assert present_value(1234.5, 3, 3000, schedule("none")) == pytest.approx(1234.5, rel=1e-15)


@pytest.mark.parametrize("length", [1e-300, 1e-13, 1e-11, 1e-9, 1e-6])
@pytest.mark.parametrize("start", [0.0, 52.0, 1600.0])
def test_a_flow_of_a_moment_is_worth_a_one_off(start: float, length: float) -> None:
    once = present_value(100.0, start, start, STANDARD)
    assert present_value(100.0, start, start + length, STANDARD) == pytest.approx(once, rel=1e-9)


@given(NAMES, st.floats(0, 5000), st.floats(0, 5000))
def test_a_flow_is_worth_less_than_at_its_start_and_more_than_at_its_end(
    name: str, one: float, other: float
) -> None:
    plan = schedule(name)
    start, end = sorted((one, other))
    value, slack = present_value(100.0, start, end, plan), 1 + 1e-9
    assert present_value(100.0, end, end, plan) <= value * slack
    assert value <= present_value(100.0, start, start, plan) * slack


@given(st.floats(0, 2000), st.floats(0.5, 2000), st.floats(0, 1))
def test_a_flow_cut_in_two_is_worth_the_same(start: float, length: float, share: float) -> None:
    cut, end = start + share * length, start + length
    rate = 700 / length
    whole = present_value(700.0, start, end, STANDARD)
    parts = present_value(rate * (cut - start), start, cut, STANDARD) + present_value(
        rate * (end - cut), cut, end, STANDARD
    )
    assert parts == pytest.approx(whole, rel=1e-9)


def test_lines_of_a_ledger_are_valued_together() -> None:
    amounts = np.array([100.0, 200.0, 300.0])
    starts = np.array([0.0, 10.0, 52.0])
    ends = np.array([0.0, 20.0, 52.0])
    together = present_value(amounts, starts, ends, STANDARD)
    one_by_one = [
        present_value(float(a), float(s), float(e), STANDARD)
        for a, s, e in zip(amounts, starts, ends, strict=True)
    ]
    assert together.tolist() == one_by_one


@pytest.mark.parametrize("weeks", [(-1.0, 3.0), (3.0, 1.0), (math.nan, 2.0), (0.0, math.nan)])
def test_time_before_the_present_or_running_backwards_is_a_mistake_of_the_caller(
    weeks: tuple[float, float],
) -> None:
    with pytest.raises(ValueError, match=r"present|before it starts"):
        present_value(1.0, weeks[0], weeks[1], STANDARD)


@pytest.mark.parametrize("years", [-0.001, np.array([1.0, -1.0])])
def test_there_is_no_factor_before_the_present(years: float | NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="present"):
        STANDARD.factor(np.asarray(years))


def test_a_schedule_of_ones_own_works_like_a_shipped_one() -> None:
    flat = Schedule(
        name="flat",
        title="Two per cent",
        date=STANDARD.date,
        status="For this test.",
        source="",
        address="",
        until_years=(math.inf,),
        rates=(0.02,),
    )
    assert flat.factor(7) == pytest.approx(1.02**-7)
    assert flat.integral(0, math.inf) == pytest.approx(1 / math.log(1.02))
