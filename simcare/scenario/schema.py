"""What may be written in a scenario file, taken together: population, outcomes, the whole."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from simcare.scenario.domain import NeedSpec, PolicySpec, SupportSpec, TraitSpec
from simcare.scenario.parts import (
    Levels,
    Name,
    Number,
    Parameter,
    PlaceSpec,
    RegionSpec,
    RegisterSpec,
    Strict,
)
from simcare.scenario.study import StudySpec


class FamilyTypeSpec(Strict):
    """A type of family: its share, and how its needs and traits compare with the average."""

    title: str
    share: Number
    needs_ratio: Number = 1
    severity_ratio: Number = 1
    frailty_mean: Number = 1


class PopulationSpec(Strict):
    """Families who become known to children's social care at a steady rate.

    They arrive evenly from the start of the warm-up to the horizon, so that the caseload at
    week 0 is the model's own past under the reference policy; or together at week 0, as the
    people of a trial do. `types_region`: the name by which rules may speak of a family's type.
    `not_born_share`: families whose youngest child is not yet born at the first referral; that
    child begins at `not_born_level`.
    """

    types: dict[Name, FamilyTypeSpec] = {}
    child_shares: list[Number] = []
    age_ends: list[Number] = []
    age_shares: list[Number] = []
    sibling_gap_weeks: Number | None = None
    not_born_share: Number | None = None
    not_born_level: Name | None = None
    frailty_variance: Number | None = None
    engagement_variance: Number | None = None
    max_children: int = Field(default=6, ge=1, le=12)
    arrivals: Literal["evenly", "together"] = "evenly"
    types_region: Name | None = None


class FamilySpec(Strict):
    """One family written out, for a small example worked by hand."""

    name: str
    arrival_week: FiniteFloat
    child_ages_weeks: list[FiniteFloat]
    levels: dict[str, str] = {}
    registers: dict[str, FiniteFloat] = {}


class SinceSpec(Strict):
    """An earlier move of the same region: what is counted is the first such event to follow it.

    It left one of `from` and reached one of `to`, at least and at most so many weeks before;
    since then the region has been at one of `through`, and at none of `not_through`.
    """

    from_levels: Annotated[list[str] | None, Field(alias="from")] = None
    to: list[str] | None = None
    at_least_weeks: Annotated[float, Field(ge=0)] = 0.0
    at_most_weeks: Annotated[float | None, Field(gt=0)] = None
    through: list[str] | None = None
    not_through: list[str] = []


class OutcomeMeasure(Strict):
    """Something counted from the events.

    "moves": a region passing from levels `from` to levels `to`; "families_moving": 1 for a
    family in which any such move happens; "weeks": time at `to`; "fires": a clock firing. Of
    moves, `nth` keeps the n-th and later in a life, `again_within_weeks` those that follow
    another within that time, `after_at_most_weeks` those that end a stay of at most that time.
    `each_child_in` counts each child at those levels. With `per_year_of` the count is divided
    by the years of another measure, one of weeks. Of moves and firings, `when` keeps those just
    before which rules such as `drugs is severe` all hold, and `since` those that are the first
    to follow an earlier move (`nth` is among moves, whatever these say). `ages` counts children
    only from one age up to another, in years.
    """

    title: str
    unit: str
    kind: Literal["moves", "weeks", "fires", "families_moving"]
    region: str
    from_levels: Annotated[list[str] | None, Field(alias="from")] = None
    to: list[str] | None = None
    clock: str | None = None
    nth: int | None = None
    again_within_weeks: Annotated[float | None, Field(gt=0)] = None
    after_at_most_weeks: Annotated[float | None, Field(gt=0)] = None
    each_child_in: str | None = None
    when: list[str] = []
    ages: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(gt=0)]] | None = None
    since: SinceSpec | None = None
    per_year_of: str | None = None
    better: Literal["lower", "higher", "neither"] = "lower"


class PublishedTarget(Strict):
    """A published figure, as a parameter, and the model quantity that corresponds to it.

    That is the measure `top` over the measure `bottom`; `mapping` says in a line why. role:
    "fit", if the model is calibrated to it, or "check", if it is only held against it. sd: the
    figure's own standard deviation, in its unit (default: from its published range, or none);
    discrepancy: how far the model may be from the truth even with the best numbers, one standard
    deviation as a share of the figure; `because` says why so far. year: of the figure. if_missed:
    why the model misses it, where it does.
    """

    title: str
    value: str
    top: str
    bottom: str
    mapping: str
    role: Literal["fit", "check"] = "check"
    theme: str = "Other"
    sd: Annotated[float | None, Field(ge=0)] = None
    discrepancy: Annotated[float, Field(ge=0)] = 0.1
    because: str = ""
    year: int | None = None
    if_missed: str = ""


class ScaleSpec(Strict):
    """How large a real population is, so that results can be told for all of it.

    `per_year`: how many there are in a year of what the measure `of` counts under the reference.
    """

    title: str
    per_year: str
    of: str


class Scenario(Strict):
    """A whole scenario, after everything that it extends has been laid under it."""

    title: str
    plain: str = ""
    fictional: bool = False
    extends: str | list[str] | None = None
    price_year: str
    start_date: datetime.date = datetime.date(2025, 4, 1)
    horizon_weeks: Annotated[int, Field(gt=0, le=5218)]
    warm_up_weeks: Annotated[int, Field(ge=0, le=2610)] = 0
    families_: Annotated[int | list[FamilySpec], Field(alias="families")]
    replications: Annotated[int, Field(ge=1, le=10_000)] = 1
    seed: Annotated[int, Field(ge=0)] = 1
    discount: str
    reference: str
    compare: list[str] = []
    groups: dict[Name, Levels] = {}
    rules: dict[Name, str] = {}
    parameters: dict[Name, Parameter] = {}
    registers: dict[Name, RegisterSpec] = {}
    places: dict[Name, PlaceSpec] = {}
    regions: dict[Name, RegionSpec] = {}
    needs: dict[Name, NeedSpec] = {}
    traits: dict[Name, TraitSpec] = {}
    supports: dict[Name, SupportSpec] = {}
    policies: dict[Name, PolicySpec]
    population: PopulationSpec | None = None
    outcomes: dict[Name, OutcomeMeasure] = {}
    measures: dict[Name, OutcomeMeasure] = {}
    published: dict[Name, PublishedTarget] = {}
    targets: dict[Name, PublishedTarget] = {}
    scale: ScaleSpec | None = None
    study: StudySpec | None = None
    case_region: str = "case"
    children_region: str = "placement"
    home_levels: list[str] = ["home"]
    harm_clock: str | None = None
