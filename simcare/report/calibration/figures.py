"""A calibration drawn: the assumed numbers and the targets, before and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.calibration.tables import MISSED, SILENT, numbers_table, targets_table
from simcare.report import canvas

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simcare.experiment.calibration.found import Calibrated

NUMBERS, TARGETS = "numbers", "targets"
MOST = 60
"""At most so many numbers are drawn: those that the targets say most of."""

_ROW, _WIDE, _FARTHEST = 0.19, 3.6, 6.0


def draw_calibration(found: Calibrated, folder: Path) -> list[Path]:
    """Draw both figures into `folder`/figures as PNG and SVG; return the paths."""
    made = {NUMBERS: numbers_figure(found), TARGETS: targets_figure(found)}
    return [p for name, f in made.items() for p in canvas.save(f, folder / "figures", name)]


def numbers_figure(found: Calibrated) -> Figure:
    """Draw each number's posterior within its assumed range, those that say most first."""
    rows = numbers_table(found)
    silent = int((rows["says"] == SILENT).sum())
    told = rows[rows["says"] != SILENT].copy()
    told["tells"] = told["narrowed"].clip(lower=0.0) + told["moved"].abs() / 4.0
    told = told.sort_values("tells", ascending=False, kind="stable").head(MOST)
    told = rows if told.empty else told
    under = (
        "Each row is one number over the range that is assumed for it. Pale: the whole range, each "
        "value as likely as any other beforehand. Blue: 95 % of the posterior draws, and their "
        f"mean. Red: the number in use. Of {silent} of the {len(rows)} numbers the data cannot "
        "tell, and they are not drawn."
    )
    half = -(-len(told) // 2)
    with canvas.own_style():
        margins = canvas.Margins(left=2.0, right=0.3, bottom=0.9, across=2.1)
        head = canvas.head_inches(under, margins.width(2, _WIDE))
        size = (_WIDE, _ROW * half + 0.1)
        figure, (axes,) = canvas.panels(1, 2, size, replace(margins, top=head + 0.2))
        for at, part in zip(axes, (told.iloc[:half], told.iloc[half:]), strict=True):
            _numbers(at, part, half)
        canvas.headline(figure, "What the targets say of the assumed numbers", under)
        canvas.footnote(figure, _made_how(found))
    return figure


def _numbers(at: Axes, rows: pd.DataFrame, height: int) -> None:
    low, wide = rows["prior_low"], rows["prior_high"] - rows["prior_low"]
    y = np.arange(len(rows))

    def within(column: str) -> np.ndarray:
        return np.asarray((rows[column] - low) / wide, dtype=np.float64)

    at.barh(y, 1.0, height=0.62, color=canvas.PALE, linewidth=0.0)
    left = within("low")
    at.barh(y, within("high") - left, left=left, height=0.38, color=canvas.SKY, linewidth=0.0)
    at.plot(within("mean"), y, "o", color=canvas.BLUE, markersize=3.6)
    at.plot(within("value"), y, "|", color=canvas.VERMILLION, markersize=8.0, markeredgewidth=1.6)
    at.set_ylim(height - 0.4, -0.6)
    at.set_xlim(-0.01, 1.01)
    at.set_yticks(y, list(rows["parameter"]), size=canvas.SMALL)
    at.set_xticks([0.0, 0.5, 1.0], ["lowest", "middle", "highest"], size=canvas.SMALL)
    at.tick_params(axis="y", length=0)


def targets_figure(found: Calibrated) -> Figure:
    """Draw how far the model is from each target it is calibrated to, before and after."""
    rows = targets_table(found)
    rows = rows[rows["role"] == "fit"]
    missed = int(rows["missed"].sum())
    under = (
        "How far the model is from each published figure, in standard deviations of what is "
        "tolerated: the source's own error and the model's discrepancy. Pale: 95 % of runs over "
        "all that was assumed. Blue: 95 % of the posterior draws, and their mean. Red: the "
        f"numbers in use. Grey band: two standard deviations. {missed} of {len(rows)} still miss."
    )
    with canvas.own_style():
        margins = canvas.Margins(left=3.5, right=0.3, bottom=1.25)
        head = canvas.head_inches(under, margins.width(1, 5.2))
        size = (5.2, _ROW * len(rows) + 0.1)
        figure, ((at,),) = canvas.panels(1, 1, size, replace(margins, top=head + 0.2))
        _targets(at, rows)
        canvas.headline(figure, "Usual practice held against its targets", under)
        canvas.footnote(figure, _made_how(found))
    return figure


def _targets(at: Axes, rows: pd.DataFrame) -> None:
    y = np.arange(len(rows))

    def off(column: str) -> np.ndarray:
        found = (rows[column] - rows["published"]) / rows["tolerance"]
        return np.asarray(np.clip(found, -_FARTHEST, _FARTHEST), dtype=np.float64)

    at.axvspan(-MISSED, MISSED, color="#F1F1F1", linewidth=0.0)
    at.axvline(0.0, color=canvas.GREY, linewidth=0.8)
    for ends, height, colour in (
        (("prior_low", "prior_high"), 0.62, canvas.PALE),
        (("low", "high"), 0.38, canvas.SKY),
    ):
        left = off(ends[0])
        at.barh(y, off(ends[1]) - left, left=left, height=height, color=colour, linewidth=0.0)
    at.plot(off("mean"), y, "o", color=canvas.BLUE, markersize=3.6)
    at.plot(off("present"), y, "|", color=canvas.VERMILLION, markersize=8.0, markeredgewidth=1.6)
    at.set_ylim(len(rows) - 0.4, -0.6)
    at.set_xlim(-_FARTHEST - 0.1, _FARTHEST + 0.1)
    at.set_yticks(y, list(rows["title"]), size=canvas.SMALL)
    at.set_xticks([-6, -4, -2, 0, 2, 4, 6])
    at.tick_params(axis="y", length=0)
    at.set_xlabel("standard deviations from the published figure (cut off at 6)")


def _made_how(found: Calibrated) -> str:
    import simcare

    plan, scenario = found.plan, found.plan.ready.scenario
    made_up = " Every number is made up: this is not evidence." if scenario.fictional else ""
    return (
        f"Source: simcare {simcare.__version__}, scenario “{scenario.title}”, {plan.total:,} runs "
        f"of {plan.families:,} families, seed {plan.seed}, prior {plan.prior.shape}; the draws are "
        f"worth {found.weighed.effective:,.0f} independent ones. Ranges: parameter uncertainty, "
        f"given the targets and what is tolerated.{made_up}"
    )
