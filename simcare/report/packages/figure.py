"""What makes up the joint effect of a package: each part, the interaction, and the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.errors import UserError
from simcare.report import canvas, facts
from simcare.report.facts import Change
from simcare.report.packages.words import INTERACTION, JOINT, effects, packages, rest, term_title
from simcare.report.safety_figure import Panel, amount, dress, panels_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

ROW, BAR, LABEL = 0.52, 0.17, 2.0
"""Inches for each row, for the bar in it, and for the names beside them."""


def packages_figure(comparison: Comparison) -> Figure:
    """Draw how the parts of each package and their interaction add up to its joint effect.

    Each bar begins where the one above it ends; the last, from nothing, is the joint effect.
    Lines are each bar's own 95 % Monte Carlo interval, at its end. A hollow bar cannot be told
    from no effect. Raises UserError if no package was run.
    """
    drawn = packages(comparison)
    if not drawn:
        raise UserError("no package was run, so there is nothing to take apart; run one, as a+b.")
    panels = panels_of(comparison)
    under = _under(comparison, len(drawn))
    size = (3.3, ROW * max(len(parts) + 2 for parts in drawn.values()) + 0.3)
    with canvas.own_style():
        frame = canvas.Margins(left=LABEL + 0.25, bottom=1.25, across=0.35)
        wide = frame.width(len(panels), size[0])
        titles = {
            p: canvas.wrap(facts.title(comparison, p), wide - 0.3, canvas.TITLE, "bold")
            for p in drawn
        }
        heads = [0.5 + 0.17 * (title.count("\n") + 1) for title in titles.values()]
        top = canvas.head_inches(under, wide) + 0.2 + heads[0]
        down = tuple(0.65 + head for head in heads[1:])
        frame = canvas.Margins(frame.left, frame.right, top, frame.bottom, frame.across, down)
        figure, axes = canvas.panels(len(drawn), len(panels), size, frame)
        for package, row in zip(drawn, axes, strict=True):
            _draw_package(comparison, package, list(zip(panels, row, strict=True)), size[1])
            _head(figure, row[0], titles[package])
        canvas.headline(figure, "What each part of a package adds", under)
        canvas.made_how(figure, comparison, _key(comparison))
    return figure


def _under(comparison: Comparison, count: int) -> str:
    base = facts.title(comparison, comparison.reference)
    scales = " EACH PACKAGE HAS SCALES OF ITS OWN." if count > 1 else ""
    unsafe = "" if facts.safety_outcomes(comparison.ready.scenario) else (
        " Incidents at home are not counted here: nothing is said about safety."
    )  # fmt: skip
    return (
        f"Differences from “{base}” on the same families: each part alone, and the interaction, "
        f"which is what all together do beyond the sum of the parts.{scales}{unsafe}"
    )


def _key(comparison: Comparison) -> str:
    also = dict.fromkeys(filter(None, (rest(comparison, p) for p in packages(comparison))))
    return (
        "Each bar begins where the one above ends; the line at its end is its own interval. "
        "Filled: the interval excludes no effect (hatched: a change for the worse; yellow: an "
        "interaction). Hollow: it cannot be told from no effect, or has no interval."
        + "".join(f" {a.strip(' ()').capitalize()}." for a in also)
    )


def _head(figure: Figure, at: Axes, title: str) -> None:
    """Write the name of a package above its panels, from the left edge of the figure."""
    width, height = figure.get_size_inches()
    bottom = at.get_position().y1 + 0.44 / height
    figure.text(0.15 / width, bottom, title, size=canvas.TITLE, weight="bold", va="bottom")


@dataclass(frozen=True)
class _Bar:
    """A bar from where the sum stands before it, and what it shows."""

    start: float
    found: Change
    colour: str

    @property
    def end(self) -> float:
        return self.start + self.found.mean

    @property
    def edges(self) -> list[float]:
        half = self.found.half if math.isfinite(self.found.half) else 0.0
        return [self.start, self.end - half, self.end + half]


def _draw_package(
    comparison: Comparison, package: str, panels: Sequence[tuple[Panel, Axes]], inches: float
) -> None:
    every = {one.outcome: one.terms for one in effects(comparison, package)}
    for i, (panel, at) in enumerate(panels):
        terms = {t: one.times(panel.times) for t, one in every[panel.outcome].items()}
        bars = _bars(terms, panel)
        _draw(at, bars, panel, inches)
        names = [term_title(comparison, package, term) for term in terms]
        shown = [canvas.wrap(name, LABEL, canvas.BODY) for name in names] if i == 0 else []
        at.set_yticks(range(len(bars)), shown or [""] * len(bars))


def _bars(terms: dict[str, Change], panel: Panel) -> list[_Bar]:
    bars: list[_Bar] = []
    start = 0.0
    for term, found in terms.items():
        bars.append(_Bar(0.0 if term == JOINT else start, found, _colour(term, found, panel)))
        start += found.mean
    return bars


def _colour(term: str, found: Change, panel: Panel) -> str:
    if found.verdict not in ("lower", "higher"):
        return "#555555"
    if term == INTERACTION:
        return canvas.ORANGE
    worse = (panel.better, found.verdict) in {("lower", "higher"), ("higher", "lower")}
    return canvas.VERMILLION if worse else canvas.BLUE


def _draw(at: Axes, bars: Sequence[_Bar], panel: Panel, inches: float) -> None:
    """Draw the bars of a panel that is so many inches high."""
    at.axvline(0.0, color=canvas.INK, linewidth=0.9)
    for row, bar in enumerate(bars[:-1]):
        at.plot([bar.end] * 2, [row, row + 1], color=canvas.GREY, linewidth=0.8, zorder=1)
    edges = [v for bar in bars for v in (*bar.edges, 0.0) if math.isfinite(v)]
    reach = (max(edges) - min(edges)) or 1.0
    thick = BAR / inches * (len(bars) + 0.25)
    for row, bar in enumerate(bars):
        _one(at, row, bar, panel, thick)
    at.set_xlim(min(edges) - 0.22 * reach, max(edges) + 0.22 * reach)
    at.set_ylim(len(bars) - 0.5, -0.75)
    dress(at, panel)


def _one(at: Axes, row: int, bar: _Bar, panel: Panel, thick: float) -> None:
    found, sure = bar.found, bar.found.verdict in ("lower", "higher")
    if not math.isfinite(found.mean):
        return
    worse = bar.colour == canvas.VERMILLION
    at.barh(
        row, found.mean, left=bar.start, height=thick, zorder=2, linewidth=1.4,
        edgecolor="white" if worse else bar.colour, hatch="///" if worse else None,
        facecolor=bar.colour if sure else "white",
    )  # fmt: skip
    if math.isfinite(found.half):
        ends = [bar.end - found.half, bar.end + found.half]
        if sure:
            # Or the line could not be told from the bar that it runs over.
            at.plot(ends, [row, row], color="white", linewidth=3.2, zorder=3)
        at.plot(ends, [row, row], color=canvas.INK, linewidth=1.3, zorder=3)
    middle = bar.start + found.mean / 2.0
    at.annotate(
        amount(found, panel), (middle, row), (0.0, 72.0 * BAR / 2.0 + 2.5), "data", "offset points",
        ha="center", va="bottom", size=canvas.SMALL, color=canvas.INK, annotation_clip=False,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}, zorder=4,
    )  # fmt: skip
