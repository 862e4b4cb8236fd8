"""How numbers, lengths of time and titles are written wherever people read them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence

from simcare.units import DAYS_PER_WEEK, WEEKS_PER_YEAR

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
TIED = "\N{NO-BREAK SPACE}"
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
           "eleven", "twelve")  # fmt: skip


def figures(value: float, count: int = 3) -> float:
    """Round to some significant figures."""
    if value == 0.0 or not math.isfinite(value):
        return value
    return round(value, count - 1 - math.floor(math.log10(abs(value))))


def pounds(value: float, sign: str = "") -> str:
    """Write whole pounds: £1,234 or −£1,234. With `sign` "+" a plus is written too."""
    return _signed(f"£{abs(value):,.0f}", value, sign)


def about_pounds(value: float, sign: str = "") -> str:
    """Write pounds to three significant figures, and never finer than a pound."""
    return pounds(figures(value), sign)


def plain(value: float, decimals: int, sign: str = "") -> str:
    """Write a number with thousands separators and so many decimals."""
    return _signed(f"{abs(value):,.{decimals}f}", value, sign)


def short(value: float, sign: str = "") -> str:
    """Write a number to two or three significant figures: 12.3, 0.053, 1,230."""
    decimals = decimals_for([value])
    return plain(value, decimals, sign)


def decimals_for(values: Iterable[float]) -> int:
    """Return how many decimals show the largest of some numbers to three figures."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    if largest <= 0.0:
        return 0
    return min(max(2 - math.floor(math.log10(largest)), 0), 5)


def with_half(mean: float, half: float) -> str:
    """Write a difference with the half-width of its interval (nan: none): −0.36 ± 0.18."""
    decimals = max(decimals_for([mean, half]) - 1, 0)
    said = plain(mean, decimals, "+")
    # The parts must not be broken apart at the end of a line.
    return f"{said}{TIED}±{TIED}{plain(half, decimals)}" if math.isfinite(half) else said


def length(weeks: float) -> str:
    """Write a length of time: "ten years" where it is nearly whole years, else "30 weeks"."""
    years = weeks / WEEKS_PER_YEAR
    whole = round(years)
    if whole >= 1 and abs(years - whole) < 0.06:
        name = _COUNTS[whole] if whole < len(_COUNTS) else str(whole)
        return f"{name} year" if whole == 1 else f"{name} years"
    return f"{weeks:,.0f} weeks"


def date_of(start: datetime.date, week: float) -> datetime.date:
    """Return the day on which a week falls, counted from the start date of a scenario."""
    return start + datetime.timedelta(days=math.floor(week * DAYS_PER_WEEK + 1e-6))


def day(date: datetime.date) -> str:
    """Write a date: 7 Apr 2025."""
    return f"{date.day} {date:%b %Y}"


def lower_first(title: str) -> str:
    """Return a title as it stands inside a sentence.

    Only the first letter changes, and not where other words are capitals (a name).
    """
    rest = title[1:]
    return title if rest != rest.lower() else title[:1].lower() + rest


def bare(title: str) -> str:
    """Return a title without a remark in brackets at its end."""
    return re.sub(r" \([^()]*\)$", "", title)


def upper_first(text: str) -> str:
    """Return a text with a capital at its front."""
    return text[:1].upper() + text[1:]


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Join parts as a sentence does: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _signed(digits: str, value: float, sign: str) -> str:
    if not math.isfinite(value):
        return NONE
    if all(c in "£0,." for c in digits):
        return digits
    return (MINUS if value < 0.0 else sign) + digits
