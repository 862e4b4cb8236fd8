"""Usual practice held against published stocks and flows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Sampling, ratio_of

COLUMNS = (
    "target", "title", "published", "model", "low", "high", "interval", "ratio", "origin",
    "mapping",
)  # fmt: skip


def against_published(
    ready: Ready, usual: Mapping[str, NDArray[np.float64]], sampling: Sampling
) -> pd.DataFrame:
    """Return one row for each published figure of the scenario.

    usual: the sums and counts of the families under the reference policy, by name.
    Columns: target, title, published, model, low and high (95 % Monte Carlo), interval (its
    kind), ratio (model / published), origin (of the published figure), mapping.
    """
    targets = ready.scenario.published
    if not targets:
        return pd.DataFrame({c: [] for c in COLUMNS})
    rows = []
    for name, target in targets.items():
        parameter = ready.parameters[target.value]
        top = sampling.observations(usual[target.top])
        bottom = sampling.observations(usual[target.bottom])
        model = ratio_of(top, bottom)
        rows.append(
            (
                name, target.title, parameter.value, model.mean, model.low, model.high,
                sampling.interval, model.mean / parameter.value, parameter.origin, target.mapping,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
