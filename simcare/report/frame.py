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
REACHED, PER_REACHED = "reached", "saving_per_family_reached"


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
    means = np.column_stack([part["mean"].to_numpy(np.float64) for part in parts])
    parts_of_cost = [n.startswith(("cost_payer", "cost_category")) for _, n, _, _ in frame.index]
    kept = (np.nan_to_num(means) != 0.0).any(axis=1) | ~np.array(parts_of_cost)
    shown: pd.DataFrame = frame.loc[kept]
    return shown


def _of_policy(comparison: Comparison, policy: str) -> pd.DataFrame:
    import pandas as pd

    named = comparison.summary.drop_duplicates("outcome").set_index("outcome")
    placed: list[tuple[int, Row]] = []
    for name in named.index:
        rank, section = _place(name)
        if section:
            key = (section, name, str(named.loc[name, "title"]), str(named.loc[name, "unit"]))
            placed.append((rank, _summary_row(comparison, policy, key)))
    placed += [(1, row) for row in _savings(comparison, policy)]
    placed += [(5, _helped(comparison, policy)), (5, _break_even(comparison, policy))]
    rows = [row for _, row in sorted(placed, key=lambda p: p[0])]
    index = pd.MultiIndex.from_tuples(
        [key for key, _ in rows], names=["section", "outcome", "title", "unit"]
    )
    return pd.DataFrame([values for _, values in rows], index=index, columns=list(STATISTICS))


Key = tuple[str, str, str, str]
Row = tuple[Key, tuple[float, ...]]


def _place(name: str) -> tuple[int, str]:
    """Where a row of the summary stands, and in which section (none: it is left out)."""
    if name.startswith("cost"):
        return 0, "" if name == "cost_present_value" else MONEY
    return {PER_REACHED: (2, MONEY), REACHED: (4, HELP)}.get(name, (3, CHILDREN))


def _summary_row(comparison: Comparison, policy: str, key: Key) -> Row:
    """A row of the summary; one that this policy does not have is all nan."""
    table = comparison.summary
    found = table[(table["policy"] == policy) & (table["outcome"] == key[1])]
    if found.empty:
        return key, (np.nan,) * len(STATISTICS)
    return key, tuple(float(found.iloc[0][s]) for s in STATISTICS)


def _savings(comparison: Comparison, policy: str) -> list[Row]:
    rows: list[Row] = []
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
    return pd.MultiIndex.from_frame(every[["replication", "family"]]).isin(found).astype(np.float64)


def _break_even(comparison: Comparison, policy: str) -> Row:
    key = (HELP, "break_even", "Costs less in all from", "week")
    week = facts.Change(np.nan, np.nan, np.nan)
    if policy != comparison.reference:
        week = facts.break_even_week(comparison, policy)
    return key, (week.mean, week.low, week.high, np.nan, np.nan, np.nan)
