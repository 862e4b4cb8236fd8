"""Targets on the scale on which the model is held against them.

A ratio of flows can lie anywhere above nought and its error grows with it, so ratios are compared
by the logarithm of the ratio plus a tenth of the published figure: close to a logarithm, but
finite where a small run counts nothing (Tukey's started logarithm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.targets import Target, targets_of

Floats = NDArray[np.float64]
START = 0.1
"""The start of the logarithm, as a share of the published figure."""


@dataclass(frozen=True)
class Observed:
    """Published figures, m of them. z, variance: (m,) on the scale that is compared on.

    The variance is that of the source and that of the model's discrepancy together.
    """

    targets: tuple[Target, ...]
    start: Floats
    z: Floats
    variance: Floats

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the targets."""
        return tuple(t.name for t in self.targets)

    def scaled(self, model: Floats) -> Floats:
        """Return what the model gives, of shape (..., m), on this scale."""
        found: Floats = np.log(model + self.start)
        return found

    def scaled_variance(self, model: Floats, error: Floats) -> Floats:
        """Return Monte Carlo variances on this scale, from standard errors (the delta method)."""
        found: Floats = (error / (model + self.start)) ** 2
        return found

    def unscaled(self, z: Floats) -> Floats:
        """Return numbers of this scale as the model gives them."""
        found: Floats = np.exp(z) - self.start
        return found


def observed(targets: Sequence[Target]) -> Observed:
    """Return targets on the scale that is compared on.

    Raises UserError for one without any tolerance, which no model could meet.
    """
    exact = [t.name for t in targets if t.tolerance <= 0.0]
    if exact:
        raise UserError(
            f"the targets {', '.join(exact)} leave no room at all; give each an `sd` or a "
            "`discrepancy` above 0."
        )
    value = np.array([t.value for t in targets])
    tolerance = np.array([t.tolerance for t in targets])
    start = np.where(value > 0.0, START * value, tolerance)
    return Observed(
        tuple(targets), start, np.log(value + start), (tolerance / (value + start)) ** 2
    )


def fit_targets(ready: Ready) -> tuple[Target, ...]:
    """Return the targets that a scenario is calibrated to; UserError if it has none."""
    found = tuple(t for t in targets_of(ready) if t.role == "fit")
    if not found:
        raise UserError(
            f"{ready.loaded.path.name}: none of its published targets has the role `fit`, so there "
            'is nothing to calibrate to; write `role = "fit"` at some.'
        )
    return found
