"""What may be written in a scenario file, field by field.

Numbers are never written inside the model: a hazard, a guard or a price names an entry of
`[parameters]`, and each parameter says where it comes from. Only 0 and 1 are structure and may
stand bare. Unknown keys are refused.
"""

from __future__ import annotations

import datetime
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
Category = Literal["help", "meanwhile", "care", "casework", "proceedings"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Levels = Annotated[list[str], Field(min_length=1)]
Number = str | Literal[0, 1]
"""The name of a parameter, or a bare 0 or 1."""


class Strict(BaseModel):
    """Base of every table: unknown keys are errors and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(Strict):
    """Why a number that no source gives has its value, and how far it may be wrong."""

    low: float
    high: float
    reason: Annotated[str, Field(min_length=10)]


class Parameter(Strict):
    """A number with its provenance: exactly one of `evidence`, `source` and `assumed`.

    `unit` is one of "share", "weeks", "per week", "ratio", "count", "£", "£/week". With
    `evidence` alone the value is the register's, converted to the unit; with `value` beside
    it, `how` says how the one follows from the other.
    """

    value: float | None = None
    unit: Literal["share", "weeks", "per week", "ratio", "count", "£", "£/week"]
    evidence: str | list[str] | None = None
    how: str | None = None
    source: str | None = None
    assumed: Assumption | None = None
    price_year: str | None = None
    low: float | None = None
    high: float | None = None
    title: str | None = None


class Money(Strict):
    """A price: a weekly rate or a sum, by payer and category."""

    amount: Number
    payer: Payer
    category: Category
    item: str
    each_child_in: str | None = None


class FactorSpec(Strict):
    """A multiplier of a hazard. Exactly one of `region` (with `of`), `register`,
    `any_child_in` and `each_child_in`."""

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
    drawn: bool = True


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


class NeedSpec(Strict):
    """A difficulty of a parent. Its region has the levels absent, moderate, severe, remitted.

    share: how many families have it at their first referral, and `severe_share` how many of
    those severely, before the type of family is taken into account. remission: weekly rates from moderate and from severe; relapse: a falling rate (Weibull
    with this scale and shape) from remitted; harm: hazard ratios of incidents at each level;
    eases: how much faster other needs remit once this one is not active.
    """

    title: str
    share: Number = 0
    severe_share: Number
    moderate_remission: Number
    severe_remission: Number
    relapse_scale: Number | None = None
    relapse_shape: Number | None = None
    relapse_severe: Number = 0
    worsening: Number = 0
    harm_moderate: Number
    harm_severe: Number
    harm_remitted: Number = 1
    eases: dict[str, Number] = {}


class RetentionSpec(Strict):
    """How long people stay, apart from the planned end. Exactly one way of saying it.

    `curve` names a published curve; `weeks` and `shares` state one; `dropout_share` by
    `by_weeks` with a Weibull `shape` gives a smooth one.
    """

    curve: str | None = None
    weeks: list[float] | None = None
    shares: list[float] | None = None
    source: str | None = None
    dropout_share: Number | None = None
    by_weeks: Number | None = None
    shape: Number | None = None


class LeavingBand(Strict):
    """Chance of remission for those who leave after staying up to `up_to_weeks`."""

    up_to_weeks: Number | None = None
    remission: Number


class SupportSpec(Strict):
    """Something that a parent may be offered.

    serves: needs (and severities) that it helps with. While it lasts, `speeds_remission`
    multiplies the remission rate of served needs and `protects` the rate of incidents; after
    leaving, needs remit at once with the chance of the band of time attended. A parent who
    leaves may come back by themselves at `returns_by_itself` a week while a need is active.
    `ends_at` lists the levels of the case at which it stops. `ends_when_well_weeks` is the mean
    time to its end once no served need is active. `children_meanwhile` is the level at which
    the children are placed while it lasts; they come home from the group of that name.
    """

    title: str
    serves: Annotated[list[str], Field(min_length=1)]
    severity: list[Literal["moderate", "severe", "remitted"]] = ["moderate", "severe"]
    take_up: Number
    wait_weeks: Number = 0
    gives_up_waiting: Number = 0
    place: str | None = None
    planned_weeks: Number | None = None
    retention: RetentionSpec | None = None
    speeds_remission: Number = 1
    protects: Number = 1
    slows_relapse: Number = 1
    leaving: list[LeavingBand] = []
    lasting_weeks: Number | None = None
    lasting_protects: Number = 1
    lasting_slows_relapse: Number = 1
    returns_by_itself: Number | None = None
    ends_at: list[str] = []
    ends_when_well_weeks: Number | None = None
    children_meanwhile: str | None = None
    engagement_matters: bool = True
    per_week: list[Money] = []
    per_start: list[Money] = []
    evidence_strength: Literal["trial", "matched comparison", "before-after", "argument only"]
    cannot_show: str


class OfferSpec(Strict):
    """A support offered when the case reaches a stage, to families with the need."""

    support: str
    at: Levels
    needs: list[str] | None = None
    severity: list[Literal["moderate", "severe", "remitted"]] | None = None
    after_weeks: Number = 0
    reach: Number = 1
    when: list[str] = []


class StopSpec(Strict):
    """Levels of the case at which a policy stops a support, beside the support's own."""

    support: str
    at: Levels


class PolicySpec(Strict):
    """What is offered to whom, and the parameters that differ from the scenario's.

    `use` replaces one named parameter by another for this policy.
    """

    title: str
    plain: str
    extends: str | None = None
    offers: list[OfferSpec] = []
    stops: list[StopSpec] = []
    use: dict[str, str] = {}


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
    week 0 is the model's own past under the reference policy.
    """

    types: dict[Name, FamilyTypeSpec] = {}
    child_shares: list[Number] = []
    age_ends: list[Number] = []
    age_shares: list[Number] = []
    sibling_gap_weeks: Number | None = None
    frailty_variance: Number | None = None
    engagement_variance: Number | None = None
    birth_region: str | None = None
    max_children: int = Field(default=6, ge=1, le=12)


class FamilySpec(Strict):
    """One family written out, for a small example worked by hand."""

    name: str
    arrival_week: float
    child_ages_weeks: list[float]
    levels: dict[str, str] = {}
    registers: dict[str, float] = {}


class OutcomeMeasure(Strict):
    """Something counted from the events.

    "moves": a region passing from `from_levels` to `to` (with `nth`, only the n-th time or
    later in the life); "weeks": time at `to`; "fires": a named clock firing;
    `again_within_weeks` keeps the moves that follow another within that time,
    `after_at_most_weeks` those that end a stay of at most that time, and
    `each_child_in` counts each child at those levels. "families_moving": 1 for a family in which any such move happens. With `per_year_of` the
    count is divided by the years of another measure of weeks.
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
    per_year_of: str | None = None
    better: Literal["lower", "higher", "neither"] = "lower"


class PublishedTarget(Strict):
    """A published figure, as a parameter, and the model quantity that corresponds to it: the
    outcome `top` over the outcome `bottom`. `mapping` says in a line why they correspond."""

    title: str
    value: str
    top: str
    bottom: str
    mapping: str


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
    groups: dict[Name, Levels] = {}
    parameters: dict[Name, Parameter] = {}
    registers: dict[Name, RegisterSpec] = {}
    places: dict[Name, PlaceSpec] = {}
    regions: dict[Name, RegionSpec] = {}
    needs: dict[Name, NeedSpec] = {}
    supports: dict[Name, SupportSpec] = {}
    policies: dict[Name, PolicySpec]
    population: PopulationSpec | None = None
    outcomes: dict[Name, OutcomeMeasure] = {}
    measures: dict[Name, OutcomeMeasure] = {}
    published: dict[Name, PublishedTarget] = {}
    case_region: str = "case"
    children_region: str = "placement"
    home_levels: list[str] = ["home"]
    harm_clock: str | None = None
