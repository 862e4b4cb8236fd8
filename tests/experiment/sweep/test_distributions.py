"""Distributions: known means and spreads, known quantiles, and what describes none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.experiment.sweep.distributions import marginal

MIDDLES = (np.arange(200_000) + 0.5) / 200_000


@pytest.mark.parametrize(
    ("shape", "how", "mean", "sd"),
    [
        ("uniform", {"low": 2.0, "high": 8.0}, 5.0, 6.0 / 12**0.5),
        ("triangular", {"low": 0.0, "mode": 3.0, "high": 6.0}, 3.0, 1.5**0.5),
        ("normal", {"mean": 10.0, "sd": 2.0}, 10.0, 2.0),
        ("lognormal", {"mean": 10.0, "sd": 4.0}, 10.0, 4.0),
        ("beta", {"mean": 0.3, "sd": 0.1}, 0.3, 0.1),
        ("gamma", {"mean": 1000.0, "sd": 300.0}, 1000.0, 300.0),
    ],
)
def test_mean_and_spread_are_those_asked_for(
    shape: Any, how: dict[str, float], mean: float, sd: float
) -> None:
    drawn = marginal(shape, **how).at(MIDDLES)
    assert drawn.mean() == pytest.approx(mean, rel=1e-3)
    assert drawn.std() == pytest.approx(sd, rel=5e-3)


@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_low_and_high_are_the_ends_of_a_95_percent_interval(shape: Any) -> None:
    ends = marginal(shape, low=2.0, high=9.0).at(np.array([0.025, 0.975]))
    assert ends == pytest.approx([2.0, 9.0])


@pytest.mark.parametrize("shape", ["beta", "gamma"])
def test_the_number_in_use_is_the_mean_where_a_range_is_given(shape: Any) -> None:
    drawn = marginal(shape, low=0.2, high=0.5, usual=0.3).at(MIDDLES)
    assert drawn.mean() == pytest.approx(0.3, rel=1e-3)
    assert drawn.std() == pytest.approx(0.3 / 3.92, rel=5e-3)


@given(
    st.sampled_from(["uniform", "triangular"]),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.floats(0.0, 1.0),
)
def test_limits_are_never_passed_and_numbers_rise_with_the_points(
    shape: Any, low: float, width: float, at: float
) -> None:
    high = low + width
    mode = min(max(low + at * width, low), high) if shape == "triangular" else None
    drawn = marginal(shape, low=low, high=high, mode=mode).at(np.linspace(0.0, 1.0, 11))
    slack = 1e-9 * max(abs(low), abs(high))
    assert (np.diff(drawn) >= 0.0).all()
    assert low - slack <= drawn[0]
    assert drawn[-1] <= high + slack


@pytest.mark.parametrize("shape", ["normal", "lognormal", "beta", "gamma"])
def test_no_point_of_a_design_gives_an_infinite_number(shape: Any) -> None:
    assert np.isfinite(marginal(shape, mean=0.3, sd=0.1).at(np.array([0.0, 1.0]))).all()


@pytest.mark.parametrize(
    ("shape", "how", "says"),
    [
        ("uniform", {"low": 1.0}, "needs `low` and `high`"),
        ("uniform", {"low": 2.0, "high": 1.0}, "give a `low` that is lower"),
        ("uniform", {"low": 1.0, "high": 2.0, "mean": 1.5}, "`mean` cannot be given here"),
        ("triangular", {"low": 1.0, "high": 2.0, "usual": 3.0}, "the mode 3"),
        ("triangular", {"low": 1.0, "high": 2.0}, "the mode (none)"),
        ("normal", {"mean": 1.0}, "needs `mean` and `sd`, or `low` and `high`"),
        ("normal", {"sd": 1.0}, "`sd` stands without `mean`"),
        ("normal", {"mean": 1.0, "sd": 0.0}, "`sd` is 0"),
        ("normal", {"mean": 1.0, "sd": 1.0, "low": 0.0}, "`low` cannot be given here"),
        ("lognormal", {"low": 0.0, "high": 1.0}, "needs one above 0"),
        ("lognormal", {"mean": -1.0, "sd": 1.0}, "must be above 0"),
        ("gamma", {"mean": 0.0, "sd": 1.0}, "must be above 0"),
        ("beta", {"mean": 0.5, "sd": 0.5}, "a beta distribution needs a mean between 0 and 1"),
        ("beta", {"mean": 1.5, "sd": 0.1}, "a beta distribution needs a mean between 0 and 1"),
    ],
)
def test_what_describes_no_distribution_is_refused(
    shape: Any, how: dict[str, float], says: str
) -> None:
    with pytest.raises(UserError) as caught:
        marginal(shape, **how)
    assert says in str(caught.value)
