"""What a council may state, and what each of its numbers changes in a scenario.

The first is the council's own file; the second ships beside the scenario as data, so that no
code here names anything of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, FiniteFloat, ValidationError

from simcare.errors import UserError, unknown
from simcare.evidence import price_index
from simcare.local.codes import Codes
from simcare.scenario.faults import faults
from simcare.scenario.load import read_toml
from simcare.scenario.parts import Name, Strict
from simcare.scenario.schema import OutcomeMeasure
from simcare.scenario.shipped import folder

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Levers(Strict):
    """Parameters moved together within the ranges that they carry: `up` raises what is counted.

    At most all the way: those of `up` to the top of their ranges while those of `down` go to the
    bottom of theirs, or the other way round.
    """

    up: list[str] = []
    down: list[str] = []


class Ratio(Strict):
    """The model quantity that a number of a council is: the measure `top` over `bottom`.

    The number becomes that ratio when those named in `less` are taken off it, and it is then
    divided by the number `over` (or by `by`) and multiplied by `times`.
    """

    top: str
    bottom: str
    less: list[str] = []
    over: str | None = None
    by: Annotated[float, Field(gt=0)] = 1.0
    times: Annotated[float, Field(gt=0)] = 1.0
    mapping: str


class Counting(Strict):
    """How many children a number was counted of, which says how far chance may have moved it.

    "events": the number, times the numbers `of` over `by`, is a count, as in a Poisson process.
    "share": the number is a share of the numbers `of`, multiplied, over `by`.
    """

    kind: Literal["events", "share"]
    of: list[str]
    by: Annotated[float, Field(gt=0)] = 1.0


class NumberSpec(Strict):
    """One number that a council may give, and the one thing that becomes of it.

    `sets`: these parameters are replaced by it, divided by `by`. `ratio` with `levers`: the
    levers are moved until the model has it; with `if_missing`, those of the numbers named there
    too, if the council does not give them. `ratio` alone: the model is only held against it.
    `mix`: it is a part of a mix. `scales`: it says how large the council is. `cannot`: why the
    model cannot take it over. `counted`: how many it was counted of.
    """

    title: str
    unit: str
    example: float
    sets: list[str] = []
    by: Annotated[float, Field(gt=0)] = 1.0
    counted: Counting | None = None
    ratio: Ratio | None = None
    levers: Levers | None = None
    if_missing: list[str] = []
    mix: str | None = None
    scales: bool = False
    less_only: bool = False
    cannot: str | None = None
    note: str = ""


class MixSpec(Strict):
    """How a stock is made up, and the shares that decide it group by group.

    measures: {number: the measure of its stock}. groups: for each group, {number: the parameter
    that is its share, or "rest" for what the others leave}. counted: how many children there are,
    where only shares of them are given.
    """

    title: str
    measures: dict[str, str]
    groups: list[dict[str, str]]
    counted: Counting | None = None


class ScaleOf(Strict):
    """A yearly flow: the number `rate`, for so many of the number `of`, counted as `measure`."""

    rate: str
    of: str
    per: Annotated[float, Field(gt=0)]
    measure: str
    title: str


class Plan(Strict):
    """What each number of a council changes in one scenario."""

    scenario: str
    scale: ScaleOf
    numbers: dict[Name, NumberSpec]
    mixes: dict[Name, MixSpec] = {}
    measures: dict[Name, OutcomeMeasure]
    codes: Codes


Amount = Annotated[FiniteFloat, Field(ge=0)]


class Given(Strict):
    """One number, where it has a source, a price year or a range of its own.

    range_from: what the range `low` to `high` is, such as "least and greatest of 12 months".
    """

    value: Amount
    source: str | None = None
    price_year: str | None = None
    low: Amount | None = None
    high: Amount | None = None
    range_from: str | None = None


def _as_given(value: object) -> object:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {"value": value} if is_number else value


class Council(Strict):
    """A council's own file."""

    council: str
    source: Annotated[str, Field(min_length=10)]
    price_year: str
    fictional: bool = False
    numbers: dict[str, Annotated[Given, BeforeValidator(_as_given)]] = {}

    def source_of(self, name: str) -> str:
        """Return where a number comes from: its own source, or that of the file."""
        return self.numbers[name].source or self.source


Kind = Literal["sets", "solved", "mix", "scales", "check", "less", "cannot"]


def kind_of(spec: NumberSpec) -> Kind:
    """Return what becomes of a number."""
    if spec.cannot is not None:
        return "cannot"
    if spec.scales:
        return "scales"
    if spec.mix is not None:
        return "mix"
    if spec.ratio is not None:
        return "solved" if spec.levers is not None else "check"
    return "less" if spec.less_only else "sets"


