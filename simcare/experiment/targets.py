"""What the model should reproduce of usual practice: published figures, and how closely.

Some are calibrated to ("fit"); others are only held against the model ("check"). `[published]`
of a scenario is counted in every comparison, `[targets]` only where it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Sampling, ratio_of
from simcare.scenario.parameters import range_of
from simcare.scenario.schema import PublishedTarget

if TYPE_CHECKING:
    import pandas as pd

HALF_WIDTHS = 1.959964
"""A published low and high are read as a 95 % interval: so many standard deviations each way."""


@dataclass(frozen=True)
class Target:
    """A published figure and the model quantity that corresponds to it: `top` over `bottom`.

    sd: the figure's own standard deviation, in its unit. discrepancy: one standard deviation of
    what the model cannot be expected to reproduce, as a share of the figure. ids: the register's
    figures that it rests on. year: of the figure, or None.
    """

    name: str
    title: str
    value: float
    sd: float
    discrepancy: float
    role: Literal["fit", "check"]
    top: str
    bottom: str
    mapping: str
    ids: tuple[str, ...]
    unit: str = "ratio"
    theme: str = "Other"
    because: str = ""
    year: int | None = None
    if_missed: str = ""

    @property
    def tolerance(self) -> float:
        """One standard deviation of source and model discrepancy together, in the unit."""
        return math.hypot(self.sd, self.discrepancy * abs(self.value))


def shared_with_inputs(ready: Ready) -> frozenset[str]:
    """Return the targets that rest on a figure which is also an input of the model.

    They test that an input comes through as it should, and little more.
    """
    own = {t.value for t in (*ready.scenario.published.values(), *ready.scenario.targets.values())}
    inputs = {
        name
        for parameter, p in ready.scenario.parameters.items()
        if parameter not in own and p.evidence is not None
        for name in ([p.evidence] if isinstance(p.evidence, str) else p.evidence)
    }
    return frozenset(t.name for t in targets_of(ready) if inputs.intersection(t.ids))


def widened(mean: float, low: float, high: float, tolerance: float) -> tuple[float, float]:
    """Return a 95 % interval with a tolerance in it as well.

    Each half is widened in quadrature by that of the tolerance, which is one standard deviation of
    source error and discrepancy together.
    """
    more = HALF_WIDTHS * tolerance
    return mean - math.hypot(mean - low, more), mean + math.hypot(high - mean, more)


def targets_of(ready: Ready) -> tuple[Target, ...]:
    """Return the targets of a scenario: those of `[published]`, then those of `[targets]`."""
    scenario = ready.scenario
    both = {**scenario.published, **scenario.targets}
    return tuple(_target(ready, name, spec) for name, spec in both.items())


def _target(ready: Ready, name: str, spec: PublishedTarget) -> Target:
    resolved, given = ready.parameters[spec.value], ready.scenario.parameters[spec.value]
    ids = [given.evidence] if isinstance(given.evidence, str) else list(given.evidence or [])
    return Target(
        name, spec.title, resolved.value, _sd(ready, spec), spec.discrepancy, spec.role, spec.top,
        spec.bottom, spec.mapping, tuple(ids), resolved.unit, spec.theme, spec.because, spec.year,
        spec.if_missed,
    )  # fmt: skip


def _sd(ready: Ready, spec: PublishedTarget) -> float:
    if spec.sd is not None:
        return spec.sd
    ends = range_of(ready.scenario, spec.value)
    return 0.0 if ends is None else (ends[1] - ends[0]) / (2.0 * HALF_WIDTHS)


def modelled(
    sums: Mapping[str, NDArray[np.float64]], targets: Sequence[Target], sampling: Sampling
) -> pd.DataFrame:
    """Return what the model gives for each target, with its Monte Carlo standard error.

    sums: {measure: (n,) sums and counts of families under the reference}, unit by unit. Columns:
    name, model, standard_error (nan where there are no independent observations).
    """
    import pandas as pd

    rows = []
    for target in targets:
        top = sampling.observations(sums[target.top])
        found = ratio_of(top, sampling.observations(sums[target.bottom]))
        rows.append((target.name, found.mean, found.standard_error))
    return pd.DataFrame(rows, columns=["name", "model", "standard_error"])
