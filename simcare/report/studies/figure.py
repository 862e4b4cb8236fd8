"""Every finding of every study: the published interval, and the simulated one beside it."""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.experiment.studies.terms import MISSES
from simcare.report import canvas
from simcare.report.studies.words import FAR, is_far, judged, kind_of, scaled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "studies"
WIDTH, LEFT, RIGHT = 11.5, 5.5, 2.75
"""Inches: of the figure, and beside its panels for labels and for verdicts."""
STEP, HEADING, BETWEEN = 0.2, 0.25, 0.55
PANELS = {
    "%": "Shares, %",
    "points": "Differences of shares, percentage points",
    "ratio": "Ratios (hazard, odds, risk and others; log scale)",
    "weeks": "Weeks",
    "for each": "Numbers for each family",
}
LOOKS: dict[str, tuple[str, str, str]] = {
    "sets": ("o", canvas.BLUE, "simulated, where the figure was put in"),
    "check": ("D", canvas.VERMILLION, "simulated, where it is a check"),
    "no comparison": ("X", canvas.GREY, "simulated, where nothing was compared"),
}
_UNDER = (
    "Open squares: published, with the published interval (grey; dotted where it was computed from "
    "the number studied). Filled marks: simulated in the study's own people and follow-up, with a "
    "95 % Monte Carlo interval that is mostly narrower than the mark. The two intervals are of "
    f"different kinds. Bold: it misses the published interval, or is “{FAR}” (outside half to "
    "twice of what was published)."
)


def studies_figure(table: pd.DataFrame) -> Figure:
    """Draw findings, a panel for each scale.

    table: as `validate_studies` gives it.
    """
    groups = _grouped(table)
    with canvas.own_style():
        top = canvas.head_inches(_UNDER, WIDTH) + 0.6
        bottom = 0.5 + 0.14 * (canvas.wrap(_sources(table), WIDTH - 0.3, canvas.SMALL).count("\n"))
        inside = sum(STEP * (len(rows) + 1) + HEADING + BETWEEN for rows in groups.values())
        height = top + inside + bottom
        figure = canvas.sheet(WIDTH, height)
        at = height - top
        for kind, rows in groups.items():
            tall = STEP * (len(rows) + 1)
            at -= HEADING + tall
            axes = figure.add_axes(
                (LEFT / WIDTH, at / height, (WIDTH - LEFT - RIGHT) / WIDTH, tall / height)
            )
            _panel(axes, kind, rows)
            at -= BETWEEN
        _legend(figure, height - top + 0.3)
        canvas.headline(figure, "Supports held to their studies", _UNDER)
        canvas.footnote(figure, _sources(table))
    return figure


def draw_studies(table: pd.DataFrame, folder: Path) -> tuple[Path, Path]:
    """Draw the figure into `folder`/figures as PNG and SVG; return the paths."""
    return canvas.save(studies_figure(table), folder / "figures", NAME)


def _grouped(table: pd.DataFrame) -> dict[str, list[dict[Hashable, Any]]]:
    """Return the findings by scale, in the order of `PANELS`."""
    records = table.to_dict("records")
    kinds = dict.fromkeys([*PANELS, *map(kind_of, records)])
    groups = {kind: [r for r in records if kind_of(r) == kind] for kind in kinds}
    return {kind: rows for kind, rows in groups.items() if rows}


def _panel(at: Axes, kind: str, rows: list[dict[Hashable, Any]]) -> None:
    for i, row in enumerate(rows):
        _finding(at, -float(i), row)
    at.set_ylim(-len(rows), 1.0)
    at.set_yticks([])
    at.spines["left"].set_visible(False)
    at.grid(axis="x", color=canvas.PALE, linewidth=0.6)
    if kind == "ratio":
        _log_axis(at)
    at.axvline(1.0 if kind == "ratio" else 0.0, color=canvas.GREY, linewidth=0.9)
    at.set_title(PANELS.get(kind, kind), loc="left", size=canvas.TITLE, weight="bold")


def _log_axis(at: Axes) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    at.set_xscale("log")
    # An interval that begins near 0 would take up all the room there is.
    left, right = at.get_xlim()
    # No effect is always in sight.
    left, right = max(min(left, 0.9), 0.1), max(right, 1.1)
    at.set_xlim(left, right)
    wide = [0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0]
    narrow = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0]
    at.xaxis.set_major_locator(FixedLocator(narrow if right < 2.5 * left else wide))
    at.xaxis.set_minor_locator(NullLocator())
    at.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))


def _finding(at: Axes, y: float, row: dict[Hashable, Any]) -> None:
    low, middle, high = (scaled(row, c) for c in ("published_low", "published", "published_high"))
    if math.isfinite(low) and math.isfinite(high):
        computed = str(row["published_interval"]).startswith("95 %")
        style = (0, (1, 1)) if computed else "solid"
        at.plot([low, high], [y + 0.16] * 2, color=canvas.GREY, linewidth=2.2, linestyle=style,
                solid_capstyle="butt")  # fmt: skip
    at.plot(middle, y + 0.16, marker="s", markersize=4.2, markerfacecolor="white",
            markeredgecolor=canvas.INK, linestyle="", zorder=4)  # fmt: skip
    marker, colour, _ = LOOKS[row["role"]]
    found, below, above = (scaled(row, c) for c in ("simulated", "low", "high"))
    if math.isfinite(found):
        at.plot([below, above], [y - 0.16] * 2, color=colour, linewidth=1.2)
        at.plot(found, y - 0.16, marker=marker, markersize=4.6, color=colour, linestyle="",
                zorder=5)  # fmt: skip
    inside = at.get_yaxis_transform()
    label = _shortened(f"{row['study'].replace('_', ' ')}: {row['finding']}", LEFT - 0.25)
    at.text(-0.02, y, label, transform=inside, ha="right", va="center", size=canvas.SMALL)
    weight = "bold" if row["verdict"] == MISSES or is_far(row) else "normal"
    at.text(1.02, y, judged(row), transform=inside, ha="left", va="center",
            size=canvas.SMALL, weight=weight)  # fmt: skip


def _shortened(text: str, inches: float) -> str:
    """Return as many words of a text as there is room for."""
    if canvas.inches_wide(text, canvas.SMALL) <= inches:
        return text
    words = text.split(" ")
    while len(words) > 1 and canvas.inches_wide(" ".join(words) + " …", canvas.SMALL) > inches:
        words.pop()
    return " ".join(words) + " …"


def _legend(figure: Figure, at: float) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D(
            [],
            [],
            marker="s",
            markerfacecolor="white",
            markeredgecolor=canvas.INK,
            color=canvas.GREY,
            linewidth=2.2,
            markersize=4.2,
            label="published",
        )
    ]
    marks += [
        Line2D([], [], marker=marker, color=colour, linestyle="", markersize=5.0, label=label)
        for marker, colour, label in LOOKS.values()
    ]
    height = float(figure.get_size_inches()[1])
    figure.legend(handles=marks, loc="center left", bbox_to_anchor=(0.15 / WIDTH, at / height),
                  ncols=4, frameon=False, fontsize=canvas.SMALL, borderpad=0.0,
                  handletextpad=0.4, columnspacing=1.6)  # fmt: skip


def _sources(table: pd.DataFrame) -> str:
    import simcare

    cited = "; ".join(dict.fromkeys(table["citation"]))
    few, many = int(table["families"].min()), int(table["families"].max())
    families = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    return (
        f"Published figures: {cited}. Simulated: simcare {simcare.__version__}, "
        f"{families} families in each arm; 95 % Monte Carlo intervals, over independent families; "
        "how wrong the inputs may be is not in them."
    )
