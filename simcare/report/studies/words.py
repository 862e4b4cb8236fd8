"""How the findings of studies are written: values, intervals, verdicts, and a summary of them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from simcare.experiment.studies.run import (
    AGREES,
    CLOSE,
    MISSES,
    NO_COMPARISON,
    NO_INTERVAL,
    NOTHING,
)
from simcare.report.words import plain

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Hashable, Any]
ROLES = {"sets": "put in", "check": "check", "no comparison": "no comparison"}
VERDICTS = {
    AGREES: "agrees",
    MISSES: "misses",
    CLOSE: "too close to tell",
    NO_INTERVAL: "no interval",
    NO_COMPARISON: "no verdict",
    NOTHING: "does not happen in the model",
}
KIND = {"share": "%", "weeks": "weeks", "ratio": "ratio", "count": "for each"}


def kind_of(row: Row) -> str:
    """Return the scale a finding is on: "%", "points" (a difference of shares) or its unit."""
    if row["quantity"] in ("difference", "no difference") and row["unit"] == "share":
        return "points"
    return KIND.get(str(row["unit"]), str(row["unit"]))


def scaled(row: Row, column: str) -> float:
    """Return a number of a finding on the scale of its kind: shares in hundredths."""
    value = float(row[column])
    return value * 100.0 if row["unit"] == "share" else value


def value(row: Row, column: str) -> str:
    """Write one number of a finding: 19.7 %, −12.5 points, 0.74, 9.0 weeks."""
    kind = kind_of(row)
    return f"{_digits(row, column)}{'' if kind in ('ratio', 'for each') else ' ' + kind}"


def span(row: Row, middle: str, low: str, high: str) -> str:
    """Write a number with its interval, where there is one: 0.74 (0.61 to 0.91)."""
    said = value(row, middle)
    if not (math.isfinite(float(row[low])) and math.isfinite(float(row[high]))):
        return said
    return f"{said} ({_digits(row, low)} to {_digits(row, high)})"


def published(row: Row) -> str:
    """Write what was published, with a mark where the interval was computed here."""
    said = span(row, "published", "published_low", "published_high")
    return f"{said} †" if str(row["published_interval"]).startswith("95 %") else said


def simulated(row: Row) -> str:
    """Write what the model gives, with its Monte Carlo interval."""
    return span(row, "simulated", "low", "high")


def judged(row: Row) -> str:
    """Write a verdict, and how much of a published effect there is where it does not agree."""
    said = VERDICTS[str(row["verdict"])]
    if row["verdict"] not in (MISSES, NO_INTERVAL) or not math.isfinite(float(row["carried"])):
        return said
    return f"{said}; {plain(100.0 * float(row['carried']), 0)} % of the effect"


def summary(table: pd.DataFrame) -> str:
    """Say in a sentence or two how the findings came out."""
    checks, put_in = table[table["role"] == "check"], table[table["role"] == "sets"]
    parts = [
        f"Of {len(rows)} {what}, {_many(rows, AGREES)} agree, {_many(rows, MISSES)} miss, "
        f"{_many(rows, CLOSE)} are too close to tell, and {_others(rows)} cannot be judged, most "
        "for want of a published interval."
        for rows, what in (
            (checks, "checks (figures that no support uses)"),
            (put_in, "figures that were put in"),
        )
        if len(rows)
    ]
    return " ".join(parts)


def _many(rows: pd.DataFrame, verdict: str) -> int:
    return int((rows["verdict"] == verdict).sum())


def _others(rows: pd.DataFrame) -> int:
    return len(rows) - sum(_many(rows, v) for v in (AGREES, MISSES, CLOSE))


def _digits(row: Row, column: str) -> str:
    decimals = {"ratio": 2, "for each": 3}.get(kind_of(row), 1)
    return plain(scaled(row, column), decimals)
