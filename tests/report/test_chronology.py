"""One family's story under several policies."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from simcare.errors import UserError
from simcare.experiment.compare import Comparison
from simcare.report.chronology import (
    beginning_of,
    family_story,
    side_by_side,
    spent,
    story_frame,
)
from simcare.report.story import SEEN, UNSEEN
from tests.report.test_comparison_table import shown


def _frame(comparison: Comparison, family: int, *policies: str) -> pd.DataFrame:
    events, ledger = (
        {p: t[t["policy"] == p] for p in policies} for t in (comparison.events, comparison.ledger)
    )
    return story_frame(
        events, ledger, comparison.ready, family, beginning=beginning_of(comparison, family)
    )


def test_the_first_family_lives_as_worked_by_hand(listed: Comparison) -> None:
    frame = _frame(listed, 0, "as_now", "treatment").set_index(["date", "policy"])["what"]
    day = datetime.date
    plan = "The case: assessment → child protection plan"
    assert frame[day(2025, 5, 26), "as_now"] == plan
    assert frame[day(2025, 5, 26), "treatment"].split("\n") == [
        plan,
        "Residential treatment: attending",
        "Child 1: home → foster care while the parent is in treatment",
    ]
    assert frame[day(2025, 8, 18), "as_now"] == ""
    assert "Drug misuse: severe → remitted" in frame[day(2025, 8, 18), "treatment"]
    assert frame[day(2025, 8, 25), "as_now"] == "Review: no change"
    assert frame[day(2025, 8, 25), "treatment"] == "The case: child protection plan → closed"
    assert "Child 1: home → foster care" in frame[day(2026, 5, 25), "as_now"]


def test_costs_run_on_from_row_to_row(listed: Comparison) -> None:
    frame = _frame(listed, 0, "as_now", "treatment")
    for policy, end in (("as_now", 58_100.0), ("treatment", 25_800.0)):
        own = frame[frame["policy"] == policy]
        np.testing.assert_allclose(own["cost_since"].cumsum(), own["cost_total"], atol=1e-6)
        assert own["cost_total"].iloc[-1] == pytest.approx(end)
    treated = frame[(frame["policy"] == "treatment") & (frame["week"] == 19.0)]
    # Twelve weeks of treatment, of foster care and of a plan.
    assert treated["cost_since"].item() == pytest.approx(12 * (1000 + 1000 + 100))


def test_the_last_total_is_what_the_family_cost(sampled: Comparison) -> None:
    families = sampled.families.set_index(["policy", "family"])["cost"]
    for family in (0, 5, 17):
        frame = _frame(sampled, family, "as_now", "stay")
        for policy, own in frame.groupby("policy"):
            assert own["cost_total"].iloc[-1] == pytest.approx(families[policy, family])


def test_rows_are_in_order_and_every_policy_has_each(sampled: Comparison) -> None:
    frame = _frame(sampled, 9, "as_now", "stay", "treatment")
    assert frame["date"].is_monotonic_increasing
    assert set(frame.groupby("date")["policy"].nunique()) == {3}
    told = frame.groupby("date")["what"].agg(lambda texts: any(texts))
    assert told.all()


def test_incidents_that_nobody_sees_are_marked_apart(sampled: Comparison) -> None:
    events = sampled.events
    own = events[(events["policy"] == "as_now") & (events["week"] >= 0.0)]
    fired = own[own["clock"] == "as_it_is/incident"]
    fired = fired[fired["kind"] == "decision"]
    family = int(fired["family"].value_counts().index[0])
    told = "\n".join(_frame(sampled, family, "as_now")["what"])
    counts = fired[fired["family"] == family]["outcome"].value_counts()
    assert 0 < told.count(SEEN) <= counts["Incident, reported"]
    assert 0 < told.count(UNSEEN) <= counts["Incident that nobody sees"]
    assert f"{UNSEEN} Incident that nobody sees" in told
    assert f"{SEEN} Incident, reported" in told


def test_what_came_before_week_0_is_summed_up(sampled: Comparison) -> None:
    events = sampled.events
    early = events[(events["policy"] == "as_now") & (events["week"] < 0.0)]
    family = int(early["family"].iloc[0])
    first = _frame(sampled, family, "as_now").iloc[0]
    assert first["week"] == 0.0
    assert first["what"].startswith("Before week 0:\n  The case: ")


def test_children_who_move_alike_are_told_together(listed: Comparison) -> None:
    told = "\n".join(_frame(listed, 2, "as_now")["what"])
    assert "Children 1 and 2: home → foster care" in told


def test_the_table_has_a_column_for_each_policy_and_no_repeats(listed: Comparison) -> None:
    text = shown(family_story(listed, 0), width=120)
    assert "Family 1: one child, severe need; 1 child (aged 2)" in text
    assert "As now" in text
    assert "Treatment on a plan" in text
    assert "26 May 2025" in text
    assert "(the same)" in text
    assert "+£25,200" in text


def test_a_family_may_be_told_without_its_beginning(listed: Comparison) -> None:
    events, ledger = listed.events, listed.ledger
    table = side_by_side({"as_now": events[events["policy"] == "as_now"]},
                         {"as_now": ledger[ledger["policy"] == "as_now"]},
                         listed.ready, 1)  # fmt: skip
    assert "Family 1" in shown(table)
    assert "At the start" not in shown(table)


def test_a_beginning_is_where_the_family_of_the_run_stood(sampled: Comparison) -> None:
    events = sampled.events[sampled.events["policy"] == "as_now"]
    moves = events[(events["kind"] == "move")]
    for family in (3, 9, 20):
        begun = beginning_of(sampled, family)
        for _, move in (
            moves[moves["family"] == family].groupby(["region", "child"]).head(1).iterrows()
        ):
            assert begun.levels[(move["region"], move["child"])] == move["before"]


def test_an_unknown_replication_is_a_sentence(sampled: Comparison) -> None:
    with pytest.raises(UserError, match="there is no replication 1 here"):
        family_story(sampled, 0, replication=1)


def test_an_unknown_family_or_policy_is_a_sentence(listed: Comparison) -> None:
    with pytest.raises(UserError, match="there is no family 3 here; give a number from 0 to 2"):
        family_story(listed, 3)
    with pytest.raises(UserError, match="there is no policy `x`"):
        family_story(listed, 0, ["x"])


def test_a_running_rate_is_spent_as_it_runs() -> None:
    ledger = pd.DataFrame(
        {"start_week": [0.0, 4.0], "end_week": [10.0, 4.0], "amount": [100.0, 7.0]}
    )
    assert spent(ledger, 0.0) == 0.0
    assert spent(ledger, 3.9) == pytest.approx(39.0)
    assert spent(ledger, 4.0) == pytest.approx(47.0)
    assert spent(ledger, 99.0) == pytest.approx(107.0)
