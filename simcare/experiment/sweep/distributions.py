"""Distributions of uncertain parameters, read off at the points of a design.

`uniform` and `triangular` lie between `low` and `high`. The others take a mean and a standard
deviation, from which their own parameters follow by the method of moments (Briggs, Claxton and
Sculpher 2006, chapter 4); given `low` and `high` instead, they take them for a 95 % interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.sweep.form import Shape

Floats = NDArray[np.float64]
SPAN = 2.0 * 1.959963984540054
"""Standard deviations across the 95 % interval of a normal distribution."""

_EDGE = 1e-12
"""Points of a design are kept so far from 0 and 1, where some distributions are infinite."""


@dataclass(frozen=True)
class Marginal:
    """The distribution of one parameter. `scipy` is what draws it, frozen."""

    shape: Shape
    scipy: Any

    def at(self, points: Floats) -> Floats:
        """Return the quantiles at points between 0 and 1, of any shape."""
        values: Floats = self.scipy.ppf(np.clip(points, _EDGE, 1.0 - _EDGE))
        return values


def marginal(
    shape: Shape,
    *,
    low: float | None = None,
    high: float | None = None,
    mode: float | None = None,
    mean: float | None = None,
    sd: float | None = None,
    usual: float | None = None,
) -> Marginal:
    """Return a distribution.

    usual: the number in use, which is the mode of a triangular distribution and the mean of a
    beta or gamma one where none is given. Raises UserError, in a sentence, where what is given
    describes no such distribution.
    """
    from scipy import stats

    if shape in ("uniform", "triangular"):
        first, last = _limits(shape, low, high, mean, sd)
        if shape == "uniform":
            _none(shape, mode=mode)
            return Marginal(shape, stats.uniform(first, last - first))
        top = mode if mode is not None else usual
        if top is None or not first <= top <= last:
            raise UserError(
                f"the mode {_said(top)} of the triangular distribution is not from {first:g} to "
                f"{last:g}; give a `mode` that is."
            )
        return Marginal(shape, stats.triang((top - first) / (last - first), first, last - first))
    _none(shape, mode=mode)
    if shape == "lognormal":
        return Marginal(shape, _lognormal(low, high, mean, sd))
    m, s = _moments(shape, low, high, mean, sd, usual)
    if shape == "normal":
        return Marginal(shape, stats.norm(m, s))
    if shape == "gamma":
        if m <= 0.0:
            raise UserError(f"the mean {m:g} of a gamma distribution must be above 0.")
        return Marginal(shape, stats.gamma((m / s) ** 2, scale=s * s / m))
    if not 0.0 < m < 1.0 or s * s >= m * (1.0 - m):
        raise UserError(
            f"a beta distribution needs a mean between 0 and 1 and a small enough standard "
            f"deviation, and {m:g} with {s:g} is not such; give others, or another distribution."
        )
    size = m * (1.0 - m) / (s * s) - 1.0
    return Marginal(shape, stats.beta(m * size, (1.0 - m) * size))


def _limits(
    shape: Shape, low: float | None, high: float | None, mean: float | None, sd: float | None
) -> tuple[float, float]:
    _none(shape, mean=mean, sd=sd)
    if low is None or high is None:
        raise UserError(f"a {shape} distribution needs `low` and `high`; give both.")
    if not low < high:
        raise UserError(f"`low` is {low:g} and `high` is {high:g}; give a `low` that is lower.")
    return low, high


def _moments(
    shape: Shape,
    low: float | None,
    high: float | None,
    mean: float | None,
    sd: float | None,
    usual: float | None,
) -> tuple[float, float]:
    """Return mean and standard deviation, given outright or by a 95 % interval."""
    if sd is not None:
        _none(shape, low=low, high=high)
        if mean is None:
            raise UserError("`sd` stands without `mean`; give both.")
        if sd <= 0.0:
            raise UserError(f"`sd` is {sd:g}; give a number above 0.")
        return mean, sd
    if low is None or high is None:
        raise UserError(
            f"a {shape} distribution needs `mean` and `sd`, or `low` and `high` as its 95 % "
            "interval; give two of them."
        )
    if not low < high:
        raise UserError(f"`low` is {low:g} and `high` is {high:g}; give a `low` that is lower.")
    middle = (low + high) / 2.0
    if shape == "normal":
        _none(shape, mean=mean)
        return middle, (high - low) / SPAN
    given = mean if mean is not None else usual
    return middle if given is None else given, (high - low) / SPAN


def _lognormal(low: float | None, high: float | None, mean: float | None, sd: float | None) -> Any:
    from scipy import stats

    if sd is None:
        _none("lognormal", mean=mean)
        _moments("lognormal", low, high, None, None, None)
        assert low is not None
        assert high is not None
        if low <= 0.0:
            raise UserError(f"`low` is {low:g}; a lognormal distribution needs one above 0.")
        return stats.lognorm(math.log(high / low) / SPAN, scale=math.sqrt(low * high))
    m, s = _moments("lognormal", low, high, mean, sd, None)
    if m <= 0.0:
        raise UserError(f"the mean {m:g} of a lognormal distribution must be above 0.")
    spread = math.log1p((s / m) ** 2)
    return stats.lognorm(math.sqrt(spread), scale=m * math.exp(-spread / 2.0))


def _none(shape: Shape, **given: float | None) -> None:
    """Refuse what a distribution has no use for, rather than pass over it."""
    extra = [f"`{name}`" for name, value in given.items() if value is not None]
    if extra:
        raise UserError(
            f"{' and '.join(extra)} cannot be given here for a {shape} distribution; leave it out."
        )


def _said(value: float | None) -> str:
    return "(none)" if value is None else f"{value:g}"
