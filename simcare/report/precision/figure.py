"""How a difference becomes known more closely as families are added."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simcare.report import canvas
from simcare.report.precision.words import asked, counted, title, unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.precision import Precision

NAME = "precision"
SIZE = (4.3, 2.9)
SHOWN_FROM = 0.05
"""Share of the way before which the band is so wide that it would flatten all that follows."""


def precision_figure(found: Precision) -> Figure:
    """Draw the difference with its band, and the half-width, against how many were run.

    The half-width asked for is a line across; what is needed, where there is an answer, a line
    down.
    """
    under = _under(found)
    with canvas.own_style():
        margins = canvas.Margins(left=1.05, right=0.4, bottom=1.15, across=1.05)
        head = canvas.head_inches(under, margins.width(2, SIZE[0]))
        margins = replace(margins, top=head + 0.45)
        figure, (axes,) = canvas.panels(1, 2, SIZE, margins)
        _difference(axes[0], found)
        _half_width(axes[1], found)
        for at in axes:
            _dress(at, found)
        canvas.headline(figure, _headline(found), under)
        canvas.footnote(figure, _made_how(found))
    return figure


def draw_precision(found: Precision, folder: Path) -> tuple[Path, Path]:
    """Draw the figure into `folder`/figures as PNG and SVG; return the paths."""
    return canvas.save(precision_figure(found), folder / "figures", NAME)


def _difference(at: Axes, found: Precision) -> None:
    path = found.path
    x = path[found.aim.unit].to_numpy(np.float64)
    mean, low, high = (path[c].to_numpy(np.float64) for c in ("difference", "low", "high"))
    at.axhline(0.0, color=canvas.GREY, linewidth=0.8)
    at.fill_between(x, low, high, color=canvas.BLUE, alpha=0.18, linewidth=0.0)
    at.plot(x, mean, color=canvas.BLUE, linewidth=1.8)
    seen = x >= SHOWN_FROM * x[-1]
    edges = np.concatenate([low[seen], high[seen], [0.0]])
    edges = edges[np.isfinite(edges)]
    room = 0.08 * max(float(np.ptp(edges)), 1e-9)
    at.set_ylim(float(edges.min()) - room, float(edges.max()) + room)
    at.set_title("The difference so far", loc="left", size=canvas.TITLE, weight="bold")
    at.set_ylabel(f"difference, {unit(found)}")


def _half_width(at: Axes, found: Precision) -> None:
    path, aim = found.path, found.aim
    x = path[aim.unit].to_numpy(np.float64)
    half = path["half_width"].to_numpy(np.float64)
    at.plot(x, half, color=canvas.VERMILLION, linewidth=1.8)
    at.axhline(aim.half_width, color=canvas.INK, linewidth=1.0, linestyle=(0, (4, 2)))
    seen = half[(x >= SHOWN_FROM * x[-1]) & np.isfinite(half)]
    at.set_ylim(0.0, 1.15 * max(float(seen.max(initial=0.0)), aim.half_width))
    at.annotate(
        f"asked for: {asked(found)}", (1.0, aim.half_width), (-3.0, 3.0),
        ("axes fraction", "data"), "offset points", ha="right", va="bottom", size=canvas.SMALL,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip
    at.set_title("Half the width of its interval", loc="left", size=canvas.TITLE, weight="bold")
    at.set_ylabel(f"half-width, {unit(found)}")


def _dress(at: Axes, found: Precision) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    at.set_xlim(0.0, float(found.path[found.aim.unit].iloc[-1]))
    at.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    at.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    if found.aim.outcome.startswith("cost"):
        canvas.pounds_axis(at)
    at.grid(axis="y", color=canvas.PALE, linewidth=0.6)
    at.set_xlabel(f"{found.aim.unit} run under both policies")
    if found.needed is not None:
        at.axvline(found.needed, color=canvas.INK, linewidth=1.0, linestyle=(0, (1, 1.5)))


def _headline(found: Precision) -> str:
    answer = "more than were run" if found.needed is None else f"{found.needed:,}"
    return f"How many {found.aim.unit} are needed: {answer}"


def _under(found: Precision) -> str:
    ready, aim = found.ready, found.aim
    own, base = (ready.scenario.policies[p].title for p in (aim.policy, ready.scenario.reference))
    down = ""
    if found.needed is not None:
        down = f" Dotted: {counted(found, found.needed)}, from which on it stays narrow enough."
    return (
        f"{title(found)}: “{own}” less “{base}”, on the same families. Band: 95 % Monte Carlo "
        f"interval. Dashed: the half-width asked for.{down}"
    )


def _made_how(found: Precision) -> str:
    import simcare

    scenario = found.ready.scenario
    together = ""
    if found.aim.unit == "replications":
        together = f" of {found.size.families:,} families each"
    made_up = " Every number is made up: this is not evidence." if scenario.fictional else ""
    return (
        f"Source: simcare {simcare.__version__}, scenario “{scenario.title}”, "
        f"{counted(found, int(found.path[found.aim.unit].iloc[-1]))}{together}, seed "
        f"{found.size.seed}, prices of {scenario.price_year}, not discounted. Intervals: 95 % "
        f"Monte Carlo, over independent {found.aim.unit}; how wrong the inputs may be is not in "
        f"them, and no number of families narrows that.{made_up}"
    )
