"""A published study that a scenario stands for: who was in it, and what it found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simcare.scenario.domain import Strength
from simcare.scenario.parts import Number, Strict

Quantity = Literal[
    "share",
    "mean",
    "median",
    "cumulative incidence",
    "difference",
    "no difference",
    "ratio",
    "odds ratio",
    "hazard ratio",
]
Role = Literal["sets", "check", "no comparison"]


class AmongSpec(Strict):
    """Only families of which an outcome is above one number and at most another."""

    outcome: str
    above: Number | None = None
    up_to: Number | None = None


class FindingSpec(Strict):
    """One published figure of a study, and what corresponds to it in the model.

    quantity: "share", "mean", "median" and "cumulative incidence" are of one `arm`; the others
    compare the policy with the control. outcome: what is counted, one of `[outcomes]`, over `per`
    another one (default: over families). `at_least` makes it 1 for families in which it is so
    much and 0 for others; `capped_at` counts no more than that of each family. For a "hazard
    ratio", a "median" and a "cumulative incidence" (by `by_weeks`) the outcome is the weeks until
    something happens or a family is seen no more, and `event` counts whether it happened.
    published: a parameter; where two arms were published, `published_control` is the other one.
    n, n_control: how many were studied, from which an interval is computed where none was
    published. role: "sets", if the support takes its effect from this figure (`sets` names the
    parameters); "check", if not; "no comparison", where the figure is a change over time
    without a control group, which no verdict can be given on.
    mapping: in a line, why the one corresponds to the other. if_missed: why it may not agree.
    effect_on: of a contrast, in a few words what the effect is on, for the menu (else the title).
    """

    title: str
    effect_on: str = ""
    quantity: Quantity
    arm: Literal["policy", "control"] = "policy"
    outcome: str
    per: str | None = None
    at_least: Number | None = None
    capped_at: Number | None = None
    by_weeks: Number | None = None
    event: str | None = None
    among: list[AmongSpec] = []
    published: Number
    published_control: str | None = None
    n: str | None = None
    n_control: str | None = None
    evidence: list[str] = []
    role: Role
    sets: list[str] = []
    mapping: Annotated[str, Field(min_length=10)]
    if_missed: str = ""


class StudySpec(Strict):
    """A published study: one policy against a control, which is the scenario's reference.

    design: how strong its evidence is. people, follow_up: who was studied, and for how long, in
    plain words.
    """

    title: str
    citation: str
    design: Strength
    policy: str
    control: str
    people: str
    follow_up: str
    findings: Annotated[list[FindingSpec], Field(min_length=1)]
