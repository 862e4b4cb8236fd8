"""The shapes in which a scenario file states things, field by field.

Numbers are never written inside the model: a hazard, a guard or a price names an entry of
`[parameters]`, and each parameter says where it comes from. Only 0 and 1 are structure and may
stand bare. Unknown keys are refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Payer = Literal[
    "childrens_services",
    "adult_services",
    "nhs",
    "courts_legal_aid",
    "police_justice",
    "benefits",
    "family",
]
Category = Literal["help", "meanwhile", "care", "casework", "proceedings", "spared"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Levels = Annotated[list[str], Field(min_length=1)]
Real = Annotated[float, Field(strict=True)]
"""A number that is written as one: neither "12" in quotes nor true."""
Number = str | Literal[0, 1]
"""The name of a parameter, or a bare 0 or 1."""


class Strict(BaseModel):
    """Base of every table: unknown keys are errors and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(Strict):
    """Why a number that no source gives has its value, and how far it may be wrong."""

    low: Real
    high: Real
    reason: Annotated[str, Field(min_length=10)]


class Parameter(Strict):
    """A number with its provenance: exactly one of `evidence`, `source` and `assumed`.

    `unit` is one of "share", "weeks", "per week", "ratio", "count", "£", "£/week". With
    `evidence` alone the value is the register's, converted to the unit; with `value` beside
    it, `how` says how the one follows from the other.
    """

    value: Real | None = None
    unit: Literal["share", "weeks", "per week", "ratio", "count", "£", "£/week"]
    evidence: str | list[str] | None = None
    how: str | None = None
    source: str | None = None
    assumed: Assumption | None = None
    price_year: str | None = None
    low: Real | None = None
    high: Real | None = None
    title: str | None = None


class Money(Strict):
    """A price: a weekly rate or a sum, by payer and category."""

    amount: Number
    payer: Payer
    category: Category
    item: str
    each_child_in: str | None = None


class FactorSpec(Strict):
    """A multiplier of a hazard.

    Exactly one of `region` (with `of`), `register`, `any_child_in` and `each_child_in`.
    """

    region: str | None = None
    of: dict[str, Number] | None = None
    register_: Annotated[str | None, Field(alias="register")] = None
    any_child_in: str | None = None
    each_child_in: str | None = None


class WeibullSpec(Strict):
    """A Weibull clock by its shape and either its scale, its median, or a point on its curve."""

    shape: Number
    scale: Number | None = None
    median: Number | None = None
    mean: Number | None = None
    share_left: Number | None = None
    at_weeks: Number | None = None


class PiecewiseSpec(Strict):
    """A piecewise constant hazard: the last rate goes on for ever."""

    ends: list[Number]
    rates: list[Number]


class OutcomeSpec(Strict):
    """What may happen when a clock fires; outcomes are tried in order."""

    to: str | None = None
    when: list[str] = []
    share: Number | None = None
    times: str | None = None
    do: list[str] = []
    costs: list[Money] = []
    title: str | None = None


class ClockSpec(Strict):
    """Something that will happen after a while. Exactly one way of saying when.

    `costs` are paid each time, whatever comes of it. `statutory` only says what the law expects.
    """

    title: str | None = None
    levels: list[str] | None = None
    rate: Number | None = None
    mean_weeks: Number | None = None
    every: Number | None = None
    after: Number | None = None
    weibull: WeibullSpec | None = None
    piecewise: PiecewiseSpec | None = None
    since: str | None = None
    weeks: Number | None = None
    factors: list[FactorSpec] = []
    outcomes: list[OutcomeSpec]
    costs: list[Money] = []
    statutory: str | None = None


class QueueSpec(Strict):
    """Waiting for a place."""

    place: str
    then: str
    priority: FactorSpec | None = None


class LevelSpec(Strict):
    """A level of a region."""

    title: str
    weekly: list[Money] = []
    on_entry: list[Money] = []
    queue: QueueSpec | None = None
    holds: str | None = None
    clocks: dict[Name, ClockSpec] = {}


class RegionSpec(Strict):
    """A part of a family's (or of each child's) life that stands at one level at a time."""

    title: str
    per: Literal["family", "child"] = "family"
    start: str
    resets: list[str] = []
    levels: dict[Name, LevelSpec]
    clocks: dict[Name, ClockSpec] = {}


class RegisterSpec(Strict):
    """A number kept for a family or a child."""

    title: str
    per: Literal["family", "child"] = "family"
    start: Number = 0


class PlaceSpec(Strict):
    """Places that families share. Without `capacity` nobody waits."""

    title: str
    capacity: Number | None = None
    posts: Number | None = None
    families_per_post: Number | None = None
