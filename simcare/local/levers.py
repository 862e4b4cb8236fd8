"""Numbers of a council that parameters are moved to reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.ready import Ready
from simcare.local.form import Council, Plan, kind_of, target_of
from simcare.local.ranges import range_of_number
from simcare.local.trial import Trial
from simcare.scenario.parameters import range_of

_STEP = 0.1
"""Of a lever, for slopes: far more than the jumps of a model that counts whole children."""
_WIDE = 0.3
"""Of a lever, for slopes over about as much as chance moves it."""
_TOLERANCE = 2e-3
_MOST = 8
_Floats = NDArray[np.float64]
_Misses = Callable[[_Floats], _Floats]


@dataclass(frozen=True)
class Lever:
    """Parameters that one number moves together.

    At 0 each has its national value, at 1 those of `up` are at the top of their ranges and those
    of `down` at the bottom, and at -1 the other way round. width: half the range of the target,
    in logarithms; 0 where none is known.
    """

    number: str
    target: float
    width: float
    top: str
    bottom: str
    ends: Mapping[str, tuple[float, float, float]]
    """{parameter: its value at -1, at 0 and at 1}."""

    def values(self, at: float) -> dict[str, float]:
        """Return the parameters with the lever somewhere from -1 to 1, to 4 digits."""
        return {
            name: float(f"{np.interp(at, (-1.0, 0.0, 1.0), ends):.4g}")
            for name, ends in self.ends.items()
        }


def levers_of(council: Council, plan: Plan, ready: Ready) -> tuple[Lever, ...]:
    """Return a lever for each number that is given and has to be reached."""
    made = []
    for name, spec in plan.numbers.items():
        if name not in council.numbers or kind_of(spec) != "solved":
            continue
        assert spec.ratio is not None
        moved = [name, *(n for n in spec.if_missing if n not in council.numbers)]
        ends: dict[str, tuple[float, float, float]] = {}
        for number in moved:
            found = plan.numbers[number].levers
            if found is not None:
                ends |= {p: _ends(ready, p, up=1) for p in found.up}
                ends |= {p: _ends(ready, p, up=-1) for p in found.down}
        target = target_of(council, plan, name)
        width = _width(council, plan, name, target)
        made.append(Lever(name, target, width, spec.ratio.top, spec.ratio.bottom, ends))
    return tuple(made)


def _width(council: Council, plan: Plan, name: str, target: float) -> float:
    found = range_of_number(council, plan, name)
    if found is None:
        return 0.0
    low, high = (target_of(council, plan, name, value) for value in (found.low, found.high))
    return math.log(high / low) / 2.0 if low > 0.0 else math.log(high / target)


def _ends(ready: Ready, name: str, up: int) -> tuple[float, float, float]:
    value, found = ready.parameters[name].value, range_of(ready.scenario, name)
    low, high = found if found is not None else (value, value)
    return (low, value, high) if up > 0 else (high, value, low)


@dataclass(frozen=True)
class Solved:
    """Where each lever stands, and from where to where it may: {number: from -1 to 1}."""

    at: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]


def solve(levers: Sequence[Lever], trial: Trial, others: Mapping[str, float]) -> Solved:
    """Return where each lever stands when the model is as near to the numbers as it gets.

    others: what else was changed. Bounded least squares in the logarithms
    of the ratios, by the trust region of Branch, Coleman and Li (1999); the same families live in
    every trial, so that the answer is always the same. The ranges of the targets are carried over
    to the levers by the slopes to each side of the solution (the delta method), targets taken as
    independent of one another.
    """
    if not levers:
        return Solved({}, {}, {})
    from scipy.optimize import least_squares

    def misses(at: _Floats) -> _Floats:
        values = {k: v for lv, x in zip(levers, at, strict=True) for k, v in lv.values(x).items()}
        found = trial.run({**others, **values})
        return np.array(
            [np.log(max(found.ratio(v.top, v.bottom), 1e-9) / v.target) for v in levers]
        )

    def slopes(at: _Floats) -> _Floats:
        return _slopes(misses, at, np.where(at > 0.0, -_STEP, _STEP))

    start = np.zeros(len(levers))
    best = least_squares(
        misses, start, slopes, bounds=(-1.0, 1.0), xtol=_TOLERANCE, ftol=_TOLERANCE, max_nfev=_MOST
    )
    names = [lever.number for lever in levers]
    low, high = _sides(misses, best.x, np.array([lever.width for lever in levers]))
    return Solved(*(dict(zip(names, x.tolist(), strict=True)) for x in (best.x, low, high)))


def _slopes(misses: _Misses, at: _Floats, steps: _Floats) -> _Floats:
    """Return how misses change with each lever: (misses, levers)."""
    here, columns = misses(at), []
    for i, step in enumerate(steps):
        beside = at.copy()
        beside[i] += step
        columns.append((misses(beside) - here) / step)
    return np.column_stack(columns)


def _sides(misses: _Misses, at: _Floats, widths: _Floats) -> tuple[_Floats, _Floats]:
    """Return from where to where levers may stand, for targets that may be out by some widths.

    A lever is another one above 0 than below, so that each side has slopes of its own.
    """
    ends: list[_Floats] = []
    if not widths.any():
        return at, at
    for side in (-1.0, 1.0):
        there = np.where(np.abs(at + side * _WIDE) <= 1.0, side, -side) * _WIDE
        # A target that its lever cannot move says nothing of where the lever stands.
        back = np.linalg.pinv(_slopes(misses, at, there), rcond=1e-3)
        spread = np.sqrt(((back * widths) ** 2).sum(axis=1))
        ends.append(np.clip(at + side * spread, -1.0, 1.0))
    return ends[0], ends[1]
