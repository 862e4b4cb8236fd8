"""How strong the evidence of a policy is."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.scenario.load import load
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import names
from simcare.scenario.strength import (
    STRENGTHS,
    effects_of,
    sizes_of,
    sizes_of_support,
    strength_of,
    weakest,
    what_it_adds,
)

BASE = """
extends = "three_families"
[supports.talk]
title = "Talk"
serves = ["drugs"]
take_up = 1
evidence_strength = "trial"
cannot_show = "x"
[supports.tea]
title = "Tea"
serves = ["drugs"]
take_up = 1
evidence_strength = "before-after"
cannot_show = "x"
[policies.as_now]
offers = [{ support = "tea", at = ["plan"] }]
[policies.tried]
title = "Tried"
plain = "x"
extends = "as_now"
"""
TALK = 'offers = [{ support = "talk", at = ["plan"] }]'


def stated(folder: Path, text: str) -> Scenario:
    path = folder / "own.toml"
    path.write_text(BASE + text, encoding="utf-8")
    return load(path).scenario


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        (TALK, "trial"),
        ("", None),
        # What usual practice offers as well does not count, unless it is offered otherwise.
        ('offers = [{ support = "tea", at = ["plan"] }]', None),
        ('offers = [{ support = "tea", at = ["referral"] }]', "before-after"),
        ('offers = [{ support = "tea", at = ["plan"], needs = ["drugs"] }]', "before-after"),
        ('offers = [{ support = "tea", at = ["plan"], reach = 0 }]', None),
        # The weakest of several holds, and what a policy says of itself before all of them.
        (
            'offers = [{ support = "talk", at = ["plan"] }, { support = "tea", at = ["closed"] }]',
            "before-after",
        ),
        (TALK + '\nevidence_strength = "argument only"', "argument only"),
        ('evidence_strength = "matched comparison"', "matched comparison"),
    ],
)
def test_a_policy_is_as_strong_as_the_weakest_that_it_adds(
    text: str, strength: str | None, tmp_path: Path
) -> None:
    assert strength_of(stated(tmp_path, text), "tried") == strength


def test_the_reference_and_what_it_rests_on_have_none(tmp_path: Path) -> None:
    text = TALK + '\n[policies.more]\ntitle = "x"\nplain = "x"\nextends = "tried"\n'
    scenario = stated(tmp_path, text).model_copy(update={"reference": "more"})
    assert [strength_of(scenario, p) for p in ("as_now", "tried", "more")] == [None] * 3


@pytest.mark.parametrize("key", ['extends = "tried"', 'together = ["tried", "treatment"]'])
def test_a_policy_that_rests_on_others_is_as_weak_as_they(key: str, tmp_path: Path) -> None:
    said = (
        f'{TALK}\nevidence_strength = "argument only"\n[policies.both]\ntitle = "x"\nplain = "x"\n'
    )
    scenario = stated(tmp_path, said + key)
    assert strength_of(scenario, "both") == "argument only"


def test_a_package_takes_its_parts_supports_into_account(tmp_path: Path) -> None:
    text = (
        f'{TALK}\n[policies.tea]\ntitle = "x"\nplain = "x"\nextends = "as_now"\n'
        'offers = [{ support = "tea", at = ["closed"] }]\n'
        '[policies.both]\ntitle = "x"\nplain = "x"\ntogether = ["tried", "tea"]\n'
    )
    scenario = stated(tmp_path, text)
    assert strength_of(scenario, "both") == "before-after"
    assert [o.support for o in what_it_adds(scenario, "both")] == ["talk", "tea"]


def test_the_weakest_of_none_is_none() -> None:
    assert weakest([]) is None
    assert weakest([None, "trial"]) == "trial"
    assert weakest(STRENGTHS) == "argument only"


@pytest.mark.parametrize("name", names())
def test_no_policy_that_ships_is_stronger_than_what_it_adds(name: str) -> None:
    scenario = load(name).scenario
    for policy in scenario.policies:
        added = {
            scenario.supports[o.support].evidence_strength for o in what_it_adds(scenario, policy)
        }
        strength = strength_of(scenario, policy)
        if added and policy != scenario.reference:
            assert strength is not None
            assert STRENGTHS.index(strength) >= STRENGTHS.index(weakest(added) or "trial"), policy


# --- whether the size of an effect is assumed ---

NUMBERS = """
[parameters]
counted = { value = 0.79, unit = "ratio", evidence = "SAFECARE-HIGH", how = "as it is" }
[parameters.guess]
value = 1.3
unit = "ratio"
assumed = { low = 1, high = 2, reason = "nobody has counted" }
"""


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ("", ""),
        ('speeds_remission = "guess"', "size assumed"),
        ('protects = "counted"', ""),
        # One number from a figure is enough, and what is laid down is no claim of a size.
        ('speeds_remission = "guess"\nprotects = "counted"', ""),
        ('leaving = [{ up_to_weeks = "guess", remission = 0 }, { remission = 1 }]', ""),
        ('leaving = [{ up_to_weeks = "counted", remission = "guess" }]', "size assumed"),
        ('speeds = [{ clock = "talk/stopped", by = "guess" }]', "size assumed"),
        ('lasting_weeks = 1\nlasting_protects = "guess"', "size assumed"),
        # Who takes it up and who stays is not what it does.
        ('others_drop_out = "guess"\nplanned_weeks = "guess"', ""),
    ],
)
def test_the_size_is_assumed_where_no_number_of_the_effect_comes_from_a_figure(
    effects: str, said: str, tmp_path: Path
) -> None:
    base = BASE.replace("[supports.talk]\n", f"[supports.talk]\n{effects}\n")
    path = tmp_path / "own.toml"
    path.write_text(base + TALK + NUMBERS, encoding="utf-8")
    scenario = load(path).scenario
    assert sizes_of_support(scenario, "talk") == said
    assert sizes_of(scenario, "tried") == said
    assert strength_of(scenario, "tried") == "trial"


def test_what_is_argued_only_is_not_marked_as_well() -> None:
    scenario = load("menu").scenario
    for name, spec in scenario.supports.items():
        if spec.evidence_strength == "argument only":
            assert sizes_of_support(scenario, name) == ""
    for name in scenario.policies:
        if strength_of(scenario, name) in (None, "argument only"):
            assert sizes_of(scenario, name) == ""


def test_a_policy_of_which_only_some_sizes_are_assumed_says_so() -> None:
    scenario = load("menu").scenario
    assert sizes_of(scenario, "course_for_everyone") == "size assumed"
    both = scenario.policies["course_for_everyone"].model_copy(
        update={"together": ["course_for_everyone", "safecare"], "extends": None, "offers": []}
    )
    joined = scenario.model_copy(update={"policies": {**scenario.policies, "both": both}})
    assert sizes_of(joined, "both") == "some sizes assumed"
    assert effects_of(scenario.supports["safecare"]) == ("sf_protects",)
