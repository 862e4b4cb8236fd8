"""The numbers of a comparison side by side: what the terminal's table and notebooks show."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

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

    # Looked up by row and not by selection, of which there would be hundreds.
    records = comparison.summary.to_dict("records")
    known = {(str(r["policy"]), str(r["outcome"])): r for r in records}
    parts = [_of_policy(comparison, policy, known) for policy in comparison.policies]
    frame = pd.concat(parts, axis=1, keys=comparison.policies, names=["policy", "statistic"])
    means = np.column_stack([part["mean"].to_numpy(np.float64) for part in parts])
    parts_of_cost = [n.startswith(("cost_payer", "cost_category")) for _, n, _, _ in frame.index]
    kept = (np.nan_to_num(means) != 0.0).any(axis=1) | ~np.array(parts_of_cost)
    shown: pd.DataFrame = frame.loc[kept]
    return shown


def _of_policy(comparison: Comparison, policy: str, known: Known) -> pd.DataFrame:
    import pandas as pd

    named = {name: record for (_, name), record in reversed(known.items())}
    placed: list[tuple[int, Row]] = []
    for name in dict.fromkeys(name for _, name in known):
        rank, section = _place(name)
        if section:
            key = (section, name, str(named[name]["title"]), str(named[name]["unit"]))
            placed.append((rank, _summary_row(known.get((policy, name)), key)))
    placed += [(1, row) for row in _savings(comparison, policy)]
    placed += [(5, _helped(comparison, policy)), (5, _break_even(comparison, policy))]
    rows = [row for _, row in sorted(placed, key=lambda p: p[0])]
    index = pd.MultiIndex.from_tuples(
        [key for key, _ in rows], names=["section", "outcome", "title", "unit"]
    )
    return pd.DataFrame([values for _, values in rows], index=index, columns=list(STATISTICS))


Key = tuple[str, str, str, str]
Row = tuple[Key, tuple[float, ...]]
Record = dict[Hashable, Any]
Known = dict[tuple[str, str], Record]
"""{(policy, outcome): its row of the summary}, in the order of the summary."""


def _place(name: str) -> tuple[int, str]:
    """Where a row of the summary stands, and in which section (none: it is left out)."""
    if name.startswith("cost"):
        return 0, "" if name == "cost_present_value" else MONEY
    return {PER_REACHED: (2, MONEY), REACHED: (4, HELP)}.get(name, (3, CHILDREN))


def _summary_row(record: Record | None, key: Key) -> Row:
    """A row of the summary; one that this policy does not have is all nan."""
    if record is None:
        return key, (np.nan,) * len(STATISTICS)
    return key, tuple(float(record[s]) for s in STATISTICS)


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
    return comparison.helped[policy].astype(np.float64)


def _break_even(comparison: Comparison, policy: str) -> Row:
    key = (HELP, "break_even", "Costs less in all from", "week")
    week = facts.Change(np.nan, np.nan, np.nan)
    if policy != comparison.reference:
        week = facts.break_even_week(comparison, policy)
    return key, (week.mean, week.low, week.high, np.nan, np.nan, np.nan)
