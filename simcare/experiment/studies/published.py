"""What a study published of a finding: its value, and the interval that goes with it.

Where no interval was published but the number of people is known, one is computed from it, with
the methods named below. It then takes families as independent, which children of one family, or
families of one council, are not; it is narrower than the study's own would be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcare.experiment.ready import Ready
from simcare.experiment.studies.checks import OF_ONE_ARM
from simcare.scenario.parameters import range_of
from simcare.scenario.study import FindingSpec

PUBLISHED = "as published"
COMPUTED = "95 %, computed from the number studied"
NONE = "none published"
_Z = 1.959963984540054


@dataclass(frozen=True)
class Published:
    """A published value, its interval (nan where there is none) and the interval's kind."""

    value: float
    low: float
    high: float
    kind: str


def published(ready: Ready, finding: FindingSpec, shares: tuple[float, float]) -> Published:
    """Return what was published of a finding.

    shares: the simulated shares of policy and control, by which it is judged whether a study of
    this size would have seen a difference where it saw none.
    """
    value = _number(ready, finding.published)
    own = n = _number(ready, finding.n)
    base, n_control = _number(ready, finding.published_control), _number(ready, finding.n_control)
    if finding.quantity == "no difference":
        half = _no_difference(shares, n, n_control)
        return Published(0.0, -half, half, COMPUTED if math.isfinite(half) else NONE)
    if finding.quantity in OF_ONE_ARM or finding.published_control is None:
        known = range_of(ready.scenario, str(finding.published))
        if known is not None:
            return Published(value, *known, PUBLISHED)
        if finding.quantity == "share" and math.isfinite(own):
            return Published(value, *wilson(value, own), COMPUTED)
        return Published(value, math.nan, math.nan, NONE)
    return _of_two(finding.quantity, value, base, n, n_control)


def _number(ready: Ready, given: str | int | None) -> float:
    if given is None:
        return math.nan
    return float(given) if isinstance(given, int) else ready.values[given]


def _of_two(quantity: str, own: float, base: float, n: float, n_control: float) -> Published:
    """Return a contrast of two published shares or means, and its interval from the numbers."""
    contrast = {
        "difference": lambda: own - base,
        "ratio": lambda: own / base,
        "odds ratio": lambda: own / (1.0 - own) / (base / (1.0 - base)),
    }[quantity]()
    interval = (math.nan, math.nan)
    if math.isfinite(n) and math.isfinite(n_control) and max(own, base) < 1.0:
        interval = {
            "difference": lambda: newcombe(own, n, base, n_control),
            "ratio": lambda: _logs(contrast, (1.0 - own) / (own * n), (1.0 - base)
                                   / (base * n_control)),
            "odds ratio": lambda: _logs(contrast, 1.0 / (own * (1.0 - own) * n), 1.0
                                        / (base * (1.0 - base) * n_control)),
        }[quantity]()  # fmt: skip
    kind = COMPUTED if math.isfinite(interval[0]) else NONE
    return Published(contrast, *interval, kind)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share of n (Wilson 1927)."""
    middle = (share + _Z**2 / (2.0 * n)) / (1.0 + _Z**2 / n)
    half = _Z / (1.0 + _Z**2 / n) * math.sqrt(share * (1.0 - share) / n + _Z**2 / (4.0 * n**2))
    return middle - half, middle + half


def newcombe(own: float, n: float, base: float, n_control: float) -> tuple[float, float]:
    """Return the 95 % interval of a difference of two shares (Newcombe 1998, method 10)."""
    (low, high), (low0, high0) = wilson(own, n), wilson(base, n_control)
    difference = own - base
    return (
        difference - math.hypot(own - low, high0 - base),
        difference + math.hypot(high - own, base - low0),
    )


def _logs(ratio: float, variance: float, variance_control: float) -> tuple[float, float]:
    """Return the interval on the log scale: Katz et al. (1978) of risks, Woolf (1955) of odds."""
    spread = math.exp(_Z * math.sqrt(variance + variance_control))
    return ratio / spread, ratio * spread


def _no_difference(shares: tuple[float, float], n: float, n_control: float) -> float:
    """Return the largest difference of shares that a study of this size would call none."""
    own, base = shares
    return _Z * math.sqrt(own * (1.0 - own) / n + base * (1.0 - base) / n_control)
