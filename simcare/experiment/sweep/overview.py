"""An experiment in short: for each policy and outcome, the difference over the draws.

Two errors stand side by side and are never added. The range over draws is parameter uncertainty:
what the inputs that vary may do to the answer. The Monte Carlo error is that of one draw: what
other simulated families may do. The families are the same in every draw, so it does not shrink
with more draws, only with more families.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.sweep.run import Swept

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.95
FEWEST = 20
"""Fewer draws have no 95 % of them to speak of."""
SETTINGS = ("families", "replications", "horizon_weeks", "warm_up_weeks", "discount")
_MOST_OUTCOMES = 4


def headline(swept: Swept) -> list[str]:
    """Return the outcomes that are shown first: the cost, those of safety, and some others."""
    outcomes = swept.plan.ready.scenario.outcomes
    safety = safety_of(swept)
    others = [n for n, m in outcomes.items() if m.better != "neither" and n not in safety]
    return ["cost", *safety, *others[: max(_MOST_OUTCOMES - 1 - len(safety), 0)]]


def safety_of(swept: Swept) -> list[str]:
    """Return the outcomes that say how safe children were: those counted per year at home."""
    outcomes = swept.plan.ready.scenario.outcomes
    return [n for n, m in outcomes.items() if m.per_year_of is not None]


def less_safe(swept: Swept, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of an overview in which children are measurably less safe.

    Measurably: the mean over draws is worse by more than chance explains in any one draw (1.96
    Monte Carlo standard errors).
    """
    outcomes = swept.plan.ready.scenario.outcomes
    sign = {n: -1.0 if outcomes[n].better == "higher" else 1.0 for n in safety_of(swept)}
    worse = found["difference"] * found["outcome"].map(sign)
    rows: pd.DataFrame = found[worse > 1.96 * found["monte_carlo_error"].fillna(0.0)]
    return rows


def overview(swept: Swept, outcomes: list[str] | None = None) -> pd.DataFrame:
    """Return one row for each combination of settings, policy and outcome.

    outcomes: names (default: `headline`). Columns: the settings; policy, outcome, unit; draws;
    difference (policy minus reference, mean over draws), low and high (the 2.5 and 97.5
    percentiles over draws where these are a sample, else the least and greatest);
    range_over_draws (what low and high are); monte_carlo_error (the median over draws of the
    standard error of one draw, its seeds taken together); variance_gain (median over draws).
    nan: it cannot be known.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    wanted = headline(swept) if outcomes is None else outcomes
    keys = [*SETTINGS, "policy", "outcome", "unit"]
    numbers = ["difference", "difference_standard_error", "variance_gain"]
    table: pd.DataFrame = pq.read_table(
        swept.dataset, columns=[*keys, "draw", "seed", *numbers],
        filters=[("outcome", "in", wanted), ("policy", "!=", swept.plan.policies[0])],
    ).to_pandas()  # fmt: skip
    rows = []
    for key, group in table.groupby(keys, sort=False):
        by = group.groupby("draw", sort=True)
        means = by["difference"].mean().to_numpy(np.float64)
        seeds = by.size().to_numpy()
        squares = by["difference_standard_error"].agg(lambda x: np.square(x).sum(skipna=False))
        errors = np.sqrt(squares.to_numpy(np.float64)) / seeds
        gains = group["variance_gain"].to_numpy(np.float64)
        rows.append((*key, len(means), means.mean(), *_range(swept, means), _range_kind(swept),
                     _median(errors), _median(gains)))  # fmt: skip
    names = [*keys, "draws", "difference", "low", "high", "range_over_draws",
             "monte_carlo_error", "variance_gain"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _range(swept: Swept, means: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    if len(means) < 2:
        return float("nan"), float("nan")
    enough = swept.plan.sampled and len(means) >= FEWEST
    ends = ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0) if enough else (0.0, 1.0)
    return tuple(float(v) for v in np.quantile(means, ends))


def _range_kind(swept: Swept) -> str:
    if len(swept.plan.draws) < 2:
        return "none: there is one draw"
    if swept.plan.sampled and len(swept.plan.draws) < FEWEST:
        return f"least to greatest of {len(swept.plan.draws)} draws, too few for 95 % of them"
    if swept.plan.sampled:
        return "95 % of draws (parameter uncertainty)"
    return "least to greatest of the draws (chosen inputs, no probability)"


def _median(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
