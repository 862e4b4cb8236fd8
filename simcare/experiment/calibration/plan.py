"""What a calibration runs, with everything that its results depend on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import simcare
from simcare.draws import replication_seed
from simcare.errors import UserError
from simcare.experiment.calibration.emulate import FOLDS, require_extra
from simcare.experiment.calibration.observed import Observed, fit_targets, observed
from simcare.experiment.calibration.prior import Prior, Shape, prior_of, usual_alone
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.targets import Target, targets_of
from simcare.scenario import shipped
from simcare.scenario.load import Loaded

Floats = NDArray[np.float64]
WAVES, DRAWS, FAMILIES = 4, 400, 3_000
FEWEST_RUNS, RUNS_A_NUMBER = 200, 4
"""Runs of a wave, unless asked for: at least so many, and so many for each number assumed."""

PROPOSALS_A_DRAW = 2
PRESENT_RUNS = 8
"""Runs at the numbers in use, to say how well they meet the targets."""

BATCH = 8
"""Runs whose results make one file."""

WIDENED = 4.0
"""By how much variances are multiplied when the second wave is drawn, lest early emulators lead
the search away from where it should look."""


@dataclass(frozen=True)
class CalibrationPlan:
    """What a calibration runs.

    ready: the scenario cut down to usual practice. targets: all of them, fit and check. runs: of
    each wave. families: of each run.
    """

    name: str
    ready: Ready
    prior: Prior
    targets: tuple[Target, ...]
    waves: int
    runs: int
    draws: int
    families: int
    seed: int

    @property
    def fitted(self) -> NDArray[np.int64]:
        """Places among the targets of those that are calibrated to."""
        return np.flatnonzero([t.role == "fit" for t in self.targets])

    @cached_property
    def observed(self) -> Observed:
        """The targets that are calibrated to."""
        return observed([self.targets[i] for i in self.fitted])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Runs of each wave: at the numbers in use, the waves, and the proposals."""
        return (PRESENT_RUNS, *[self.runs] * self.waves, PROPOSALS_A_DRAW * self.draws)

    @property
    def total(self) -> int:
        """Runs in all."""
        return sum(self.sizes)

    def widened(self, wave: int) -> float:
        """Return by how much variances are multiplied when a wave, from 2 on, is drawn."""
        return WIDENED if wave == 2 and self.waves > 1 else 1.0

    def seeds(self, wave: int) -> list[int]:
        """Return the seeds of a wave's runs: one for each, so that luck averages out."""
        before = sum(self.sizes[:wave])
        return [replication_seed(self.seed, 1 + before + i) for i in range(self.sizes[wave])]

    def source(self, wave: int) -> np.random.Generator:
        """Return a source of draws for what a wave needs beside simulations."""
        return np.random.default_rng([self.seed, wave])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that the results depend on."""
        text = json.dumps(self._said(), sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _said(self) -> dict[str, Any]:
        return {
            "simcare": simcare.__version__,
            "scenario": self.ready.loaded.digest,
            "values": {n: v.hex() for n, v in self.ready.values.items()},
            "prior": [self.prior.shape, *self.prior.names],
            "targets": [astuple(t) for t in self.targets],
            "sizes": self.sizes,
            "families": self.families,
            "seed": self.seed,
        }


def plan_calibration(
    scenario: str | Path | Loaded,
    *,
    waves: int = WAVES,
    runs: int | None = None,
    draws: int = DRAWS,
    families: int = FAMILIES,
    seed: int | None = None,
    prior: Shape = "uniform",
) -> CalibrationPlan:
    """Return what a calibration of a scenario runs.

    runs: simulations of each wave (None: by how many numbers are assumed). seed: None takes the
    scenario's. Raises UserError for numbers that make no sense, for a scenario with nothing to
    calibrate or to calibrate to, and without the extra `calibrate`.
    """
    problems = [
        f"option --{name}: {value} is too small; give {least} or more."
        for name, value, least in (
            ("waves", waves, 1), ("runs", runs, 2 * FOLDS), ("draws", draws, 10),
            ("families", families, 2), ("seed", seed, 0),
        )
        if value is not None and value < least
    ]  # fmt: skip
    if problems:
        raise UserError(problems)
    require_extra()
    ready = usual_alone(make_ready(scenario).loaded)
    fit_targets(ready)
    believed = prior_of(ready, prior)
    return CalibrationPlan(
        shipped.name_of(ready.loaded.path),
        ready,
        believed,
        targets_of(ready),
        waves,
        max(FEWEST_RUNS, RUNS_A_NUMBER * len(believed.names)) if runs is None else runs,
        draws,
        families,
        ready.scenario.seed if seed is None else seed,
    )
