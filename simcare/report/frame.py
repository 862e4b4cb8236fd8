"""The numbers of a comparison side by side: what the terminal's table and notebooks show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcare.report import facts

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.compare import Comparison

STATISTICS = ("mean", "low", "high", "difference", "difference_low", "difference_high")
MONEY, CHILDREN, HELP = "Money", "Children and families", "Help"
POUNDS = "£ per family"


def summary_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the results side by side: one row for each result, columns (policy, statistic).

    The index is (section, outcome, title, unit). Statistics are the mean with its 95 % Monte
    Carlo interval (`low`, `high`), and the paired difference from the reference with its own
    (nan where it cannot be known, and for results that are differences already). Money rows
    without any money under any policy are left out.
    """
    import pandas as pd

    parts = [_of_policy(comparison, policy) for policy in comparison.policies]
    frame = pd.concat(parts, axis=1, keys=comparison.policies, names=["policy", "statistic"])
    means = frame.xs("mean", axis=1, level="statistic").fillna(0.0)
    names = frame.index.get_level_values("outcome")
    kept = (means != 0.0).any(axis=1) | ~names.str.startswith(("cost_payer", "cost_category"))
    return frame[kept.to_numpy()]


def _of_policy(comparison: Comparison, policy: str) -> pd.DataFrame:
    import pandas as pd

    table = comparison.summary
    own = table[table["policy"] == policy].set_index("outcome")
    money = [n for n in own.index if n.startswith("cost") and n != "cost_present_value"]
    rows = [_summary_row(own, name, MONEY) for name in money]
    rows += _savings(comparison, policy)
    others = [n for n in own.index if not n.startswith("cost")]
    rows += [_summary_row(own, name, CHILDREN) for name in others]
    rows += [_helped(comparison, policy), _break_even(comparison, policy)]
    index = pd.MultiIndex.from_tuples(
        [key for key, _ in rows], names=["section", "outcome", "title", "unit"]
    )
    return pd.DataFrame([values for _, values in rows], index=index, columns=list(STATISTICS))


Key = tuple[str, str, str, str]
Row = tuple[Key, tuple[float, ...]]


def _summary_row(own: pd.DataFrame, name: str, section: str) -> Row:
    one = own.loc[name]
    key = (section, name, str(one["title"]), str(one["unit"]))
    return key, tuple(float(one[s]) for s in STATISTICS)


def _savings(comparison: Comparison, policy: str) -> list[Row]:
    rows = []
    for name, cost, title in (
        ("saving", "cost", "Net saving"),
        ("saving_present_value", "cost_present_value", "Net saving, present value"),
    ):
        found = facts.change(comparison, policy, cost).turned()
        values = (found.mean, found.low, found.high)
        if policy == comparison.reference:
            values = (np.nan, np.nan, np.nan)
        rows.append(((MONEY, name, title, POUNDS), (*values, np.nan, np.nan, np.nan)))
    return rows


def _helped(comparison: Comparison, policy: str) -> Row:
    from simcare.experiment.compare import sampling_of
    from simcare.experiment.statistics import mean_of

    sampling = sampling_of(comparison.ready, comparison.size)
    own, ref = (
        sampling.observations(helped(comparison, p) * 100.0) for p in (policy, comparison.reference)
    )
    mean, change = mean_of(own), mean_of(own - ref)
    differ = (change.mean, change.low, change.high)
    if policy == comparison.reference:
        differ = (0.0, 0.0, 0.0)
    key = (HELP, "families_helped", "Families who were helped", "% of families")
    return key, (mean.mean, mean.low, mean.high, *differ)


def helped(comparison: Comparison, policy: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Say of each family whether it attended any support after week 0: 1 or 0, in order."""
    import pandas as pd

    events = comparison.events
    regions = list(comparison.ready.scenario.supports)
    own = events[(events["policy"] == policy) & events["region"].isin(regions)]
    own = own[own["before"] != own["after"]]
    late = own["week"] >= 0.0
    during = ((own["after"] == "attending") | (own["before"] == "attending")) & late
    last = own.groupby(["replication", "family", "region"])["after"].transform("last")
    still = ~own.duplicated(["replication", "family", "region"], keep="last") & (
        last == "attending"
    )
    found = pd.MultiIndex.from_frame(own.loc[during | still, ["replication", "family"]])
    families = comparison.families
    every = families[families["policy"] == policy]
    return (
        pd.MultiIndex.from_frame(every[["replication", "family"]])
        .isin(found)
        .astype(np.float64)
    )


def _break_even(comparison: Comparison, policy: str) -> Row:
    key = (HELP, "break_even", "Has paid for itself from", "week")
    week = facts.Change(np.nan, np.nan, np.nan)
    if policy != comparison.reference:
        week = facts.break_even_week(comparison, policy)
    return key, (week.mean, week.low, week.high, np.nan, np.nan, np.nan)
