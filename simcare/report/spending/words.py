"""How a line of spending is put into words."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

from simcare.report.words import NONE, plain

Row = Mapping[Hashable, Any]
MILLION = 1e6
NOTHING = "not modelled"


def millions(amount: float) -> str:
    """Write pounds in whole millions: £3,810m."""
    return f"£{plain(amount / MILLION, 0)}m"


def published(row: Row) -> str:
    """Write what was published, in the model's prices."""
    return millions(row["published"])


def modelled(row: Row) -> str:
    """Write what the model spends, with its interval in brackets."""
    if not row["counts"]:
        return NOTHING
    # Nothing is spent below nothing, however wide an interval of few families is.
    low, high = millions(max(row["low"], 0.0)), millions(row["high"])
    return f"{millions(row['modelled'])} ({low} to {high})"


def ratio(row: Row) -> str:
    """Write how much of the published sum is modelled."""
    return plain(row["ratio"], 2) if row["counts"] else NONE


def parts(row: Row) -> str:
    """Say how the ratio comes about: so many children, at so much for each ("": not counted)."""
    if not math.isfinite(row["volume_ratio"]):
        return ""
    served, counted = (plain(row[f"children_{name}"], 0) for name in ("modelled", "published"))
    volume, price = plain(row["volume_ratio"], 2), plain(row["price_ratio"], 2)
    return (
        f"{served} children on a day where {counted} are published ({volume} times), at {price} "
        "times the money for each."
    )
