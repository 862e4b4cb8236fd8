"""The pathway that every rival states: a family goes round seven stages for ten years.

A stage is left in one of two ways: by the first of several competing clocks, each with a
constant rate by the week, or after a Weibull time with a choice of where to. All numbers are
made up; only the shape and the size are meant to be like those of real pathways. With `staff`,
a family waits for one of so many social workers, who is kept for the assessment.
"""

from __future__ import annotations

from dataclasses import dataclass

HORIZON = 520.0
ARRIVALS = 52.0
"""Families arrive evenly over so many weeks."""


@dataclass(frozen=True)
class Race:
    """Competing clocks: {next stage: rate by the week}."""

    rates: dict[str, float]


@dataclass(frozen=True)
class Timed:
    """A Weibull time, then a choice: {next stage: share}."""

    shape: float
    scale: float
    shares: dict[str, float]


FIRST, STAFFED = "referral", "assessment"
STAGES: dict[str, Race | Timed] = {
    "referral": Race({"assessment": 0.40, "closed": 0.25}),
    "assessment": Timed(1.6, 6.0, {"in_need": 0.5, "plan": 0.2, "closed": 0.3}),
    "in_need": Race({"closed": 0.040, "plan": 0.020, "care": 0.002}),
    "plan": Race({"in_need": 0.025, "proceedings": 0.015, "closed": 0.010, "care": 0.003}),
    "proceedings": Timed(2.0, 35.0, {"care": 0.6, "closed": 0.4}),
    "care": Race({"closed": 0.015, "proceedings": 0.002}),
    "closed": Race({"referral": 0.030, "plan": 0.001}),
}
NEED = {"low": ("high", 0.02), "high": ("low", 0.03)}
"""With a need: it goes to and fro at these rates, and while it is high ..."""
FASTER = {("in_need", "plan"): 3.0, ("plan", "proceedings"): 2.0, ("plan", "care"): 4.0}
"""... these clocks run so many times faster."""


def arrivals(families: int) -> list[float]:
    """Return the week in which each family arrives."""
    return [ARRIVALS * i / families for i in range(families)]


def staff(families: int) -> int:
    """Return how many social workers there are: about nine in ten of what is asked for."""
    return max(families // 14, 1)
