"""Money beside safety: what each policy changes, in one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simcare.report import canvas, facts
from simcare.report.facts import CARE, Change
from simcare.report.words import about_pounds, with_half

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison


@dataclass(frozen=True)
class Panel:
    """One outcome: its name in the summary, a heading, its unit, and which way is better.

    times: what numbers of the summary are multiplied by to be in the unit.
    """

    outcome: str
    title: str
    unit: str
    better: str
    times: float = 1.0


def safety(comparison: Comparison) -> Figure:
    """Draw how each policy differs from the reference in cost, weeks in care and safety.

    Dots are paired differences, lines their 95 % Monte Carlo intervals. A filled dot is a
    measurable difference, a hollow one is not; a square is a measurable change for the worse.
    Raises UserError if only the reference was run.
    """
    policies = facts.rivals(comparison)
    shown = panels_of(comparison)
    base = facts.title(comparison, comparison.reference)
    under = f"Differences from “{base}” on the same families."
    if not facts.safety_outcomes(comparison.ready.scenario):
        under += " Incidents at home are not counted here: nothing is said about safety."
    with canvas.own_style():
        names = [canvas.wrap(facts.title(comparison, p), 2.0, canvas.BODY) for p in policies]
        row = max(0.6, 0.155 * (1 + max(name.count("\n") + 1 for name in names)))
        size = (3.3, row * len(policies) + 0.3)
        margins = canvas.Margins(left=2.25, top=1.2, bottom=1.2, across=0.35)
        figure, (axes,) = canvas.panels(1, len(shown), size, margins)
        for i, (panel, at) in enumerate(zip(shown, axes, strict=True)):
            _draw(comparison, panel, policies, at)
            at.set_yticks(range(len(policies)), names if i == 0 else [""] * len(policies))
        canvas.headline(figure, "Cost and safety together: what changes", under)
        canvas.made_how(
            figure,
            comparison,
            "Filled: the interval excludes no change (square: a change for the worse). "
            "Hollow: the difference cannot be told from no change, or has no interval.",
        )
    return figure


def panels_of(comparison: Comparison) -> list[Panel]:
    """Return the outcomes that such a figure shows: cost, weeks in care and safety."""
    scenario = comparison.ready.scenario
    panels = [Panel("cost", "Cost, all payers", "£ per family", "lower")]
    names = [CARE] if CARE in scenario.outcomes else []
    for name in [*names, *facts.safety_outcomes(scenario)]:
        measure = scenario.outcomes[name]
        times, unit = facts.per_hundred(measure.unit)
        panels.append(Panel(name, measure.title, unit, measure.better, times))
    return panels


def _draw(comparison: Comparison, panel: Panel, policies: tuple[str, ...], at: Axes) -> None:
    found = [facts.change(comparison, p, panel.outcome).times(panel.times) for p in policies]
    at.axvline(0.0, color=canvas.INK, linewidth=0.9)
    for row, one in enumerate(found):
        _dot(at, row, one, panel)
    edges = [v for f in found for v in (f.mean, f.low, f.high, 0.0) if math.isfinite(v)]
    reach = max(max(edges) - min(edges), 1e-9)
    at.set_xlim(min(edges) - 0.22 * reach, max(edges) + 0.22 * reach)
    at.set_ylim(len(policies) - 0.45, -0.65)
    dress(at, panel)


def _dot(at: Axes, row: int, found: Change, panel: Panel) -> None:
    sure = found.verdict in ("lower", "higher")
    worse = (panel.better, found.verdict) in {("lower", "higher"), ("higher", "lower")}
    colour = canvas.VERMILLION if worse else canvas.BLUE if sure else "#555555"
    if math.isfinite(found.half):
        at.plot([found.low, found.high], [row, row], color=colour, linewidth=2.0, zorder=2)
    at.plot(
        [found.mean], [row], marker="s" if worse else "o", markersize=6.5, zorder=3,
        color=colour, markerfacecolor=colour if sure else "white", markeredgewidth=1.6,
    )  # fmt: skip
    at.annotate(
        amount(found, panel), (found.mean, row), (0.0, 6.0), "data", "offset points",
        ha="center", va="bottom", size=canvas.SMALL, color=colour, annotation_clip=False,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip


def amount(found: Change, panel: Panel) -> str:
    """Write a difference with half of its interval."""
    if found.verdict == "none":
        return "no change"
    if panel.outcome == "cost":
        mean = about_pounds(found.mean, "+")
        return mean if found.verdict == "unknown" else f"{mean} ± {about_pounds(found.half)}"
    return with_half(found.mean, found.half)


def dress(at: Axes, panel: Panel) -> None:
    """Give a panel its title, its scale and the direction that is better."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    at.set_title(panel.title, loc="left", size=canvas.TITLE, weight="bold", pad=16)
    better = {"lower": "\N{LEFTWARDS ARROW} better", "higher": "better \N{RIGHTWARDS ARROW}"}
    at.annotate(
        better.get(panel.better, ""), (0.0 if panel.better == "lower" else 1.0, 1.0), (0.0, 4.0),
        "axes fraction", "offset points", size=canvas.SMALL, va="bottom",
        ha="left" if panel.better == "lower" else "right", color="#555555",
    )  # fmt: skip
    at.set_xlabel(f"difference, {panel.unit}", labelpad=3)
    at.xaxis.set_major_locator(MaxNLocator(4, min_n_ticks=3))
    if panel.outcome == "cost":
        at.xaxis.set_major_formatter(FuncFormatter(lambda v, _: canvas.pound_tick(v)))
    at.tick_params(axis="x", labelsize=canvas.SMALL + 0.5)
    at.tick_params(axis="y", length=0, labelsize=canvas.BODY)
    at.spines["left"].set_visible(False)
    at.grid(axis="x", color=canvas.PALE, linewidth=0.6)
