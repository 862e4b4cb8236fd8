"""Needs, supports and policies as a scenario file states them, field by field."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simcare.scenario.parts import FactorSpec, Levels, Money, Name, Number, Strict

Strength = Literal["trial", "matched comparison", "before-after", "argument only"]
"""How strong the evidence of an effect is, the strongest first."""


class KindSpec(Strict):
    """One kind of family, and how many are of it."""

    title: str
    share: Number


class TraitSpec(Strict):
    """Something that never changes in a family: it is of one of some kinds.

    Rules may speak of it as of any region: `abuse_type is situational`.
    """

    title: str
    kinds: Annotated[dict[Name, KindSpec], Field(min_length=1)]


class NeedSpec(Strict):
    """A difficulty of a parent. Its region has the levels absent, moderate, severe, remitted.

    share: how many families have it at their first referral, and `severe_share` how many of
    those severely, before the type of family is taken into account. remission: weekly rates
    from moderate and from severe; relapse: a falling rate (Weibull with this scale and shape)
    from remitted; harm: hazard ratios of incidents at each level; eases: how much faster other
    needs remit once this one has remitted.
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
    """What those who leave after staying up to `up_to_weeks` leave with.

    remission: chance that the needs served remit; worse: chance that those that were moderate
    become severe.
    """

    up_to_weeks: Number | None = None
    remission: Number
    worse: Number = 0


class SpeedSpec(Strict):
    """Something else that happens `by` times as often while a support is attended.

    clock: such as "placement/goes_home". lasting: the same after leaving, while it lasts.
    """

    clock: str
    by: Number
    lasting: Number = 1


class ChanceSpec(Strict):
    """A choice that falls otherwise while a support is attended, and afterwards while it lasts.

    outcome: the title of one of the clock's outcomes, which then has the chance `share`.
    """

    clock: str
    outcome: str
    share: Number


class RollOutSpec(Strict):
    """When a policy begins to offer a support, and when the money ends. Weeks from week 0.

    From `starts` on, the share of families that it reaches grows evenly until it is whole at
    `full_after` weeks later. At `ends` it is offered no more, and ends for all who attend.
    """

    starts: Number = 0
    full_after: Number = 0
    ends: Number | None = None


class SupportSpec(Strict):
    """Something that a parent may be offered.

    serves: needs (and severities) that it helps with; empty: it is for every family. While it
    lasts, `speeds_remission` multiplies the remission rate of served needs, `worsens` the rate
    at which they become severe and `protects` the rate of incidents; after leaving, needs remit,
    or become severe, with the chances of the band of time attended. A parent who leaves may come
    back by themselves at `returns_by_itself` a week while a need is active.
    `speeds` and `chances` say what it changes elsewhere: how soon something happens, and how a
    choice falls. `others_drop_out`: times as much dropout from other supports meanwhile.
    Where `places` are limited, or it draws on a shared `place`, parents queue once their wait is
    over; those with the lower `priority` are served first.
    It stops, and is not offered, while a support in `gives_way_to` is attended. Where it
    `needs_child_in` some levels, it is offered only while a child is there, and ends once none is.
    `luck_of`: another support of which this is a variant: parents have the same luck in both,
    and only one of them at a time.
    `ends_at` lists the levels of the case at which it stops. `ends_when_well_weeks` is the mean
    time to its end once no served need is active. `children_meanwhile` is the level at which
    the children are placed while it lasts; they come home from the group of that name.
    `spares_per_week`: what others spend less on the family while it lasts.
    """

    title: str
    serves: list[str]
    severity: list[Literal["moderate", "severe", "remitted"]] = ["moderate", "severe"]
    take_up: Number
    wait_weeks: Number = 0
    gives_up_waiting: Number = 0
    place: str | None = None
    places: Number | None = None
    priority: FactorSpec | None = None
    planned_weeks: Number | None = None
    retention: RetentionSpec | None = None
    speeds_remission: Number = 1
    worsens: Number = 1
    protects: Number = 1
    slows_relapse: Number = 1
    leaving: list[LeavingBand] = []
    lasting_weeks: Number | None = None
    lasting_protects: Number = 1
    lasting_slows_relapse: Number = 1
    speeds: list[SpeedSpec] = []
    chances: list[ChanceSpec] = []
    others_drop_out: Number = 1
    returns_by_itself: Number | None = None
    ends_at: list[str] = []
    gives_way_to: list[str] = []
    needs_child_in: str | None = None
    luck_of: str | None = None
    ends_when_well_weeks: Number | None = None
    children_meanwhile: str | None = None
    engagement_matters: bool = True
    per_week: list[Money] = []
    per_start: list[Money] = []
    spares_per_week: list[Money] = []
    evidence_strength: Strength
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

    `use` replaces one named parameter by another for this policy. `together` makes it all of
    several policies at once. evidence_strength, cannot_show: of the policy as a whole, where it
    is more than what its supports say of themselves.
    """

    title: str
    plain: str
    extends: str | None = None
    together: list[str] = []
    offers: list[OfferSpec] = []
    stops: list[StopSpec] = []
    use: dict[str, str] = {}
    roll_out: dict[str, RollOutSpec] = {}
    evidence_strength: Strength | None = None
    cannot_show: str | None = None
