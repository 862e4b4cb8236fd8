"""From proposals of the emulators to a posterior sample, corrected by real runs.

A proposal comes from the prior times the emulators' likelihood. It was then run, so more is known
there: the emulator's expectation and the run's own result are put together by their precisions.
Its weight is the likelihood by that better knowledge over the one it was proposed by (importance
sampling; Rubin 1988 for the resampling), so what the emulators got wrong does not stay in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.emulate import Emulators
from simcare.experiment.calibration.observed import Observed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """Proposals with their weights.

    weights: (n,) that sum to 1, 0 for values from which no model can be made. effective: the
    number of independent draws that they are worth (Kish 1965).
    """

    weights: Floats
    effective: float


def weigh(
    observed: Observed,
    proposed: Emulators,
    better: Emulators,
    x: Floats,
    z: Floats,
    noise: Floats,
) -> Weighed:
    """Return the weights of proposals.

    proposed: the emulators that they were drawn by; better: those fitted with the proposals' own
    runs. x: (n, k) scaled points; z, noise: (n, m) what the runs gave, and Monte Carlo variances.
    """
    before = _log_likelihood(observed, proposed.mean(x), proposed.variance)
    expected, spread = best_knowledge(better, x, z, noise)
    logs = _log_likelihood(observed, expected, spread) - before
    logs = np.where(np.isfinite(logs), logs, -np.inf)
    weights = np.exp(logs - logs.max())
    weights = weights / weights.sum()
    return Weighed(weights, float(1.0 / (weights**2).sum()))


def best_knowledge(
    emulators: Emulators, x: Floats, z: Floats, noise: Floats
) -> tuple[Floats, Floats]:
    """Return means and variances (n, m) of the model at points, from emulators and runs."""
    guess, doubt = emulators.mean(x), np.maximum(emulators.variance, 1e-12)
    of_run = doubt / (doubt + noise)
    return guess + of_run * (z - guess), doubt * (1.0 - of_run)


def _log_likelihood(observed: Observed, mean: Floats, variance: Floats) -> Floats:
    total = observed.variance + variance
    found: Floats = -0.5 * ((mean - observed.z) ** 2 / total + np.log(total)).sum(axis=1)
    return found


def resample(weighed: Weighed, count: int, source: np.random.Generator) -> NDArray[np.int64]:
    """Return the places of `count` draws, in random order (systematic resampling).

    The order is random so that the first few are a sample too.
    """
    points = (np.arange(count) + source.random()) / count
    chosen = np.searchsorted(np.cumsum(weighed.weights), points, side="right")
    return source.permutation(np.minimum(chosen, len(weighed.weights) - 1)).astype(np.int64)
