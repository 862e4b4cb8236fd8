"""A menu of many policies for the terminal: a row for each, under the headings of the menu."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.comparison_table import title_of
from simcare.report.facts import CARE, Change
from simcare.report.menu.rows import (
    MenuRow,
    heading,
    menu_rows,
    safety_outcome,
)
from simcare.report.menu.words import about_nothing, mark, percent
from simcare.report.words import NONE, about_pounds, bare, decimals_for, listing, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from simcare.experiment.compare import Comparison

NAME, LEAST = 24, 12
"""Columns of the terminal for a policy's title: wanted, and where nothing more can be spared."""
_EVIDENCE = {
    "trial": "trial",
    "matched comparison": "matched",
    "before-after": "bef-aft",
    "argument only": "argument",
    None: NONE,
}


@dataclass(frozen=True)
class _Cell:
    """What stands in a cell, and whether it differs from nothing beyond chance."""

    said: str
    sure: bool = False


@dataclass(frozen=True)
class _Column:
    """A column: two lines of heading, a cell for each policy, and which go first (none: 0)."""

    head: str
    cells: list[_Cell]
    spare: int = 0

    @property
    def width(self) -> int:
        """Columns of the terminal that it needs."""
        return max(len(x) for x in (*self.head.split("\n"), *(c.said for c in self.cells)))


def menu_tables(comparison: Comparison, width: int = 100) -> list[RenderableType]:
    """Return a menu in the order of `menu_rows`: a title, a table for each standing, and a note.

    Cells are differences from the reference with half of their intervals, bold where these
    exclude no difference. Where a terminal of `width` is too narrow for all columns, some are
    left out, but never cost, weeks in care or safety, and the note says which.
    """
    from rich.text import Text

    rows = menu_rows(comparison)
    every = _columns(comparison, rows)
    columns = _that_fit(every, width)
    room = max(LEAST, width - sum(c.width + 1 for c in columns) - 1)
    shown: list[RenderableType] = [Text(title_of(comparison), style="bold")]
    numbered = list(enumerate(rows))
    for standing, group in groupby(numbered, key=lambda pair: pair[1].standing):
        table = _table(heading(comparison, standing), columns, room, header=len(shown) == 1)
        for i, row in group:
            table.add_row(Text(row.title), *(_text(column.cells[i]) for column in columns))
        shown.append(table)
    note = f"{_left_out(every, columns)}{_note(comparison, columns)}"
    return [*shown, Text(note, style="dim")]


def _left_out(every: Sequence[_Column], columns: Sequence[_Column]) -> str:
    """Say which columns there was no room for, and where they are."""
    gone = [" ".join(c.head.split()) for c in every if c not in columns]
    if not gone:
        return ""
    verb = "is" if len(gone) == 1 else "are"
    wide = NAME + 1 + sum(c.width + 1 for c in every)
    return (
        f"NOT SHOWN for want of room {verb} {listing([f'“{head}”' for head in gone])}: widen the "
        f"terminal to {wide} columns, or see menu.csv. "
    )


def _table(title: str, columns: Sequence[_Column], room: int, *, header: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=0,
        show_header=header, title=Text(title), title_justify="left", title_style="bold",
    )  # fmt: skip
    table.add_column("", width=room)
    for column in columns:
        table.add_column(Text(column.head), justify="right", no_wrap=True, width=column.width)
    return table


def _text(cell: _Cell) -> Text:
    from rich.text import Text

    return Text(cell.said, style="bold" if cell.sure else "")


def _that_fit(columns: Sequence[_Column], width: int) -> list[_Column]:
    """Leave out the columns that can best be spared until there is room for titles."""
    kept = list(columns)
    while NAME + 1 + sum(c.width + 1 for c in kept) > width and any(c.spare for c in kept):
        kept.remove(max(kept, key=lambda c: c.spare))
    return kept


