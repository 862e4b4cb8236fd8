"""Calibration held against known answers: figures that the model itself made.

Numbers are drawn from the prior, the model makes "published" figures with them, each with an error
of the size that is tolerated, and these are calibrated to. Over many such trials a 90 % interval of
the posterior should hold the number that was drawn nine times in ten (Cook, Gelman and Rubin 2006).
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.draws import replication_seed
from simcare.engine.engines import choose
from simcare.experiment.calibration.found import Calibrated
from simcare.experiment.calibration.plan import CalibrationPlan
from simcare.experiment.calibration.run import calibrate
from simcare.experiment.calibration.simulate import MODEL, read_batch, simulate
from simcare.experiment.sweep.pools import Opener
from simcare.experiment.sweep.work import packed
from simcare.experiment.targets import Target

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
LARGER = 10
"""The run that makes the figures has so many times the families of a run of the calibration."""

INTERVAL = 0.9


def synthetic(plan: CalibrationPlan, trial: int) -> tuple[CalibrationPlan, Floats]:
    """Return a calibration to made-up figures, and the numbers (k,) that made them.

    The numbers are drawn anew until a model can be made of them.
    """
    source = np.random.default_rng([plan.seed, 1_000_003, trial])
    reference = plan.ready.arrays[plan.ready.scenario.reference]
    engine = choose("auto", [reference], plan.total * plan.families).engine
    given, seed = packed(plan.ready), replication_seed(plan.seed, 1_000_003 + trial)
    while True:
        truth = plan.prior.values(source.random((1, len(plan.prior.names))))
        batch = simulate(
            given, plan.prior.names, truth.tolist(), [seed], LARGER * plan.families, engine
        )
        model = read_batch(batch)[0, :, MODEL]
        if np.isfinite(model).all() and (model[plan.fitted] > 0.0).all():
            break
    made = [_published(t, m, source) for t, m in zip(plan.targets, model, strict=True)]
    return replace(plan, targets=tuple(made), seed=plan.seed + 1 + trial), truth[0]


def _published(target: Target, model: float, source: np.random.Generator) -> Target:
    """Return a target with what the model gave, and an error of the tolerated size, for figure."""
    relative = target.sd / abs(target.value) if target.value else 0.0
    spread = float(np.hypot(relative, target.discrepancy))
    value = model * float(np.exp(spread * source.standard_normal()))
    return replace(target, value=value, sd=relative * abs(value))


def recovered(found: Calibrated, truth: Floats) -> pd.DataFrame:
    """Return how each number was recovered.

    Columns: parameter, truth, mean, low, high (of the `INTERVAL`), inside, rank (share of the
    draws below the truth).
    """
    import pandas as pd

    half = (1.0 - INTERVAL) / 2.0
    low, high = np.quantile(found.draws, (half, 1.0 - half), axis=0)
    return pd.DataFrame(
        {
            "parameter": found.plan.prior.names,
            "truth": truth,
            "mean": found.draws.mean(axis=0),
            "low": low,
            "high": high,
            "inside": (low <= truth) & (truth <= high),
            "rank": (found.draws < truth).mean(axis=0),
        }
    )


def recover(
    plan: CalibrationPlan,
    folder: Path,
    trials: int,
    executor: Executor | Opener | None = None,
) -> pd.DataFrame:
    """Calibrate to so many sets of made-up figures; return the rows of every trial.

    Each trial has a folder of its own below `folder`. Raises UserError as `calibrate` does.
    """
    import pandas as pd

    tables = []
    for trial in range(trials):
        made, truth = synthetic(plan, trial)
        found = calibrate(made, folder / f"trial-{trial:03d}", executor=executor, resume=True)
        tables.append(
            recovered(found, truth).assign(trial=trial, effective=found.weighed.effective)
        )
    return pd.concat(tables, ignore_index=True)
