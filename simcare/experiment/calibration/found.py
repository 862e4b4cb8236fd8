"""What a calibration gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.coverage import Covered
from simcare.experiment.calibration.emulate import Emulators
from simcare.experiment.calibration.match import Match
from simcare.experiment.calibration.plan import CalibrationPlan
from simcare.experiment.calibration.posterior import Weighed
from simcare.experiment.calibration.slices import Chains

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Wave:
    """Runs of one wave, n of them.

    values: (n, k) of the numbers; model, error: (n, m) what they gave for every target, fit and
    check, and Monte Carlo standard errors. not_ruled_out: share of the runs that no target they
    are calibrated to rules out. emulators, chains: by which its points were drawn (None: they
    were not).
    """

    number: int
    values: Floats
    model: Floats
    error: Floats
    not_ruled_out: float
    emulators: Emulators | None = None
    chains: Chains | None = None


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration.

    waves: the runs at the numbers in use, the waves, and the proposals. wide: emulators over the
    whole prior; last: those fitted with the proposals. chosen: (draws,) places of the posterior
    draws among the proposals. covered: how made-up figures fared; None if there were too few runs.
    """

    plan: CalibrationPlan
    folder: Path
    new: int
    waves: tuple[Wave, ...]
    wide: Emulators
    last: Emulators
    weighed: Weighed
    chosen: NDArray[np.int64]
    covered: Covered | None = None

    @property
    def draws(self) -> Floats:
        """The posterior sample: (draws, k) values of the numbers."""
        return self.waves[-1].values[self.chosen]

    @property
    def match(self) -> Match:
        """The last emulators held against the targets."""
        return Match(self.plan.prior, self.plan.observed, self.last)
