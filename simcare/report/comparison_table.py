"""The comparison of policies as a table for the terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.facts import Change
from simcare.report.frame import HELP, MONEY, POUNDS, summary_frame
from simcare.report.words import NONE, decimals_for, length, plain

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from rich.text import Text

    from simcare.experiment.compare import Comparison

LABEL, CELL = 24, 9
"""Columns of the terminal for a row's title, and least for a policy."""


def comparison_tables(comparison: Comparison, width: int = 100) -> list[Table]:
    """Return the comparison in as many tables as a terminal of some width needs.

    Each has the reference first and then as many policies as fit, but at least one.
    """
    lines = _lines(comparison)
    others = [p for p in comparison.policies if p != comparison.reference]
    for count in range(1, len(others) + 1):
        share = math.ceil(len(others) / count)
        blocks = [others[i : i + share] for i in range(0, len(others), share)]
        tables = [_table(comparison, lines, block) for block in blocks]
        if share == 1 or all(_wide(t) <= width for t in tables):
            return tables
    return [_table(comparison, lines, ())]


def _wide(table: Table) -> int:
    """Return how many columns of the terminal the cells of a table need."""
    fixed = [c.width or c.max_width or 0 for c in table.columns]
    return sum(fixed) + len(fixed)


def comparison_table(comparison: Comparison, policies: Sequence[str] | None = None) -> Table:
    """Return policies side by side, the reference first.

    policies: names (default: all that were run). Each cell has the mean, and below it the
    paired difference from the reference with the half-width of its interval; bold where the
    interval excludes no difference. Small counts per family are shown per 100 families.
    """
    wanted = comparison.policies if policies is None else policies
    return _table(comparison, _lines(comparison), wanted)


def _lines(comparison: Comparison) -> list[_Line]:
    return [_line(key, row) for key, row in summary_frame(comparison).iterrows()]


def _table(comparison: Comparison, lines: Sequence[_Line], policies: Sequence[str]) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    shown = [comparison.reference, *(p for p in policies if p != comparison.reference)]
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0),
        title=escape(title_of(comparison)), title_justify="left", title_style="bold",
        caption=_caption(comparison), caption_justify="left", caption_style="dim",
    )  # fmt: skip
    table.add_column("", width=LABEL)
    columns = [[_cell(comparison, line, policy) for line in lines] for policy in shown]
    for policy, cells in zip(shown, columns, strict=True):
        title = facts.title(comparison, policy)
        if facts.less_safe(comparison, policy):
            title += " LESS SAFE"
        widest = max(len(text) for cell in cells for text in cell.plain.split("\n"))
        wide = max(CELL, widest, *(len(word) for word in title.split()))
        heading = "\n".join(textwrap.wrap(title, wide, break_on_hyphens=False))
        table.add_column(heading, justify="right", no_wrap=True, min_width=wide, max_width=wide)
    _add_rows(table, lines, columns)
    return table


@dataclass(frozen=True)
class _Line:
    """One row: what it is, and its numbers by policy and statistic, scaled for reading."""

    section: str
    outcome: str
    title: str
    unit: str
    row: pd.Series
    decimals: int

    def write(self, value: float, sign: str = "") -> str:
        """Write one of its numbers."""
        return plain(value, self.decimals, sign) if math.isfinite(value) else NONE


def _line(key: object, row: pd.Series) -> _Line:
    assert isinstance(key, tuple)
    section, outcome, title, unit = (str(part) for part in key)
    means = row.xs("mean", level="statistic")
    if section == MONEY:
        return _Line(section, outcome, title, unit, row, 0)
    times, unit = facts.readable(unit, float(means.abs().max()))
    row, means = row * times, means * times
    decimals = decimals_for(means)
    halves = (
        row.xs("difference_high", level="statistic") - row.xs("difference_low", level="statistic")
    ) / 2.0
    known = [h for h in halves if math.isfinite(h) and h > 0.0]
    if known:
        # One more place where the smallest interval would be shown as 0.
        decimals += decimals_for([min(known)]) - 2 > decimals
    return _Line(section, outcome, title, unit, row, decimals)


