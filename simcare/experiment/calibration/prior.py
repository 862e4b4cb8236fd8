"""What is believed of the assumed numbers before anything is held against the targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.ready import Ready, make_ready, with_values
from simcare.experiment.unit import Unit, population_of
from simcare.scenario.load import Loaded
from simcare.scenario.narrow import narrow

Floats = NDArray[np.float64]
Shape = Literal["uniform", "triangular"]
SHAPES: tuple[Shape, ...] = ("uniform", "triangular")
_TRIED = 2_000
"""Families drawn to see whether a number has a part in what families are like."""


@dataclass(frozen=True)
class Prior:
    """Independent distributions over the ranges that a scenario states, in its order.

    low, high, value: (k,) ends of each range and the number in use, in the parameters' own
    units. "uniform" gives nothing to the number in use; "triangular" has its mode there.
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    value: Floats
    shape: Shape

    def values(self, points: Floats) -> Floats:
        """Return the quantiles at points between 0 and 1, both of shape (n, k)."""
        if self.shape == "uniform":
            return self.low + (self.high - self.low) * points
        wide, mode = self.high - self.low, (self.value - self.low) / (self.high - self.low)
        below = self.low + wide * np.sqrt(points * mode)
        above = self.high - wide * np.sqrt((1.0 - points) * (1.0 - mode))
        found: Floats = np.where(points < mode, below, above)
        return found

    def scaled(self, values: Floats) -> Floats:
        """Return values on the scale on which every range goes from -1 to 1."""
        found: Floats = 2.0 * (values - self.low) / (self.high - self.low) - 1.0
        return found

    @cached_property
    def mean(self) -> Floats:
        """Means, of shape (k,)."""
        if self.shape == "uniform":
            return (self.low + self.high) / 2.0
        found: Floats = (self.low + self.high + self.value) / 3.0
        return found

    @cached_property
    def sd(self) -> Floats:
        """Standard deviations, of shape (k,)."""
        a, b, c = self.low, self.high, self.value
        if self.shape == "uniform":
            return np.asarray((b - a) / np.sqrt(12.0))
        return np.asarray(np.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0))


def usual_alone(loaded: Loaded) -> Ready:
    """Return a scenario cut down to its reference, made ready to run."""
    reference = loaded.scenario.reference
    return make_ready(replace(loaded, scenario=narrow(loaded.scenario, (reference,))))


def prior_of(ready: Ready, shape: Shape = "uniform") -> Prior:
    """Return the prior of every assumed number that usual practice depends on.

    A number that only other policies use, or only a price, is left out: no target could say
    anything about it. Raises UserError if none is left.
    """
    names = [name for name in assumed_names(ready) if _matters(ready, name)]
    if not names:
        raise UserError(
            f"{ready.loaded.path.name}: usual practice depends on no number that is assumed over a "
            "range, so there is nothing to calibrate; mark numbers `assumed` with low and high."
        )
    ranges = [ready.scenario.parameters[name].assumed for name in names]
    return Prior(
        tuple(names),
        np.array([r.low for r in ranges if r is not None]),
        np.array([r.high for r in ranges if r is not None]),
        np.array([ready.parameters[name].value for name in names]),
        shape,
    )


def assumed_names(ready: Ready) -> list[str]:
    """Return the numbers, not in pounds, that a scenario assumes over a range."""
    return [
        name
        for name, p in ready.scenario.parameters.items()
        if p.assumed is not None and p.assumed.low < p.assumed.high and not p.unit.startswith("£")
    ]


def _matters(ready: Ready, name: str) -> bool:
    """Say whether a number changes the reference's statement, or the families that live it."""
    spec = ready.scenario.parameters[name].assumed
    assert spec is not None
    reference = ready.scenario.reference
    families = _families(ready)
    for end in (spec.low, spec.high):
        try:
            other = with_values(ready, {name: end}, [reference])
        except UserError:
            return True
        if other.statements[reference] != ready.statements[reference]:
            return True
        if _families(other) != families:
            return True
    return False


def _families(ready: Ready) -> bytes:
    drawn = population_of(ready, Unit(0, 1, 0, _TRIED))
    lives = drawn.lives
    parts = (lives.level, lives.register, lives.arrival, drawn.kind, drawn.children)
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
