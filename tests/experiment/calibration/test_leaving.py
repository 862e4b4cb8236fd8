"""Calibration held against a posterior with a closed form, and to its promises about bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcare.errors import UserError
from simcare.experiment.calibration.found import Calibrated
from simcare.experiment.calibration.plan import CalibrationPlan, plan_calibration
from simcare.experiment.calibration.run import calibrate
from simcare.experiment.calibration.tables import SILENT, numbers_table, targets_table
from tests.experiment.sweep.files import tree

LEAVING = Path(__file__).parent / "leaving.toml"


@pytest.fixture(scope="module")
def plan() -> CalibrationPlan:
    return plan_calibration(LEAVING, waves=2, runs=30, draws=100, families=200)


@pytest.fixture(scope="module")
def found(plan: CalibrationPlan, tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    """Run in this process, without disturbance."""
    return calibrate(plan, tmp_path_factory.mktemp("whole") / "out")


def test_only_numbers_that_usual_practice_depends_on_are_calibrated(plan: CalibrationPlan) -> None:
    assert plan.prior.names == ("leaving_rate",)


def test_the_posterior_of_one_rate_is_that_of_the_closed_form(found: Calibrated) -> None:
    # Leavers for each week here are the rate itself, with an error of one in ten around 0.06 on
    # the scale log(rate + 0.006), and the prior is uniform.
    rate = np.linspace(0.02, 0.2, 20_001)
    sd = 0.1 * 0.06 / 0.066
    density = np.exp(-0.5 * ((np.log(rate + 0.006) - np.log(0.066)) / sd) ** 2)
    density /= density.sum()
    mean = float((rate * density).sum())
    spread = float(np.sqrt(((rate - mean) ** 2 * density).sum()))
    # 100 draws, so a standard error of a tenth of the spread; the luck of runs adds as much.
    assert found.draws.mean() == pytest.approx(mean, abs=0.5 * spread)
    assert found.draws.std(ddof=1) == pytest.approx(spread, rel=0.35)
    assert found.weighed.effective > 50


def test_what_the_target_says_is_said(found: Calibrated) -> None:
    row = numbers_table(found).iloc[0]
    assert row["says"] != SILENT
    assert row["informed_by"] == "gone"
    assert row["narrowed"] > 0.7
    target = targets_table(found).iloc[0]
    assert not target["missed"]
    assert target["low"] < 0.06 < target["high"]


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_the_bytes_are_the_same_whatever_ran_it(
    plan: CalibrationPlan, found: Calibrated, tmp_path: Path, pool: Callable[[int], Executor]
) -> None:
    with pool(2) as executor:
        calibrate(plan, tmp_path / "out", executor=executor)
    assert tree(tmp_path / "out") == tree(found.folder)


@pytest.mark.slow
def test_the_bytes_are_the_same_on_a_dask_cluster(
    plan: CalibrationPlan, found: Calibrated, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        calibrate(plan, tmp_path / "out", executor=client.get_executor())
    assert tree(tmp_path / "out") == tree(found.folder)


def test_the_bytes_are_the_same_however_often_it_was_interrupted(
    plan: CalibrationPlan, found: Calibrated, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        calibrate(plan, out, progress=_stop_half_way)
    with pytest.raises(UserError, match="finish it with `--resume`"):
        calibrate(plan, out)
    again = calibrate(plan, out, resume=True)
    assert 0 < again.new < plan.total
    assert tree(out) == tree(found.folder)


def _stop_half_way(done: int, total: int) -> None:
    if done > total / 2:
        raise KeyboardInterrupt


def test_another_seed_gives_other_draws(plan: CalibrationPlan, found: Calibrated) -> None:
    other = replace(plan, seed=plan.seed + 1)
    assert other.digest != plan.digest
    assert set(other.seeds(1)).isdisjoint(plan.seeds(1))
    with pytest.raises(UserError, match="another calibration"):
        calibrate(other, found.folder)


def test_the_record_says_how_it_was_made(plan: CalibrationPlan, found: Calibrated) -> None:
    held = json.loads((found.folder / "manifest.json").read_text(encoding="utf-8"))
    assert held["complete"] is True
    assert held["targets"]["gone"]["published"] == 0.06
    assert held["prior"]["ranges"] == {"leaving_rate": [0.02, 0.2]}
    assert held["effective_sample_size"] == pytest.approx(found.weighed.effective, abs=0.01)
    assert held["runs"] == list(plan.sizes)
    assert "parameter uncertainty" in held["spread_over_draws"]
    draws = pd.read_csv(found.folder / "posterior.csv")
    np.testing.assert_allclose(draws.to_numpy(), found.draws)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"waves": 0}, "option --waves: 0 is too small"),
        ({"runs": 5}, "option --runs: 5 is too small"),
        ({"draws": 2}, "option --draws: 2 is too small"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, int], says: str) -> None:
    with pytest.raises(UserError, match=says):
        plan_calibration(LEAVING, **options)  # type: ignore[arg-type]


def test_a_scenario_with_nothing_to_calibrate_to() -> None:
    with pytest.raises(UserError, match="none of its published targets has the role `fit`"):
        plan_calibration("three_families")
