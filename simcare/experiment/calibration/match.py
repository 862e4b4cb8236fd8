"""How far points are from the targets, and where to look next (history matching).

A point's implausibility for a target is the distance between what the emulator expects there and
the published figure, in standard deviations of everything that is uncertain between the two: the
source, the model's discrepancy, and the emulator itself (Craig et al. 1997; Vernon, Goldstein and
Bower 2010). A point further than 3 from any target is held to be ruled out (Pukelsheim's rule).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.emulate import Emulators
from simcare.experiment.calibration.observed import Observed
from simcare.experiment.calibration.prior import Prior

Floats = NDArray[np.float64]
RULED_OUT = 3.0


@dataclass(frozen=True)
class Match:
    """Emulators held against observed figures over a prior, all m targets at once."""

    prior: Prior
    observed: Observed
    emulators: Emulators

    def scaled(self, normals: Floats) -> Floats:
        """Return scaled points of the prior, from independent standard normals (n, k)."""
        from scipy.special import ndtr

        return self.prior.scaled(self.prior.values(ndtr(normals)))

    def implausibility(self, x: Floats) -> Floats:
        """Return signed implausibilities at scaled points, of shape (n, m)."""
        variance = self.observed.variance + self.emulators.variance
        found: Floats = (self.emulators.mean(x) - self.observed.z) / np.sqrt(variance)
        return found

    def log_likelihood(self, normals: Floats, widened: float = 1.0) -> Floats:
        """Return the log-likelihood, up to a constant, at standard normals (n, k): shape (n,).

        widened: by how much the variances of all targets are multiplied. Errors of different
        targets are taken for independent.
        """
        found: Floats = -0.5 * (self.implausibility(self.scaled(normals)) ** 2).sum(axis=1)
        return found / widened


def not_ruled_out(implausibility: Floats, allowed: int = 0) -> float:
    """Return the share of points (n, m) that no target rules out, but `allowed` of them may."""
    beyond = (np.abs(implausibility) > RULED_OUT).sum(axis=1)
    return float((beyond <= allowed).mean())
