"""Small multiples of a back-cast: a panel for each figure, with the years across."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.experiment.backcast import CONDITIONAL, FORECAST, LAST_KNOWN
from simcare.report import canvas
from simcare.report.targets.page import by_theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.backcast import BackCast

NAME = "backcast"
COLUMNS, SIZE = 5, (1.75, 1.15)
"""Panels in a row, and their width and height in inches."""
_UNDER = (
    "Fitted to figures up to 2020. Black: published, open where the model is fitted to it; dashed: "
    "as in 2020. Blue band: forecast, nothing known after 2020. Orange bars: conditional, told "
    "each year's inputs. Both are 95 % predictive: parameter uncertainty and Monte Carlo. Green: "
    "the figure of 2020, moved by as much as the conditional moves. Grey titles: figures that are "
    "themselves put in."
)


def back_cast_figure(found: BackCast) -> Figure:
    """Draw every figure of the back-cast in a panel of its own, theme by theme."""
    table = found.table
    names = [
        name
        for _, rows in by_theme(table[table["kind"] == FORECAST])
        for name in dict.fromkeys(row["target"] for row in rows)
    ]
    rows = -(-len(names) // COLUMNS)
    with canvas.own_style():
        width = 0.62 + COLUMNS * SIZE[0] + (COLUMNS - 1) * 0.5 + 0.15
        margins = canvas.Margins(
            left=0.62, right=0.15, top=canvas.head_inches(_UNDER, width) + 0.5, bottom=0.95,
            across=0.5, down=(0.68,) * (rows - 1),
        )  # fmt: skip
        figure, axes = canvas.panels(rows, COLUMNS, SIZE, margins)
        places = [at for row in axes for at in row]
        for at, name in zip(places, names, strict=False):
            _panel(at, table[table["target"] == name], found.by_year.years)
        for at in places[len(names) :]:
            at.set_axis_off()
        canvas.headline(figure, "What came after 2020, and what the model makes of it", _UNDER)
        canvas.footnote(figure, _made_how(found))
    return figure


def draw_back_cast(found: BackCast, folder: Path) -> tuple[Path, Path]:
    """Draw the figure into `folder`/figures as PNG and SVG; return the paths."""
    return canvas.save(back_cast_figure(found), folder / "figures", NAME)


def _panel(at: Axes, own: pd.DataFrame, years: Sequence[int]) -> None:
    import math

    forecast, told = (
        own[own["kind"] == kind].to_dict("records") for kind in (FORECAST, CONDITIONAL)
    )
    first = forecast[0]
    by = 100.0 if first["unit"] == "share" else 1.0
    after = [LAST_KNOWN + 0.5, years[-1] + 0.5]
    at.fill_between(after, by * first["low"], by * first["high"], color=canvas.SKY, alpha=0.35,
                    linewidth=0.0, zorder=1)  # fmt: skip
    at.plot(after, [by * first["model"]] * 2, color=canvas.BLUE, linewidth=1.0, zorder=2)
    for row in told:
        at.plot([row["year"]] * 2, [by * row["low"], by * row["high"]], color=canvas.ORANGE,
                linewidth=2.6, solid_capstyle="butt", zorder=3)  # fmt: skip
        at.plot(row["year"], by * row["model"], marker="_", markersize=6.0,
                color=canvas.VERMILLION, zorder=4)  # fmt: skip
    if math.isfinite(first["naive"]):
        at.plot([LAST_KNOWN, years[-1] + 0.5], [by * first["naive"]] * 2, color=canvas.GREY,
                linewidth=0.9, linestyle="--", zorder=4)  # fmt: skip
        at.plot(LAST_KNOWN, by * first["naive"], marker="o", markersize=4.0,
                markerfacecolor="white" if first["role"] == "fit" else canvas.INK,
                markeredgecolor=canvas.INK, zorder=6)  # fmt: skip
        at.plot(*_line(told, "moved", by), color=canvas.GREEN, linewidth=1.1, marker="D",
                markersize=2.4, zorder=5)  # fmt: skip
    at.plot(*_line(told, "published", by), color=canvas.INK, linestyle="", marker="o",
            markersize=4.0, zorder=6)  # fmt: skip
    _frame(at, first, years)


def _line(rows: Sequence[dict[Hashable, Any]], name: str, by: float) -> tuple[list[Any], ...]:
    return [row["year"] for row in rows], [by * row[name] for row in rows]


def _frame(at: Axes, row: dict[Hashable, Any], years: Sequence[int]) -> None:
    from matplotlib.ticker import MaxNLocator

    at.set_xlim(LAST_KNOWN - 0.4, years[-1] + 0.5)
    at.set_xticks([LAST_KNOWN, *years], [f"{year % 100:02d}" for year in (LAST_KNOWN, *years)])
    at.yaxis.set_major_locator(MaxNLocator(nbins=4))
    at.set_ylim(bottom=max(at.get_ylim()[0], 0.0))
    at.tick_params(labelsize=canvas.SMALL - 1.0, length=2.0, pad=2.0)
    unit = ", %" if row["unit"] == "share" else ""
    title = str(row["title"]).removesuffix(" found at assessment") + unit
    size, colour = canvas.SMALL - 0.5, canvas.GREY if row["put_in"] else canvas.INK
    at.set_title(canvas.wrap(title, SIZE[0] + 0.3, size), loc="left", pad=4.0, size=size,
                 color=colour)  # fmt: skip


def _made_how(found: BackCast) -> str:
    import simcare
    from simcare.evidence import load

    ids = dict.fromkeys(i for cell in found.table["evidence"] for i in cell.split(", ") if i)
    names = dict.fromkeys(load().get(i).publisher for i in ids)
    return (
        f"Published figures: {'; '.join(filter(None, names))}; each is named in backcast.csv. "
        f"Years end in March. Model: simcare {simcare.__version__}, {found.ready.scenario.title}, "
        f"{found.draws} draws of the posterior, {found.families:,} families each, seed "
        f"{found.seed}."
    )
