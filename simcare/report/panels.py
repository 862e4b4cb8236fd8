"""Panels of figures over time: headings, scales and series, one panel for each policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcare.report import canvas, facts
from simcare.report.lines import Line, draw
from simcare.report.words import day, length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simcare.experiment.compare import Comparison

HEADROOM = 0.28
"""Share of the range left free at the top of a panel for what is written there."""


def heading(comparison: Comparison, policy: str, at: Axes, inches: float) -> None:
    """Head a panel with the policy's title and what it does to children's safety."""
    title, note = _heading_texts(comparison, policy, inches)
    worse = note.startswith("WORSE")
    at.annotate(
        note, (0.0, 1.0), (0.0, 5.0), "axes fraction", "offset points", va="bottom",
        size=canvas.SMALL, color=canvas.VERMILLION if worse else "#555555",
        weight="bold" if worse else "normal",
    )  # fmt: skip
    lift = 8.0 + 10.0 * (note.count("\n") + 1)
    at.annotate(
        title, (0.0, 1.0), (0.0, lift), "axes fraction", "offset points", va="bottom",
        size=canvas.TITLE, weight="bold",
    )  # fmt: skip


def heading_inches(comparison: Comparison, policies: Sequence[str], inches: float) -> float:
    """Return the room that the highest heading needs."""
    texts = [_heading_texts(comparison, p, inches) for p in policies]
    points = [10.0 * (n.count("\n") + 1) + 14.0 * (t.count("\n") + 1) for t, n in texts]
    return (8.0 + max(points)) / 72.0


def _heading_texts(comparison: Comparison, policy: str, inches: float) -> tuple[str, str]:
    name = facts.title(comparison, policy)
    if policy == comparison.reference:
        name += " (reference)"
    note = facts.safety_note(comparison, policy)
    weight = "bold" if note.startswith("WORSE") else "normal"
    return (
        canvas.wrap(name, inches, canvas.TITLE, "bold"),
        canvas.wrap(note, inches, canvas.SMALL, weight),
    )


def series(comparison: Comparison, policy: str, group: str, kind: str, colour: str) -> Line:
    """Return a line of `Comparison.weekly`.

    kind: "weekly" or "cumulative" (pounds), "saving" (reference less policy, cumulative) or
    "change" (the same turned round).
    """
    table = comparison.weekly
    own = table[(table["policy"] == policy) & (table["group"] == group)]
    column = "saving" if kind == "change" else kind
    y, low, high = (
        np.append(0.0, own[c].to_numpy(np.float64))
        for c in (column, f"{column}_low", f"{column}_high")
    )
    x = np.append(0.0, own["week"].to_numpy(np.float64))
    if kind == "weekly":
        # A rate over a period stands at the middle of it.
        x, y, low, high = (x[1:] + x[:-1]) / 2.0, y[1:], low[1:], high[1:]
    if kind == "change":
        y, low, high = -y, -high, -low
    return Line(group, x, y, low, high, colour)


def limits(lines: Sequence[Line], least: float | None = None) -> tuple[float, float]:
    """Return limits of the y axis that hold lines with bands, with room for words on top.

    least: the lower limit, where it is known; costs are never below nothing, whatever a
    symmetric band says.
    """
    top = max(0.0, *(float(np.nanmax(x.over)) for x in lines))
    bottom = min(0.0, *(float(np.nanmin(x.under)) for x in lines)) if least is None else least
    span = max(top - bottom, 1.0)
    return (bottom - 0.05 * span if bottom < 0.0 else bottom), top + HEADROOM * span


def fill(at: Axes, lines: Sequence[Line], scale: tuple[float, float], last: float) -> None:
    """Draw lines on a panel in pounds by week, from week 0 to the last."""
    at.set_ylim(scale)
    canvas.weeks_axis(at, last)
    canvas.pounds_axis(at)
    at.grid(axis="y", color=canvas.PALE, linewidth=0.6)
    at.tick_params(labelsize=canvas.SMALL + 0.5, length=3)
    at.axhline(0.0, color=canvas.GREY, linewidth=0.8)
    for line in lines:
        draw(at, line)


def corner(at: Axes, text: str) -> None:
    """Write small in the upper left corner of a panel."""
    at.annotate(
        text, (0.0, 1.0), (4.0, -2.0), "axes fraction", "offset points", va="top",
        size=canvas.SMALL, linespacing=1.3,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip


def period(comparison: Comparison) -> str:
    """Say when the weeks begin and end."""
    scenario = comparison.ready.scenario
    return (
        f"Week 0 is {day(scenario.start_date)}; the end is {length(scenario.horizon_weeks)} later."
    )
