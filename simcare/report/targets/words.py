"""What a target, its figure and the model's value are called."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from simcare.experiment.validation import HIT, coverage, predictive_coverage

if TYPE_CHECKING:
    import pandas as pd

Row = dict[Hashable, Any]
THEMES = (
    "Front door", "Needs", "Child in need and child protection", "Coming into care", "In care",
    "Leaving care", "Coming back", "Courts",
)  # fmt: skip
"""In this order; any other comes after."""
ROLES = {"fit": "fitted to", "check": "check"}


def number(value: float, unit: str) -> str:
    """Return a number as people write it in its unit."""
    if not math.isfinite(value):
        return "–"
    if unit == "share":
        return f"{100.0 * value:.1f} %"
    if unit == "weeks":
        return f"{value:.1f} weeks"
    if unit == "per week":
        return f"{value:.4f}"
    return f"{value:.3f}" if value < 1.0 else f"{value:.2f}"


def modelled(row: Row) -> str:
    """Return the model's value with its interval."""
    value, unit = number(row["model"], row["unit"]), row["unit"]
    if not math.isfinite(row["low"]):
        return value
    low, high = (number(max(row[end], 0.0), unit).split(" ")[0] for end in ("low", "high"))
    return f"{value} ({low} to {high})"


def published(row: Row) -> str:
    """Return the figure with its year, where that is another than most."""
    year = row["year"]
    return f"{number(row['published'], row['unit'])}" + (
        "" if not year or math.isnan(year) else f", {int(year)}"
    )


def judged(row: Row) -> str:
    """Return the verdict, and by how much a miss misses; and if the values in use alone miss."""
    if row["verdict"] == HIT:
        missed = row["in_use_verdict"] != HIT and row["published"]
        return f"hit; in use {row['in_use'] / row['published']:.2f} times" if missed else "hit"
    if not math.isfinite(row["ratio"]):
        return str(row["verdict"])
    return f"{row['verdict']}: {row['ratio']:.2f} times"


def summary(table: pd.DataFrame) -> str:
    """Say how many of each role are hit."""
    if not predictive_coverage(table):
        return " ".join([f"The model hits {_hits(table, 'verdict')}.", *_inputs(table)])
    return " ".join(
        [
            f"With the values in use alone, the model hits {_hits(table, 'in_use_verdict')}.",
            f"Over draws of the posterior, it hits {_hits(table, 'verdict')}.",
            *_covered(table),
            *_inputs(table),
        ]
    )


def _hits(table: pd.DataFrame, column: str) -> str:
    called = {"check": "it was only held against", "fit": "it is fitted to"}
    return " and ".join(
        f"{hits} of the {of} figures that {called[role]} ({100.0 * hits / of:.0f} %)"
        for role, (hits, of) in coverage(table, column).items()
    )


def _inputs(table: pd.DataFrame) -> list[str]:
    """Say how many figures test little, because an input of the model rests on them as well."""
    if not table["rests_on_an_input"].any():
        return []
    counts = [
        f"{int(rows['rests_on_an_input'].sum())} of the {len(rows)} {called}"
        for role, called in (("check", "checks"), ("fit", "figures fitted to"))
        if len(rows := table[table["role"] == role])
    ]
    rest = table[~table["rests_on_an_input"]]
    column = "in_use_verdict" if predictive_coverage(table) else "verdict"
    return [
        f"An input rests on the same figure in {' and '.join(counts)}; without these it hits "
        f"{_hits(rest, column)}{' with the values in use' if predictive_coverage(table) else ''}."
    ]


def in_use(row: Row) -> str:
    """Return what the model gives with the values in use."""
    return number(row["in_use"], row["unit"])


def _covered(table: pd.DataFrame) -> list[str]:
    return [
        f"Of the {of} {'checks' if role == 'check' else 'figures fitted to'}, {bare} lie inside "
        f"the bare 95 % predictive interval, and {wide} inside it widened by source error and "
        "discrepancy."
        for role, (bare, wide, of) in predictive_coverage(table).items()
    ]


def intervals(table: pd.DataFrame) -> str:
    """Say which kind of interval the model's values have."""
    return f"Intervals of the model: {'; '.join(dict.fromkeys(table['interval']))}."
