"""A published figure in the unit that a model wants, where the conversion is obvious."""

from __future__ import annotations

import re
from typing import NamedTuple

from simcare.errors import UserError
from simcare.evidence.records import Evidence
from simcare.units import (
    DAYS_PER_WEEK,
    WEEKS_PER_MONTH,
    WEEKS_PER_YEAR,
    WORKING_DAYS_PER_WEEK,
)

# A unit as sources write it, the unit it converts to, and what to multiply by. Anchored at both
# ends, and tried in this order: anything that matches none of them is left alone.
_OF_WHOM = r"( of [^;/]+| \([^;]+\)| real| costs| uplift [^;]+)?"
_EACH = (
    r"process|event|case|application|assessment|conference|meeting|session|contact|attendance"
    r"|participant|course|incident|report|family|child|lifetime|child, total"
)
_PRICES = r"( \([^)]+\))?"
_RATIO = (
    r"hazard ratio|odds ratio|risk ratio|relative risk|RR|ratio|odds multiple|relative likelihood"
    r"|£ per £1"
)
_COUNT = (
    r"count|children|children \(episodes\)|families|parents|posts|plans|cases|episodes|sessions"
    r"|FTE|children/case|children/application|cases/FTE|CIN per worker"
)
_PATTERNS: tuple[tuple[str, str, float], ...] = (
    (rf"%{_OF_WHOM}", "share", 1 / 100),
    (r"(proportion|share)( \([^;]+\)| over [^;]+)?", "share", 1.0),
    (r"weeks?", "weeks", 1.0),
    (r"months?", "weeks", WEEKS_PER_MONTH),
    (r"years?", "weeks", WEEKS_PER_YEAR),
    (r"working days?", "weeks", 1 / WORKING_DAYS_PER_WEEK),
    (r"days?", "weeks", 1 / DAYS_PER_WEEK),
    (rf"(£|GBP)(/(child|case|family))?/week{_PRICES}", "£/week", 1.0),
    (rf"(£|GBP)(/(child|case|family))?/month{_PRICES}", "£/week", 1 / WEEKS_PER_MONTH),
    (rf"£/6 months{_PRICES}", "£/week", 2 / WEEKS_PER_YEAR),
    (rf"(£|GBP)(/(child|removal avoided))?/(year|yr){_PRICES}", "£/week", 1 / WEEKS_PER_YEAR),
    (rf"£/(bed )?day{_PRICES}", "£/week", float(DAYS_PER_WEEK)),
    (rf"£/({_EACH}){_PRICES}", "£", 1.0),
    (r"GBP( [\d-]+| per child| \([^)]+ prices\))?", "£", 1.0),
    (r"[a-z ]+/(child-)?(year|yr)", "per week", 1 / WEEKS_PER_YEAR),
    (rf"({_RATIO})", "ratio", 1.0),
    (rf"({_COUNT})", "count", 1.0),
)


class Conversion(NamedTuple):
    """The plain unit that a source's unit converts to, and the factor to multiply by."""

    unit: str
    factor: float


def convert(unit: str) -> Conversion:
    """The plain unit behind a source's wording, such as ("£/week", 1/52.1775) for "£/child/year".

    Percentages and proportions become "share"; lengths of time "weeks"; recurring pounds "£/week";
    one-off pounds "£"; counts over time, such as "referrals/year", "per week"; ratios of every kind
    "ratio"; and plain counts "count". Anything else, dollars and pounds by the million among it, is
    returned as it is, with factor 1.
    """
    for pattern, plain, factor in _PATTERNS:
        if re.fullmatch(pattern, unit):
            return Conversion(plain, factor)
    return Conversion(unit, 1.0)


def value_in(evidence: Evidence, unit: str) -> float:
    """The figure in this unit: one of `convert`'s, such as "share" or "£/week", or its own.

    Prices stay in the figure's own price year.

    Raises:
        UserError: The figure is not one number, or its unit does not convert to this one.
    """
    if evidence.value is None:
        raise UserError(_not_one_number(evidence))
    return evidence.value * _factor(evidence, unit)


def range_in(evidence: Evidence, unit: str) -> tuple[float, float] | None:
    """The figure's published low and high in this unit, or None where the source gives no range.

    Raises:
        UserError: The figure's unit does not convert to this one.
    """
    factor = _factor(evidence, unit)
    if evidence.low is None or evidence.high is None:
        return None
    return evidence.low * factor, evidence.high * factor


def _factor(evidence: Evidence, unit: str) -> float:
    if unit == evidence.unit:
        return 1.0
    plain, factor = convert(evidence.unit)
    if unit == plain:
        return factor
    own = f"“{evidence.unit}”"
    allowed = own if plain == evidence.unit else f"“{plain}” or {own}"
    raise UserError(
        f"{evidence.id} ({evidence.quantity}) is in {own} and cannot be read in “{unit}”: "
        f"ask for {allowed}, or use another figure."
    )


def _not_one_number(evidence: Evidence) -> str:
    said = f"“{evidence.text}”" if evidence.text else "nothing"
    remedy = (
        f"use one of its parts ({', '.join(evidence.parts)})."
        if evidence.parts
        else "use another figure, or give the number yourself with a source."
    )
    what = f"{evidence.id} ({evidence.quantity})"
    return f"{what} is not one number, the source gives {said}: {remedy}"
