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
    number of independent draws that they are worth (Kish 1965). correction: how far the weights
    were taken, 1 being all of the way; in_full: what they would be worth if they had been.
    """

    weights: Floats
    effective: float
    correction: float = 1.0
    in_full: float = float("nan")


def weigh(
    observed: Observed,
    proposed: Emulators,
    better: Emulators,
    x: Floats,
    z: Floats,
    noise: Floats,
    least: float = 0.0,
) -> Weighed:
    """Return the weights of proposals.

    Where weights in full would be worth fewer than `least` draws, they are raised to the largest
    power below 1 that is not: a point on the way from the emulators' posterior to the corrected
    one (the geometric path of Neal 2001). A few proposals would otherwise stand for all.

    proposed: the emulators that they were drawn by; better: those fitted with the proposals' own
    runs. x: (n, k) scaled points; z, noise: (n, m) what the runs gave, and Monte Carlo variances.
    """
    before = _log_likelihood(observed, proposed.mean(x), proposed.variance)
    expected, spread = best_knowledge(better, x, z, noise)
    logs = _log_likelihood(observed, expected, spread) - before
    logs = np.where(np.isfinite(logs), logs, -np.inf)
    in_full = _effective(logs, 1.0)
    correction = 1.0 if in_full >= least else _largest_power(logs, least)
    weights = _weights(logs, correction)
    return Weighed(weights, _effective(logs, correction), correction, in_full)


def _weights(logs: Floats, power: float) -> Floats:
    possible = np.isfinite(logs)
    weights = np.zeros(len(logs))
    weights[possible] = np.exp(power * (logs[possible] - logs[possible].max()))
    return np.asarray(weights / weights.sum())


def _effective(logs: Floats, power: float) -> float:
    return float(1.0 / (_weights(logs, power) ** 2).sum())


def _largest_power(logs: Floats, least: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _effective(logs, middle) >= least else (low, middle)
    return low


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
