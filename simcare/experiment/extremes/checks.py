"""What a statement of face validity expects of a number, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from simcare.experiment.extremes.bench import Bench, Totals

_SLIGHT = 1e-9
"""Sums in another order differ in their last digits."""


@dataclass(frozen=True)
class Check:
    """One number under an extreme: what is expected of it, what it is usually, what it is."""

    what: str
    expected: str
    usual: float
    found: float
    holds: bool


Look = Callable[[Bench], list[Check]]


@dataclass(frozen=True)
class Extreme:
    """A statement that must hold: `says`, as a practitioner would; `when`, what is changed."""

    name: str
    says: str
    when: str
    look: Look


def when(changed: str) -> Callable[[Look], Extreme]:
    """Make a statement of what looks whether it holds: its docstring is the sentence."""

    def state(look: Look) -> Extreme:
        return Extreme(look.__name__, " ".join((look.__doc__ or "").split()), changed, look)

    return state


def none(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect none of something of which there usually is some."""
    value = found.get(key, 0.0)
    return Check(what, "none", usual.get(key, 0.0), value, value == 0.0 < usual.get(key, 0.0))


def never(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect none of something that is so rare that there may usually be none either."""
    value = found.get(key, 0.0)
    return Check(what, "none", usual.get(key, 0.0), value, value == 0.0)


def some(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect some of it."""
    value = found.get(key, 0.0)
    return Check(what, "some", usual.get(key, 0.0), value, value > 0.0)


def same(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect as much as usual."""
    one, other = usual.get(key, 0.0), found.get(key, 0.0)
    return Check(what, "the same", one, other, math.isclose(one, other, rel_tol=_SLIGHT))


def times(what: str, key: str, by: float, usual: Totals, found: Totals) -> Check:
    """Expect so many times as much as usual."""
    one, other = usual.get(key, 0.0), found.get(key, 0.0)
    holds = one > 0.0 and math.isclose(one * by, other, rel_tol=_SLIGHT)
    return Check(what, f"{by:g} times as much", one, other, holds)


def more(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect more than usual."""
    one, other = usual.get(key, 0.0), found.get(key, 0.0)
    return Check(what, "more", one, other, other > one)


def fewer(what: str, key: str, usual: Totals, found: Totals) -> Check:
    """Expect less than usual."""
    one, other = usual.get(key, 0.0), found.get(key, 0.0)
    return Check(what, "fewer", one, other, other < one)


def alike(what: str, key: str, other: str, usual: Totals, found: Totals) -> Check:
    """Expect as many of one thing as of another, of which there are usually more."""
    few, many = found.get(key, 0.0), found.get(other, 0.0)
    return Check(what, f"{many:,.0f}, as many", usual.get(key, 0.0), few, few == many > 0.0)


def share(
    what: str, top: str, bottom: str, least: float, most: float, usual: Totals, found: Totals
) -> Check:
    """Expect one thing over another to lie between two numbers."""

    def ratio(totals: Totals) -> float:
        return totals[top] / totals[bottom] if totals[bottom] else math.nan

    value = ratio(found)
    span = f"{least:g} to {most:g}"
    return Check(what, span, ratio(usual), value, least <= value <= most)
