"""When a policy has paid for itself: cumulative net saving against the reference."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simcare.report import canvas, facts
from simcare.report.lines import Line
from simcare.report.panels import (
    corner,
    fill,
    heading,
    heading_inches,
    limits,
    period,
    series,
)
from simcare.report.words import about_pounds, date_of, day

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

ACROSS = 4
"""Most policies side by side."""
ALIKE = 3.0
"""Panels share one scale unless the widest is more than so many times the narrowest."""


def saving(comparison: Comparison) -> Figure:
    """Draw the cumulative net saving per family of each policy against the reference.

    The week from which it stays above nothing is marked where there is one. Raises UserError
    if only the reference was run.
    """
    policies = facts.rivals(comparison)
    columns = min(len(policies), ACROSS)
    rows = math.ceil(len(policies) / columns)
    size = (2.9 if columns > 1 else 5.2, 2.5)
    lines = [series(comparison, p, "all", "saving", canvas.GREEN) for p in policies]
    scales = _scales(lines)
    under = _under(comparison, len(set(scales)) > 1)
    with canvas.own_style():
        head = heading_inches(comparison, policies, size[0])
        frame = canvas.Margins(bottom=1.15, across=0.65, down=(0.7 + head,) * (rows - 1))
        top = canvas.head_inches(under, frame.width(columns, size[0])) + 0.15 + head
        figure, axes = canvas.panels(rows, columns, size, replace(frame, top=top))
        flat = [a for row in axes for a in row]
        for at in flat[len(policies) :]:
            at.set_axis_off()
        last = float(comparison.ready.scenario.horizon_weeks)
        for i, (policy, at) in enumerate(zip(policies, flat, strict=False)):
            fill(at, [lines[i]], scales[i], last)
            heading(comparison, policy, at, size[0])
            _mark(comparison, policy, at, lines[i])
            at.set_xlabel("weeks since the start (52 = one year)")
            if i % columns == 0:
                at.set_ylabel("saved so far, £ per family")
        canvas.headline(figure, "Has it paid for itself? Net saving so far, per family", under)
        canvas.made_how(figure, comparison)
    return figure


def _scales(lines: list[Line]) -> list[tuple[float, float]]:
    """Give every panel one scale, or each its own where a common one would flatten some.

    A line that never leaves nothing has no scale of its own.
    """
    common = limits(lines)
    own = [limits([line]) if line.y.any() else None for line in lines]
    spans = [scale[1] - scale[0] for scale in own if scale is not None]
    if not spans or max(spans) <= ALIKE * min(spans):
        return [common] * len(lines)
    return [scale or common for scale in own]


def _under(comparison: Comparison, differ: bool) -> str:
    base = facts.title(comparison, comparison.reference)
    scales = "EACH PANEL HAS A SCALE OF ITS OWN. " if differ else ""
    return (
        f"Money spent under “{base}” less money spent under the policy, all payers together; "
        f"below £0 the policy has cost more than it has saved. {scales}{period(comparison)}"
    )


def _mark(comparison: Comparison, policy: str, at: Axes, line: Line) -> None:
    """Mark the week in which a policy has paid for itself, and write what it saves."""
    week, found = facts.break_even_week(comparison, policy), facts.saving(comparison, policy)
    text = _outcome(found)
    if math.isfinite(week.mean) and found.verdict in ("higher", "unknown"):
        y = float(np.interp(week.mean, line.x, line.y))
        at.axvline(week.mean, ymax=0.76, color=canvas.INK, linewidth=1.0, linestyle=(0, (2, 2)))
        at.plot([week.mean], [y], marker="o", markersize=5, color=canvas.INK, zorder=5)
        date = day(date_of(comparison.ready.scenario.start_date, week.mean))
        verb = "paid for itself" if facts.spends_more(comparison, policy) else "costs less"
        text += f"\n{verb} from week {week.mean:,.0f} ({date})"
        if math.isfinite(week.high):
            text += f",\nbeyond chance from week {week.high:,.0f}"
    elif found.verdict in ("lower", "unknown"):
        text += "\nnot paid for itself by the end"
    corner(at, text)


def _outcome(found: facts.Change) -> str:
    if found.verdict == "none":
        return "costs the same in all"
    half = f" ± {about_pounds(found.half)}" if math.isfinite(found.half) else ""
    if found.verdict == "unclear":
        return f"{about_pounds(found.mean, '+')}{half} by the end:\ncannot be told from chance"
    kind = "saved" if found.mean > 0.0 else "lost"
    return f"{about_pounds(abs(found.mean))}{half} {kind} by the end"
