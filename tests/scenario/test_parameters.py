from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.evidence import load as register
from simcare.evidence import rebase
from simcare.scenario.load import load
from simcare.scenario.parameters import BOUNDS, examine, resolve
from simcare.scenario.parts import Assumption, Parameter
from simcare.scenario.schema import Scenario
from simcare.units import WEEKS_PER_YEAR

BASE = load("three_families").scenario


def scenario(price_year: str = "2024-25", **parameters: Parameter) -> Scenario:
    return BASE.model_copy(update={"parameters": parameters, "price_year": price_year})


def stated(value: float, unit: str, price_year: str | None = None) -> Parameter:
    return Parameter.model_validate(
        {"value": value, "unit": unit, "source": "made up", "price_year": price_year}
    )


def said_of(parameter: Parameter) -> str:
    with pytest.raises(UserError) as caught:
        resolve(scenario(x=parameter))
    (problem,) = caught.value.problems
    assert problem.startswith("parameters.x: ")
    return problem


# --- numbers ---


def test_a_stated_number_is_taken_as_it_is() -> None:
    found = resolve(scenario(x=stated(0.25, "share")))["x"]
    assert (found.value, found.unit, found.status, found.origin) == (
        0.25,
        "share",
        "stated",
        "made up",
    )


def test_a_published_price_of_twelve_weeks_is_taken_from_the_register() -> None:
    row = register().get("B-REHAB1213")
    assert row.price_year == "2012-13"
    found = resolve(scenario(x=Parameter(unit="£/week", evidence=row.id)))["x"]
    assert row.value is not None
    assert math.isclose(found.value, rebase(row.value, "2012-13", "2024-25"))
    assert (found.status, found.origin) == (row.status.lower(), row.id)


def test_a_published_percentage_becomes_a_share() -> None:
    row = register().get("A-REREF-2024")
    assert row.unit.startswith("%")
    found = resolve(scenario(x=Parameter(unit="share", evidence=row.id)))["x"]
    assert row.value is not None
    assert math.isclose(found.value, row.value / 100)


def test_a_published_price_by_the_year_becomes_a_weekly_one() -> None:
    row = next(e for e in register().numbers.values() if e.unit == "£/child/year" and e.price_year)
    found = resolve(scenario(str(row.price_year), x=Parameter(unit="£/week", evidence=row.id)))["x"]
    assert row.value is not None
    assert math.isclose(found.value, row.value / WEEKS_PER_YEAR)


def test_a_value_beside_evidence_is_derived_and_says_how() -> None:
    parameter = Parameter(value=0.3, unit="share", evidence="A-REREF-2024", how="rounded up")
    found = resolve(scenario(x=parameter))["x"]
    assert (found.value, found.status) == (0.3, "derived")
    assert found.origin == "A-REREF-2024: rounded up"


def test_an_assumption_keeps_its_reason() -> None:
    assumed = Assumption(low=0.1, high=0.5, reason="nobody has measured it")
    found = resolve(scenario(x=Parameter(value=0.3, unit="share", assumed=assumed)))["x"]
    assert (found.status, found.origin) == ("assumed", "nobody has measured it")


# --- prices ---


def test_a_price_of_the_scenarios_own_year_stays_as_it_is() -> None:
    assert resolve(scenario(x=stated(100, "£", "2024-25")))["x"].value == 100


def test_a_price_of_another_year_is_rebased_with_the_deflator() -> None:
    found = resolve(scenario(x=stated(100, "£", "2012-13")))["x"]
    assert math.isclose(found.value, rebase(100, "2012-13", "2024-25"))
    assert found.value > 100
    assert found.price_year == "2012-13"


@given(st.sampled_from(["2012-13", "2018", "2024-25"]), st.floats(0, 1e6))
def test_prices_are_proportional_and_other_numbers_do_not_move(year: str, value: float) -> None:
    given = {"a": stated(value, "£/week", "2015-16"), "b": stated(value, "weeks", "2015-16")}
    found = resolve(scenario(year, **given))
    assert math.isclose(found["a"].value, value * rebase(1, "2015-16", year), rel_tol=1e-12)
    assert found["b"].value == value


def test_a_price_without_a_year_is_refused() -> None:
    assert "a price without a `price_year`; add one" in said_of(stated(1, "£"))


def test_a_scenario_year_outside_the_series_is_told_once_whatever_prices_there_are() -> None:
    prices = {name: stated(1, "£", "2020-21") for name in ("a", "b", "c")}
    found, problems = examine(scenario("1850", **prices))
    assert len(problems) == 1
    assert problems[0].startswith("price_year: ")
    assert "give a financial year from" in problems[0]
    assert set(found) == {"a", "b", "c"}


# --- bounds ---


@pytest.mark.parametrize("unit", BOUNDS)
def test_each_unit_takes_nothing_and_refuses_less(unit: str) -> None:
    assert resolve(scenario(x=stated(0, unit, "2024-25")))["x"].value == 0
    assert "out of bounds" in said_of(stated(-1e-9, unit, "2024-25"))


def test_only_shares_have_a_top() -> None:
    assert "give a number from 0 to 1" in said_of(stated(1.4, "share"))
    assert resolve(scenario(x=stated(1, "share"), y=stated(1.4, "ratio")))["y"].value == 1.4


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_at_all_is_refused(value: float) -> None:
    assert "out of bounds" in said_of(stated(value, "weeks"))


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(sorted(BOUNDS)))
def test_a_number_is_in_use_exactly_if_it_is_inside_its_bounds(value: float, unit: str) -> None:
    found, problems = examine(scenario(x=stated(value, unit, "2024-25")))
    low, high = BOUNDS[unit]
    assert ("x" in found) == (low <= value <= high) == (not problems)


def test_an_assumed_value_lies_in_its_own_range() -> None:
    assumed = Assumption(low=0.1, high=0.2, reason="nobody has measured it")
    parameter = Parameter(value=0.3, unit="share", assumed=assumed)
    assert "outside its own range 0.1 to 0.2" in said_of(parameter)


# --- origins ---


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": 1}, "neither evidence nor a source"),
        ({"value": 1, "source": "s", "evidence": "B-REHAB1213"}, "`evidence` and `source`"),
        ({"source": "s"}, "has no `value`"),
        ({"evidence": "A-REREF-2025x"}, "did you mean"),
        ({"evidence": []}, "is empty"),
        ({"evidence": ["A-REREF-2024", "REV-REF12"]}, "names several ids"),
        ({"value": 1, "evidence": "A-REREF-2024"}, "add `how`"),
    ],
)
def test_a_number_needs_exactly_one_origin(given: dict[str, object], said: str) -> None:
    assert said in said_of(Parameter.model_validate({"unit": "share", **given}))


def test_a_figure_that_was_only_recalled_is_refused_with_its_status() -> None:
    recalled = next(e for e in register().numbers.values() if not e.is_evidence)
    said = said_of(Parameter(unit="share", evidence=recalled.id))
    assert f"{recalled.id} has the status RECALLED" in said
    assert "`assumed`" in said


def test_a_figure_in_another_kind_of_unit_is_refused() -> None:
    assert "cannot be read in" in said_of(Parameter(unit="weeks", evidence="A-REREF-2024"))


def test_every_faulty_parameter_is_told_and_the_others_are_still_found() -> None:
    found, problems = examine(
        scenario(a=stated(2, "share"), b=stated(1, "£"), c=stated(0.5, "share"))
    )
    assert set(found) == {"c"}
    assert [p.split(":")[0] for p in problems] == ["parameters.a", "parameters.b"]
