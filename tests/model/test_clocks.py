"""Clocks as scenarios state them: every way of saying when, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from simcare.model import statement as s
from simcare.model.build import reader_for
from simcare.model.clocks import make_clock, make_factor, make_hazard, weibull_scale
from simcare.model.language import Reader
from simcare.scenario.load import load
from simcare.scenario.parts import ClockSpec, FactorSpec

WHERE = "regions.case.clocks.x"
NUMBERS = {"two": 2.0, "seven": 7.0, "half": 0.5, "most": 0.75, "nought": 0.0}


@pytest.fixture
def reader() -> Reader:
    return reader_for(load("three_families").scenario, NUMBERS, "as_now")


def hazard(reader: Reader, **way: Any) -> s.Hazard:
    return make_hazard(reader, ClockSpec.model_validate({"outcomes": [], **way}), WHERE)


def clock(reader: Reader, **body: Any) -> s.Clock:
    spec = ClockSpec.model_validate({"outcomes": [], **body})
    return make_clock(reader, spec, "x", "case", ("plan",), WHERE)


WAYS: list[tuple[dict[str, Any], s.Hazard]] = [
    ({"rate": "half"}, s.Exponential(0.5)),
    ({"rate": 0}, s.Exponential(0.0)),
    ({"mean_weeks": "two"}, s.Exponential(0.5)),
    ({"mean_weeks": "nought"}, s.Fixed(0.0)),
    ({"every": "seven"}, s.Fixed(7.0)),
    ({"after": "seven"}, s.Fixed(7.0)),
    ({"after": 0}, s.Fixed(0.0)),
    ({"since": "birth", "weeks": "seven"}, s.Since("birth", 7.0)),
    ({"since": "birth"}, s.Since("birth", 0.0)),
    ({"piecewise": {"ends": [], "rates": ["half"]}}, s.Piecewise((), (0.5,))),
    (
        {"piecewise": {"ends": ["two", "seven"], "rates": ["half", 0, 1]}},
        s.Piecewise((2.0, 7.0), (0.5, 0.0, 1.0)),
    ),
    ({"weibull": {"shape": "half", "scale": "seven"}}, s.Weibull(0.5, 7.0)),
    ({"weibull": {"shape": 1, "median": "seven"}}, s.Weibull(1.0, 7.0 / math.log(2.0))),
    ({"weibull": {"shape": "half", "mean": "two"}}, s.Weibull(0.5, 1.0)),
    (
        {"weibull": {"shape": "two", "share_left": "half", "at_weeks": "seven"}},
        s.Weibull(2.0, 7.0 / math.sqrt(math.log(2.0))),
    ),
]


@pytest.mark.parametrize(("way", "expected"), WAYS)
def test_each_way_of_saying_when(way: dict[str, Any], expected: s.Hazard, reader: Reader) -> None:
    made = hazard(reader, **way)
    assert reader.problems == []
    if isinstance(made, s.Weibull) and isinstance(expected, s.Weibull):
        assert (made.shape, made.scale) == pytest.approx((expected.shape, expected.scale))
    else:
        assert made == expected


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "exactly one of rate"),
    ({"rate": "half", "every": "two"}, "exactly one of rate"),
    ({"every": "nought"}, "longer than 0 weeks"),
    ({"rate": "quarter"}, "`quarter`"),
    ({"since": "death"}, "`death`"),
    ({"piecewise": {"ends": ["seven", "two"], "rates": [0, 0, 1]}}, "rising `ends`"),
    ({"piecewise": {"ends": ["two", "two"], "rates": [0, 0, 1]}}, "rising `ends`"),
    ({"piecewise": {"ends": ["two"], "rates": [0]}}, "rising `ends`"),
    ({"weibull": {"shape": "nought", "scale": "two"}}, "`shape`"),
    ({"weibull": {"shape": "two", "scale": "nought"}}, "longer than 0 weeks"),
    ({"weibull": {"shape": "two", "median": "nought"}}, "longer than 0 weeks"),
    ({"weibull": {"shape": "two"}}, "exactly one of `scale`"),
    ({"weibull": {"shape": "two", "scale": 1, "median": 1}}, "exactly one of `scale`"),
    ({"weibull": {"shape": "two", "share_left": "half"}}, "with `at_weeks`"),
    ({"weibull": {"shape": "two", "share_left": 1, "at_weeks": 1}}, "between 0 and 1"),
]


@pytest.mark.parametrize(("way", "says"), BAD)
def test_a_bad_way_of_saying_when_is_refused(
    way: dict[str, Any], says: str, reader: Reader
) -> None:
    hazard(reader, **way)
    assert reader.problems
    assert all(problem.startswith(f"{WHERE}: ") for problem in reader.problems)
    assert says in reader.problems[0]


def test_a_weibull_passes_through_the_point_that_it_is_given() -> None:
    for shape in (0.5, 1.0, 1.7):
        scale = weibull_scale(shape, 0.3, 12.0)
        assert math.exp(-((12.0 / scale) ** shape)) == pytest.approx(0.3)


def test_what_comes_after_a_while_comes_once_and_the_rest_again(reader: Reader) -> None:
    assert not clock(reader, after="seven").repeats
    assert not clock(reader, mean_weeks="nought").repeats
    for way in ({"every": "seven"}, {"rate": "half"}, {"since": "birth", "weeks": "seven"}):
        assert clock(reader, **way).repeats


# --- factors ---

FACTORS: list[tuple[dict[str, Any], s.Factor]] = [
    (
        {"region": "case", "of": {"plan": "two", "closed": 0}},
        s.LevelFactor("case", (("plan", 2.0), ("closed", 0.0))),
    ),
    (
        {"region": "placement", "of": {"@home": "two"}},
        s.LevelFactor("placement", (("home", 2.0),)),
    ),
    ({"register": "birth"}, s.RegisterFactor("birth")),
    ({"register": "frailty"}, s.RegisterFactor("frailty")),
    ({"any_child_in": "@home"}, s.CountFactor("placement", ("home",), (0.0, 1.0))),
    (
        {"each_child_in": "home, foster"},
        s.CountFactor("placement", ("home", "foster"), tuple(float(n) for n in range(13))),
    ),
]


@pytest.mark.parametrize(("body", "expected"), FACTORS)
def test_each_kind_of_factor(body: dict[str, Any], expected: s.Factor, reader: Reader) -> None:
    assert make_factor(reader, FactorSpec.model_validate(body), WHERE) == expected
    assert reader.problems == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "exactly one of `region`"),
        ({"region": "case"}, "exactly one of `region`"),
        ({"of": {"plan": 1}}, "exactly one of `region`"),
        ({"region": "case", "of": {"plan": 1}, "register": "birth"}, "exactly one of `region`"),
        ({"region": "caze", "of": {"plan": 1}}, "`caze`"),
        ({"region": "case", "of": {"nowhere": 1}}, "`nowhere`"),
        ({"region": "case", "of": {"plan": "three"}}, "`three`"),
        ({"register": "death"}, "`death`"),
        ({"any_child_in": "plan"}, "`plan`"),
    ],
)
def test_a_bad_factor_is_refused(body: dict[str, Any], says: str, reader: Reader) -> None:
    make_factor(reader, FactorSpec.model_validate(body), WHERE)
    assert reader.problems
    assert all(problem.startswith(f"{WHERE}: ") for problem in reader.problems)
    assert says in reader.problems[0]


def test_a_clock_of_fixed_length_has_no_factors(reader: Reader) -> None:
    clock(reader, after="seven", factors=[{"register": "birth"}])
    assert "cannot have `factors`" in reader.problems[0]


# --- outcomes ---


def test_an_outcome_moves_its_own_region_first_and_then_does_the_rest(reader: Reader) -> None:
    made = clock(
        reader,
        rate="half",
        outcomes=[
            {"to": "order", "when": ["drugs is severe"], "share": "half", "times": "engagement",
             "do": ["placement from @home to foster"]},
            {"do": ["stamp birth"], "title": "later"},
            {"to": "closed"},
        ],
    )  # fmt: skip
    assert reader.problems == []
    assert [outcome.name for outcome in made.outcomes] == ["order", "later", "closed"]
    assert made.outcomes[0] == s.Outcome(
        "order",
        ((s.LevelIs("drugs", ("severe",)),),),
        0.5,
        "engagement",
        (s.Move("case", "order"), s.Move("placement", "foster", ("home",))),
    )


def test_shares_that_are_over_1_together_are_refused(reader: Reader) -> None:
    two = [{"to": "order", "share": "half"}, {"to": "closed", "share": "most"}]
    clock(reader, rate="half", outcomes=two)
    assert "1.25" in reader.problems[0]
    reader.problems.clear()
    guarded = [{**two[0], "when": ["drugs is severe"]}, two[1]]
    clock(reader, rate="half", outcomes=guarded)
    assert reader.problems == []


def test_a_bad_outcome_says_which_one(reader: Reader) -> None:
    clock(reader, rate="half", outcomes=[{"to": "closed"}, {"to": "nowhere"}])
    assert reader.problems[0].startswith(f"{WHERE}.outcomes[1]: ")
    assert "`nowhere`" in reader.problems[0]


def test_money_of_an_outcome(reader: Reader) -> None:
    money = {"amount": "seven", "payer": "nhs", "category": "help", "item": "a visit"}
    made = clock(
        reader, rate="half", outcomes=[{"costs": [money, {**money, "each_child_in": "@home"}]}]
    )
    assert made.outcomes[0].costs == (
        s.OneOff(7.0, "nhs", "help", "a visit"),
        s.OneOff(7.0, "nhs", "help", "a visit", ("placement", ("home",))),
    )


def test_what_a_clock_costs_is_paid_each_time_whatever_comes_of_it(reader: Reader) -> None:
    """Beside what its outcomes cost, and where none of them is taken."""
    visit = {"amount": "seven", "payer": "nhs", "category": "help", "item": "a visit"}
    letter = {"amount": 1, "payer": "nhs", "category": "help", "item": "a letter"}
    outcomes = [{"to": "closed", "share": "half", "costs": [letter]}]
    made = clock(reader, rate="half", costs=[visit], outcomes=outcomes)
    assert reader.problems == []
    assert [[sum_.item for sum_ in outcome.costs] for outcome in made.outcomes] == [
        ["a letter", "a visit"],
        ["a visit"],
    ]
    assert (made.outcomes[1].share, made.outcomes[1].effects) == (None, ())
