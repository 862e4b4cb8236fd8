"""What policies come to in a year of a whole population, as a table for the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.words import decimals_for, figures, plain

if TYPE_CHECKING:
    from rich.table import Table

    from simcare.experiment.compare import Comparison


def scaled_tables(comparison: Comparison) -> list[Table]:
    """Return the table of the scenario's scale: a row for each outcome; none without a scale.

    The first column of numbers has the reference in a year, the others by how much each policy
    differs from it, with half the width of the interval.
    """
    scale, found = comparison.ready.scenario.scale, comparison.scaled
    if scale is None:
        return []
    from rich import box
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    made_up = " Every number is made up." if comparison.ready.scenario.fictional else ""
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=escape(scale.title),
        title_justify="left", title_style="bold", caption_justify="left", caption_style="dim",
        caption=escape(
            "An average year of the horizon, undiscounted; differences from "
            f"“{facts.title(comparison, comparison.reference)}” ± half of their interval "
            f"({facts.interval_kind(comparison)}). Parameter uncertainty is not in it.{made_up}"
        ),
    )  # fmt: skip
    others = [p for p in comparison.policies if p != comparison.reference]
    table.add_column("")
    for policy in (comparison.reference, *others):
        table.add_column(Text(facts.title(comparison, policy)), justify="right")
    by_policy = {p: found[found.policy == p].set_index("outcome") for p in comparison.policies}
    usual = by_policy[comparison.reference]
    for name, title, unit in zip(usual.index, usual.title, usual.unit, strict=True):
        level = float(usual.per_year[name])
        decimals = min(decimals_for([level]), 1)
        cells = [plain(figures(level), decimals)]
        for policy in others:
            row = by_policy[policy].loc[name]
            half = (row.difference_high - row.difference_low) / 2.0
            said = plain(figures(row.difference), decimals, "+")
            known = f"{said} ±{plain(figures(half), decimals)}"
            cells.append(known if math.isfinite(half) else said)
        table.add_row(Text(f"{title}, {unit}"), *cells)
    return [table]
