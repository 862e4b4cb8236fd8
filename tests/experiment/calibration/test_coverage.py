"""Made-up figures with known answers: coverage where it must be right, and where it must not."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from simcare.experiment.calibration.coverage import CHAINS, TRUTHS, Covered, coverage_of
from simcare.experiment.calibration.plan import CalibrationPlan, plan_calibration
from simcare.experiment.calibration.run import calibrate
from simcare.experiment.calibration.tables import numbers_table
from simcare.experiment.calibration.tried import recovery_table
from tests.experiment.calibration.test_leaving import LEAVING
from tests.experiment.sweep.files import tree

Floats = NDArray[np.float64]
RUNS = 300


@pytest.fixture(scope="module")
def plan() -> CalibrationPlan:
    return plan_calibration(LEAVING, waves=1, runs=RUNS, draws=40, families=200)


def runs(plan: CalibrationPlan, luck: float, says: float) -> tuple[Floats, Floats, Floats]:
    """Runs whose result is the rate itself, as compared, with so much luck as said or not."""
    source = np.random.default_rng(1)
    values = plan.prior.values(source.random((RUNS, 1)))
    z = plan.observed.scaled(values) + luck * source.standard_normal((RUNS, 1))
    return values, z, np.full((RUNS, 1), says**2)


def test_intervals_hold_what_they_say_where_errors_are_as_stated(plan: CalibrationPlan) -> None:
    found = coverage_of(plan, *runs(plan, 0.05, 0.05))
    assert found is not None
    assert found.ranks.shape == (TRUTHS, 1)
    assert found.narrowness[0] < 0.6
    # Three standard errors of a share over 60 truths.
    assert found.inside(0.9).mean() == pytest.approx(0.9, abs=0.12)
    assert found.inside(0.5).mean() == pytest.approx(0.5, abs=0.2)
    assert found.ranks.mean() / CHAINS == pytest.approx(0.5, abs=0.12)


@pytest.mark.slow
def test_errors_that_are_larger_than_stated_are_found_out(plan: CalibrationPlan) -> None:
    values, z, noise = runs(plan, 0.05, 0.05)
    # Every other run is off by what nobody says: the emulator learns that it errs, so the truths
    # are moved after it has learnt.
    whole = np.arange(RUNS)
    truths = whole[np.linspace(0, RUNS - 1, TRUTHS).astype(int)]
    z[truths] += 0.6 * np.where(np.arange(TRUTHS) % 2, 1.0, -1.0)[:, None]
    found = coverage_of(plan, values, z, noise)
    assert found is not None
    assert found.pooled(0.9)[2] < 0.9


def test_ranks_are_counted_into_central_intervals() -> None:
    ranks = np.arange(100)[:, None]
    found = Covered(ranks, np.array([0.5]))
    assert found.inside(0.9).sum() == 90
    assert found.inside(0.5).sum() == 50
    share, low, high = found.pooled(0.9)
    assert share == pytest.approx(0.9)
    assert low < 0.9 < high


def test_only_numbers_that_are_told_of_are_pooled_unless_there_are_none() -> None:
    ranks = np.column_stack([np.full(40, 50), np.full(40, 0)])
    assert Covered(ranks, np.array([0.5, 1.0])).pooled(0.9)[0] == 1.0
    assert Covered(ranks, np.array([1.0, 1.0])).pooled(0.9)[0] == 0.5


@pytest.mark.slow
def test_a_calibration_says_how_its_truths_fared(plan: CalibrationPlan, tmp_path: Path) -> None:
    found = calibrate(plan, tmp_path / "out")
    row = recovery_table(found).iloc[0]
    assert row["parameter"] == "leaving_rate"
    assert row["told"]
    assert row["covered_90_low"] < row["covered_90"] <= row["covered_90_high"]
    assert row["covered_90_high"] > 0.9
    assert numbers_table(found)["parameter"].tolist() == ["leaving_rate"]


@pytest.mark.slow
def test_the_bytes_are_the_same_on_threads_and_processes(
    plan: CalibrationPlan, tmp_path: Path
) -> None:
    calibrate(plan, tmp_path / "one")
    assert len((tmp_path / "one" / "recovery.csv").read_text().splitlines()) == 2
    for pool in (ThreadPoolExecutor, ProcessPoolExecutor):
        with pool(2) as executor:
            calibrate(plan, tmp_path / pool.__name__, executor=executor)
        assert tree(tmp_path / pool.__name__) == tree(tmp_path / "one")


def test_too_few_runs_are_not_tried() -> None:
    plan = plan_calibration(LEAVING, waves=1, runs=30, draws=40, families=200)
    values, z, noise = runs(plan, 0.05, 0.05)
    assert coverage_of(plan, values[:30], z[:30], noise[:30]) is None
