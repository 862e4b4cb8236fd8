"""What a later pound is worth today, on a named and dated schedule of discount rates.

Rates are yearly and real, and change at whole years from the present. Between whole years the force
of interest is constant, ln(1 + r), so that the factor at a whole year is exactly the Green Book's
yearly one, and a flow through time is discounted continuously (HM Treasury, The Green Book, 2026,
chapter 6, for the rates).
"""

from __future__ import annotations

import datetime
import functools
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simcare.errors import UserError
from simcare.units import WEEKS_PER_YEAR

Floats = NDArray[np.float64]

# Years (about 30 millionths of a second). A flow this short is a one-off to the last digit, and
# dividing by its length would lose digits.
_INSTANT = 1e-12


@dataclass(frozen=True)
class Schedule:
    """A named, dated schedule of yearly real discount rates.

    `rates[k]` (0.035 is 3.5%) holds in the years after `until_years[k - 1]`, or after the present
    for the first, up to `until_years[k]`; the last of `until_years` is infinite. `status` says in a
    sentence whether the schedule is in force.
    """

    name: str
    title: str
    date: datetime.date
    status: str
    source: str
    address: str
    until_years: tuple[float, ...]
    rates: tuple[float, ...]

    @overload
    def factor(self, years: float) -> float: ...
    @overload
    def factor(self, years: Floats) -> Floats: ...
    def factor(self, years: float | Floats) -> float | Floats:
        """The value today of one pound after this many years: 1 at the present.

        A number or an array, of any shape, which the result shares.

        Raises:
            ValueError: Some year is negative or not a number.
        """
        at = _from_the_present(years)
        spent = np.zeros_like(at)
        for start, end, force in self._bands():
            spent += force * (np.clip(at, start, end) - start)
        return _like(np.exp(-spent), years)

    @overload
    def integral(self, start_years: float, end_years: float) -> float: ...
    @overload
    def integral(self, start_years: Floats, end_years: ArrayLike) -> Floats: ...
    @overload
    def integral(self, start_years: ArrayLike, end_years: Floats) -> Floats: ...
    def integral(self, start_years: ArrayLike, end_years: ArrayLike) -> float | Floats:
        """The value today of one pound a year, paid evenly between two moments, in closed form.

        Numbers or arrays that broadcast together.

        Raises:
            ValueError: Some year is negative or not a number, or an end comes before its start.
        """
        first, last = _from_the_present(start_years), _from_the_present(end_years)
        if np.any(last < first):
            raise ValueError("a flow cannot end before it starts")
        total = np.zeros(np.broadcast_shapes(first.shape, last.shape))
        at_start = 1.0
        for start, end, force in self._bands():
            since = np.clip(first, start, end) - start
            length = np.clip(last, start, end) - np.clip(first, start, end)
            # expm1 keeps its digits when the flow is short or the rate is nil.
            evenly = -np.expm1(-force * length) / force if force > 0 else length
            total += at_start * np.exp(-force * since) * evenly
            at_start *= math.exp(-force * (end - start)) if math.isfinite(end) else 1.0
        return _like(total, start_years, end_years)

    def _bands(self) -> Iterator[tuple[float, float, float]]:
        """Start and end of each band, in years, and the force of interest inside it, per year."""
        start = 0.0
        for end, rate in zip(self.until_years, self.rates, strict=True):
            yield start, end, math.log1p(rate)
            start = end


@overload
def present_value(
    amount: float, start_week: float, end_week: float, schedule: Schedule
) -> float: ...
@overload
def present_value(
    amount: ArrayLike, start_week: Floats, end_week: ArrayLike, schedule: Schedule
) -> Floats: ...
@overload
def present_value(
    amount: Floats, start_week: ArrayLike, end_week: ArrayLike, schedule: Schedule
) -> Floats: ...
def present_value(
    amount: ArrayLike, start_week: ArrayLike, end_week: ArrayLike, schedule: Schedule
) -> float | Floats:
    """The value today of an amount in pounds, paid evenly from one week to another.

    Week 0 is the present. A payment that ends in the week where it starts is a one-off then.
    Numbers or arrays that broadcast together; `amount` is the total, whatever the length.

    Raises:
        ValueError: Some week is negative or not a number, or an end comes before its start.
    """
    first = np.asarray(start_week, dtype=np.float64) / WEEKS_PER_YEAR
    last = np.asarray(end_week, dtype=np.float64) / WEEKS_PER_YEAR
    length = last - first
    mean = np.where(
        length > _INSTANT,
        np.asarray(schedule.integral(first, last)) / np.where(length > _INSTANT, length, 1.0),
        schedule.factor(first),
    )
    value = np.asarray(amount, dtype=np.float64) * mean
    return _like(value, amount, start_week, end_week)


def schedule(name: str) -> Schedule:
    """The shipped schedule of this name.

    Raises:
        UserError: There is none; the message lists the names.
    """
    known = _shipped()
    if name not in known:
        raise UserError(f"There is no discount schedule “{name}”: use one of {', '.join(known)}.")
    return known[name]


def schedule_names() -> tuple[str, ...]:
    """The names of the shipped schedules, the one in force for money first."""
    return tuple(_shipped())


@functools.cache
def _shipped() -> dict[str, Schedule]:
    place = resources.files("simcare.economics").joinpath("data", "schedules.toml")
    stated = tomllib.loads(place.read_text(encoding="utf-8"))
    return {name: _read(name, entry) for name, entry in stated.items()}


def _read(name: str, entry: dict[str, Any]) -> Schedule:
    bands = entry["bands"]
    return Schedule(
        name=name,
        title=entry["title"],
        date=entry["date"],
        status=entry["status"],
        source=entry["source"],
        address=entry["address"],
        until_years=tuple(float(band.get("until_year", math.inf)) for band in bands),
        rates=tuple(float(band["rate"]) for band in bands),
    )


def _from_the_present(years: ArrayLike) -> Floats:
    at = np.asarray(years, dtype=np.float64)
    if not np.all(at >= 0):
        raise ValueError("time is counted from the present and cannot be negative or missing")
    return at


def _like(result: Floats, *given: ArrayLike) -> float | Floats:
    """A plain number where only plain numbers were given."""
    return float(result) if all(np.ndim(one) == 0 for one in given) else result
