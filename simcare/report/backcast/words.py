"""What a back-cast's kinds, numbers and scores are called."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from simcare.experiment.backcast import CONDITIONAL, FORECAST
from simcare.experiment.skill import ALL, MOVED
from simcare.report.targets import words
from simcare.report.words import NONE, plain

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Hashable, Any]
KINDS = {
    FORECAST: "Forecast",
    CONDITIONAL: "Conditional",
    MOVED: "2020, moved",
}
OUTSIDE, FAR_OUTSIDE = "*", "**"
"""Beside an interval that the figure lies outside of: without the tolerance, and with it too."""


def number(value: float, unit: str) -> str:
    """Write a number in its unit, small ratios with one digit more than elsewhere."""
    if unit == "ratio" and abs(value) < 0.1:
        return f"{value:.4f}"
    return words.number(value, unit)


def interval(row: Row) -> str:
    """Write the model's mean with its interval, and mark one that the figure is outside of."""
    if not math.isfinite(row["model"]):
        return NONE
    mean = number(row["model"], row["unit"])
    low, high = (number(row[end], row["unit"]).split(" ")[0] for end in ("low", "high"))
    mark = "" if row["inside"] else OUTSIDE if row["inside_tolerated"] else FAR_OUTSIDE
    return f"{mean} ({low} to {high}){mark}"


def off(error: float, published: float) -> str:
    """Write an absolute error as a share of the figure."""
    return f"{100.0 * error / abs(published):.0f} %" if math.isfinite(error) else NONE


def mean_off(error: float) -> str:
    """Write a mean of such errors: 4.7 %."""
    return f"{100.0 * error:.1f} %" if math.isfinite(error) else NONE


def counted(count: float, of: int) -> str:
    """Write how many of some figures: 9 of 11."""
    return f"{count:.0f} of {of}" if math.isfinite(count) and of else NONE


def share(count: float, of: int) -> str:
    """Write how many of some figures, and which share: 9 of the 11 figures (82 %)."""
    return f"{count:.0f} of the {of} figures ({100.0 * count / of:.0f} %)" if of else "no figures"


def skill(row: Row) -> str:
    """Write a skill with its interval."""
    if not math.isfinite(row["skill"]):
        return NONE
    said = plain(row["skill"], 2)
    if not math.isfinite(row["low"]):
        return said
    return f"{said} ({plain(row['low'], 2)} to {plain(row['high'], 2)})"


def verdict(row: Row) -> str:
    """Say what the interval of a skill says."""
    if row["high"] < 0.0:
        return "the naive forecast is better"
    if row["low"] > 0.0:
        return "the model is better"
    return "the two cannot be told apart"


def summary(scored: pd.DataFrame) -> list[str]:
    """Say, for each kind, how many figures lie inside and whether the model adds anything.

    scored: as `simcare.experiment.skill.scores` gives it.
    """
    whole = scored[scored["year"] == ALL].set_index("kind")
    return [_sentence(kind, whole.loc[kind].to_dict()) for kind in KINDS if kind in whole.index]


def _sentence(kind: str, row: Row) -> str:
    errors = (
        f"over the {row['compared']} figures, of {row['targets']} targets, that have one of 2020 "
        f"beside them, it is {mean_off(row['model_error'])} off where “as in 2020” is "
        f"{mean_off(row['naive_error'])} off: skill {skill(row)}, so {verdict(row)}."
    )
    if kind == MOVED:
        return (
            "The figure of 2020, moved by as much as the conditional back-cast moves from the "
            f"forecast, tests change alone: {errors}"
        )
    begin = (
        "The forecast, with nothing known after 2020,"
        if kind == FORECAST
        else "The conditional back-cast, told each year's inputs,"
    )
    return (
        f"{begin} has {share(row['inside'], row['figures'])} inside its 95 % predictive interval, "
        f"and {counted(row['inside_tolerated'], row['figures'])} with the tolerance; "
        f"{errors}"
    )