def _columns(comparison: Comparison, rows: Sequence[MenuRow]) -> list[_Column]:
    outcomes, safety = comparison.ready.scenario.outcomes, safety_outcome(comparison.ready.scenario)
    columns = [
        _Column("\nEvidence", [_Cell(_EVIDENCE[row.strength] + mark(row.sizes)) for row in rows], 1)
    ]
    columns.append(_Column("Cost\n£/family", [_money(row.cost) for row in rows]))
    if CARE in outcomes:
        columns.append(_Column("Weeks in\ncare/family", _numbers([row.care for row in rows])))
    if safety is not None:
        times, unit = facts.per_hundred(outcomes[safety].unit)
        head = "Incidents/100\nchild-years" if "100" in unit else "Incidents\n(safety)"
        columns.append(_Column(head, _numbers([row.safety.times(times) for row in rows])))
        fates = [_Cell(_fates(row), row.off.balance.verdict in ("lower", "higher")) for row in rows]
        columns.append(_Column("Worse:\nbetter %", fates, 2))
    columns.append(_Column("Reach\n%", [_Cell(percent(row.reached)) for row in rows], 3))
    each = [row.per_reached.turned() for row in rows]
    said = [_Cell(about_pounds(x.mean, "+").replace("£", ""), _sure(x)) for x in each]
    columns.append(_Column("£ per\nreached", said, 4))
    return columns


def _fates(row: MenuRow) -> str:
    shares = (row.off.worse, row.off.better)
    return ":".join(plain(x, 0) for x in shares) if math.isfinite(shares[0]) else NONE


def _sure(one: Change) -> bool:
    return one.verdict in ("lower", "higher")


def _money(one: Change) -> _Cell:
    if one.verdict == "none":
        return _Cell("same")
    said = about_pounds(one.mean, "+").replace("£", "")
    half = f" ±{about_pounds(one.half).removeprefix('£')}" if math.isfinite(one.half) else ""
    return _Cell(said + half, _sure(one))


def _numbers(found: Sequence[Change]) -> list[_Cell]:
    """Write differences with as many decimals as the usual one needs, so that they line up."""
    halves = [f.half for f in found if math.isfinite(f.half) and f.half > 0.0]
    usual = median(halves) if halves else max((abs(f.mean) for f in found), default=0.0)
    decimals = max(decimals_for([usual]) - 1, 0)

    def write(one: Change) -> _Cell:
        if one.verdict == "none":
            return _Cell("same")
        half = f" ±{plain(one.half, decimals)}" if math.isfinite(one.half) else ""
        said = about_nothing(plain(one.mean, decimals, "+") + half)
        return _Cell(said, _sure(one))

    return [write(one) for one in found]


def _note(comparison: Comparison, columns: Sequence[_Column]) -> str:
    scenario, kind = comparison.ready.scenario, facts.interval_kind(comparison)
    interval = f"± half of its interval ({kind}); bold where that excludes no difference"
    if not facts.has_interval(comparison):
        interval = f"without an interval ({kind.removeprefix('none: ')})"
    safety = safety_outcome(scenario)
    by = "weeks in care" if CARE in scenario.outcomes else "cost"
    said = [
        f"Differences from “{facts.title(comparison, comparison.reference)}” on the same families, "
        f"averaged over all of them, {interval}. Ordered by {by}; those less safe stand first. "
        "Parameter uncertainty (how wrong the inputs may be) is not in it."
    ]
    if safety is None:
        said.append("Incidents at home are not counted: nothing is said about safety.")
    heads = {column.head for column in columns}
    evidence = [cell.said for c in columns if "Evidence" in c.head for cell in c.cells]
    if any(cell.endswith(("*", "\N{DAGGER}")) for cell in evidence):
        said.append("*: sizes of effects are assumed (\N{DAGGER}: some of them).")
    if "Worse:\nbetter %" in heads and safety is not None:
        name = bare(scenario.outcomes[safety].title).lower()
        said.append(
            f"Worse : better: % of the families reached with more and with fewer {name}, bold "
            "where the balance is beyond chance; lives part by luck too, so some are worse off "
            "even where a support does nothing, and "
            "incidents are counted however long children are at home."
        )
    if "Reach\n%" in heads:
        said.append("Reach: % of families for whom any move, count or cost differs.")
    if scenario.fictional:
        said.append("Every number is made up.")
    return " ".join(s for s in said if s)
