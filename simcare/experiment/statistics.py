"""Means, paired differences and their Monte Carlo intervals.

Families that share no places are independent of one another, so each is one observation. With
limited places they compete, and whole replications are the observations instead (Law 2015,
chapter 9). A ratio's error is that of its linear part (the delta method).

These intervals say how far more simulated families would move the answer. They say nothing
about how wrong the inputs may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Sampling:
    """What the independent observations of a run are.

    unit: "families", "replications" (families share places) or "listed" (nothing is sampled).
    """

    unit: Literal["families", "replications", "listed"]
    replications: int

    @property
    def interval(self) -> str:
        """The kind of interval that users see beside every number."""
        if self.unit == "listed":
            return "none: the families are listed, not sampled"
        if self.unit == "families":
            return "95 % Monte Carlo, over independent families"
        if self.replications > 1:
            return "95 % Monte Carlo, over replications (families share places)"
        return "none: families share places and there is one replication; ask for more"

    def observations(self, values: Floats) -> Floats:
        """Return the independent observations in values of shape (families, ...).

        Families come replication by replication. Listed families give none but their mean.
        """
        if self.unit == "families":
            return values
        blocks = self.replications if self.unit == "replications" else 1
        means: Floats = values.reshape(blocks, -1, *values.shape[1:]).mean(axis=1)
        return means


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error and 95 % interval (nan where it cannot be known)."""

    mean: float
    standard_error: float
    low: float
    high: float


def mean_of(values: Floats) -> Estimate:
    """Estimate a mean from independent observations, shape (n,)."""
    if len(values) < 2:
        mean = float(values.mean()) if len(values) else math.nan
        return Estimate(mean, math.nan, math.nan, math.nan)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    return _estimate(float(values.mean()), error, len(values))


def ratio_of(top: Floats, bottom: Floats) -> Estimate:
    """Estimate sum(top) / sum(bottom) from independent pairs, each of shape (n,)."""
    total = float(bottom.sum())
    if total <= 0.0:
        return Estimate(math.nan, math.nan, math.nan, math.nan)
    ratio = float(top.sum()) / total
    parts = linear_parts(top, bottom)
    if len(parts) < 2:
        return Estimate(ratio, math.nan, math.nan, math.nan)
    error = float(parts.std(ddof=1)) / math.sqrt(len(parts))
    return _estimate(ratio, error, len(parts))


def linear_parts(top: Floats, bottom: Floats) -> Floats:
    """Return each observation's influence on the ratio of the sums."""
    ratio = top.sum() / bottom.sum()
    parts: Floats = (top - ratio * bottom) / bottom.mean()
    return parts


def ratio_difference(top: Floats, bottom: Floats, top_ref: Floats, bottom_ref: Floats) -> Estimate:
    """Estimate the difference of two ratios from pairs of observations of the same families."""
    if bottom.sum() <= 0.0 or bottom_ref.sum() <= 0.0:
        return Estimate(math.nan, math.nan, math.nan, math.nan)
    difference = float(top.sum() / bottom.sum() - top_ref.sum() / bottom_ref.sum())
    parts = linear_parts(top, bottom) - linear_parts(top_ref, bottom_ref)
    if len(parts) < 2:
        return Estimate(difference, math.nan, math.nan, math.nan)
    error = float(parts.std(ddof=1)) / math.sqrt(len(parts))
    return _estimate(difference, error, len(parts))


def interaction(joint: Floats, alone: Sequence[Floats]) -> Floats:
    """Return by how much joint differences exceed the sum of those of the parts, one by one.

    joint and each of alone: (n,) paired differences from the same reference.
    """
    # The parts are added up first, so that where only one acts nothing at all remains.
    excess: Floats = joint - sum(alone, np.zeros_like(joint))
    return excess


def ratio_interaction(
    joint: tuple[Floats, Floats],
    alone: Sequence[tuple[Floats, Floats]],
    reference: tuple[Floats, Floats],
) -> Estimate:
    """Estimate by how much a joint difference of ratios exceeds the sum of those of the parts.

    Each is a ratio's (top, bottom), observations of the same families.
    """
    if any(bottom.sum() <= 0.0 for _, bottom in (joint, *alone, reference)):
        return Estimate(math.nan, math.nan, math.nan, math.nan)
    usual, usual_parts = _ratio(reference), linear_parts(*reference)
    excess = (_ratio(joint) - usual) - sum(_ratio(one) - usual for one in alone)
    parts = interaction(
        linear_parts(*joint) - usual_parts, [linear_parts(*one) - usual_parts for one in alone]
    )
    if len(parts) < 2:
        return Estimate(excess, math.nan, math.nan, math.nan)
    error = float(parts.std(ddof=1)) / math.sqrt(len(parts))
    return _estimate(excess, error, len(parts))


def variance_gain(values: Floats, reference: Floats) -> float:
    """Return how many times less variance pairing leaves in a difference of means.

    nan where the two do not differ at all.
    """
    paired = float((values - reference).var(ddof=1)) if len(values) > 1 else math.nan
    unpaired = float(values.var(ddof=1) + reference.var(ddof=1)) if len(values) > 1 else math.nan
    return unpaired / paired if paired > 0.0 else math.nan


def multiplier(observations: int) -> float:
    """Return the half-width of a 95 % interval in standard errors: Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(observations - 1, 0.5 + LEVEL / 2.0))


def _ratio(pair: tuple[Floats, Floats]) -> float:
    return float(pair[0].sum() / pair[1].sum())


def _estimate(mean: float, error: float, observations: int) -> Estimate:
    half = multiplier(observations) * error
    return Estimate(mean, error, mean - half, mean + half)
