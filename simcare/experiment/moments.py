"""Means and spreads of many numbers at once, added up block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """How many observations there were, their mean, and their squared deviations from it, summed.

    mean, squares: of one shape, which the observations shared.
    """

    count: int
    mean: Floats
    squares: Floats

    @staticmethod
    def of(observations: Floats) -> Moments:
        """Return the moments of observations of shape (n, ...), n being 1 at least."""
        count = len(observations)
        mean: Floats = observations.sum(axis=0) / count
        off = (observations - mean).reshape(count, -1)
        squares: Floats = np.einsum("ij,ij->j", off, off).reshape(mean.shape)
        return Moments(count, mean, squares)

    def with_more(self, other: Moments) -> Moments:
        """Return the moments of both (Chan, Golub and LeVeque 1983)."""
        count, step = self.count + other.count, other.mean - self.mean
        return Moments(
            count,
            self.mean + step * (other.count / count),
            self.squares + other.squares + step * step * (self.count * other.count / count),
        )

    @property
    def standard_error(self) -> Floats:
        """Standard error of the mean; nan of fewer than two observations."""
        if self.count < 2:
            return np.full(self.mean.shape, np.nan)
        error: Floats = np.sqrt(self.squares / (self.count - 1.0)) / np.sqrt(self.count)
        return error
