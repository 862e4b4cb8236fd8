"""What a comparison lets one say."""

from __future__ import annotations

import math

import pytest

from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.report import facts
from simcare.report.facts import Change


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (Change(0.0, 0.0, 0.0), "none"),
        (Change(0.0, math.nan, math.nan), "none"),
        (Change(1.0, math.nan, math.nan), "unknown"),
        (Change(1.0, -1.0, 3.0), "unclear"),
        (Change(0.0, -1.0, 1.0), "unclear"),
        (Change(1.0, 0.0, 2.0), "unclear"),
        (Change(1.0, 0.5, 1.5), "higher"),
        (Change(-1.0, -1.5, -0.5), "lower"),
    ],
)
def test_a_verdict_claims_no_more_than_the_interval(change: Change, verdict: str) -> None:
    assert change.verdict == verdict


def test_turning_a_difference_round_twice_gives_it_back() -> None:
    change = Change(1.0, 0.5, 2.0)
    assert change.turned() == Change(-1.0, -2.0, -0.5)
    assert change.turned().turned() == change


def test_the_saving_of_three_families_is_the_one_worked_by_hand(listed: Comparison) -> None:
    assert facts.saving(listed, "treatment").mean == pytest.approx(19_200.0)
    assert facts.saving(listed, "treatment", "help").mean == pytest.approx(-20_000.0)
    assert facts.saving(listed, "treatment", "care").mean == pytest.approx(95_000.0 / 3.0)
    assert facts.break_even_week(listed, "treatment").mean == 88.0


def test_the_saving_is_the_cost_difference_turned_round(sampled: Comparison) -> None:
    for policy in facts.rivals(sampled):
        saved, cost = facts.saving(sampled, policy), facts.change(sampled, policy, "cost")
        assert saved.mean == pytest.approx(-cost.mean, abs=1e-6)
        assert saved.half == pytest.approx(cost.half, abs=1e-6)


def test_only_the_same_lives_at_the_same_cost_are_identical(sampled: Comparison) -> None:
    same = [p for p in facts.rivals(sampled) if facts.is_identical(sampled, p)]
    assert same == ["nothing_new"]


def test_safety_is_found_by_what_is_counted_a_year(listed: Comparison, sampled: Comparison) -> None:
    assert facts.safety_outcomes(sampled.ready.scenario) == ("incidents_at_home",)
    assert facts.safety_outcomes(listed.ready.scenario) == ()


def test_a_worse_outcome_is_named_in_the_safety_note(sampled: Comparison) -> None:
    assert facts.safety_note(sampled, "harmful").startswith("WORSE: Incidents at home: +")
    assert facts.safety_note(sampled, "nothing_new") == "Incidents at home: no change"


def test_intervals_are_missing_where_they_cannot_be_given(
    listed: Comparison, sampled: Comparison, rationed: Comparison
) -> None:
    has = [facts.has_interval(c) for c in (listed, sampled, rationed)]
    assert has == [False, True, False]


def test_an_unknown_policy_or_outcome_is_a_sentence(listed: Comparison) -> None:
    with pytest.raises(UserError, match="there is no policy `treatmnt` in this comparison"):
        facts.title(listed, "treatmnt")
    with pytest.raises(UserError, match="there is no outcome `costs`"):
        facts.change(listed, "treatment", "costs")


def test_the_reference_alone_has_no_rivals() -> None:
    alone = compare("three_families", ["as_now"], workers=1)
    with pytest.raises(UserError, match="nothing to compare"):
        facts.rivals(alone)


def test_rates_are_read_by_a_hundred_child_years_and_small_counts_by_a_hundred_families() -> None:
    assert facts.per_hundred("per child-year at home") == (100.0, "per 100 child-years at home")
    assert facts.per_hundred("weeks") == (1.0, "weeks")
    assert facts.readable("removals per family", 0.9) == (100.0, "removals per 100 families")
    assert facts.readable("removals per family", 1.0) == (1.0, "removals per family")
    assert facts.readable("share of families", 0.2) == (100.0, "% of families")
    assert facts.readable("per child-year at home", 3.0)[0] == 100.0
    assert Change(0.01, -0.02, 0.04).times(100.0) == Change(1.0, -2.0, 4.0)


def test_a_rate_has_its_unit_beside_it(sampled: Comparison) -> None:
    note = facts.safety_note(sampled, "harmful")
    assert note.endswith(" per 100 child-years at home")
    mean = facts.row(sampled, "as_now", "incidents_at_home")["mean"] * 100.0
    assert f"{mean:.0f} per 100 child-years" in facts.safety_note(sampled, "as_now")
