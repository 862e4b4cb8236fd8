"""The sentence for a council member claims no more than the numbers do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from simcare.experiment.compare import Comparison, compare
from simcare.report import facts
from simcare.report.harm_words import exposure
from simcare.report.sentences import LEVEL, sentence, sentences

FOLDER = Path(__file__).parent


def test_three_families_are_said_as_worked_by_hand(listed: Comparison) -> None:
    said = sentence(listed, "treatment")
    assert said.startswith(
        "Compared with as now, treatment on a plan costs £20,000 more in help and saves £31,700 "
        "in care and £7,530 in casework and court proceedings per family over two years: a net "
        "saving of £19,200, which is £28,800 for each family that it reaches (67 %); it has "
        "paid for itself by week 88 (December 2026); 100 fewer removals for every 100 families; "
        "incidents at home are not counted here"
    )


def test_listed_families_have_no_interval_and_the_sentence_says_why(listed: Comparison) -> None:
    said = sentence(listed, "treatment")
    assert LEVEL not in said
    assert "No interval can be given (the families are listed, not sampled)" in said
    assert said.endswith("Every number in this scenario is made up and is not evidence.")


def test_one_replication_with_places_has_no_interval(rationed: Comparison) -> None:
    said = sentence(rationed, "treatment")
    assert LEVEL not in said
    assert "families share places and there is one replication" in said
    assert "none of this can be told from chance" in said


def test_a_measurable_saving_comes_with_its_interval_named_once(sampled: Comparison) -> None:
    said = sentence(sampled, "treatment")
    saving = facts.saving(sampled, "treatment")
    assert saving.verdict == "higher"
    assert re.search(rf"a net saving of £[\d,]+ \({LEVEL} £[\d,]+ to £[\d,]+\)", said)
    assert said.count(LEVEL) == 1
    assert "fewer removals for every 100 families (" in said
    assert "incidents at home are lower by" in said


def test_break_even_is_called_sure_only_from_where_the_interval_is(sampled: Comparison) -> None:
    week = facts.break_even_week(sampled, "treatment")
    said = sentence(sampled, "treatment")
    assert f"on average it has paid for itself by week {week.mean:.0f}" in said
    assert f"beyond chance it has paid for itself only by week {week.high:.0f};" in said


def test_what_spans_nothing_is_not_called_a_saving(sampled: Comparison) -> None:
    assert facts.saving(sampled, "stay").verdict == "unclear"
    said = sentence(sampled, "stay")
    assert "cannot be told from chance" in said
    assert "a net saving of" not in said
    assert "has paid for itself by" not in said


def test_a_net_cost_is_said_outright(sampled: Comparison) -> None:
    said = sentence(sampled, "dear")
    assert "a net cost of £" in said
    assert "it does not pay for itself within ten years" in said
    assert "incidents at home do not change" in said


def test_worse_safety_is_said_first(sampled: Comparison) -> None:
    said = sentence(sampled, "harmful")
    assert said.startswith("Warning: children are measurably less safe than under as now: ")
    assert said.index("incidents at home are higher") < said.index("Compared with")


def test_only_worse_safety_warns(sampled: Comparison) -> None:
    warned = [p for p, said in sentences(sampled).items() if "Warning" in said]
    assert warned == ["harmful"]


def test_identical_policies_change_nothing(sampled: Comparison) -> None:
    assert "changes nothing" in sentence(sampled, "nothing_new")


def test_the_reference_is_what_the_others_are_compared_with(sampled: Comparison) -> None:
    said = sentence(sampled, "as_now")
    assert "is what the other policies are compared with" in said
    assert "Incidents at home:" in said


def test_every_comparison_says_that_the_inputs_are_not_in_the_interval(
    sampled: Comparison,
) -> None:
    compared = [p for p in facts.rivals(sampled) if p != "nothing_new"]
    assumed = sum(p.status == "assumed" for p in sampled.ready.parameters.values())
    assert assumed == 2
    for policy in compared:
        said = sentence(sampled, policy)
        assert "how wrong the inputs may be is not in them (2 of the " in said


def test_policies_that_spend_less_on_help_do_not_pay_for_themselves(
    sampled: Comparison,
) -> None:
    # The same run seen from the other side: what was the policy is now the reference.
    turned = _turned_round(sampled, "treatment")
    assert facts.saving(turned, "as_now").verdict == "lower"
    assert "it does not pay for itself" in sentence(turned, "as_now")


def _turned_round(comparison: Comparison, reference: str) -> Comparison:
    ready = comparison.ready
    scenario = ready.scenario.model_copy(update={"reference": reference})
    again = replace(ready, loaded=replace(ready.loaded, scenario=scenario))
    return compare(again, ["as_now"], workers=1)


def test_a_single_family_gives_no_interval(sampled: Comparison) -> None:
    one = compare(sampled.ready, ["treatment", "stay"], families=1, workers=1)
    for policy in facts.rivals(one):
        said = sentence(one, policy)
        assert LEVEL not in said
        assert "changes nothing" in said or "too few families were run" in said


@pytest.mark.parametrize("policy", ["as_now", "treatment", "stay", "harmful", "dear"])
def test_sentences_are_clean(sampled: Comparison, policy: str) -> None:
    said = sentence(sampled, policy)
    assert "  " not in said
    assert " ." not in said
    assert ";;" not in said
    assert "nan" not in said
    assert said.endswith(".")


def test_a_mean_over_too_few_changed_families_is_left_unsaid() -> None:
    few = compare(FOLDER / "sampled.toml", ["treatment", "dear"], families=30, workers=1)
    assert facts.saving(few, "treatment").verdict == "higher"
    for policy in ("treatment", "dear"):
        each = facts.row(few, policy, "saving_per_family_reached")["mean"]
        assert each != each
        assert "nan" not in sentence(few, policy)
        assert "for each family that it reaches" not in sentence(few, policy)


# --- time at home ---


def test_a_warning_says_how_much_of_it_is_more_time_at_home(sampled: Comparison) -> None:
    weeks = facts.change(sampled, "harmful", "child_weeks_at_home").times(100.0)
    assert weeks.verdict == "higher"
    warning = sentence(sampled, "harmful").split(". ")[0]
    assert warning.startswith("Warning: ")
    assert (
        f"; children spend {weeks.mean:,.0f} more weeks at home for every 100 families "
        f"({weeks.low:,.0f} to {weeks.high:,.0f}), where harm can happen, while harm in care is "
        "not counted, so part of it is exposure"
    ) in warning
    assert "exposure" not in sentence(sampled, "treatment")


def test_of_exposure_nothing_is_said_where_time_at_home_does_not_measurably_rise(
    sampled: Comparison, listed: Comparison
) -> None:
    assert exposure(sampled, "harmful", "incidents_at_home") != ""
    assert exposure(sampled, "nothing_new", "incidents_at_home") == ""
    # A count is not divided by any time.
    assert exposure(listed, "treatment", "removals") == ""


# --- who is better and worse off, and when it has paid ---


def test_a_policy_that_only_costs_is_not_said_to_leave_anybody_better_or_worse_off(
    sampled: Comparison,
) -> None:
    said = sentence(sampled, "dear")
    assert "for each family that it reaches" in said
    assert "Of 100 families" not in said
    assert "incidents at home do not change" in said
    assert "Of 100 families that it reaches" in sentence(sampled, "treatment")


def test_one_week_is_named_once(sampled: Comparison) -> None:
    found = sampled.break_even["policy"] == "treatment"
    week = float(sampled.break_even.loc[found, "week"].iloc[0])
    same = replace(sampled, break_even=sampled.break_even.assign(sure_from=week))
    said = sentence(same, "treatment")
    paid = rf"; it has paid for itself by week {week:.0f} \(\w+ \d+\), beyond chance;"
    assert re.search(paid, said)
    assert said.count("paid for itself") == 1
