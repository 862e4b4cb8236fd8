"""From parameters with their provenance to numbers.

The order is: the register's figure, converted to the parameter's unit, or the value given
here; then, for money, rebased with the GDP deflator to the scenario's price year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simcare.errors import UserError
from simcare.evidence import Register, load, price_index, range_in, rebase, value_in
from simcare.scenario.parts import Parameter
from simcare.scenario.schema import Scenario

BOUNDS = {
    "share": (0.0, 1.0),
    "weeks": (0.0, float("inf")),
    "per week": (0.0, float("inf")),
    "ratio": (0.0, float("inf")),
    "count": (0.0, float("inf")),
    "£": (0.0, float("inf")),
    "£/week": (0.0, float("inf")),
}


@dataclass(frozen=True)
class Resolved:
    """A parameter's number in use, with its status for the assumptions log."""

    name: str
    value: float
    unit: str
    status: str
    origin: str
    price_year: str | None


def resolve(scenario: Scenario, register: Register | None = None) -> dict[str, Resolved]:
    """Return every parameter's number.

    Raises UserError with one sentence for each parameter that has no number, no source, a
    value outside its unit's range, or a price without a year.
    """
    found, problems = examine(scenario, register)
    if problems:
        raise UserError(problems)
    return found


def examine(
    scenario: Scenario, register: Register | None = None
) -> tuple[dict[str, Resolved], list[str]]:
    """Return the parameters that have a number, and a sentence for each problem of the others.

    Each sentence begins with the parameter's place, such as `parameters.foster_price: `.
    """
    register = register or load()
    found: dict[str, Resolved] = {}
    problems: list[str] = []
    target: str | None = scenario.price_year
    try:
        price_index(scenario.price_year, register)
    except UserError as error:
        problems += [f"price_year: {p}" for p in error.problems]
        target = None
    for name, parameter in scenario.parameters.items():
        try:
            found[name] = _resolve(name, parameter, target, register)
        except UserError as error:
            problems += [f"parameters.{name}: {p}" for p in error.problems]
    return found, problems


def _resolve(name: str, p: Parameter, target: str | None, register: Register) -> Resolved:
    """Resolve one parameter; `target` is the price year wanted, None if that is in doubt."""
    origins = [o for o in ("evidence", "source", "assumed") if getattr(p, o) is not None]
    if len(origins) != 1:
        named = " and ".join(f"`{o}`" for o in origins)
        raise UserError(
            f"it has {named or 'neither evidence nor a source'}; every number needs exactly one "
            "of `evidence` (an id of the register), `source` (text) or `assumed` (low, high and "
            "reason)."
        )
    value = p.value
    year = p.price_year
    if p.evidence is not None:
        value, year = _from_evidence(p, register, value, year)
    if value is None:
        raise UserError("it has no `value`; give one, or the id of a number as `evidence`.")
    _check_bounds(p, value)
    _check_assumption(p, value)
    if p.unit.startswith("£"):
        if year is None:
            raise UserError('it is a price without a `price_year`; add one, such as "2024-25".')
        value = rebase(value, year, target or year, register)
    status, origin = _provenance(p, register)
    return Resolved(name, value, p.unit, status, origin, year)


def _from_evidence(
    p: Parameter, register: Register, value: float | None, year: str | None
) -> tuple[float | None, str | None]:
    ids = [p.evidence] if isinstance(p.evidence, str) else list(p.evidence or [])
    if not ids:
        raise UserError("its list of `evidence` is empty; name an id of the register.")
    rows = [register.get(i) for i in ids]
    for row in rows:
        if not row.is_evidence:
            raise UserError(
                f"the evidence {row.id} has the status {row.status}: somebody recalled it and "
                "nobody saw it, so it is no evidence; name another id, or mark the number "
                "`assumed` with low, high and reason."
            )
    if value is not None:
        if not p.how:
            raise UserError("it has `value` beside `evidence`; add `how` to say what links them.")
        return value, year or rows[0].price_year
    if len(rows) != 1:
        raise UserError("it names several ids; give the `value` and `how` it follows from them.")
    return value_in(rows[0], p.unit), year or rows[0].price_year


def _check_bounds(p: Parameter, value: float) -> None:
    low, high = BOUNDS[p.unit]
    if not low <= value <= high or math.isinf(value):
        allowed = f"from {low:g} to {high:g}" if high < math.inf else f"of {low:g} or more"
        hint = " (40 % is 0.4)" if p.unit == "share" else ""
        raise UserError(
            f"the value {value:g} is out of bounds for the unit “{p.unit}”; give a number "
            f"{allowed}{hint}, or another unit."
        )


def _check_assumption(p: Parameter, value: float) -> None:
    ends = (p.assumed.low, p.assumed.high) if p.assumed is not None else (p.low, p.high)
    for end in ends:
        if end is not None:
            _check_bounds(p, end)
    low, high = ends
    if low is not None and high is not None and low > high:
        raise UserError(f"its `low`, {low:g}, is above its `high`, {high:g}; change them round.")
    if p.assumed is not None and not p.assumed.low <= value <= p.assumed.high:
        raise UserError(
            f"the assumed value {value:g} lies outside its own range "
            f"{p.assumed.low:g} to {p.assumed.high:g}; mend one of them."
        )


def _provenance(p: Parameter, register: Register) -> tuple[str, str]:
    if p.assumed is not None:
        return "assumed", p.assumed.reason
    if p.source is not None:
        return "stated", p.source
    ids = [p.evidence] if isinstance(p.evidence, str) else list(p.evidence or [])
    if p.value is not None:
        return "derived", f"{', '.join(ids)}: {p.how}"
    return register.get(ids[0]).status.lower(), ids[0]


def range_of(
    scenario: Scenario, name: str, register: Register | None = None
) -> tuple[float, float] | None:
    """Return the range that a scenario's parameter carries, or None where it carries none.

    That is the range of an assumption, the `low` and `high` stated beside the number, or the
    published range of the one figure it rests on; in the parameter's unit and, for money, in
    the scenario's price year. Raises UserError where the figure or a price year is unknown.
    """
    p, register = scenario.parameters[name], register or load()
    year = p.price_year
    found: tuple[float, float] | None = None
    if p.assumed is not None:
        found = p.assumed.low, p.assumed.high
    elif p.low is not None and p.high is not None:
        found = p.low, p.high
    elif isinstance(p.evidence, str) and p.value is None:
        row = register.get(p.evidence)
        found, year = range_in(row, p.unit), year or row.price_year
    if found is None or not p.unit.startswith("£"):
        return found
    low, high = (
        rebase(v, year or scenario.price_year, scenario.price_year, register) for v in found
    )
    return low, high
