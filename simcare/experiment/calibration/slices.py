"""Elliptical slice sampling (Murray, Adams and MacKay 2010), many chains at once.

It draws from a posterior whose prior is standard normal, in any number of dimensions and without
tuning: each step turns a chain's point towards a fresh draw of the prior, by an angle that is
narrowed until the likelihood is high enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MOST_TRIES = 200


@dataclass(frozen=True)
class Chains:
    """Where chains ended, and how they went there.

    points: (n, k), one end of each chain. path: (steps, ...) log-likelihood, averaged over the
    chains. drift: the largest move of any dimension's mean over the chains during the last half,
    in standard deviations of that mean; about 3 and below is no more than chance in 100
    dimensions. turns: mean number of likelihoods computed for a step of a chain.
    """

    points: Floats
    path: Floats
    drift: float
    turns: float


def slice_sample(
    start: Floats,
    log_likelihood: Callable[[Floats], Floats],
    steps: int,
    source: np.random.Generator,
) -> Chains:
    """Run chains from starting points (n, k) of standard normals for so many steps."""
    points, level = start.copy(), log_likelihood(start)
    path, turns, half = np.empty(steps), 0, start
    for step in range(steps):
        if step == steps // 2:
            half = points.copy()
        points, level, more = _step(points, level, log_likelihood, source)
        path[step], turns = float(level.mean()), turns + more
    return Chains(points, path, _drift(half, points), turns / (steps * len(start)))


def _step(
    points: Floats,
    level: Floats,
    log_likelihood: Callable[[Floats], Floats],
    source: np.random.Generator,
) -> tuple[Floats, Floats, int]:
    count = len(points)
    towards = source.standard_normal(points.shape)
    least = level + np.log(source.random(count))
    angle = source.uniform(0.0, 2.0 * np.pi, count)
    low, high = angle - 2.0 * np.pi, angle.copy()
    moved, reached = points.copy(), level.copy()
    left, turns = np.arange(count), 0
    for _ in range(_MOST_TRIES):
        turn = angle[left, None]
        tried = points[left] * np.cos(turn) + towards[left] * np.sin(turn)
        found = log_likelihood(tried)
        turns += len(left)
        good = found > least[left]
        moved[left[good]], reached[left[good]] = tried[good], found[good]
        left = left[~good]
        if not len(left):
            break
        below = angle[left] < 0.0
        low[left] = np.where(below, angle[left], low[left])
        high[left] = np.where(below, high[left], angle[left])
        angle[left] = source.uniform(low[left], high[left])
    return moved, reached, turns


def _drift(before: Floats, after: Floats) -> float:
    if len(after) < 2:
        return float("nan")
    spread = np.sqrt((before.var(axis=0, ddof=1) + after.var(axis=0, ddof=1)) / len(after))
    return float(np.abs((after.mean(axis=0) - before.mean(axis=0)) / spread).max())
