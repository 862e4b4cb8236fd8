"""How the findings of studies are written: values, intervals, verdicts, and a summary of them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from simcare.experiment.studies.terms import (
    AGREES,
    CLOSE,
    MISSES,
    NO_COMPARISON,
    NO_INTERVAL,
    NOTHING,
)
from simcare.report.words import listing, plain

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
FAR = "far off"
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
    """Write a verdict, and how much of a published effect the model gives."""
    said = VERDICTS[str(row["verdict"])]
    if row["verdict"] == NO_COMPARISON:
        return said
    if is_far(row):
        said = f"{said}, {FAR}"
    part = float(row["carried"])
    return f"{said}; {percent(part)} of the effect" if math.isfinite(part) else said


def is_far(row: Row) -> bool:
    """Say whether a finding is marked as far off: outside half to twice, and not in an interval."""
    return bool(row["far_off"]) and row["verdict"] in (MISSES, NO_INTERVAL)


def percent(part: float) -> str:
    """Write how much of a published effect there is: 40 %."""
    return f"{plain(100.0 * part, 0)} %"


def summary(table: pd.DataFrame) -> str:
    """Say in a few sentences how the findings came out: verdicts, effects, and large gaps."""
    held = table[table["role"] != "no comparison"]
    checks, put_in = held[held["role"] == "check"], held[held["role"] == "sets"]
    parts = [
        *(
            f"Of {_count(rows, one, many)}, {_verdicts(rows)}."
            for rows, one, many in (
                (
                    checks,
                    "check (a figure that no support uses)",
                    "checks (figures that no support uses)",
                ),
                (put_in, "figure that was put in", "figures that were put in"),
            )
            if len(rows)
        ),
        _by_study(held, checks),
        _effects(held),
        _gaps(held),
    ]
    return " ".join(part for part in parts if part)


def _count(rows: pd.DataFrame, one: str, many: str) -> str:
    return f"{len(rows)} {one if len(rows) == 1 else many}"


def _verdicts(rows: pd.DataFrame) -> str:
    counts = {verdict: int((rows["verdict"] == verdict).sum()) for verdict in VERDICTS}
    words = {
        AGREES: ("agrees", "agree"),
        MISSES: ("misses", "miss"),
        CLOSE: ("is too close to tell", "are too close to tell"),
        NO_INTERVAL: ("has no published interval", "have no published interval"),
        NOTHING: ("does not happen in the model", "do not happen in the model"),
    }
    said = [f"{counts[v]} {one if counts[v] == 1 else many}" for v, (one, many) in words.items()
            if counts[v] or v in (AGREES, MISSES)]  # fmt: skip
    return listing(said)


def _by_study(held: pd.DataFrame, checks: pd.DataFrame) -> str:
    """Say of how many studies the agreeing checks are, and which of them have their own put in."""
    agreeing = checks[checks["verdict"] == AGREES].groupby("citation", sort=False).size()
    if agreeing.empty:
        return ""
    studies, of = len(agreeing), checks["citation"].nunique()
    said = (
        f"The checks that agree are of {studies} of the {of} studies that have any"
        if of > 1
        else "The checks are all of one study"
    )
    cited, most = str(agreeing.idxmax()), int(agreeing.max())
    if most == 1:
        return f"{said}."
    own = ((held["citation"] == cited) & (held["role"] == "sets")).any()
    put_in = ", whose own curves are put in, so that they are hardly tests of anything else"
    return f"{said}: {most} of them are of one ({cited.split(';')[0]}){put_in if own else ''}."


def _effects(held: pd.DataFrame) -> str:
    """Say how many contrasts give less than half, and more than twice, of the published effect."""
    rows = held[held["carried"].notna()]
    if rows.empty:
        return ""
    part = rows["carried"]
    little, much = part < 0.5, part > 2.0
    checks = rows["role"] == "check"
    some = (
        f" ({int((little & checks).sum())} of {int(checks.sum())} that are checks)"
        if checks.any()
        else ""
    )
    contrasts = _count(rows, "contrast", "contrasts")
    return (
        f"Of {contrasts} of two arms, {_give(int(little.sum()))} less than half of the "
        f"published effect{some}, and {_give(int(much.sum()))} more than twice of it."
    )


def _give(count: int) -> str:
    return f"{count or 'none'} {'give' if count > 1 else 'gives'}"


def _gaps(held: pd.DataFrame) -> str:
    without = held[held["verdict"] == NO_INTERVAL]
    if without.empty:
        return ""
    far = int(without["far_off"].sum())
    return (
        f"Of {len(without)} without a published interval, {far or 'none'} "
        f"{'are' if far > 1 else 'is'} outside half to twice of what was published "
        f"(“{FAR}”)."
    )


def _digits(row: Row, column: str) -> str:
    decimals = {"ratio": 2, "for each": 3}.get(kind_of(row), 1)
    return plain(scaled(row, column), decimals)
