"""Published retention curves as dropout hazards."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.engine.hazards import cumulative
from simcare.model.retention import piecewise_from_curve
from tests.strategies import STEADY


def test_two_points_by_hand() -> None:
    """From 1 to 0.8 over 4 weeks, and to 0.4 over 8 more; that rate then goes on."""
    hazard = piecewise_from_curve([4.0, 12.0], [0.8, 0.4])
    assert hazard.ends == (4.0, 12.0)
    assert hazard.rates == pytest.approx([math.log(1 / 0.8) / 4, math.log(2) / 8, math.log(2) / 8])


@STEADY
@given(st.lists(st.tuples(st.floats(0.1, 20.0), st.floats(0.05, 1.0)), min_size=1, max_size=10))
def test_survival_passes_through_every_point(steps: list[tuple[float, float]]) -> None:
    weeks, shares, week, share = [], [], 0.0, 1.0
    for length, kept in steps:
        week, share = week + length, share * kept
        weeks.append(week)
        shares.append(share)
    hazard = piecewise_from_curve(weeks, shares)
    pieces = ((*hazard.ends, math.inf), hazard.rates)
    left = [math.exp(-cumulative(2, 0.0, 0.0, pieces, week)) for week in weeks]
    assert left == pytest.approx(shares, rel=1e-9)


@pytest.mark.parametrize(
    ("weeks", "shares", "says"),
    [
        ([], [], "at least one"),
        ([1.0], [0.9, 0.8], "as many"),
        ([0.0, 1.0], [1.0, 0.9], "must rise, but 0"),
        ([2.0, 2.0], [0.9, 0.8], "must rise, but 2"),
        ([2.0, 1.0], [0.9, 0.8], "must rise, but 1"),
        ([1.0, 2.0], [0.8, 0.9], "rises from 0.8 to 0.9 at week 2"),
        ([1.0], [1.1], "rises from 1 to 1.1"),
        ([1.0], [0.0], "must be above 0"),
    ],
)
def test_what_is_no_retention_curve_is_refused(
    weeks: list[float], shares: list[float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        piecewise_from_curve(weeks, shares)
