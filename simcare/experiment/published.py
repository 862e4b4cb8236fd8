"""Usual practice held against published stocks and flows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Sampling, ratio_of

COLUMNS = (
    "target", "title", "published", "model", "low", "high", "interval", "ratio", "origin",
    "mapping",
)  # fmt: skip


def against_published(
    ready: Ready, measures: Sequence[pd.DataFrame], sampling: Sampling
) -> pd.DataFrame:
    """Return one row for each published figure of the scenario.

    measures: the counts of the reference policy, one table for each block of families.
    Columns: target, title, published, model, low and high (95 % Monte Carlo), interval (its
    kind), ratio (model / published), origin (of the published figure), mapping.
    """
    targets = ready.scenario.published
    if not targets or not measures:
        return pd.DataFrame({c: [] for c in COLUMNS})
    table = pd.concat(measures, ignore_index=True)
    rows = []
    for name, target in targets.items():
        parameter = ready.parameters[target.value]
        top = sampling.observations(table[target.top].to_numpy(np.float64))
        bottom = sampling.observations(table[target.bottom].to_numpy(np.float64))
        model = ratio_of(top, bottom)
        rows.append(
            (
                name, target.title, parameter.value, model.mean, model.low, model.high,
                sampling.interval, model.mean / parameter.value, parameter.origin, target.mapping,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
