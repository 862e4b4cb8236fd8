"""Whether the emulators' posterior has the intervals that it says: made-up figures, known answers.

Runs of the first wave are spread evenly over the prior. Some of them are left out of the emulators
and taken for the truth, each in turn: what the run gave, with an error of the tolerated size, is
calibrated to, and the numbers that the run was made with should lie in the q % interval of what
comes out in q % of all cases, their ranks among the draws being even (Cook, Gelman and Rubin 2006;
Talts and others 2018). It tries the likelihood, the emulators' errors and the sampler, over the
whole prior; not the later waves, which are narrower, nor the correction by real runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.emulate import fit
from simcare.experiment.calibration.match import Match
from simcare.experiment.calibration.plan import CalibrationPlan
from simcare.experiment.calibration.slices import slice_sample

Floats = NDArray[np.float64]
TRUTHS = 60
CHAINS = 99
"""One draw from each: a truth's rank among so many is one of a hundred."""

STEPS = 200
"""They begin at the prior, where ranks are even whatever figures say: few would hide faults."""

FEWEST_RUNS = 4 * TRUTHS
"""Of the first wave: fewer are not tried."""
LEVELS = (0.5, 0.9)
TOLD = 0.9
"""A number is told of if its posterior is so much narrower than its prior on average."""

_SOURCE = 1_000_003
"""No wave has this number."""


@dataclass(frozen=True)
class Covered:
    """How n truths of k numbers fared.

    ranks: (n, k) of the truth among the draws, from 0 to `CHAINS`. narrowness: (k,) standard
    deviation of the posterior over that of the prior, mean over the truths.
    """

    ranks: NDArray[np.int64]
    narrowness: Floats

    def inside(self, level: float) -> NDArray[np.bool_]:
        """Say which truths lie in the central interval of a level, of shape (n, k)."""
        out = round((1.0 - level) / 2.0 * (CHAINS + 1))
        return (self.ranks >= out) & (self.ranks <= CHAINS - out)

    def pooled(self, level: float) -> tuple[float, float, float]:
        """Return the coverage over the numbers that are told of, and its 95 % interval.

        The numbers of one truth share one set of figures, so truths are the observations
        (Student's t over them).
        """
        from scipy.stats import t

        told = self.narrowness < TOLD
        shares = self.inside(level)[:, told if told.any() else ~told].mean(axis=1)
        half = t.ppf(0.975, len(shares) - 1) * shares.std(ddof=1) / np.sqrt(len(shares))
        mean = float(shares.mean())
        return mean, max(mean - float(half), 0.0), min(mean + float(half), 1.0)


def coverage_of(plan: CalibrationPlan, values: Floats, z: Floats, noise: Floats) -> Covered | None:
    """Try the first wave's runs as truths; None if there are too few of them.

    values: (n, k) of the numbers; z: (n, m) what the runs gave, as compared; noise: (n, m) its
    Monte Carlo variances.
    """
    whole = np.flatnonzero(np.isfinite(z).all(axis=1))
    if len(whole) < FEWEST_RUNS:
        return None
    truths = whole[np.linspace(0, len(whole) - 1, TRUTHS).astype(int)]
    rest = np.setdiff1d(whole, truths)
    emulators = fit(plan.prior.scaled(values[rest]), z[rest], noise[rest], plan.seed)
    source = plan.source(_SOURCE)
    ranks, narrowness = [], []
    for truth in truths:
        error = np.sqrt(plan.observed.variance) * source.standard_normal(z.shape[1])
        # The run's own Monte Carlo error is in what it gave, as an error of the source would be.
        variance = plan.observed.variance + noise[truth]
        made = replace(plan.observed, z=z[truth] + error, variance=variance)
        match = Match(plan.prior, made, emulators)
        start = source.standard_normal((CHAINS, len(plan.prior.names)))
        drawn = match.scaled(slice_sample(start, match.log_likelihood, STEPS, source).points)
        true = plan.prior.scaled(values[truth])
        ranks.append((drawn < true).sum(axis=0))
        narrowness.append(drawn.std(axis=0, ddof=1))
    spread = 2.0 * plan.prior.sd / (plan.prior.high - plan.prior.low)
    return Covered(np.array(ranks), np.mean(narrowness, axis=0) / spread)
