"""Answers known from formulas and from quadrature, through the ordinary engine.

Every comparison is in standard errors of the simulation itself. Seeds are fixed, so that a test
that passes always passes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from simcare.draws import clock_key, decision_key, family_key, unit_exponential
from simcare.economics import present_value, schedule
from simcare.engine.hazards import cumulative
from simcare.engine.tables import unroll
from simcare.evidence import load
from simcare.model import statement as s
from simcare.model.clocks import weibull_scale
from simcare.model.retention import piecewise_from_curve
from tests.helpers import (
    FAR,
    Run,
    clock,
    goes,
    known_answers,
    leaving_weeks,
    levels,
    pounds,
    region,
    run_both,
    shares_off,
    standard_errors_off,
)


@pytest.fixture(scope="module")
def pathway_answers() -> dict[str, Any]:
    return known_answers("pathway")


@pytest.fixture(scope="module")
def mean_weeks() -> dict[str, float]:
    """Expected weeks in treatment up to week 12, by shape."""
    return {shape: float(weeks) for shape, weeks in known_answers("dropout")["shape"].items()}


# --- four states with constant rates: protection plan, pre-proceedings, care, closed ---

PRICES = (("plan", 100.0), ("pre", 250.0), ("care", 1000.0))


def pathway(horizon: float, families: int = 10_000) -> Run:
    priced = tuple(s.Level(name, name, (pounds(price),)) for name, price in PRICES)
    case = s.Region("case", "case", (*priced, s.Level("closed", "closed")), "plan")
    ways = (
        ("plan", "pre", 0.02),
        ("plan", "closed", 0.03),
        ("pre", "care", 0.03),
        ("pre", "closed", 0.02),
    )
    clocks = tuple(clock(f"{a}-{b}", "case", a, s.Exponential(rate), b) for a, b, rate in ways)
    return run_both(s.Statement((case,), clocks), families, horizon)


def test_pathway_occupancy_after_a_year(pathway_answers: dict[str, Any]) -> None:
    expected = np.array(pathway_answers["P_at_52"])
    n = 20_000
    last = [log[-1][4] if log else 0 for log in pathway(52.0, n).logs]
    share = np.bincount(last, minlength=4) / n
    assert np.all(np.abs(share - expected) < FAR * np.sqrt(expected * (1 - expected) / n))


def test_pathway_chance_of_ever_being_in_care(pathway_answers: dict[str, Any]) -> None:
    ever = [any(row[4] == 2 for row in log) for log in pathway(3000.0).logs]
    assert abs(standard_errors_off(ever, pathway_answers["P_ever_care"])) < FAR


@pytest.mark.parametrize("weeks", [26, 52, 104])
def test_pathway_cost_undiscounted_and_discounted(
    weeks: int, pathway_answers: dict[str, Any]
) -> None:
    result = pathway(float(weeks))
    ledger = result.ledger()
    worth = present_value(
        ledger["amount"].to_numpy(),
        ledger["start_week"].to_numpy(),
        ledger["end_week"].to_numpy(),
        schedule("greenbook-2026-standard"),
    )
    family, n = ledger["family"].to_numpy(), len(result.logs)
    for name, amounts in (("undisc_cost", ledger["amount"].to_numpy()), ("disc_cost", worth)):
        cost = np.bincount(family, amounts, minlength=n)
        assert abs(standard_errors_off(cost, pathway_answers[name][str(weeks)])) < FAR


# --- leaving residential treatment ---


def treatment(shape: float, planned: float, families: int = 10_000) -> Run:
    """Twelve weeks cost £11,000; half have dropped out by then if the plan allows it."""
    stays = s.Level("in", "in treatment", (pounds(11_000 / 12),))
    place = s.Region("treatment", "treatment", (stays, *levels("out")), "in")
    dropout = s.Weibull(shape, weibull_scale(shape, 0.5, 12.0))
    clocks = (
        clock("drops_out", "treatment", "in", dropout, "out"),
        clock("ends_as_planned", "treatment", "in", s.Fixed(planned), "out"),
    )
    return run_both(s.Statement((place,), clocks), families, 200.0)


@pytest.mark.parametrize("shape", [0.5, 0.6, 0.7, 1.0])
def test_expected_weeks_and_price_of_a_twelve_week_place(
    shape: float, mean_weeks: dict[str, float]
) -> None:
    result = treatment(shape, 12.0)
    weeks, expected = leaving_weeks(result.logs), mean_weeks[str(shape)]
    cost = result.ledger().groupby("family")["amount"].sum().to_numpy()
    assert weeks.max() == 12.0
    assert abs(standard_errors_off(weeks, expected)) < FAR
    assert abs(standard_errors_off(weeks == 12.0, 0.5)) < FAR
    assert abs(standard_errors_off(cost, 11_000 * expected / 12)) < FAR


def test_the_place_of_11000_pounds_is_expected_to_cost_7025_to_7935(
    mean_weeks: dict[str, float],
) -> None:
    for shape, price in (("0.5", 7025), ("1.0", 7935)):
        assert round(11_000 * mean_weeks[shape] / 12) == price
        scale = weibull_scale(float(shape), 0.5, 12.0)
        curve = stats.weibull_min(float(shape), scale=scale)
        area, _ = integrate.quad(curve.sf, 0.0, 12.0)
        assert area == pytest.approx(mean_weeks[shape], rel=1e-6)


def test_a_longer_plan_does_not_change_who_drops_out_early() -> None:
    twelve, thirty = (leaving_weeks(treatment(0.6, w, 2000).logs) for w in (12.0, 30.0))
    early = twelve < 12.0
    assert np.array_equal(twelve[early], thirty[early])
    assert np.all(thirty[~early] > 12.0)


# --- one clock: survival against its formula ---

AT = (1.0, 3.0, 8.0, 16.0, 30.0)


def alone(hazard: s.Hazard, *factors: s.Factor, families: int = 10_000) -> np.ndarray[Any, Any]:
    model = s.Statement(
        (region("stay", "in", "out"),), (clock("leaves", "stay", "in", hazard, "out", *factors),)
    )
    return leaving_weeks(run_both(model, families, 1e6).logs)


@pytest.mark.parametrize(("shape", "scale"), [(0.5, 10.0), (0.8, 6.0), (1.0, 12.0), (2.2, 20.0)])
def test_weibull_curve(shape: float, scale: float) -> None:
    weeks = alone(s.Weibull(shape, scale))
    left = [math.exp(-((week / scale) ** shape)) for week in AT]
    assert np.all(np.abs(shares_off(weeks, left, AT)) < FAR)
    assert stats.kstest(weeks, stats.weibull_min(shape, scale=scale).cdf).pvalue > 1e-4


def test_piecewise_curve() -> None:
    ends, rates = (4.0, 12.0), (0.2, 0.0, 0.05)
    weeks = alone(s.Piecewise(ends, rates))
    spent = [0.2 * min(w, 4.0) + 0.05 * max(w - 12.0, 0.0) for w in AT]
    assert np.all(np.abs(shares_off(weeks, np.exp(-np.array(spent)).tolist(), AT)) < FAR)
    assert not np.any((weeks > 4.0) & (weeks < 12.0))


def test_published_retention_curve_passes_through_its_points() -> None:
    curve = load().curve("UIS-RETENTION-ALL")
    hazard = piecewise_from_curve(curve.weeks, curve.shares)
    exact = [
        cumulative(2, 0.0, 0.0, ((*hazard.ends, math.inf), hazard.rates), week)
        for week in curve.weeks
    ]
    assert np.exp(-np.array(exact)) == pytest.approx(np.array(curve.shares), rel=1e-12)
    off = shares_off(alone(hazard), list(curve.shares), list(curve.weeks))
    assert np.all(np.abs(off) < FAR)


def test_competing_weibulls_against_quadrature() -> None:
    one, two = s.Weibull(0.6, 15.0), s.Weibull(1.7, 10.0)
    model = s.Statement(
        (region("stay", "in", "first", "second"),),
        (clock("a", "stay", "in", one, "first"), clock("b", "stay", "in", two, "second")),
    )
    logs = run_both(model, 10_000, 1e6).logs
    weeks, first = leaving_weeks(logs), np.array([log[-1][4] == 1 for log in logs])

    def left(week: float) -> float:
        return float(math.exp(-((week / 15.0) ** 0.6) - (week / 10.0) ** 1.7))

    # By v = (week / 15) ** 0.6, whose density is bounded at 0 where the hazard is not.
    won, _ = integrate.quad(lambda v: left(15.0 * v ** (1 / 0.6)), 0.0, np.inf)
    mean, _ = integrate.quad(left, 0.0, np.inf)
    assert abs(standard_errors_off(first, won)) < FAR
    assert abs(standard_errors_off(weeks, mean)) < FAR


# --- a multiplier that changes half-way: the modified next reaction method ---

HAZARDS: dict[str, tuple[s.Hazard, Any]] = {
    "exponential": (s.Exponential(0.08), lambda w: 0.08 * w),
    "weibull": (s.Weibull(0.6, 20.0), lambda w: (w / 20.0) ** 0.6),
    "rising": (s.Weibull(1.8, 20.0), lambda w: (w / 20.0) ** 1.8),
    "piecewise": (
        s.Piecewise((5.0, 15.0), (0.1, 0.02, 0.06)),
        lambda w: 0.1 * min(w, 5.0) + 0.02 * min(max(w - 5, 0), 10) + 0.06 * max(w - 15, 0),
    ),
}


def weathered(hazard: s.Hazard, storm: float, after: float = 0.5) -> Run:
    """The rate is multiplied by `storm` from week 6, and by `after` from week 12."""
    sky = s.LevelFactor("sky", (("storm", storm), ("clear", after)))
    model = s.Statement(
        (region("stay", "in", "out"), region("sky", "calm", "storm", "clear")),
        (
            clock("leaves", "stay", "in", hazard, "out", sky),
            clock("breaks", "sky", "calm", s.Fixed(6.0), "storm"),
            clock("clears", "sky", "storm", s.Fixed(6.0), "clear"),
        ),
    )
    return run_both(model, 5000, 1e5)


@pytest.mark.parametrize("storm", [0.0, 0.25, 4.0])
@pytest.mark.parametrize("name", HAZARDS)
def test_a_multiplier_that_changes_half_way(name: str, storm: float) -> None:
    hazard, spent = HAZARDS[name]
    result = weathered(hazard, storm)
    weeks = leaving_weeks(result.logs)

    def total(week: float) -> float:
        first = spent(min(week, 6.0))
        second = spent(min(max(week, 6.0), 12.0)) - spent(6.0)
        return float(first + storm * second + 0.5 * (spent(max(week, 12.0)) - spent(12.0)))

    at = (2.0, 6.0, 9.0, 12.0, 20.0, 40.0)
    left = [math.exp(-total(week)) for week in at]
    assert np.all(np.abs(shares_off(weeks, left, at)) < FAR)
    # Stronger: each family has spent exactly its own unit exponential when it leaves.
    key = int(unroll(result.arrays).clock_key[0])
    assert key == decision_key("stay/leaves/-1")
    luck = [unit_exponential(clock_key(family_key(1, i), key), 0) for i in range(len(weeks))]
    assert np.array([total(w) for w in weeks]) == pytest.approx(np.array(luck), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", HAZARDS)
def test_a_family_keeps_its_luck_when_a_rate_changes(name: str) -> None:
    hazard, _ = HAZARDS[name]
    slow, same, fast = (leaving_weeks(weathered(hazard, m).logs) for m in (0.5, 1.0, 2.0))
    assert np.array_equal(slow[same <= 6.0], same[same <= 6.0])
    assert np.array_equal(fast[same <= 6.0], same[same <= 6.0])
    later = same > 6.0
    assert np.all(fast[later] < same[later])
    assert np.all(slow[later] > same[later])


def test_the_multiplier_may_be_a_register_or_a_count_of_children() -> None:
    """A rate trebled at week 6, and doubled, single and halved as children leave home at 9."""
    child = s.Region("child", "child", levels("home", "away"), "home", per="child")
    at_home = s.CountFactor("child", ("home",), (0.5, 1.0, 2.0))
    trait = s.RegisterFactor("trait")
    trebles = s.Outcome("trebles", effects=(s.Put("trait", 3.0),))
    model = s.Statement(
        (region("stay", "in", "out"), region("sky", "calm"), child),
        (
            clock("leaves", "stay", "in", s.Exponential(0.02), "out", at_home, trait),
            s.Clock("breaks", "sky", ("calm",), s.Fixed(6.0), (trebles,), repeats=False),
            clock("goes", "child", "home", s.Fixed(9.0), "away"),
        ),
        registers=(s.Register("trait", start=1.0),),
        children=2,
    )
    weeks = leaving_weeks(run_both(model, 10_000, 1e5).logs)
    at = (3.0, 6.0, 9.0, 20.0, 60.0)
    spent = [
        2.0 * min(w, 6.0) + 6.0 * min(max(w - 6.0, 0.0), 3.0) + 1.5 * max(w - 9.0, 0.0) for w in at
    ]
    left = np.exp(-0.02 * np.array(spent)).tolist()
    assert np.all(np.abs(shares_off(weeks, left, at)) < FAR)


# --- outcomes taken by chance ---


def test_shares_of_outcomes() -> None:
    outcomes = (
        goes("stay", "first", share=0.2),
        goes("stay", "second", share=0.5, times="trait"),
        goes("stay", "third"),
    )
    model = s.Statement(
        (region("stay", "in", "first", "second", "third"),),
        (s.Clock("leaves", "stay", ("in",), s.Fixed(1.0), outcomes),),
        registers=(s.Register("trait", start=0.6),),
    )
    n = 20_000
    last = [log[-1][4] for log in run_both(model, n, 2.0).logs]
    expected = np.array([0.2, 0.3, 0.5])
    share = np.bincount(last, minlength=4)[1:] / n
    assert np.all(np.abs(share - expected) < FAR * np.sqrt(expected * (1 - expected) / n))


def test_every_start_of_a_clock_and_every_choice_has_luck_of_its_own() -> None:
    """Twelve lives of one repeating clock: means, variances, and no correlation of neighbours."""
    model = s.Statement(
        (region("stay", "in"),),
        (s.Clock("again", "stay", ("in",), s.Exponential(0.5), (s.Outcome("a", share=0.5),)),),
    )
    logs = [log[:12] for log in run_both(model, 1500, 100.0).logs]
    weeks = np.diff([[0.0, *(row[0] for row in log)] for log in logs], axis=1)
    chosen = np.array([[float(row[6] == 0) for row in log] for log in logs])
    for values, mean, spread in ((weeks, 2.0, 2.0), (chosen, 0.5, 0.5)):
        assert values.shape == (1500, 12)
        assert abs(standard_errors_off(values.ravel(), mean)) < FAR
        assert values.std() == pytest.approx(spread, rel=0.05)
        for one, following in ((values[:, :-1], values[:, 1:]), (weeks, chosen)):
            r = float(np.corrcoef(one.ravel(), following.ravel())[0, 1])
            assert abs(r) < FAR / np.sqrt(one.size)


def test_raising_one_share_moves_only_the_families_in_between() -> None:
    def ends(share: float) -> np.ndarray[Any, Any]:
        outcomes = (goes("stay", "first", share=share), goes("stay", "second"))
        model = s.Statement(
            (region("stay", "in", "first", "second"),),
            (s.Clock("leaves", "stay", ("in",), s.Exponential(0.1), outcomes),),
        )
        return np.array([log[-1][4] for log in run_both(model, 2000, 1e5).logs])

    low, high = ends(0.3), ends(0.4)
    changed = low != high
    assert np.all(low[changed] == 2)
    assert abs(standard_errors_off(changed, 0.1)) < FAR
