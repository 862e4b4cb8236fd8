"""Pounds of one year in the prices of another, by the GDP deflator."""

from __future__ import annotations

import re

from simcare.errors import UserError
from simcare.evidence.register import Register, load

_SERIES = "C-GDPDEF-"


def rebase(amount: float, from_year: str, to_year: str, register: Register | None = None) -> float:
    """An amount in pounds of one year's prices, in the prices of another year.

    Years are financial ("2012-13") or calendar ("2018"); `register` is the shipped one unless one
    is given. The latest year of the shipped series is a forecast.

    Raises:
        UserError: A year is not in the series; the message names the years that are.
    """
    return amount * price_index(to_year, register) / price_index(from_year, register)


def price_index(year: str, register: Register | None = None) -> float:
    """The GDP deflator at market prices in a year, 2024-25 = 100 (HM Treasury, March 2026).

    A calendar year is a quarter of the financial year that ends in its March and three quarters of
    the one that starts in its April.

    Raises:
        UserError: The year is not in the series; the message names the years that are.
    """
    known = register or load()
    index = _financial_index(year, known)
    if index is None and re.fullmatch(r"\d{4}", year):
        ending = _financial_index(_financial(int(year) - 1), known)
        starting = _financial_index(_financial(int(year)), known)
        if ending is not None and starting is not None:
            index = ending / 4 + starting * 3 / 4
    if index is None:
        raise UserError(_outside(year, known))
    return index


def _financial_index(year: str, register: Register) -> float | None:
    figure = register.numbers.get(_SERIES + year)
    return figure.value if figure else None


def _outside(year: str, register: Register) -> str:
    years = sorted(id.removeprefix(_SERIES) for id in register.ids() if id.startswith(_SERIES))
    if not years:
        return f"There is no GDP deflator for “{year}”: this register holds no series of prices."
    first, last = years[0], years[-1]
    return (
        f"There is no GDP deflator for “{year}”: give a financial year from {first} to {last}, "
        f"written like {first}, or a calendar year from {int(first[:4]) + 1} to {last[:4]}."
    )


def _financial(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"
