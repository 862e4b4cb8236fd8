"""A council's numbers in the place of the national ones: what is set, reached and refused."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.compare import compare
from simcare.experiment.ready import Ready, make_ready
from simcare.local.council import Localised, localise
from simcare.local.example import example_text
from simcare.local.form import (
    Council,
    Plan,
    complete,
    kind_of,
    number_of,
    read_council,
    read_plan,
    target_of,
)
from simcare.local.levers import levers_of
from simcare.local.mixes import _shared, wanted
from simcare.local.trial import trial_of
from simcare.local.writing import MARK, scenario_text
from simcare.scenario.load import load
from simcare.scenario.parameters import range_of

FAMILIES = 2000
PLAN = read_plan()


def council_of(**numbers: object) -> Council:
    size = {"children": 20_000, "referrals": 580}
    return Council.model_validate(
        {
            "council": "Exampleton “made up”",
            "source": "made-up returns for a test",
            "price_year": "2024-25",
            "fictional": True,
            "numbers": {**size, **numbers},
        }
    )


@pytest.fixture(scope="module")
def made() -> Localised:
    council = council_of(
        plans=60, looked_after=52, with_parents=3, placed_kin=30, placed_in_house=20,
        placed_agency=25, placed_residential=20, placed_supported=5, vacancies=0.2,
        price_residential={"value": 6000, "price_year": "2023-24", "source": "the placements team"},
        placement_moves=0.8, rereferrals=0.2,
    )  # fmt: skip
    return localise(council, PLAN, families=FAMILIES)


@pytest.fixture(scope="module")
def written(made: Localised, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("local") / "exampleton.toml"
    place.write_text(scenario_text(made, "simcare local numbers.toml"), encoding="utf-8")
    return place


# --- the plan ---


def test_every_number_does_one_thing_to_what_the_scenario_has() -> None:
    known = load(PLAN.scenario).scenario.parameters
    for name, spec in PLAN.numbers.items():
        does = (spec.sets, spec.ratio, spec.mix, spec.scales, spec.less_only, spec.cannot)
        assert sum(bool(x) for x in does) == 1, name
        levers = spec.levers
        for parameter in (*spec.sets, *(levers.up + levers.down if levers else ())):
            assert parameter in known, name
        if spec.ratio is not None:
            assert {spec.ratio.top, spec.ratio.bottom} <= PLAN.measures.keys()
            assert {*spec.ratio.less} <= PLAN.numbers.keys()


def test_levers_move_parameters_that_carry_a_range_and_no_policy_replaces() -> None:
    scenario = load(PLAN.scenario).scenario
    replaced = {p for policy in scenario.policies.values() for p in policy.use}
    moved: list[str] = []
    for spec in PLAN.numbers.values():
        if spec.levers is not None:
            moved += [*spec.levers.up, *spec.levers.down]
    assert len(moved) == len(set(moved)) > 10
    assert not replaced & set(moved)
    assert all(range_of(scenario, name) is not None for name in moved)


def test_the_example_is_a_file_that_can_be_used(tmp_path: Path) -> None:
    place = tmp_path / "numbers.toml"
    place.write_text(example_text(PLAN), encoding="utf-8")
    council = read_council(place, PLAN)
    assert council.fictional
    assert council.numbers.keys() == PLAN.numbers.keys()
    assert complete(council, PLAN) == []


# --- what a number means ---


def test_a_stock_becomes_weeks_for_each_referral() -> None:
    # 52 less 3 children on a day for 580 referred in a year: 49 / 580 years each.
    council = council_of(looked_after=52, with_parents=3)
    assert target_of(council, PLAN, "looked_after") == pytest.approx(49 / 580 * 52.1775)


@given(st.floats(1, 500), st.floats(0.1, 0.9))
def test_a_number_and_its_ratio_are_told_from_one_another(value: float, off: float) -> None:
    council = council_of(looked_after=value, unaccompanied=off * value)
    ratio = target_of(council, PLAN, "looked_after")
    assert number_of(council, PLAN, "looked_after", ratio) == pytest.approx((1 - off) * value)


def test_without_the_starts_of_care_their_levers_move_with_the_stock() -> None:
    ready = trial_of(PLAN, 1).ready
    (alone,) = levers_of(council_of(looked_after=52), PLAN, ready)
    both = levers_of(council_of(looked_after=52, care_starts=20), PLAN, ready)
    assert set(alone.ends) == {p for lever in both for p in lever.ends}


def test_a_lever_stands_at_the_national_numbers_and_at_the_ends_of_their_ranges() -> None:
    ready = trial_of(PLAN, 1).ready
    (lever,) = levers_of(council_of(plans=60), PLAN, ready)
    ends = {n: range_of(ready.scenario, n) for n in lever.ends}
    levers = PLAN.numbers["plans"].levers
    assert levers is not None
    for name, both in ends.items():
        assert both is not None
        low, high = both if name in levers.up else both[::-1]
        usual = ready.parameters[name].value
        assert lever.values(-1.0)[name] == pytest.approx(low, rel=1e-3)
        assert lever.values(0.0)[name] == pytest.approx(usual, rel=1e-3)
        assert lever.values(0.5)[name] == pytest.approx((usual + high) / 2, rel=1e-3)
        assert lever.values(1.0)[name] == pytest.approx(high, rel=1e-3)


@given(st.lists(st.floats(0.01, 20), min_size=5, max_size=5))
def test_shares_at_entry_never_sum_to_more_than_one(factors: list[float]) -> None:
    (mix,) = PLAN.mixes.values()
    shares = _shared(mix, national(), dict(zip(mix.measures, factors, strict=True)))
    for group in mix.groups:
        named = [shares[p] for p in group.values() if p != "rest"]
        assert min(named) >= 0.0
        assert sum(named) <= 1.0


@cache
def national() -> dict[str, float]:
    return trial_of(PLAN, 1).ready.values


# --- what was reached ---


def test_numbers_are_set_with_the_councils_source_and_price_year(made: Localised) -> None:
    by_name = {c.name: c for c in made.changes}
    price = by_name["price_residential"]
    assert (price.after, price.price_year) == (6000, "2023-24")
    assert price.source == "the placements team"
    assert by_name["move_rate"].after == pytest.approx(0.8 / 52.1775, rel=1e-5)
    assert "made-up returns for a test" in by_name["move_rate"].source


def test_stocks_are_reached_within_the_ranges(made: Localised) -> None:
    reached = {r.number: r for r in made.reached}
    assert reached["plans"].standing == "reached"
    assert reached["looked_after"].wanted == pytest.approx(49)
    assert reached["looked_after"].after.mean == pytest.approx(49, rel=0.05)
    scenario = load(PLAN.scenario).scenario
    for change in made.changes:
        if change.number in ("plans", "looked_after"):
            ends = range_of(scenario, change.name)
            assert ends is not None
            assert ends[0] <= change.after <= ends[1]


def test_the_stock_has_the_councils_mix(made: Localised) -> None:
    aims = wanted(made.council, PLAN.mixes["placements"])
    assert sum(aims.values()) == pytest.approx(1.0)
    got = {r.number: r.after.mean for r in made.reached if r.number in aims}
    assert got == pytest.approx(aims, abs=0.01)


def test_what_is_only_held_against_the_model_changes_nothing(made: Localised) -> None:
    assert next(r for r in made.reached if r.number == "rereferrals").standing == "held against"
    assert "rereferrals" not in {c.number for c in made.changes}


def test_what_cannot_be_taken_over_is_said(made: Localised) -> None:
    assert made.refused.keys() == {"vacancies"}
    assert "count them twice" in made.refused["vacancies"]


def test_a_number_out_of_reach_is_said_to_be_so() -> None:
    far = localise(council_of(plans=400), PLAN, families=1000)
    (plans,) = far.reached
    assert plans.standing == "not reached"
    assert plans.before < plans.after.mean < 400


# --- the file ---


def test_the_file_runs_and_gives_what_was_said_to_be_reached(
    made: Localised, written: Path
) -> None:
    ready = make_ready(written)
    done = compare(ready, [ready.scenario.reference], families=FAMILIES)
    model = done.published.set_index("target").model
    for r in made.reached:
        if PLAN.numbers[r.number].ratio is not None:
            one = number_of(made.council, PLAN, r.number, 1.0)
            assert model[f"local_{r.number}"] * one == pytest.approx(r.after.mean), r.number


def test_every_number_in_the_file_has_a_source_of_the_council(written: Path) -> None:
    tables = tomllib.loads(written.read_text(encoding="utf-8"))
    assert tables["fictional"]
    assert tables["extends"] == "england"
    for name, parameter in tables["parameters"].items():
        assert "made-up returns" in parameter["source"] or "placements team" in parameter["source"]
        assert "assumed" not in parameter, name


@pytest.mark.slow
def test_the_same_numbers_give_the_same_file() -> None:
    council = council_of(plans=50)
    one, two = (localise(council, PLAN, families=600, workers=w) for w in (1, 2))
    assert scenario_text(one, MARK) == scenario_text(two, MARK)


@pytest.mark.slow
def test_outcomes_are_told_for_the_whole_council_in_a_year(written: Path) -> None:
    """A year of the council has 580 x 2 referrals, each with the model's weeks in care."""
    ready = make_ready(written)
    reference = ready.scenario.reference
    done = compare(ready, [reference, "long_term_support"], families=600)
    rows = done.scaled.set_index(["policy", "outcome"])
    weeks = done.columns[reference]["child_weeks_in_care"]
    counted = referrals(ready, done.size.families)
    wanted_weeks = weeks.sum() / counted.sum() * 1160
    assert rows.per_year[reference, "child_weeks_in_care"] == pytest.approx(wanted_weeks)
    cost, policy = rows.xs("cost", level="outcome"), "long_term_support"
    assert cost.difference[policy] == pytest.approx(
        cost.per_year[policy] - cost.per_year[reference]
    )
    assert set(rows.unit) > {"£ a year", "child-weeks a year"}


