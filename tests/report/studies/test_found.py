"""What studies found of each support, as the menu says it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.studies.run import ready_studies, validate_studies
from simcare.experiment.studies.terms import AGREES, MISSES, NOTHING
from simcare.report.studies import found as module
from simcare.report.studies.found import (
    Found,
    found_of,
    held,
    held_policy,
    numbers_of,
    path,
    supports_of,
    write,
)


@pytest.fixture(scope="module")
def menu() -> Ready:
    return make_ready("menu")


@pytest.fixture(scope="module")
def studies() -> dict[str, Ready]:
    return ready_studies()


def test_a_study_is_about_what_only_one_of_its_arms_has(studies: dict[str, Ready]) -> None:
    assert supports_of(studies["drug_and_alcohol_court"]) == ["drug_and_alcohol_court"]
    assert supports_of(studies["recovery_checkups"]) == ["recovery_checkups"]
    both = {"residential_treatment", "residential_26"}
    assert set(supports_of(studies["therapeutic_community_180_net"])) == both


def test_the_kept_file_is_of_the_studies_as_they_are(studies: dict[str, Ready]) -> None:
    """The numbers that were run, though not what came of it, which a slow test looks at."""
    kept = module._kept(path())
    assert {one.study for one in kept} == set(studies)
    for one in kept:
        ready = studies[one.study]
        assert one.support in supports_of(ready)
        assert one.effects == numbers_of(ready.scenario, one.support, ready.values), one.support


def test_what_was_found_comes_back_from_the_file(studies: dict[str, Ready], tmp_path: Path) -> None:
    name = "family_group_conferences"
    table = validate_studies({name: studies[name]}, families=200)
    made = found_of(studies, table)
    assert {one.support for one in made} == {"family_group_conference"}
    # Shares of one arm are no effects.
    assert [one.effect_on for one in made] == [
        "proceedings issued", "children looked after", "where children live",
    ]  # fmt: skip
    file = tmp_path / "found.csv"
    write(made, file)
    back = module._kept(file)
    for one, other in zip(made, back, strict=True):
        assert one._replace(carried=0.0) == other._replace(carried=0.0)
        assert other.carried == pytest.approx(one.carried, nan_ok=True)
    assert module._kept(tmp_path / "nothing.csv") == ()


def test_every_study_reaches_a_support_of_the_menu(menu: Ready, studies: dict[str, Ready]) -> None:
    reached = {
        study
        for support in menu.scenario.supports
        for study, _ in held(menu.scenario, support, menu.values)
    }
    # With all of what people show on leaving, two are not what the menu has.
    assert set(studies) - reached == {"therapeutic_community_180", "therapeutic_community_360"}


def test_with_another_number_nothing_is_said_of_the_study(menu: Ready) -> None:
    assert "of the effect on new reports" in held_policy(menu.scenario, "safecare", menu.values)
    other = {**menu.values, "sf_protects": 0.5}
    assert held_policy(menu.scenario, "safecare", other) == "held to no study"
    # Who takes it up is not what it does.
    other = {**menu.values, "al_take_up": 0.1}
    assert "of the effect on new reports" in held_policy(menu.scenario, "safecare", other)


def test_a_policy_that_adds_several_names_them(menu: Ready) -> None:
    said = held_policy(menu.scenario, "abuse_response_by_type", menu.values)
    assert "Work with the couple, situational violence: held to its study" in said
    assert "Case management of high-harm perpetrators: held to its study" in said
    said = held_policy(menu.scenario, "matched_menu", menu.values)
    assert said.endswith(
        "held to no study: Parent education, Short counselling and Life assistance"
    )
    assert held_policy(menu.scenario, "usual_practice", menu.values) == ""


def one(on: str, carried: float, **other: str) -> Found:
    """A contrast as it would be found."""
    said = {"role": "check", "verdict": AGREES, "quantity": "ratio"} | other
    return Found("x", "y", "Y", on, carried=carried, effects="", **said)


def test_a_line_says_how_much_and_what_was_put_in() -> None:
    rows = [
        one("stopping", 0.4, role="sets"),
        one("reunification", 0.096),
        one("later reports", math.nan, quantity="no difference"),
        one("homes", math.nan, quantity="no difference", verdict=MISSES),
        one("getting worse", math.nan, verdict=NOTHING),
    ]
    assert module._line(rows) == (
        "held to its study, the model gives 40 % of the effect on stopping (put in) and 10 % on "
        "reunification; no difference in later reports, as published; a difference in homes, "
        "where none was found; nothing of the effect on getting worse, which does not happen in "
        "the model"
    )
    assert module._line(rows[2:3]) == (
        "held to its study, no difference in later reports, as published"
    )
