"""The look shared by all figures: palette, sizes, source line, and files that never differ.

Figures are `matplotlib.figure.Figure` objects made without pyplot. matplotlib's settings are
set while a figure is being made or written and put back afterwards, so that neither a user's
style nor another thread's figure changes ours.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.report import facts, twofold
from simcare.report.words import MINUS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

# Okabe and Ito (2008): told apart by people with any common kind of colour blindness.
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, GREY, INK, PALE = "#56B4E9", "#8C8C8C", "#222222", "#D9D9D9"
DOTS_PER_INCH = 150
TITLE, BODY, SMALL = 10.0, 8.5, 7.5
FONT = "DejaVu Sans"
_PNG_LEVEL = 3
"""How hard to press; more takes longer and gains one byte in thirty."""
_LOCK = threading.RLock()
_STYLE: dict[Any, Any] = {
    "font.family": FONT,
    "font.size": BODY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    # Letters keep their own shapes, as in the SVG; bending them to whole dots also takes longer.
    "text.hinting": "none",
    "svg.hashsalt": "simcare",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Margins:
    """Room around and between panels, in inches; `down` is that under each row but the last."""

    left: float = 1.0
    right: float = 0.25
    top: float = 1.0
    bottom: float = 1.0
    across: float = 0.3
    down: tuple[float, ...] = ()

    def width(self, columns: int, panel: float) -> float:
        """Return how wide a figure with so many panels of a width is."""
        return self.left + columns * panel + (columns - 1) * self.across + self.right


@contextmanager
def own_style() -> Iterator[None]:
    """Use the project's settings for a while, whatever the user's are."""
    import matplotlib as mpl

    with _LOCK, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def panels(
    rows: int, columns: int, size: tuple[float, float], margins: Margins
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure with a grid of panels, each of `size` (width, height) in inches."""
    width = margins.width(columns, size[0])
    height = margins.top + rows * size[1] + sum(margins.down) + margins.bottom
    figure = sheet(width, height)
    axes = []
    top = height - margins.top
    for row in range(rows):
        bottom = top - size[1]
        lefts = [margins.left + i * (size[0] + margins.across) for i in range(columns)]
        axes.append([_panel(figure, left, bottom, size) for left in lefts])
        top = bottom - (margins.down[row] if row < len(margins.down) else 0.0)
    return figure, axes


def sheet(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, facecolor="white")


def _panel(figure: Figure, left: float, bottom: float, size: tuple[float, float]) -> Axes:
    width, height = figure.get_size_inches()
    return figure.add_axes((left / width, bottom / height, size[0] / width, size[1] / height))


def headline(figure: Figure, title: str, under: str) -> None:
    """Write the figure's title, and a text under it, at the top left."""
    width, height = figure.get_size_inches()
    left = 0.15 / width
    figure.text(left, 1.0 - 0.14 / height, title, size=12.5, weight="bold", va="top")
    text = wrap(under, width - 0.3, BODY)
    figure.text(left, 1.0 - 0.42 / height, text, size=BODY, va="top", linespacing=1.3)
    figure.set_label(title)


def head_inches(under: str, width: float) -> float:
    """Return how high a headline is on a figure of some width, in inches."""
    return 0.42 + 0.155 * (wrap(under, width - 0.3, BODY).count("\n") + 1)


def made_how(figure: Figure, comparison: Comparison, more: str = "") -> None:
    """Write at the foot where the numbers come from and what the bands mean."""
    footnote(figure, f"{more} {how_made(comparison)}".strip())


def footnote(figure: Figure, text: str) -> None:
    """Write a note at the foot of a figure."""
    width, height = figure.get_size_inches()
    figure.text(
        0.15 / width, 0.1 / height, wrap(text, width - 0.3, SMALL), size=SMALL, va="bottom",
        color="#555555", linespacing=1.25,
    )  # fmt: skip


def how_made(comparison: Comparison) -> str:
    """Return the source line: scenario, size, seed, version and kind of interval."""
    import simcare

    scenario, size = comparison.ready.scenario, comparison.size
    runs = "" if size.replications == 1 else f" in each of {size.replications:,} replications"
    families = "family" if size.families == 1 else "families"
    made_up = " Every number is made up: this is not evidence." if scenario.fictional else ""
    drawn, run = len(comparison.policies), len(comparison.columns)
    few = (
        f"Drawn are the reference and the first {drawn - 1} of the menu, not all {run} policies: "
        "those with the fewest weeks in care, less safe ones only where room is left; --policies "
        "a,b draws others. "
    )
    return (few if drawn < run else "") + (
        f"Source: simcare {simcare.__version__}, scenario “{scenario.title}”, "
        f"{size.families:,} {families}{runs}, seed {size.seed}, prices of "
        f"{scenario.price_year}, not discounted. Intervals: {facts.interval_kind(comparison)}; "
        f"how wrong the inputs may be is not in them.{made_up}"
    )


def wrap(text: str, inches: float, size: float, weight: str = "normal") -> str:
    """Break a text into lines of at most some inches at a font size in points."""
    room, space = inches * 72.0 / size, _ems(" ", weight)
    lines: list[str] = []
    length = 0.0
    for word in text.split(" "):
        wide = _ems(word, weight)
        if lines and length + space + wide <= room:
            lines[-1] += f" {word}"
            length += space + wide
        else:
            lines.append(word)
            length = wide
    return "\n".join(lines)


def inches_wide(text: str, size: float, weight: str = "normal") -> float:
    """Return how wide a text is at a font size in points."""
    return _ems(text, weight) * size / 72.0


def _ems(text: str, weight: str) -> float:
    """Return how wide a text is in font sizes, as a part of a longer line."""
    # Between bars, or the white on either side of a letter would not count. A little more than
    # is needed, so that a line that just fits does not touch what is beside it.
    return (_drawn_ems(f"|{text}|", weight) - _drawn_ems("||", weight)) * 1.07


@functools.lru_cache(maxsize=4096)
def _drawn_ems(text: str, weight: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, size=1.0, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def pounds_axis(axes: Axes) -> None:
    """Label the y axis in pounds with thousands separators."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: pound_tick(v)))


def pound_tick(value: float) -> str:
    """Write a tick of a pounds axis, with pence only below £10."""
    digits = f"{abs(value):,.0f}" if abs(value - round(value)) < 1e-9 else f"{abs(value):,.2f}"
    return f"{MINUS if value < 0.0 else ''}£{digits}"


def weeks_axis(axes: Axes, last: float) -> None:
    """Tick the x axis in whole years, written in weeks, few enough to be read."""
    from matplotlib.ticker import MultipleLocator

    years = next(y for y in (0.25, 0.5, 1, 2, 3, 4, 5, 10, 20, 50) if last / (52 * y) <= 5.5)
    axes.set_xlim(0.0, last)
    axes.xaxis.set_major_locator(MultipleLocator(52 * years))


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write a figure as PNG (150 dots an inch) and as SVG; the same figure gives the same bytes.

    The folder is made if need be. Returns the two paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    title = str(figure.get_label() or name)
    unsigned: dict[str, Any] = {"Software": None, "Title": title}
    with own_style():
        from matplotlib.image import imsave

        dots, shapes = twofold.draw(figure, {"Date": None, "Creator": "simcare", "Title": title})
        svg.write_text(shapes, encoding="utf-8", newline="\n")
        imsave(
            png,
            dots,
            format="png",
            origin="upper",
            dpi=DOTS_PER_INCH,
            metadata=unsigned,
            pil_kwargs={"compress_level": _PNG_LEVEL},
        )
    return png, svg
