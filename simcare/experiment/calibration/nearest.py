"""The one point, nearest to the numbers in use, at which the emulators meet the targets.

A single value is wanted where a scenario states its numbers. The mean of a posterior is no such
point, since numbers are correlated, and one draw of it moves numbers that the targets say nothing
of. So each number is kept where it is unless moving it brings the targets nearer (ridge
regularisation, Hoerl and Kennard 1970, about the numbers in use): what is made least is

    sum of squared implausibilities + sum of squared moves, in half ranges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.match import Match

Floats = NDArray[np.float64]
STEPS = 500


def nearest(match: Match) -> Floats:
    """Return that point, of shape (k,), in the units of the numbers and within their ranges.

    It is a local least, reached from the numbers in use (L-BFGS-B, Byrd and others 1995).
    """
    from scipy.optimize import minimize

    prior, observed, emulators = match.prior, match.observed, match.emulators
    start = np.clip(prior.scaled(prior.value), -1.0, 1.0)
    spread = np.sqrt(observed.variance + emulators.variance)

    def apart(x: Floats) -> tuple[float, Floats]:
        bent = np.einsum("mkl,l->mk", emulators.second, x)
        off = (emulators.constant + (emulators.first + bent) @ x - observed.z) / spread
        slope = (emulators.first + 2.0 * bent) / spread[:, None]
        moved = x - start
        return float(off @ off + moved @ moved), 2.0 * (off @ slope + moved)

    found = minimize(
        apart, start, jac=True, method="L-BFGS-B", bounds=[(-1.0, 1.0)] * len(start),
        options={"maxiter": STEPS},
    )  # fmt: skip
    values: Floats = prior.low + (prior.high - prior.low) * (found.x + 1.0) / 2.0
    return values