def _add_rows(table: Table, lines: Sequence[_Line], columns: Sequence[Sequence[Text]]) -> None:
    from rich.text import Text

    last = ""
    for i, line in enumerate(lines):
        if line.section not in (last, HELP):
            if last:
                table.add_section()
            under = f"\n{POUNDS}" if line.section == MONEY else ""
            table.add_row(Text(f"{line.section.upper()}{under}", style="bold"))
            last = line.section
        label = Text(line.title)
        if line.section != MONEY:
            label.append(f"\n{line.unit}", style="dim")
        table.add_row(label, *(column[i] for column in columns))


def _cell(comparison: Comparison, line: _Line, policy: str) -> Text:
    from rich.text import Text

    mean, low, high, *change = (float(v) for v in line.row[policy])
    if line.outcome == "break_even":
        return Text(_week_words(comparison, policy))
    if policy == comparison.reference:
        return Text(line.write(mean))
    if line.outcome.startswith("saving"):
        found, text = Change(mean, low, high), Text()
    else:
        found, text = Change(*change), Text(f"{line.write(mean)}\n")
    sure = found.verdict in ("lower", "higher")
    return text.append(_difference(found, line), style="bold" if sure else "dim")


def _difference(found: Change, line: _Line) -> str:
    if found.verdict == "none":
        return "same"
    mean = line.write(found.mean, "+")
    return mean if found.verdict == "unknown" else f"{mean} ±{line.write(found.half)}"


def _week_words(comparison: Comparison, policy: str) -> str:
    """Say from which week a policy has paid for itself, no surer than its interval."""
    if policy == comparison.reference:
        return NONE
    week, found = facts.break_even_week(comparison, policy), facts.saving(comparison, policy)
    if found.verdict == "none":
        return NONE
    if found.verdict == "unclear":
        return "not told\nfrom chance"
    if not math.isfinite(week.mean):
        return "not by\nthe end"
    later = f"\nsure {plain(week.high, 0)}" if math.isfinite(week.high) else ""
    return plain(week.mean, 0) + later


def title_of(comparison: Comparison) -> str:
    """Say what was run: the scenario, how many families, and for how long."""
    scenario, size = comparison.ready.scenario, comparison.size
    runs = "" if size.replications == 1 else f" × {size.replications:,} replications"
    return (
        f"{scenario.title}: {size.families:,} families{runs} over "
        f"{length(scenario.horizon_weeks)}, prices of {scenario.price_year}"
    )


def _known(comparison: Comparison) -> str:
    """Say how long families have been gathering who are counted."""
    scenario = comparison.ready.scenario
    if isinstance(scenario.families_, list):
        return "the list"
    return length(scenario.warm_up_weeks + scenario.horizon_weeks)


def _caption(comparison: Comparison) -> str:
    from rich.markup import escape

    scenario, kind = comparison.ready.scenario, facts.interval_kind(comparison)
    interval = f"± half of its interval ({kind}); bold where that excludes no difference"
    if not facts.has_interval(comparison):
        interval = f"without an interval ({kind.removeprefix('none: ')})"
    counted = facts.safety_outcomes(scenario)
    unsafe = "" if counted else " Incidents at home are not counted: nothing is said about safety."
    made_up = " Every number is made up." if scenario.fictional else ""
    return escape(
        f"Second line: difference from “{facts.title(comparison, comparison.reference)}” on the "
        f"same families, {interval}. Parameter uncertainty (how wrong the inputs may be) is not "
        f"in it. Present value: {comparison.ready.schedule.title}. Costs less: from then on the "
        f"saving stays above nothing; sure: beyond chance. Per family: every family known in "
        f"{_known(comparison)}, most of whose cases are closed.{unsafe}{made_up}"
    )
