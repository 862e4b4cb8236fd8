"""Outcomes in a year of a whole population, such as all the families of a council."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Sampling, ratio_of
from simcare.experiment.summary import outcomes_of

Columns = Mapping[str, NDArray[np.float64]]
COLUMNS = (
    "policy", "outcome", "title", "unit", "better", "per_year", "low", "high", "interval",
    "difference", "difference_low", "difference_high",
)  # fmt: skip
_LEFT_OUT = ("reached", "cost_present_value")
_EACH = " per family"


def in_a_year(
    ready: Ready, families: Mapping[str, Columns], usual: Columns, sampling: Sampling
) -> pd.DataFrame:
    """Return one row for each policy and outcome that is a sum, in the scenario's scale.

    families: {policy: {name: (n,) numbers}}; usual: everything that was counted of the same
    families under the reference. What a year gives is the sum of an outcome over the sum of the
    measure that sets the scale (both over the whole horizon), times how many of the latter there
    are in a year: an average over the horizon, undiscounted. Intervals are Monte Carlo.
    """
    scale = ready.scenario.scale
    if scale is None:
        return pd.DataFrame({c: [] for c in COLUMNS})
    size = ready.values[scale.per_year]
    bottom = sampling.observations(usual[scale.of])
    reference, rows = families[ready.scenario.reference], []
    for policy, columns in families.items():
        for name, title, unit, better, rate in outcomes_of(ready.scenario, columns):
            if rate is not None or name in _LEFT_OUT:
                continue
            own = sampling.observations(columns[name])
            x = ratio_of(own, bottom)
            d = ratio_of(own - sampling.observations(reference[name]), bottom)
            numbers = (x.mean, x.low, x.high), (d.mean, d.low, d.high)
            level, difference = (tuple(size * v for v in three) for three in numbers)
            if policy == ready.scenario.reference:
                difference = (0.0, 0.0, 0.0)
            rows.append(
                (policy, name, title, _in_a_year(unit), better, *level, sampling.interval,
                 *difference)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _in_a_year(unit: str) -> str:
    counted = unit.removeprefix("share of ").removesuffix(_EACH)
    return f"{counted if counted != 'per family' else 'times'} a year"
