"""Modelled spending beside published spending, line by line."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.report import canvas
from simcare.report.spending.words import MILLION, ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.spending import Spending

NAME = "spending"
WIDTH, LEFT, RIGHT = 9.6, 3.6, 0.9
"""Inches: of the figure, and beside the panel for names and ratios."""
STEP, BOTTOM = 0.42, 1.25
_UNDER = (
    "England under usual practice, a year. Grey bars: published. Blue: the model on England's "
    "scale, with 95 % Monte Carlo intervals. Numbers at the right: modelled / published. Lines "
    "differ in what they cover, as the page of the spending check says; nothing is tuned to them."
)


def spending_figure(found: Spending) -> Figure:
    """Draw every line as a published bar and a modelled one below it, in £ billion."""
    rows = found.table.to_dict("records")
    with canvas.own_style():
        top = canvas.head_inches(_UNDER, WIDTH) + 0.15
        height = top + STEP * len(rows) + BOTTOM
        figure = canvas.sheet(WIDTH, height)
        place = (LEFT / WIDTH, BOTTOM / height, (WIDTH - LEFT - RIGHT) / WIDTH,
                 STEP * len(rows) / height)  # fmt: skip
        at = figure.add_axes(place)
        for i, row in enumerate(rows):
            _line(at, -float(i), row, bool(found.spec.lines[row["line"]].lines))
        at.set_ylim(0.6 - len(rows), 0.6)
        at.set_yticks([])
        at.spines["left"].set_visible(False)
        at.set_xlim(left=0.0)
        at.grid(axis="x", color=canvas.PALE, linewidth=0.6)
        at.set_xlabel(f"£ billion a year, prices of {found.ready.scenario.price_year}")
        canvas.headline(figure, "Spending held to England's outturn", _UNDER)
        canvas.footnote(figure, _made_how(found))
    return figure


def draw_spending(found: Spending, folder: Path) -> tuple[Path, Path]:
    """Draw the figure into `folder`/figures as PNG and SVG; return the paths."""
    return canvas.save(spending_figure(found), folder / "figures", NAME)


def _line(at: Axes, y: float, row: dict[Hashable, Any], total: bool) -> None:
    """Draw a line of spending; a total of others has its name in bold."""
    published, modelled, low, high = (
        row[name] / (1000.0 * MILLION) for name in ("published", "modelled", "low", "high")
    )
    at.barh(y + 0.17, published, height=0.26, color=canvas.PALE, edgecolor=canvas.GREY,
            linewidth=0.6)  # fmt: skip
    at.barh(y - 0.17, modelled, height=0.26, color=canvas.BLUE)
    at.plot([low, high], [y - 0.17] * 2, color=canvas.INK, linewidth=1.2)
    inside = at.get_yaxis_transform()
    at.text(-0.02, y, row["title"], transform=inside, ha="right", va="center",
            size=canvas.BODY, weight="bold" if total else "normal")  # fmt: skip
    at.text(1.02, y, ratio(row), transform=inside, ha="left", va="center", size=canvas.BODY)


def _made_how(found: Spending) -> str:
    import simcare

    scenario = found.ready.scenario
    return (
        "Published: local authority revenue outturn RO3 (MHCLG), gross, 2024-25; section 251 "
        "(DfE) and family justice (National Audit Office, England and Wales) of 2023-24, rebased "
        f"by the GDP deflator. Modelled: simcare {simcare.__version__}, scenario "
        f"“{scenario.title}”, {found.families:,} families, seed {found.seed}, each standing for "
        f"{found.standing_for:,.0f} of England's. Intervals: 95 % Monte Carlo, over independent "
        "families; how wrong the inputs may be is not in them."
    )
