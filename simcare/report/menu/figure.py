"""Every policy of a menu in one picture: cost, weeks in care and safety, and on what evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcare.report import canvas, facts
from simcare.report.facts import CARE, Change
from simcare.report.menu.rows import (
    NOTHING,
    MenuRow,
    heading,
    menu_rows,
    safety_outcome,
)
from simcare.report.menu.words import EVIDENCE_KEY, about_nothing, by_chance, percent, pips
from simcare.report.words import about_pounds, length, with_half

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

PANEL, NUMBER, NAME, EVIDENCE, REACH = 2.15, 1.3, 3.0, 1.65, 0.5
ROW, TEXT = 0.28, 8.0
GAP = 0.2
"""Inches: width of a panel, of the numbers beside it, of titles, of the evidence and of the
families reached; height of a row (and points of its text); room before the first panel."""
USUAL, LONG = 0.85, 2.5
"""A panel is cut where some effects are so many times longer than this share of them is."""


@dataclass(frozen=True)
class Column:
    """One outcome of the menu: its heading, its unit, which way is better, and its numbers."""

    title: str
    unit: str
    better: str
    found: tuple[Change, ...]

    def words(self, one: Change) -> str:
        """Write a difference with half of its interval."""
        if one.verdict == "none":
            return "no change"
        if not self.unit.startswith("£"):
            return about_nothing(with_half(one.mean, one.half))
        half = f" ± {about_pounds(one.half)}" if math.isfinite(one.half) else ""
        return about_pounds(one.mean, "+") + half


@dataclass(frozen=True)
class _Place:
    """Where a row or a heading stands: rows from the top, and what is written there."""

    y: float
    heading: str
    row: MenuRow | None


def menu(comparison: Comparison) -> Figure:
    """Draw how every policy differs from the reference, one a row, in the order of the menu.

    Marks are those of the safety figure: dots are paired differences with 95 % Monte Carlo
    intervals, filled where these exclude no change, a square where that is for the worse. What
    does not fit into a panel ends in an arrowhead. Raises UserError if only the reference was run.
    """
    facts.rivals(comparison)
    rows = menu_rows(comparison)
    columns = _columns(comparison, rows)
    places = _places(comparison, rows)
    under, foot = _under(comparison), _foot(comparison, rows)
    left = 0.15 + NAME + EVIDENCE + REACH + GAP
    frame = canvas.Margins(left=left, right=NUMBER + 0.1, across=NUMBER)
    wide = frame.width(len(columns), PANEL)
    high = ROW * (places[-1].y + 1.0)
    with canvas.own_style():
        top = canvas.head_inches(under, wide) + 0.75
        lines = canvas.wrap(foot, wide - 0.3, canvas.SMALL).count("\n") + 1
        bottom = 0.65 + 0.135 * lines
        frame = canvas.Margins(left, NUMBER + 0.1, top, bottom, NUMBER)
        figure = canvas.sheet(wide, top + high + bottom)
        back = _whole_width(figure, (wide, top + high + bottom), bottom, high)
        _write_rows(back, places, wide)
        for i, column in enumerate(columns):
            start = left + i * (PANEL + NUMBER)
            at = figure.add_axes(
                (start / wide, bottom / (top + high + bottom), PANEL / wide,
                 high / (top + high + bottom))
            )  # fmt: skip
            at.set_ylim(back.get_ylim())
            _draw(at, column, [p.y for p in places if p.row is not None])
            _write_numbers(back, column, places, start + PANEL + 0.14)
        canvas.headline(figure, "The whole menu: what every policy changes", under)
        canvas.footnote(figure, foot)
    return figure


def _columns(comparison: Comparison, rows: Sequence[MenuRow]) -> list[Column]:
    outcomes, safety = comparison.ready.scenario.outcomes, safety_outcome(comparison.ready.scenario)
    cost = tuple(row.cost for row in rows)
    columns = [Column("Cost, all payers", "£ per family", "lower", cost)]
    for name, found in ((CARE, [r.care for r in rows]), (safety, [r.safety for r in rows])):
        if name is not None and name in outcomes:
            m = outcomes[name]
            times, unit = facts.per_hundred(m.unit)
            columns.append(Column(m.title, unit, m.better, tuple(x.times(times) for x in found)))
    return columns


def _places(comparison: Comparison, rows: Sequence[MenuRow]) -> list[_Place]:
    places: list[_Place] = []
    y, last = 0.0, ""
    for row in rows:
        if row.standing != last:
            y += 0.4 if places else 0.0
            places.append(_Place(y, heading(comparison, row.standing), None))
            y, last = y + 1.0, row.standing
        places.append(_Place(y, "", row))
        y += 1.0
    return places


def _whole_width(figure: Figure, size: tuple[float, float], bottom: float, high: float) -> Axes:
    """Return axes behind everything: x in inches from the left, y in rows from the top."""
    at = figure.add_axes((0.0, bottom / size[1], 1.0, high / size[1]))
    at.set_xlim(0.0, size[0])
    at.set_ylim(high / ROW - 0.5, -0.5)
    at.set_axis_off()
    return at


def _write_rows(at: Axes, places: Sequence[_Place], wide: float) -> None:
    evidence, reach = 0.15 + NAME, 0.15 + NAME + EVIDENCE
    for place in places:
        unsafe = place.heading.isupper() or (place.row and place.row.standing == "less safe")
        colour = canvas.VERMILLION if unsafe else canvas.INK
        if place.row is None:
            at.plot([0.15, wide - 0.1], [place.y + 0.4] * 2, color=canvas.GREY, linewidth=0.6)
            at.text(0.15, place.y, place.heading, size=TEXT + 0.5, weight="bold", va="center",
                    color=colour)  # fmt: skip
            continue
        at.plot([0.15, wide - 0.1], [place.y + 0.5] * 2, color=canvas.PALE, linewidth=0.4)
        name = canvas.wrap(place.row.title, NAME - 0.1, TEXT)
        at.text(0.15, place.y, name, size=TEXT, va="center", color=colour, linespacing=0.95)
        said = pips(place.row.strength, place.row.sizes)
        at.text(evidence, place.y, said, size=canvas.SMALL, va="center")
        reached = percent(place.row.reached)
        at.text(reach + REACH - 0.12, place.y, reached, size=canvas.SMALL, va="center", ha="right")
    for x, text, side in (
        (0.15, "Policy", "left"), (evidence, "Evidence", "left"),
        (reach + REACH - 0.12, "Reaches\n% of families", "right"),
    ):  # fmt: skip
        at.annotate(text, (x, -0.5), (0.0, 18.0), "data", "offset points", size=canvas.SMALL,
                    va="bottom", ha=side, color="#555555", annotation_clip=False)  # fmt: skip


def _write_numbers(at: Axes, column: Column, places: Sequence[_Place], x: float) -> None:
    ys = [p.y for p in places if p.row is not None]
    for y, one in zip(ys, column.found, strict=True):
        at.text(x, y, column.words(one), size=canvas.SMALL, va="center", color=_colour(column, one))


def _draw(at: Axes, column: Column, ys: Sequence[float]) -> None:
    left, right = limits(column.found)
    at.set_xlim(left, right)
    at.axvline(0.0, color=canvas.INK, linewidth=0.9)
    for y, one in zip(ys, column.found, strict=True):
        _mark(at, column, one, y)
    _dress(at, column)


def _mark(at: Axes, column: Column, one: Change, y: float) -> None:
    (left, right), colour = at.get_xlim(), _colour(column, one)
    sure = one.verdict in ("lower", "higher")
    if not math.isfinite(one.mean) or one.verdict == "none":
        return
    low, high = (one.low, one.high) if math.isfinite(one.half) else (one.mean, one.mean)
    ends = np.clip([low, high], left, right)
    at.plot(ends, [y, y], color=colour, linewidth=1.6, zorder=2, clip_on=False)
    for beyond, edge, shape in ((low < left, left, "<"), (high > right, right, ">")):
        if beyond:
            at.plot([edge], [y], marker=shape, markersize=5.5, color=colour, clip_on=False)
    if left <= one.mean <= right:
        at.plot(
            [one.mean], [y], marker="s" if _worse(column, one) else "o", markersize=5.0, zorder=3,
            color=colour, markerfacecolor=colour if sure else "white", markeredgewidth=1.3,
        )  # fmt: skip


def limits(found: Sequence[Change]) -> tuple[float, float]:
    """Return limits that most of the intervals fit in: a few very long ones are cut."""
    edges = np.array([v for f in found for v in (f.mean, f.low, f.high) if math.isfinite(v)])
    if not edges.any():
        return -1.0, 1.0
    lows, highs = min(edges.min(), 0.0), max(edges.max(), 0.0)
    reach = np.array([max(abs(f.low), abs(f.high)) for f in found if math.isfinite(f.half)])
    reach = reach[reach > 0.0]
    most = float(np.quantile(reach, USUAL)) if len(reach) else math.inf
    if max(-lows, highs) > LONG * most:
        lows, highs = max(lows, -1.2 * most), min(highs, 1.2 * most)
    room = 0.05 * (highs - lows)
    return float(lows - room), float(highs + room)


def _worse(column: Column, one: Change) -> bool:
    return (column.better, one.verdict) in {("lower", "higher"), ("higher", "lower")}


def _colour(column: Column, one: Change) -> str:
    if _worse(column, one):
        return canvas.VERMILLION
    return canvas.BLUE if one.verdict in ("lower", "higher") else "#555555"


def _dress(at: Axes, column: Column) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    at.set_title(canvas.wrap(column.title, PANEL + NUMBER - 0.2, canvas.TITLE, "bold"),
                 loc="left", size=canvas.TITLE, weight="bold", pad=34)  # fmt: skip
    towards = {"lower": "\N{LEFTWARDS ARROW} better", "higher": "better \N{RIGHTWARDS ARROW}"}
    at.annotate(
        towards.get(column.better, ""), (0.0 if column.better == "lower" else 1.0, 1.0),
        (0.0, 20.0), "axes fraction", "offset points", size=canvas.SMALL, va="bottom",
        ha="left" if column.better == "lower" else "right", color="#555555",
    )  # fmt: skip
    at.set_xlabel(f"difference, {column.unit}", labelpad=3)
    at.xaxis.set_major_locator(MaxNLocator(4, min_n_ticks=3))
    if column.unit.startswith("£"):
        at.xaxis.set_major_formatter(FuncFormatter(lambda v, _: canvas.pound_tick(v)))
    at.tick_params(axis="x", labelsize=canvas.SMALL, top=True, labeltop=True)
    at.set_yticks([])
    at.patch.set_visible(False)
    at.spines["left"].set_visible(False)
    at.grid(axis="x", color=canvas.PALE, linewidth=0.6)


def _under(comparison: Comparison) -> str:
    scenario = comparison.ready.scenario
    base = facts.title(comparison, comparison.reference)
    by = "weeks in care" if CARE in scenario.outcomes else "cost"
    never = ", never by money" if by != "cost" else ""
    text = (
        f"Differences from “{base}” on the same families over {length(scenario.horizon_weeks)}, "
        f"averaged over all families and not only those reached. Ordered by {by}{never}. "
    )
    if not facts.safety_outcomes(scenario):
        return text + "Incidents at home are not counted here: nothing is said about safety."
    return text + "Policies that leave children less safe stand first, as a warning, unranked."


def _foot(comparison: Comparison, rows: Sequence[MenuRow]) -> str:
    shown = 1 + sum(x is not NOTHING for x in (rows[0].care, rows[0].safety))
    return (
        "Filled: the interval excludes no change (square: a change for the worse). Hollow: the "
        "difference cannot be told from no change, or has no interval. Arrowhead: it goes on "
        f"beyond the panel, as the number beside it says. {by_chance(comparison, shown)}"
        f"{EVIDENCE_KEY} {canvas.how_made(comparison)}"
    )
