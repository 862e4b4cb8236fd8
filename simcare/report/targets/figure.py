"""Every target in one picture: what the model gives as a multiple of what is published."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.experiment.ready import Ready
from simcare.experiment.validation import HIT, PREDICTIVE, WITHIN
from simcare.report import canvas
from simcare.report.targets.page import by_theme
from simcare.report.targets.words import Row, number, summary

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "targets"
WIDTH, LEFT, RIGHT = 10.6, 4.2, 2.3
"""Inches: of the figure, and beside its panel for labels and for numbers."""
STEP, BELOW = 0.185, 0.45
EDGES = 0.1, 3.0
"""Ends of the axis: what lies beyond is drawn as an arrow."""
LOOKS = {
    "fit": ("o", canvas.BLUE, "the model, fitted to this figure"),
    "check": ("D", canvas.VERMILLION, "the model, only held against it"),
}
PREDICTED = ("values in use", "published and tolerance")
ONE_RUN = ("open: a miss", "close enough")
"""What hollow marks and grey bands are called, with draws of a posterior and without."""

_UNDER = (
    "Each mark is what the model gives for usual practice, as a multiple of the published figure "
    "(log scale), with its interval. Grey bands: twice the standard deviation of the source, the "
    "stated model discrepancy and the model's interval together. Filled: within the band, a hit; "
    "open: a miss, left as it is."
)
_UNDER_PREDICTIVE = (
    "As multiples of the published figure (log scale). Solid: mean and 95 % predictive interval "
    "of usual practice over draws of the posterior (parameter uncertainty and Monte Carlo). "
    "Hollow: with the values in use. Grey bands: twice the standard deviation of the source and "
    "the stated discrepancy. Bold: a miss, left as it is."
)


def targets_figure(table: pd.DataFrame, ready: Ready) -> Figure:
    """Draw targets theme by theme, with the published and the modelled number beside each.

    table: as `validate_targets` gives it.
    """
    rows: list[Row | str] = []
    for theme, own in by_theme(table):
        rows += [theme, *own]
    with canvas.own_style():
        predictive = bool((table["interval"] == PREDICTIVE).any())
        under = f"{summary(table)} {_UNDER_PREDICTIVE if predictive else _UNDER}"
        source = _sources(table, ready)
        foot = 0.5 + 0.14 * canvas.wrap(source, WIDTH - 0.3, canvas.SMALL).count("\n")
        top, tall = canvas.head_inches(under, WIDTH) + 0.5, STEP * (len(rows) + 1)
        height = top + tall + BELOW + foot
        figure = canvas.sheet(WIDTH, height)
        axes = figure.add_axes(
            (LEFT / WIDTH, (foot + BELOW) / height, (WIDTH - LEFT - RIGHT) / WIDTH, tall / height)
        )
        _panel(axes, rows)
        _legend(figure, height - top + 0.3, *(PREDICTED if predictive else ONE_RUN))
        canvas.headline(figure, f"{ready.scenario.title}: usual practice and what is published",
                        under)  # fmt: skip
        canvas.footnote(figure, source)
    return figure


def draw_targets(table: pd.DataFrame, ready: Ready, folder: Path) -> tuple[Path, Path]:
    """Draw the figure into `folder`/figures as PNG and SVG; return the paths."""
    return canvas.save(targets_figure(table, ready), folder / "figures", NAME)


def _panel(at: Axes, rows: Sequence[Row | str]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    at.set_xscale("log")
    at.set_xlim(*EDGES)
    at.set_ylim(-len(rows), 1.0)
    at.set_yticks([])
    at.spines["left"].set_visible(False)
    at.xaxis.set_major_locator(FixedLocator([0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0]))
    at.xaxis.set_minor_locator(NullLocator())
    at.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    at.set_xlabel("Model / published (log scale)")
    at.grid(axis="x", color=canvas.PALE, linewidth=0.6)
    at.axvline(1.0, color=canvas.GREY, linewidth=0.9)
    inside = at.get_yaxis_transform()
    for x, heading in ((1.03, "published"), (1.31, "model")):
        at.text(x, 0.4, heading, transform=inside, size=canvas.SMALL, color=canvas.GREY)
    for i, row in enumerate(rows):
        if isinstance(row, str):
            at.text(-0.02, -i - 0.1, row, transform=inside, ha="right", va="center",
                    size=canvas.SMALL, weight="bold")  # fmt: skip
        else:
            _target(at, -float(i), row)


def _target(at: Axes, y: float, row: Row) -> None:
    marker, colour, _ = LOOKS[row["role"]]
    spread = row["sds_apart"] and abs(row["model"] - row["published"]) / row["sds_apart"]
    predictive = row["interval"] == PREDICTIVE
    if predictive or not spread:
        spread = math.hypot(row["source_sd"], row["discrepancy_sd"])
    ends = [1.0 + side * WITHIN * spread / abs(row["published"]) for side in (-1.0, 1.0)]
    at.plot([max(ends[0], EDGES[0]), min(ends[1], EDGES[1])], [y, y], color=canvas.PALE,
            linewidth=6.0, solid_capstyle="butt", zorder=1)  # fmt: skip
    ratio = row["ratio"]
    inside = at.get_yaxis_transform()
    if predictive and math.isfinite(row["in_use"]):
        at.plot(min(max(row["in_use"] / row["published"], EDGES[0]), EDGES[1]), y, marker=marker,
                markersize=5.0, markerfacecolor="white", markeredgecolor=colour, linestyle="",
                zorder=4, clip_on=False)  # fmt: skip
    if math.isfinite(ratio):
        low, high = (row[end] / row["published"] for end in ("low", "high"))
        if math.isfinite(low):
            at.plot([max(low, EDGES[0]), min(max(high, EDGES[0]), EDGES[1])], [y, y],
                    color=colour, linewidth=1.3, zorder=3)  # fmt: skip
        beyond = "<" if ratio < EDGES[0] else ">" if ratio > EDGES[1] else ""
        at.plot(min(max(ratio, EDGES[0]), EDGES[1]), y, marker=beyond or marker, markersize=5.0,
                markerfacecolor=colour if predictive or row["verdict"] == HIT else "white",
                markeredgecolor=colour, linestyle="", zorder=5, clip_on=False)  # fmt: skip
    weight = "normal" if row["verdict"] == HIT else "bold"
    at.text(-0.02, y, row["title"], transform=inside, ha="right", va="center",
            size=canvas.SMALL, weight=weight)  # fmt: skip
    for x, value in ((1.03, row["published"]), (1.31, row["model"])):
        at.text(x, y, number(value, row["unit"]), transform=inside, ha="left", va="center",
                size=canvas.SMALL, weight=weight if x > 1.1 else "normal")  # fmt: skip


def _legend(figure: Figure, at: float, hollow: str, band: str) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], marker=marker, color=colour, linestyle="", markersize=5.0, label=label)
        for marker, colour, label in LOOKS.values()
    ]
    marks += [
        Line2D([], [], marker="D", markerfacecolor="white", markeredgecolor=canvas.INK,
               linestyle="", markersize=5.0, label=hollow),
        Line2D([], [], color=canvas.PALE, linewidth=6.0, label=band),
    ]  # fmt: skip
    height = float(figure.get_size_inches()[1])
    figure.legend(handles=marks, loc="center left", bbox_to_anchor=(0.15 / WIDTH, at / height),
                  ncols=4, frameon=False, fontsize=canvas.SMALL, borderpad=0.0,
                  handletextpad=0.8, columnspacing=1.6)  # fmt: skip


def _sources(table: pd.DataFrame, ready: Ready) -> str:
    import simcare
    from simcare.evidence import load

    register = load()
    ids = dict.fromkeys(i for cell in table["evidence"] for i in cell.split(", ") if i)
    names = dict.fromkeys(register.get(i).publisher for i in ids)
    return (
        f"Published figures: {'; '.join(filter(None, names))}; each is named in targets.csv. "
        f"Model: simcare {simcare.__version__}, {ready.loaded.path.stem}, "
        f"{int(table['families'].iloc[0]):,} families, seed {int(table['seed'].iloc[0])}; "
        f"{'; '.join(dict.fromkeys(table['interval']))}."
    )
