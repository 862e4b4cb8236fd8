"""Weekly and cumulative money with bands, and the week in which help has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.statistics import Sampling, multiplier
from simcare.experiment.unit import PERIOD_WEEKS

Floats = NDArray[np.float64]
Money = Mapping[str, Mapping[str, Floats]]
"""{policy: {group: (families, periods) pounds}}."""


def weekly_costs(
    money: Money, policies: Sequence[str], reference: str, sampling: Sampling
) -> pd.DataFrame:
    """Return pounds per family by policy, group and period.

    Columns: policy, group ("help", "care", "work" or "all"), week (end of the period), weekly
    (pounds per family per week), cumulative (pounds per family since week 0), the standard
    error, low and high of each; saving (cumulative, reference minus policy), its standard
    error, low and high. Intervals are 95 % Monte Carlo.
    """
    frames = []
    for policy in policies:
        for group in (*money[policy], "all"):
            own, ref = _group(money, policy, group), _group(money, reference, group)
            frames.append(_one(own, ref, sampling).assign(policy=policy, group=group))
    table = pd.concat(frames, ignore_index=True)
    front = ["policy", "group", "week"]
    return table[front + [c for c in table.columns if c not in front]]


def _group(money: Money, policy: str, group: str) -> Floats:
    if group != "all":
        return money[policy][group]
    total: Floats = np.sum(list(money[policy].values()), axis=0)
    return total


def _one(own: Floats, ref: Floats, sampling: Sampling) -> pd.DataFrame:
    columns: dict[str, Floats] = {
        "week": np.arange(1, own.shape[1] + 1, dtype=np.float64) * PERIOD_WEEKS,
    }
    for name, values in (
        ("weekly", own / PERIOD_WEEKS),
        ("cumulative", own.cumsum(axis=1)),
        ("saving", (ref - own).cumsum(axis=1)),
    ):
        mean, error, half = _band(values, sampling)
        columns[name] = mean
        columns[f"{name}_standard_error"] = error
        columns[f"{name}_low"] = mean - half
        columns[f"{name}_high"] = mean + half
    return pd.DataFrame(columns)


def _band(values: Floats, sampling: Sampling) -> tuple[Floats, Floats, Floats]:
    values = sampling.observations(values)
    count = len(values)
    mean: Floats = values.mean(axis=0)
    if count < 2:
        unknown = np.full(values.shape[1], np.nan)
        return mean, unknown, unknown
    error: Floats = values.std(axis=0, ddof=1) / np.sqrt(count)
    return mean, error, multiplier(count) * error


def break_even(
    money: Money, policies: Sequence[str], reference: str, sampling: Sampling
) -> pd.DataFrame:
    """Return the week from which cumulative saving stays above nothing, for each policy.

    Columns: policy; week, of the mean (nan: not within the horizon); earliest, of the upper edge
    of the 95 % Monte Carlo band of cumulative saving; sure_from, of its lower edge (nan: it does
    not stay above nothing, so the week cannot be told from chance).
    """
    rows = []
    for policy in policies:
        if policy == reference:
            continue
        own, ref = _group(money, policy, "all"), _group(money, reference, "all")
        table = _one(own, ref, sampling)
        weeks = table["week"].to_numpy()
        rows.append(
            (
                policy,
                _stays_above(weeks, table["saving"].to_numpy()),
                _stays_above(weeks, table["saving_high"].to_numpy()),
                _stays_above(weeks, table["saving_low"].to_numpy()),
            )
        )
    return pd.DataFrame(rows, columns=["policy", "week", "earliest", "sure_from"])


def _stays_above(weeks: Floats, saving: Floats) -> float:
    """Return the first week from which a path stays above nothing to the end."""
    below = np.flatnonzero(~(saving > 0.0))
    if len(below) == 0:
        return float(weeks[0])
    after = below[-1] + 1
    return float(weeks[after]) if after < len(weeks) else float("nan")
