"""Who is better off under a policy and who is worse off, family by family.

Each family that a policy reaches is held against itself under the reference. Lives that have
parted also differ by luck, so some are worse off and others better off even where a support
does nothing on average: what can be read is whether more are better off than worse off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.statistics import LEVEL, Sampling, ratio_of
from simcare.experiment.summary import FEW_REACHED

if TYPE_CHECKING:
    from simcare.scenario.schema import OutcomeMeasure

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
FATES = ("better", "same", "worse")
COLUMNS = (
    "policy", "outcome", "title", "unit", "families", "reached", *FATES,
    *(f"{fate}_{part}" for fate in FATES for part in ("share", "low", "high")),
    "balance", "balance_low", "balance_high", "interval",
)  # fmt: skip
_ALIKE = 1e-6
"""Sums of the same weeks may differ by so much, because they are added in another order."""


def harm(
    families: Mapping[str, Columns],
    reference: str,
    outcomes: Mapping[str, OutcomeMeasure],
    sampling: Sampling,
) -> pd.DataFrame:
    """Return one row for each policy but the reference and each outcome that is better or worse.

    families: {policy: {name: (n,) numbers}} of the same families in the same order, `reached`
    among them. better, same, worse: how many of the families that the policy reaches have less
    of what nobody wants (or more of what is wanted), as much, or more of it; of a ratio, the
    count above the line. Shares are of those reached, and `balance` is the share better off less
    the share worse off, all with 95 % Monte Carlo intervals: Wilson's (1927) for shares of
    independent families, else over replications. With fewer than 30 families reached, shares
    are left out.
    """
    kind, usual = sampling.interval, families[reference]
    rows: list[tuple[object, ...]] = []
    for policy, own in families.items():
        reached = own["reached"] > 0.0
        for name, measure in outcomes.items():
            if policy == reference or measure.better == "neither":
                continue
            off = own[name] - usual[name]
            if measure.better == "higher":
                off = -off
            fates = [reached & (off < -_ALIKE), reached & (np.abs(off) <= _ALIKE)]
            fates.append(reached & (off > _ALIKE))
            unit = measure.unit if measure.per_year_of is None else "count per family"
            counts = [int(fate.sum()) for fate in fates]
            shares = _shares(fates, reached, sampling)
            rows.append(
                (policy, name, measure.title, unit, len(off), int(reached.sum()), *counts, *shares,
                 kind)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _shares(
    fates: list[NDArray[np.bool_]], reached: NDArray[np.bool_], sampling: Sampling
) -> list[float]:
    """Share, low and high of each fate and of the balance; all nan where too few are reached."""
    many = int(reached.sum())
    if many == 0 or (many < FEW_REACHED and sampling.unit != "listed"):
        return [math.nan] * 12
    bottom = sampling.observations(reached.astype(np.float64))
    found: list[float] = []
    for fate in fates:
        x = ratio_of(sampling.observations(fate.astype(np.float64)), bottom)
        share, low, high = int(fate.sum()) / many, x.low, x.high
        if sampling.unit == "families":
            low, high = wilson(int(fate.sum()), many)
        elif not high > low:
            # None or all in every replication: that nothing varied says nothing of how sure it is.
            low = high = math.nan
        found += [share, *np.clip([low, high], 0.0, 1.0).tolist()]
    balance = sampling.observations(fates[0].astype(np.float64) - fates[2])
    x = ratio_of(balance, bottom)
    return [*found, x.mean, x.low, x.high]


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, `count` of `of`, 1 or more (Wilson 1927).

    It stays within 0 and 1, and has a width where none or all were counted.
    """
    from scipy.special import ndtri

    z = float(ndtri(0.5 + LEVEL / 2.0))
    share, scale = count / of, 1.0 + z * z / of
    middle = (share + z * z / (2.0 * of)) / scale
    half = z * math.sqrt(share * (1.0 - share) / of + z * z / (4.0 * of * of)) / scale
    return (0.0 if count == 0 else middle - half), (1.0 if count == of else middle + half)
