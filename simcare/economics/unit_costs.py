"""Sums that stand behind the price of help: what a week costs, and what a stay comes to.

A place is priced for a whole stay, but many leave early, and an empty place is not paid for.
What a stay is expected to cost is therefore its price times the share of the planned weeks that
people are expected to use: the restricted mean time in treatment, which is the area under the
retention curve up to the planned end (Royston and Parmar 2013).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from simcare.errors import UserError
from simcare.evidence import Curve
from simcare.units import WEEKS_PER_YEAR


@dataclass(frozen=True)
class Weibull:
    """A retention curve of which one point is known: `share_left` still in at `at_weeks`.

    shape: below 1 people leave mostly at first, at 1 evenly, above 1 mostly later.
    """

    shape: float
    share_left: float
    at_weeks: float

    def __post_init__(self) -> None:
        if not (self.shape > 0.0 and 0.0 < self.share_left < 1.0 and self.at_weeks > 0.0):
            raise UserError(
                f"a retention curve cannot have the shape {self.shape:g} and a share of "
                f"{self.share_left:g} left at {self.at_weeks:g} weeks; give a shape and weeks "
                "above 0, and a share between 0 and 1."
            )

    @property
    def scale(self) -> float:
        """The week by which 63 % have left."""
        return float(self.at_weeks / math.pow(-math.log(self.share_left), 1.0 / self.shape))


Retention = Weibull | Curve
"""How long people stay: a smooth curve through one point, or a published curve."""


def weekly(amount_per_year: float, weeks_per_year: float = WEEKS_PER_YEAR) -> float:
    """Return a yearly amount in pounds as pounds a week.

    weeks_per_year: 52.1775 on average (365.2425 days); some sources count 52.
    """
    if not weeks_per_year > 0.0:
        raise UserError(f"a year of {weeks_per_year:g} weeks is not one; give more than 0.")
    return amount_per_year / weeks_per_year


def weeks_that_pay(price: float, week_price: float, children: int = 1) -> float:
    """Return how many weeks of care, for so many children at once, cost as much as a price.

    price: pounds; week_price: pounds a week for one child.
    """
    if not (week_price > 0.0 and children >= 1):
        raise UserError(
            f"care of {children} children at £{week_price:g} a week costs nothing; give a price "
            "above 0 and at least one child."
        )
    return price / (week_price * children)


def share_left(retention: Retention, weeks: float) -> float:
    """Return the share still in after some weeks, between 0 and 1."""
    _not_negative(weeks)
    if isinstance(retention, Weibull):
        return math.exp(-math.pow(weeks / retention.scale, retention.shape))
    left = 1.0
    for length, rate in _pieces(retention, weeks):
        left *= math.exp(-rate * length)
    return left


def expected_weeks(retention: Retention, planned_weeks: float) -> float:
    """Return the mean number of weeks attended of a stay that ends as planned if not before.

    In closed form for a `Weibull`; exact for a published curve, between whose points the
    hazard of leaving is taken to be constant (after its last point it stays what it was).
    """
    _not_negative(planned_weeks)
    if isinstance(retention, Weibull):
        return _weibull_weeks(retention, planned_weeks)
    total, left = 0.0, 1.0
    for length, rate in _pieces(retention, planned_weeks):
        # expm1 keeps its digits where hardly anybody leaves.
        total += left * (-math.expm1(-rate * length) / rate if rate > 0.0 else length)
        left *= math.exp(-rate * length)
    return total


def expected_price(price_of_full_stay: float, planned_weeks: float, retention: Retention) -> float:
    """Return what a stay is expected to cost, in pounds, where only weeks attended are paid.

    price_of_full_stay: pounds for all of `planned_weeks`.
    """
    if not planned_weeks > 0.0:
        raise UserError(f"a stay of {planned_weeks:g} weeks has no price; give more than 0.")
    return price_of_full_stay * expected_weeks(retention, planned_weeks) / planned_weeks


def _weibull_weeks(retention: Weibull, planned_weeks: float) -> float:
    """Area under exp(-(t / scale) ** shape): an incomplete gamma function."""
    from scipy.special import gammainc

    power, scale = 1.0 / retention.shape, retention.scale
    part = gammainc(power, math.pow(planned_weeks / scale, retention.shape))
    return float(scale * math.gamma(1.0 + power) * part)


def _pieces(curve: Curve, weeks: float) -> Iterator[tuple[float, float]]:
    """Length in weeks of each piece of a published curve up to a week, and its hazard."""
    points = [(0.0, 1.0), *zip(curve.weeks, curve.shares, strict=True)]
    last = len(points) - 2
    for number, ((start, before), (end, after)) in enumerate(pairwise(points)):
        if start >= weeks:
            return
        if not 0.0 < after <= before:
            raise UserError(
                f"the curve {curve.id} goes from {before:g} to {after:g} at week {end:g}; a curve "
                "is followed only as long as it falls and stays above 0, so ask for fewer weeks."
            )
        stop = weeks if number == last else min(end, weeks)
        yield stop - start, math.log(before / after) / (end - start)


def _not_negative(weeks: float) -> None:
    if not weeks >= 0.0:
        raise UserError(f"a stay of {weeks:g} weeks cannot be; give 0 or more.")