def referrals(ready: Ready, families: int) -> NDArray[np.float64]:
    """Children referred, family by family, counted as an outcome of the same scenario."""
    measure = ready.scenario.measures["local_referrals"]
    scenario = ready.scenario.model_copy(
        update={"outcomes": {**ready.scenario.outcomes, "counted": measure}}
    )
    again = make_ready(replace(ready.loaded, scenario=scenario))
    reference = scenario.reference
    return compare(again, [reference], families=families).columns[reference]["counted"]


# --- mistakes ---


def said_of(tmp_path: Path, text: str, plan: Plan = PLAN) -> tuple[str, ...]:
    place = tmp_path / "numbers.toml"
    head = 'council = "X"\nsource = "made up for a test"\nprice_year = "2024-25"\n[numbers]\n'
    place.write_text(text if "council" in text else head + text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        localise(read_council(place, plan), plan, families=100)
    return caught.value.problems


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    unknown, share, year = said_of(
        tmp_path,
        "lookd_after = 3\nno_further_action = 8\nprice_kin = { value = 3, price_year = 'now' }\n",
    )
    assert "there is no number `lookd_after`; did you mean `looked_after`" in unknown
    assert share == (
        "numbers.toml: numbers.no_further_action: 8 is more than 1, and it is a share; 40 % is "
        "written 0.4."
    )
    assert year.startswith("numbers.toml: numbers.price_kin.price_year: ")


def test_numbers_of_a_wrong_kind_are_refused(tmp_path: Path) -> None:
    said = said_of(tmp_path, "plans = -1\ncare_starts = 'few'\nprice_kin = { value = 3, yr = 1 }\n")
    assert len(said) == 3
    for problem, name in zip(said, ("plans", "care_starts", "price_kin"), strict=True):
        assert problem.startswith("numbers.toml: ")
        assert name in problem


def test_what_the_others_need_is_missed(tmp_path: Path) -> None:
    first, second = said_of(tmp_path, "plans = 40\n")
    assert first.startswith("numbers.children: it is missing or 0 (children aged 0 to 17")
    assert second.startswith("numbers.referrals: it is missing or 0")


def test_a_mix_needs_all_of_its_parts(tmp_path: Path) -> None:
    (said,) = said_of(tmp_path, "children = 9\nreferrals = 9\nplaced_kin = 3\n")
    assert said.startswith("numbers.placed_in_house: it is missing beside placed_kin")


def test_nothing_may_be_taken_off_that_leaves_nothing(tmp_path: Path) -> None:
    (said,) = said_of(
        tmp_path, "children = 9\nreferrals = 9\nlooked_after = 30\nunaccompanied = 30\n"
    )
    assert "nothing is left of it" in said


@pytest.mark.parametrize("name", PLAN.numbers)
def test_every_kind_of_number_has_a_kind(name: str) -> None:
    assert kind_of(PLAN.numbers[name]) in {
        "sets", "solved", "mix", "scales", "check", "less", "cannot",
    }  # fmt: skip
