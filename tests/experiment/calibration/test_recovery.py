"""Numbers that made the figures lie in their posterior intervals at about the stated rate."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.calibration.plan import plan_calibration
from simcare.experiment.calibration.recovery import recover, synthetic
from tests.experiment.calibration.test_leaving import LEAVING


def test_made_up_figures_are_those_of_the_numbers_that_made_them() -> None:
    plan = plan_calibration(LEAVING, waves=1, runs=20, draws=40, families=500)
    made, truth = synthetic(plan, 0)
    assert 0.02 <= truth[0] <= 0.2
    # Leavers for each week here are the rate itself; the error is one in ten.
    assert made.targets[0].value == pytest.approx(truth[0], rel=0.4)
    assert made.targets[0].role == "fit"


@pytest.mark.slow
def test_ninety_in_a_hundred_intervals_hold_the_number_that_was_drawn(tmp_path: Path) -> None:
    plan = plan_calibration(LEAVING, waves=2, runs=25, draws=60, families=200)
    table = recover(plan, tmp_path, trials=20)
    # Fewer than 14 of 20 would have a chance of 1 in 400.
    assert table["inside"].sum() >= 14
    assert table["rank"].between(0.02, 0.98).sum() >= 14
