"""What a calibration found, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.calibration.coverage import FEWEST_RUNS, LEVELS
from simcare.experiment.calibration.tables import (
    SILENT,
    correlations_table,
    numbers_table,
    targets_table,
)

if TYPE_CHECKING:
    from simcare.experiment.calibration.found import Calibrated

FEW_EFFECTIVE = 50
"""Effective draws below which tails of the posterior should not be read."""

UNSETTLED = 5.0
_TOLD = 4


def sentences(found: Calibrated) -> list[str]:
    """Say how well the targets are met, what is learnt, what is not, and how good the sample is."""
    return [_met(found), _learnt(found), _together(found), *_sample(found), *_tried(found)]


def _met(found: Calibrated) -> str:
    rows = targets_table(found)
    fit = rows[rows["role"] == "fit"]
    missed = fit[fit["missed"]]
    before = int((fit["off_before"].abs() > 2.0).sum())
    says = (
        f"{len(fit) - len(missed)} of the {len(fit)} targets calibrated to lie within two standard "
        f"deviations of what the calibrated model gives; with the numbers in use, "
        f"{len(fit) - before} do."
    )
    if len(missed):
        titles = [_way(t, off) for t, off in zip(missed["title"], missed["off"], strict=True)]
        says += f" Missed still: {_listed(titles)}."
    return says


def _way(title: str, off: float) -> str:
    return f"{title} (too {'high' if off > 0.0 else 'low'})"


def _learnt(found: Calibrated) -> str:
    rows = numbers_table(found)
    silent = int((rows["says"] == SILENT).sum())
    most = rows.sort_values("narrowed", ascending=False, kind="stable")["parameter"].head(_TOLD)
    return (
        f"Of the {len(rows)} assumed numbers the targets say something of {len(rows) - silent}, "
        f"most of {_listed([f'`{n}`' for n in most])}. Of {silent} the data cannot tell: whatever "
        "is assumed of them stays assumed."
    )


def _together(found: Calibrated) -> str:
    pairs = correlations_table(found)
    if pairs.empty:
        return "No two numbers are strongly correlated in the posterior."
    told = [
        f"`{row['one']}` and `{row['other']}` ({row['correlation']:+.2f})"
        for row in pairs.head(_TOLD).to_dict("records")
    ]
    return (
        f"{len(pairs)} pairs are correlated by a quarter or more, so draws must be used whole: "
        f"{_listed(told)} most."
    )


def _sample(found: Calibrated) -> list[str]:
    proposals, distinct = len(found.weighed.weights), len(np.unique(found.chosen))
    effective = found.weighed.effective
    says = (
        f"The {found.plan.draws:,} draws come from {proposals:,} real runs, weighed by what "
        f"those runs gave: worth {effective:,.0f} independent draws, {distinct:,} of them distinct."
    )
    warned = []
    if found.weighed.correction < 1.0:
        warned.append(
            f"Weights in full would be worth {found.weighed.in_full:,.0f}, so they were raised to "
            f"the power {found.weighed.correction:.2f}: some of what the emulators get wrong "
            "stays in. More runs (`--runs`, `--waves`) take the correction further."
        )
    if effective < FEW_EFFECTIVE:
        warned.append(
            "That is few: read means and rough ranges, not tails, and run more (`--runs`, "
            "`--waves`, `--families`) before much hangs on it."
        )
    drifts = [w.chains.drift for w in found.waves if w.chains is not None]
    if drifts and drifts[-1] > UNSETTLED:
        warned.append(
            f"The chains that drew the proposals had not settled (drift {drifts[-1]:.1f})."
        )
    return [" ".join([says, *warned])]


def _tried(found: Calibrated) -> list[str]:
    """Say whether intervals hold what they should, where the answers are known."""
    if found.covered is None:
        return [
            f"It was not tried on made-up figures: that takes {FEWEST_RUNS} runs of the first wave "
            "(`--runs`)."
        ]
    said, judged = [], []
    for level in LEVELS:
        share, low, high = found.covered.pooled(level)
        said.append(
            f"{100.0 * share:.0f} % ({100.0 * low:.0f} to {100.0 * high:.0f}) in the "
            f"{100.0 * level:.0f} % interval"
        )
        way = "narrow" if high < level else "wide" if low > level else ""
        judged += [f"the {100.0 * level:.0f} % interval is too {way}"] if way else []
    verdict = _listed(judged) if judged else "intervals hold what they say"
    return [
        f"Tried on {len(found.covered.ranks)} sets of made-up figures with known answers, over the "
        f"whole prior and before the correction by real runs: {verdict}. Of the numbers that "
        f"figures tell of, {_listed(said)} (95 % over the sets)."
    ]


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
