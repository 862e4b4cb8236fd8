"""What each part of a package does, as a table for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.report import facts
from simcare.report.packages.words import (
    JOINT,
    Effects,
    effects,
    packages,
    rest,
    term_title,
)
from simcare.report.words import decimals_for, plain

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from simcare.experiment.compare import Comparison

LABEL, LEAST, GAP = 24, 14, 2
"""Columns of the terminal for the name of a part, least for it, and between others."""


def packages_tables(comparison: Comparison, width: int = 100) -> list[Table]:
    """Return a table for each package that was run: its parts, the interaction and the whole.

    Each cell has the effect with the half-width of its interval, bold where that excludes no
    effect. width: of the terminal; where it is narrow, the half-width stands below.
    """
    return [_table(comparison, package, width) for package in packages(comparison)]


def _table(comparison: Comparison, package: str, width: int) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    shown = [_Column(one, *_scale(comparison, one)) for one in effects(comparison, package)]
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0),
        title=escape(f"What makes up “{facts.title(comparison, package)}”"), title_justify="left",
        title_style="bold", caption=escape(_caption(comparison, package)),
        caption_justify="left", caption_style="dim",
    )  # fmt: skip
    terms = shown[0].effects.terms
    between = " "
    if LABEL + sum(column.width(between) + GAP for column in shown) > width:
        between = "\n"
    wide = [column.width(between) for column in shown]
    table.add_column("", width=min(LABEL, max(width - sum(w + GAP for w in wide), LEAST)))
    for column, columns in zip(shown, wide, strict=True):
        heading = Text(column.effects.title)
        heading.append(f"\n{column.unit}", style="dim")
        table.add_column(heading, justify="right", width=columns)
    for term in terms:
        if term == JOINT:
            table.add_section()
        cells = [column.cell(term, between) for column in shown]
        table.add_row(Text(term_title(comparison, package, term)), *cells)
    return table


@dataclass(frozen=True)
class _Column:
    """An outcome: its effects, and how they are written."""

    effects: Effects
    times: float
    unit: str
    decimals: int

    def write(self, term: str, between: str) -> str:
        """Write an effect and, where there is an interval, half of it."""
        found = self.effects.terms[term]
        if found.verdict == "none":
            return "none"
        mean = plain(found.mean * self.times, self.decimals, "+")
        if found.verdict == "unknown":
            return mean
        return f"{mean}{between}±{plain(found.half * self.times, self.decimals)}"

    def cell(self, term: str, between: str) -> Text:
        """Return what is written of a term, bold where its interval excludes no effect."""
        from rich.text import Text

        sure = self.effects.terms[term].verdict in ("lower", "higher")
        return Text(self.write(term, between), style="bold" if sure else "dim")

    def width(self, between: str) -> int:
        """Return how many columns of the terminal it needs: nothing in it is broken."""
        lines = "\n".join(self.write(term, between) for term in self.effects.terms).split("\n")
        words = f"{self.effects.title} {self.unit}".split()
        return max(len(text) for text in (*lines, *words))


def _scale(comparison: Comparison, one: Effects) -> tuple[float, str, int]:
    """Return what to multiply by, the unit then, and the decimals: one for all the terms.

    The unit is that of the comparison's own table.
    """
    if one.outcome == "cost":
        return 1.0, one.unit, 0
    means = [float(facts.row(comparison, p, one.outcome)["mean"]) for p in comparison.policies]
    times, unit = facts.readable(one.unit, max(abs(mean) for mean in means))
    return times, unit, max(decimals_for([x.mean * times for x in one.terms.values()]), 0)


def _caption(comparison: Comparison, package: str) -> str:
    kind, base = facts.interval_kind(comparison), facts.title(comparison, comparison.reference)
    interval = f"± half of its interval ({kind}); bold where that excludes no effect"
    if not facts.has_interval(comparison):
        interval = f"without an interval ({kind.removeprefix('none: ')})"
    scenario = comparison.ready.scenario
    unsafe = "" if facts.safety_outcomes(scenario) else (
        " Incidents at home are not counted: nothing is said about safety."
    )  # fmt: skip
    made_up = " Every number is made up." if scenario.fictional else ""
    return (
        f"Differences from “{base}” on the same families, {interval}. The parts alone and the "
        f"interaction add up to the whole{rest(comparison, package)}. Parameter uncertainty "
        f"(how wrong the inputs may be) is not in it.{unsafe}{made_up}"
    )
