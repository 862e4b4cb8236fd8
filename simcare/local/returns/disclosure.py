"""Counts of children made fit to be shown.

Numbers from 1 to 5 are replaced by a symbol and the others rounded to the nearest 5, a rule of
our own; the Department's and councils' rules differ and change, so a council that publishes must
see to its own. Everything that is shown or worked out further here rests on counts treated so.
"""

from __future__ import annotations

from dataclasses import dataclass

SYMBOL = "c"
_FEW = 5
_STAND_IN = 3.0
"""What a suppressed count is taken as where it has to be reckoned with: the middle of 1 to 5."""


@dataclass(frozen=True)
class Count:
    """A number of children (or of events), suppressed if small and else rounded."""

    shown: str
    value: float


def disclosed(number: float) -> Count:
    """Return a count fit to be shown: 0 as it is, 1 to 5 suppressed, others to the nearest 5."""
    if number == 0:
        return Count("0", 0.0)
    if number <= _FEW:
        return Count(SYMBOL, _STAND_IN)
    rounded = 5.0 * round(number / 5.0)
    return Count(f"{rounded:,.0f}", rounded)
