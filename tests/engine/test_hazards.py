from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcare.engine.arrays import EXPONENTIAL, PIECEWISE, WEIBULL
from simcare.engine.hazards import Pieces, age_at, cumulative
from tests.strategies import STEADY

NONE: Pieces = ((), ())
PIECES: Pieces = ((4.0, 12.0, math.inf), (0.2, 0.0, 0.05))


def test_exponential() -> None:
    assert cumulative(EXPONENTIAL, 0.2, 0.0, NONE, 5.0) == 1.0
    assert age_at(EXPONENTIAL, 0.2, 0.0, NONE, 1.0) == 5.0


def test_weibull_against_scipy() -> None:
    for shape, scale in ((0.5, 3.0), (1.0, 10.0), (2.2, 40.0)):
        curve = stats.weibull_min(shape, scale=scale)
        for age in (0.1, 1.0, 30.0):
            spent = cumulative(WEIBULL, shape, scale, NONE, age)
            assert spent == pytest.approx(-curve.logsf(age))


def test_piecewise_by_hand() -> None:
    ages = (0.0, 1.0, 4.0, 9.0, 12.0, 32.0)
    spent = [cumulative(PIECEWISE, 0.0, 0.0, PIECES, age) for age in ages]
    assert spent == pytest.approx([0.0, 0.2, 0.8, 0.8, 0.8, 1.8])
    assert age_at(PIECEWISE, 0.0, 0.0, PIECES, 0.2) == 1.0
    assert age_at(PIECEWISE, 0.0, 0.0, PIECES, 0.9) == pytest.approx(14.0)


def test_nothing_is_spent_at_age_0() -> None:
    for kind in (EXPONENTIAL, WEIBULL, PIECEWISE):
        assert cumulative(kind, 0.5, 2.0, PIECES, 0.0) == 0.0


def test_a_hazard_that_ends_may_never_be_spent() -> None:
    ends: Pieces = ((4.0, math.inf), (0.2, 0.0))
    assert age_at(PIECEWISE, 0.0, 0.0, ends, 0.8) == 4.0
    assert age_at(PIECEWISE, 0.0, 0.0, ends, 0.9) == math.inf
    assert age_at(EXPONENTIAL, 0.0, 0.0, NONE, 0.1) == math.inf


def test_what_is_too_large_for_a_number_is_infinite() -> None:
    assert age_at(WEIBULL, 0.5, 1.0, NONE, 1e300) == math.inf
    assert cumulative(WEIBULL, 400.0, 1.0, NONE, 1e3) == math.inf


positive = st.floats(0.01, 100.0)


@STEADY
@given(
    st.sampled_from([EXPONENTIAL, WEIBULL, PIECEWISE]),
    st.floats(0.3, 5.0),
    positive,
    st.lists(st.tuples(st.floats(0.1, 20.0), st.floats(0.001, 2.0)), min_size=1, max_size=5),
    positive,
)
def test_age_at_inverts_cumulative(
    kind: int, first: float, second: float, steps: list[tuple[float, float]], age: float
) -> None:
    ends = [*np.cumsum([length for length, _ in steps[1:]]).tolist(), math.inf]
    pieces = (tuple(ends), tuple(rate for _, rate in steps))
    spent = cumulative(kind, first, second, pieces, age)
    assert age_at(kind, first, second, pieces, spent) == pytest.approx(age, rel=1e-6)
