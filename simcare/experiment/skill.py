"""Whether a back-cast adds anything: coverage of its intervals, and skill against the naive.

Only figures that are not put in count. Errors are shares of the published figure, since figures
of different units are averaged. Skill is 1 - mean error of the model / mean error of the naive
forecast: 1 is perfect, 0 as good as saying that all stays, and below 0 worse (Murphy 1988). Its
interval is that of a bootstrap over targets (Efron 1979), each with all of its years, because the
years of one target err together.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.backcast import CONDITIONAL, FORECAST

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
COLUMNS = (
    "kind", "year", "figures", "inside", "inside_tolerated", "compared", "targets", "model_error",
    "naive_error", "skill", "low", "high", "interval",
)  # fmt: skip
MOVED = "moved"
"""The figure of 2020, moved by as much as the conditional back-cast moves."""

ALL = "all"
RESAMPLES = 4_000
INTERVAL = "95 % bootstrap over targets"


def counted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that count: figures that are not put in."""
    return table[~table["put_in"].astype(bool)]


def scores(table: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Return coverage and skill of each kind, for each year and for all of them.

    table: as `BackCast.table`. The kinds are those of the table, and `MOVED`, which has no
    intervals of its own. figures: how many are held; inside, inside_tolerated: how many lie in the
    predictive interval, without and with the tolerance. compared: of how many there is a figure of
    2020 too, of so many targets; errors are means of shares of the published figure. low, high: of
    the skill, nan for fewer than three targets.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for kind in (FORECAST, CONDITIONAL, MOVED):
        own = counted(table[table["kind"] == (CONDITIONAL if kind == MOVED else kind)])
        years = sorted(set(own["year"]))
        for year in (*years, ALL):
            some = own if year == ALL else own[own["year"] == year]
            rows.append((kind, year, *_score(some, kind, seed)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _score(some: pd.DataFrame, kind: str, seed: int) -> tuple[object, ...]:
    column = "moved_error" if kind == MOVED else "model_error"
    share = some[[column, "naive_error"]].div(some["published"].abs(), axis=0)
    share = share.assign(target=some["target"]).dropna()
    inside = (
        (math.nan, math.nan)
        if kind == MOVED
        else (int(some["inside"].sum()), int(some["inside_tolerated"].sum()))
    )
    errors = share[[column, "naive_error"]].to_numpy(np.float64)
    groups = share["target"].to_numpy()
    model, naive = errors.mean(axis=0) if len(errors) else (math.nan, math.nan)
    low, high = _bootstrap(errors, groups, seed)
    return (
        len(some), *inside, len(errors), len(set(groups)), model, naive, _skill(model, naive),
        low, high, INTERVAL,
    )  # fmt: skip


def _skill(model: float, naive: float) -> float:
    return 1.0 - model / naive if naive > 0.0 else math.nan


def _bootstrap(errors: Floats, groups: NDArray[np.object_], seed: int) -> tuple[float, float]:
    names = sorted(set(groups))
    if len(names) < 3:
        return math.nan, math.nan
    sums = np.array([[*errors[groups == name].sum(axis=0)] for name in names])
    chosen = np.random.default_rng([seed, len(names)]).integers(
        len(names), size=(RESAMPLES, len(names))
    )
    model, naive = sums[chosen].sum(axis=1).T
    found = 1.0 - model[naive > 0.0] / naive[naive > 0.0]
    low, high = np.quantile(found, (0.025, 0.975)) if len(found) else (math.nan, math.nan)
    return float(low), float(high)