def read_plan(path: Path | None = None) -> Plan:
    """Read what each number changes (default: that of the England scenario)."""
    path = path if path is not None else folder() / "england" / "local.toml"
    return Plan.model_validate(read_toml(path))


def read_council(path: Path, plan: Plan) -> Council:
    """Read a council's file; UserError with one sentence for each problem in it."""
    if not path.is_file():
        raise UserError(
            f"{path}: there is no such file; `simcare local --example` shows one to copy."
        )
    tables = read_toml(path)
    try:
        council = Council.model_validate(tables)
    except ValidationError as error:
        found = faults(error.errors(), tables, Council)
        raise UserError([f"{path.name}: {f.says}" for f in found]) from None
    problems = [f"{path.name}: {p}" for p in _problems(council, plan)]
    if problems:
        raise UserError(problems)
    return council


def _problems(council: Council, plan: Plan) -> Iterator[str]:
    for key, text in (("council", council.council), ("source", council.source)):
        if _CONTROL.search(text):
            yield f"{key}: it runs over more than one line; write it on one."
    yield from _years("price_year", council.price_year)
    for name, given in council.numbers.items():
        if name not in plan.numbers:
            yield f"numbers: {unknown('number', name, plan.numbers)}"
            continue
        for key, words in (("source", given.source), ("range_from", given.range_from)):
            if words is not None and _CONTROL.search(words):
                yield f"numbers.{name}.{key}: it runs over more than one line; write it on one."
        if (given.low is None) != (given.high is None):
            yield f"numbers.{name}: a range needs both `low` and `high`; give both or neither."
        elif not _inside(given):
            yield (
                f"numbers.{name}: {given.value:g} lies outside its own range "
                f"{given.low:g} to {given.high:g}; mend one of them."
            )
        if given.price_year is not None:
            yield from _years(f"numbers.{name}.price_year", given.price_year)
        most = max(given.value, given.high or 0.0)
        if plan.numbers[name].unit == "share" and most > 1.0:
            yield (
                f"numbers.{name}: {most:g} is more than 1, and it is a share; 40 % is written 0.4."
            )


def _inside(given: Given) -> bool:
    low, high = given.low, given.high
    return low is None or high is None or low <= given.value <= high


def _years(place: str, year: str) -> Iterator[str]:
    try:
        price_index(year)
    except UserError as error:
        for problem in error.problems:
            yield f"{place}: {problem}"


def complete(council: Council, plan: Plan) -> list[str]:
    """Return what is still missing in a council's numbers, a sentence each."""
    given, problems = council.numbers, []
    for name in (plan.scale.of, plan.scale.rate):
        if name not in given or given[name].value <= 0.0:
            problems.append(
                f"numbers.{name}: it is missing or 0 ({plan.numbers[name].title.lower()}); the "
                "council cannot be measured without it."
            )
    for mix in plan.mixes.values():
        there = [n for n in mix.measures if n in given]
        absent = [n for n in mix.measures if n not in given]
        if there and absent:
            problems.append(
                f"numbers.{absent[0]}: it is missing beside {there[0]}; a mix needs all of "
                f"{', '.join(mix.measures)} (0 where there is none)."
            )
        elif there and sum(given[n].value for n in there) <= 0.0:
            problems.append(f"numbers.{there[0]}: all parts of the mix are 0; leave them out.")
    for name, spec in plan.numbers.items():
        if name in given and spec.ratio is not None and target_of(council, plan, name) <= 0.0:
            problems.append(
                f"numbers.{name}: nothing is left of it once "
                f"{' and '.join(spec.ratio.less) or 'it'} is taken off; the model needs more "
                "than 0."
            )
    return problems


def target_of(council: Council, plan: Plan, name: str, value: float | None = None) -> float:
    """Return a number (or another `value` of it) as the ratio that the model should have."""
    spec = plan.numbers[name]
    assert spec.ratio is not None
    given, ratio = council.numbers, spec.ratio
    value = given[name].value if value is None else value
    value -= sum(given[n].value for n in ratio.less if n in given)
    over = given[ratio.over].value if ratio.over is not None and ratio.over in given else 1.0
    return value / over / ratio.by * ratio.times if over > 0.0 else 0.0


def number_of(council: Council, plan: Plan, name: str, ratio: float) -> float:
    """Return the number of a council that a ratio of measures in the model amounts to.

    The other way round from `target_of`, without putting back what is taken off there.
    """
    spec = plan.numbers[name]
    assert spec.ratio is not None
    over = council.numbers[spec.ratio.over].value if spec.ratio.over is not None else 1.0
    return ratio * over * spec.ratio.by / spec.ratio.times
