"""What a study must get right beyond its form: the names and numbers of its findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simcare.errors import UserError, unknown
from simcare.evidence import load
from simcare.scenario.schema import Scenario
from simcare.scenario.study import FindingSpec, StudySpec

OF_ONE_ARM = ("share", "mean", "median", "cumulative incidence")
_TIMES = ("median", "cumulative incidence", "hazard ratio")


def study_problems(scenario: Scenario, parameters: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield every problem of a scenario's study: a place in the file and a sentence.

    parameters: the names that may stand for a number.
    """
    study = scenario.study
    if study is None:
        return
    yield from _arms(scenario, study)
    for i, finding in enumerate(study.findings):
        for key, what in _finding(scenario, finding, parameters):
            yield f"study.findings[{i}].{key}", what


def _arms(scenario: Scenario, study: StudySpec) -> Iterator[tuple[str, str]]:
    if study.policy not in scenario.policies:
        yield "study.policy", unknown("policy", study.policy, scenario.policies)
    if study.control != scenario.reference:
        yield (
            "study.control",
            f"it is `{study.control}`, but the scenario's `reference` is `{scenario.reference}`; "
            "make them the same, since every policy is compared with the reference.",
        )
    if study.policy == study.control:
        yield "study.policy", "it is also the `control`; name the policy that was studied."


def _finding(
    scenario: Scenario, finding: FindingSpec, parameters: Collection[str]
) -> Iterator[tuple[str, str]]:
    outcomes = {"outcome": finding.outcome, "per": finding.per, "event": finding.event}
    outcomes |= {f"among[{i}].outcome": a.outcome for i, a in enumerate(finding.among)}
    for key, name in outcomes.items():
        if name is not None and name not in scenario.outcomes:
            yield key, unknown("outcome", name, scenario.outcomes)
    numbers: dict[str, str | int | None] = {
        key: getattr(finding, key)
        for key in (
            "published",
            "published_control",
            "at_least",
            "capped_at",
            "by_weeks",
            "n",
            "n_control",
        )
    }
    for i, among in enumerate(finding.among):
        numbers |= {f"among[{i}].above": among.above, f"among[{i}].up_to": among.up_to}
    for key, number in numbers.items():
        if isinstance(number, str) and number not in parameters:
            yield key, unknown("parameter", number, parameters)
    retentions = [s.retention for s in scenario.supports.values() if s.retention is not None]
    known = {*parameters, *(r.curve for r in retentions if r.curve is not None)}
    for i, name in enumerate(finding.sets):
        if name not in known:
            yield f"sets[{i}]", unknown("parameter or retention curve", name, known)
    yield from _whole(finding)
    for i, name in enumerate(finding.evidence):
        for what in _evidence(name):
            yield f"evidence[{i}]", what


def _evidence(name: str) -> Iterator[str]:
    try:
        figure = load().get(name)
    except UserError as error:
        yield from error.problems
        return
    if not figure.is_evidence:
        yield f"{name} has the status {figure.status}, so it is no evidence; name another figure."


def _whole(finding: FindingSpec) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a finding's keys taken together."""
    if (finding.event is None) == (finding.quantity in _TIMES):
        yield (
            "event",
            f"a {', a '.join(_TIMES)} needs `event`, and nothing else may have one; add it or "
            "take it away.",
        )
    if (finding.by_weeks is None) == (finding.quantity == "cumulative incidence"):
        yield (
            "by_weeks",
            "a cumulative incidence needs `by_weeks`, and nothing else may have it; add it or take "
            "it away.",
        )
    if finding.published_control is not None and finding.quantity in OF_ONE_ARM:
        yield "published_control", f"a `{finding.quantity}` is of one arm; leave it out."
    if finding.quantity == "no difference" and finding.published != 0:
        yield "published", "where no difference was found it must be 0; write 0."
    if finding.role == "sets" and not finding.sets:
        yield "sets", "name the parameters that the support takes from this figure."
    if finding.role == "check" and finding.sets:
        yield "role", 'a figure that parameters are taken from is no check; write `role = "sets"`.'
