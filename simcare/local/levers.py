"""Numbers of a council that parameters are moved to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.ready import Ready
from simcare.local.form import Council, Plan, kind_of, target_of
from simcare.local.trial import Trial
from simcare.scenario.parameters import range_of

_STEP = 0.1
"""Of a lever, for slopes: far more than the jumps of a model that counts whole children."""
_TOLERANCE = 2e-3
_MOST = 8


@dataclass(frozen=True)
class Lever:
    """Parameters that one number moves together.

    At 0 each has its national value, at 1 those of `up` are at the top of their ranges and those
    of `down` at the bottom, and at -1 the other way round.
    """

    number: str
    target: float
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
        made.append(Lever(name, target, spec.ratio.top, spec.ratio.bottom, ends))
    return tuple(made)


def _ends(ready: Ready, name: str, up: int) -> tuple[float, float, float]:
    value, found = ready.parameters[name].value, range_of(ready.scenario, name)
    low, high = found if found is not None else (value, value)
    return (low, value, high) if up > 0 else (high, value, low)


def solve(levers: Sequence[Lever], trial: Trial, others: Mapping[str, float]) -> dict[str, float]:
    """Return where each lever stands when the model is as near to the numbers as it gets.

    {number: from -1 to 1}. others: what else was changed. Bounded least squares in the logarithms
    of the ratios, by the trust region of Branch, Coleman and Li (1999); the same families live in
    every trial, so that the answer is always the same.
    """
    if not levers:
        return {}
    from scipy.optimize import least_squares

    def misses(at: NDArray[np.float64]) -> NDArray[np.float64]:
        values = {k: v for lv, x in zip(levers, at, strict=True) for k, v in lv.values(x).items()}
        found = trial.run({**others, **values})
        return np.array(
            [np.log(max(found.ratio(v.top, v.bottom), 1e-9) / v.target) for v in levers]
        )

    def slopes(at: NDArray[np.float64]) -> NDArray[np.float64]:
        here, columns = misses(at), []
        for i in range(len(at)):
            step = -_STEP if at[i] > 0.0 else _STEP
            beside = at.copy()
            beside[i] += step
            columns.append((misses(beside) - here) / step)
        return np.column_stack(columns)

    start = np.zeros(len(levers))
    best = least_squares(
        misses, start, slopes, bounds=(-1.0, 1.0), xtol=_TOLERANCE, ftol=_TOLERANCE, max_nfev=_MOST
    )
    return {lever.number: float(x) for lever, x in zip(levers, best.x, strict=True)}
