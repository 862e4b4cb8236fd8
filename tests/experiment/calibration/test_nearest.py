"""The point nearest to the numbers in use: against ridge regression, which is its closed form."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.experiment.calibration.emulate import Emulators
from simcare.experiment.calibration.match import Match
from simcare.experiment.calibration.nearest import nearest
from simcare.experiment.calibration.observed import Observed
from simcare.experiment.calibration.prior import Prior

PRIOR = Prior(
    ("a", "b", "c"),
    np.array([0.0, 10.0, -1.0]),
    np.array([4.0, 30.0, 1.0]),
    np.array([2.0, 20.0, 0.5]),
    "uniform",
)
FIRST = np.array([[1.0, 0.5, 0.0], [-0.2, 0.4, 0.0]])


def match(z: list[float], spread: float, second: float = 0.0) -> Match:
    bent = np.zeros((2, 3, 3))
    bent[0, 0, 0] = second
    emulators = Emulators(np.zeros(2), FIRST, bent, np.full(2, spread**2 / 2.0), np.ones(2))
    observed = Observed((), np.zeros(2), np.array(z), np.full(2, spread**2 / 2.0))
    return Match(PRIOR, observed, emulators)


def test_linear_emulators_give_ridge_regression() -> None:
    z, spread = np.array([0.6, 0.1]), 0.3
    start = PRIOR.scaled(PRIOR.value)
    design = FIRST / spread
    off = (z - FIRST @ start) / spread
    moved = np.linalg.solve(design.T @ design + np.eye(3), design.T @ off)
    expected = PRIOR.low + (PRIOR.high - PRIOR.low) * (start + moved + 1.0) / 2.0
    assert nearest(match(list(z), spread)) == pytest.approx(expected, rel=1e-5)


def test_a_number_that_no_target_knows_stays_in_use() -> None:
    assert nearest(match([0.9, -0.5], 0.1, second=0.2))[2] == pytest.approx(0.5, abs=1e-9)


def test_it_stays_within_the_ranges() -> None:
    found = nearest(match([50.0, 50.0], 0.01))
    assert (found >= PRIOR.low).all()
    assert (found <= PRIOR.high).all()
    assert found[0] == pytest.approx(4.0)


def test_targets_that_are_met_move_nothing() -> None:
    start = PRIOR.scaled(PRIOR.value)
    assert nearest(match(list(FIRST @ start), 0.1)) == pytest.approx(PRIOR.value)
