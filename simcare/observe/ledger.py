"""The ledger: dated money, line by line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simcare.observe.books import Books
from simcare.observe.fold import Lines

COLUMNS = (
    "family", "child", "start_week", "end_week", "amount", "payer", "category", "item",
    "present_value",
)  # fmt: skip


def ledger(lines: Lines, books: Books) -> pd.DataFrame:
    """Return lines of money as a table, in the order family, start week, item, child, end week.

    Columns: family (row), child (-1 for the family), start_week, end_week (the same for a one-off
    sum), amount (pounds of the scenario's price year), payer, category, item, present_value
    (pounds).
    """
    sources = books.sources
    payer, category, item = (
        np.array([getattr(s, name) for s in sources], dtype=object)
        for name in ("payer", "category", "item")
    )
    names = sorted(set(item))
    rank = np.array([names.index(name) for name in item], dtype=np.int64)
    order = np.lexsort(
        (lines.source, lines.end, lines.slot, rank[lines.source], lines.start, lines.family)
    )
    source = lines.source[order]
    columns = (
        lines.family[order], lines.slot[order], lines.start[order], lines.end[order],
        lines.amount[order], payer[source], category[source], item[source], lines.value[order],
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
