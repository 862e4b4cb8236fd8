"""Counts of children made fit to be shown.

Numbers from 1 to 5 are replaced by a symbol, as in the Department for Education's releases
“Characteristics of children in need” of 2020 and 2021. That the others are rounded to the nearest
5 is a rule of our own: those releases round national and regional totals alone (to the nearest
10), and “Children looked after: a focus on placement location” of 2024 says outright that figures
of councils are not rounded. A council that publishes must see to its own rule. Everything that is
shown or worked out further here rests on counts treated so.
"""

from __future__ import annotations

from dataclasses import dataclass

SYMBOL = "c"
_FEW = 5
_STAND_IN = 3.0
"""What a suppressed count is taken as where it has to be reckoned with: the middle of 1 to 5."""


@dataclass(frozen=True)
class Count:
    """A number of children (or of events), suppressed if small and else rounded.

    least, most: the numbers that it may stand for.
    """

    shown: str
    value: float
    least: float
    most: float

    @property
    def words(self) -> str:
        """The count in words: "1 to 5" or "about 20"."""
        return {"0": "0", SYMBOL: f"1 to {_FEW}"}.get(self.shown, f"about {self.shown}")


def disclosed(number: float) -> Count:
    """Return a count fit to be shown: 0 as it is, 1 to 5 suppressed, others to the nearest 5."""
    if number == 0:
        return Count("0", 0.0, 0.0, 0.0)
    if number <= _FEW:
        return Count(SYMBOL, _STAND_IN, 1.0, float(_FEW))
    rounded = 5.0 * round(number / 5.0)
    # A number that is whole and not suppressed.
    return Count(f"{rounded:,.0f}", rounded, max(rounded - 2.0, _FEW + 1.0), rounded + 2.0)
