"""The headline figure: where the help money goes in and the care money comes out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from simcare.report import canvas, facts
from simcare.report.lines import Line, label
from simcare.report.panels import (
    corner,
    fill,
    heading,
    heading_inches,
    limits,
    period,
    series,
)
from simcare.report.words import about_pounds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

ACROSS = 5
"""Most policies side by side."""
HEIGHTS = 1.95
KINDS = ("weekly", "cumulative", "change")


def weekly_costs(comparison: Comparison) -> Figure:
    """Draw what care and help cost, with one column for each policy.

    Pounds per family: each week, in all so far, and in all so far as a difference from the
    reference (left out where only the reference was run). The care cost of the reference is
    repeated in grey. Bands are 95 % Monte Carlo.
    """
    count = len(comparison.policies)
    kinds = KINDS if count > 1 else KINDS[:2]
    columns = min(count, ACROSS)
    bands = math.ceil(count / columns)
    size = (2.55 if columns > 2 else 3.6, HEIGHTS)
    key = _key(comparison)
    with canvas.own_style():
        frame = canvas.Margins(bottom=1.15, across=0.22)
        head = heading_inches(comparison, comparison.policies, size[0])
        down = ((*(0.2,) * (len(kinds) - 1), 0.7 + head) * bands)[:-1]
        top = canvas.head_inches(key, frame.width(columns, size[0])) + 0.15 + head
        frame = replace(frame, top=top, down=down)
        figure, axes = canvas.panels(len(kinds) * bands, columns, size, frame)
        for number, kind in enumerate(kinds):
            rows = [axes[band * len(kinds) + number] for band in range(bands)]
            _draw_kind(comparison, kind, [at for row in rows for at in row], columns)
        for place, policy in enumerate(comparison.policies):
            band, column = divmod(place, columns)
            heading(comparison, policy, axes[band * len(kinds)][column], size[0])
            lowest = axes[(band + 1) * len(kinds) - 1][column]
            lowest.set_xlabel("weeks since the start")
            lowest.tick_params(labelbottom=True)
        canvas.headline(figure, "What help costs and what care costs, per family", key)
        canvas.made_how(figure, comparison)
    return figure


def _draw_kind(comparison: Comparison, kind: str, axes: list[Axes], columns: int) -> None:
    """Draw one row of panels, on one scale so that policies can be compared by eye."""
    lines = [_lines(comparison, policy, kind) for policy in comparison.policies]
    every = [x for panel in lines for x in panel]
    scale = limits(every, None if kind == "change" else 0.0)
    last = float(comparison.ready.scenario.horizon_weeks)
    for place, at in enumerate(axes):
        if place >= len(lines):
            at.set_axis_off()
            continue
        policy = comparison.policies[place]
        fill(at, lines[place], scale, last)
        at.tick_params(labelleft=place % columns == 0, labelbottom=False)
        if kind == "change" and policy == comparison.reference:
            _explain(at)
        elif lines[place]:
            label(at, lines[place])
        if place % columns == 0:
            at.set_ylabel(_AXES[kind])
        if kind != "weekly" and lines[place]:
            corner(at, _totals(comparison, policy, kind))


_AXES = {
    "weekly": "£ a week per family",
    "cumulative": "£ so far per family",
    "change": "change so far, £ per family",
}


def _lines(comparison: Comparison, policy: str, kind: str) -> list[Line]:
    reference = comparison.reference
    if kind == "change" and policy == reference:
        return []
    lines = []
    if kind != "change" and policy != reference:
        grey = series(comparison, reference, "care", kind, canvas.GREY)
        lines.append(grey.as_reference())
    lines.append(series(comparison, policy, "care", kind, canvas.VERMILLION))
    lines.append(series(comparison, policy, "help", kind, canvas.BLUE).dashed())
    return lines


def _explain(at: Axes) -> None:
    """Use the empty panel of the reference to say what stands beside it."""
    at.grid(False)
    for line in at.get_lines():
        line.set_visible(False)
    at.annotate(
        "Beside this: what each policy\nchanges. Above £0 more is spent\nthan under the "
        "reference, below\nit less. Bands are of paired\ndifferences on the same families.",
        (0.04, 0.96), xycoords="axes fraction", va="top", size=canvas.SMALL + 0.5,
        linespacing=1.35, color="#555555",
    )  # fmt: skip


def _totals(comparison: Comparison, policy: str, kind: str) -> str:
    """Say what has been spent by the end, or how that differs from the reference."""
    if kind == "cumulative":
        table = comparison.weekly[comparison.weekly["policy"] == policy]
        last = table.groupby("group")["cumulative"].last()
        return "\n".join(f"{group} {about_pounds(last[group])}" for group in ("care", "help"))
    parts = []
    for group in ("care", "help"):
        found = facts.saving(comparison, policy, group).turned()
        known = math.isfinite(found.half) and found.verdict != "none"
        half = f" ± {about_pounds(found.half)}" if known else ""
        parts.append(f"{group} {about_pounds(found.mean, '+')}{half}")
    return "\n".join(parts)


def _key(comparison: Comparison) -> str:
    base = facts.title(comparison, comparison.reference)
    return (
        "Orange, unbroken: care. Blue, dashed: help, with placing children while a parent is in "
        f"treatment. Grey, thin: care under “{base}”. Figures in panels are those at the end. "
        f"Casework and court proceedings are not drawn. {period(comparison)}"
    )
