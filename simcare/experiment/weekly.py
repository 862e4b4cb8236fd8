"""Weekly and cumulative money with bands, and the week in which help has paid for itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.moments import Moments
from simcare.experiment.statistics import Sampling, multiplier
from simcare.experiment.unit import GROUPS, PERIOD_WEEKS

Floats = NDArray[np.float64]
Money = Mapping[str, Moments]
"""{policy: moments of pounds by [period, cumulative, saving], group and period}, as in
`Outcome.money`, of every observation of a run."""
_NAMES = (*GROUPS, "all")
_WEEKLY, _CUMULATIVE, _SAVING = range(3)


def weekly_costs(money: Money, sampling: Sampling, horizon: float) -> pd.DataFrame:
    """Return pounds per family by policy, group and period.

    horizon: the last week, at which the last period ends, perhaps early. Columns: policy, group
    ("help", "care", "work", "spared" where others are spared anything, or "all"), week (end of
    the period), weekly (pounds per family per week), cumulative (pounds per family since week
    0), the standard error, low and high of each; saving (cumulative, reference minus policy), its
    standard error, low and high. Intervals are 95 % Monte Carlo.
    """
    frames = [
        pd.DataFrame({"policy": policy, "group": group, **_columns(moments, i, sampling, horizon)})
        for policy, moments in money.items()
        for i, group in enumerate(_NAMES)
        if group != "spared" or _is_spared(money)
    ]
    return pd.concat(frames, ignore_index=True)


def _is_spared(money: Money) -> bool:
    """Say whether others spend less, or more, on any family because it is helped."""
    spared = _NAMES.index("spared")
    return any(m.mean[_WEEKLY, spared].any() for m in money.values())


def _columns(moments: Moments, group: int, sampling: Sampling, horizon: float) -> dict[str, Floats]:
    weeks = _weeks(moments, horizon)
    columns, once = {"week": weeks}, np.ones(len(weeks))
    for name, kind, length in (
        ("weekly", _WEEKLY, np.diff(weeks, prepend=0.0)),
        ("cumulative", _CUMULATIVE, once),
        ("saving", _SAVING, once),
    ):
        mean, error, half = _band(moments, kind, group, sampling)
        columns[name] = mean / length
        columns[f"{name}_standard_error"] = error / length
        columns[f"{name}_low"] = (mean - half) / length
        columns[f"{name}_high"] = (mean + half) / length
    return columns


def _weeks(moments: Moments, horizon: float) -> Floats:
    """Return when each period ends: the last of them at the horizon."""
    ends: Floats = np.arange(1, moments.mean.shape[-1] + 1, dtype=np.float64) * PERIOD_WEEKS
    return np.minimum(ends, horizon)


def _band(
    moments: Moments, kind: int, group: int, sampling: Sampling
) -> tuple[Floats, Floats, Floats]:
    """Return a mean, its standard error and half the width of its interval, by period."""
    mean = moments.mean[kind, group]
    if sampling.unit == "listed" or moments.count < 2:
        unknown = np.full(mean.shape, np.nan)
        return mean, unknown, unknown
    error = moments.standard_error[kind, group]
    return mean, error, multiplier(moments.count) * error


def break_even(money: Money, reference: str, sampling: Sampling, horizon: float) -> pd.DataFrame:
    """Return the week from which cumulative saving stays above nothing, for each policy.

    Columns: policy; week, of the mean (nan: not within the horizon); earliest, of the upper edge
    of the 95 % Monte Carlo band of cumulative saving; sure_from, of its lower edge (nan: it does
    not stay above nothing, so the week cannot be told from chance).
    """
    rows = []
    for policy, moments in money.items():
        if policy == reference:
            continue
        mean, _, half = _band(moments, _SAVING, _NAMES.index("all"), sampling)
        weeks = _weeks(moments, horizon)
        rows.append((policy, *(_stays_above(weeks, x) for x in (mean, mean + half, mean - half))))
    return pd.DataFrame(rows, columns=["policy", "week", "earliest", "sure_from"])


def _stays_above(weeks: Floats, saving: Floats) -> float:
    """Return the first week from which a path stays above nothing to the end."""
    below = np.flatnonzero(~(saving > 0.0))
    if len(below) == 0:
        return float(weeks[0])
    after = below[-1] + 1
    return float(weeks[after]) if after < len(weeks) else float("nan")
