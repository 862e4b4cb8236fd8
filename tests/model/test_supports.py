"""Supports and offers, from scenario text to who attended for how long and with what result."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import integrate

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.unit import Unit, population_of
from tests.helpers import FAR, Block, live, standard_errors_off
from tests.model.conftest import Council

UNIT = Unit(0, 1, 0, 3000)


def treated(ready: Ready) -> Block:
    return live(ready, "treatment", UNIT.families)


def attendances(outcome: Block) -> pd.DataFrame:
    """One row per family that has left treatment: `start` and `weeks` of it, by family."""
    own = outcome.events[outcome.events["region"] == "treatment"]
    moves = own[own["kind"] != "decision"]
    start = moves[moves["after"] == "attending"].set_index("family")["week"]
    end = moves[moves["before"] == "attending"].set_index("family")["week"]
    assert start.index.is_unique
    table = pd.DataFrame({"start": start, "weeks": end - start})
    return table[table["start"] < 370.0]


LEAVING = """
[parameters]
shape = {{ value = {shape}, unit = "ratio", source = "made up" }}
planned = {{ value = {planned}, unit = "weeks", source = "made up" }}

[supports.treatment]
engagement_matters = false
planned_weeks = "planned"
retention = {{ dropout_share = "half", by_weeks = "treatment_weeks", shape = "shape" }}
leaving = [{{ up_to_weeks = "one_week", remission = 0 }}, {{ remission = "quarter" }}]
"""


@pytest.mark.parametrize("shape", [0.5, 1.0])
def test_half_drop_out_of_twelve_weeks(shape: float, many: Council) -> None:
    weeks = attendances(treated(many(LEAVING.format(shape=shape, planned=12))))["weeks"]
    scale = 12.0 / math.log(2.0) ** (1.0 / shape)
    expected, _ = integrate.quad(lambda w: math.exp(-((w / scale) ** shape)), 0.0, 12.0)
    assert len(weeks) > 2000
    assert weeks.max() == pytest.approx(12.0)
    assert abs(standard_errors_off(weeks, expected)) < FAR
    assert abs(standard_errors_off(weeks > 11.999, 0.5)) < FAR


@pytest.mark.slow
def test_a_longer_plan_keeps_the_same_early_leavers(many: Council) -> None:
    twelve, thirty = (
        attendances(treated(many(LEAVING.format(shape=0.6, planned=planned))))["weeks"]
        for planned in (12, 30)
    )
    both = twelve.index.intersection(thirty.index)
    early = twelve[both] < 11.999
    assert thirty[both][early].equals(twelve[both][early])
    assert (thirty[both][~early] > 12.0).all()


def test_recovery_is_by_time_attended(many: Council) -> None:
    outcome = treated(many(LEAVING.format(shape=0.5, planned=12)))
    events = outcome.events
    weeks = attendances(outcome)["weeks"]
    well = events[(events["region"] == "drugs") & (events["after"] == "remitted")]["family"]
    recovered = weeks.index.isin(well)
    assert not recovered[weeks <= 1.0].any()
    assert abs(standard_errors_off(recovered[weeks > 1.0], 0.25)) < FAR


def test_the_plan_of_twelve_weeks_is_within_a_band_of_twelve(many: Council) -> None:
    """Whatever the sum of a week and twelve rounds to."""
    band = '[supports.treatment]\nleaving = [{ up_to_weeks = "treatment_weeks", remission = 0 }, '
    outcome = treated(many(f'{band}{{ remission = "all" }}]'))
    assert len(attendances(outcome)) > 2000
    assert "remitted" not in set(outcome.events["after"])


def test_who_is_less_engaged_drops_out_sooner(many: Council) -> None:
    engaged = LEAVING.format(shape=1, planned=12).replace("= false", "= true")
    ready = many(f'{engaged}\n[population]\nengagement_variance = "quarter"')
    weeks = attendances(treated(ready))["weeks"]
    engagement = population_of(ready, UNIT).lives.register[:, 0][weeks.index]
    assert len(weeks) > 1500
    # Those who started are the more engaged, but each stays by their own hazard.
    off = (weeks > 11.999) - 0.5 ** (1.0 / engagement)
    assert abs(standard_errors_off(off, 0.0)) < FAR


def test_offers_reach_and_are_taken_up_by_shares(many: Council) -> None:
    some = """
[supports.treatment]
take_up = "half"
[policies.treatment]
offers = [{ support = "treatment", at = ["plan"], reach = "half" }]
"""
    events = treated(many(some)).events
    offered = events[events["clock"] == "offer/treatment/plan"]
    decisions = offered[offered["kind"] == "decision"]["outcome"]
    assert abs(standard_errors_off(decisions == "accepts", 0.25)) < FAR


def test_waiting_has_its_mean_and_some_give_up(many: Council) -> None:
    """Starting at 1/26 a week and giving up at 1/52: two in three start, after 17 weeks."""
    waiting = """
[parameters]
weekly = { value = 0.019230769230769232, unit = "per week", source = "made up: 1/52" }
[supports.treatment]
wait_weeks = "patience_weeks"
gives_up_waiting = "weekly"
[policies.treatment]
offers = [{ support = "treatment", at = ["assessment"] }]
"""
    events = treated(many(waiting)).events
    own = events[(events["region"] == "treatment") & (events["kind"] == "move")]
    joined = own[own["after"] == "waiting"].set_index("family")["week"]
    left = own[own["before"] == "waiting"].set_index("family")
    early = joined[joined < 150.0].index
    assert set(early) <= set(left.index)
    weeks = left.loc[early, "week"] - joined[early]
    assert abs(standard_errors_off(weeks, 52.0 / 3.0)) < FAR
    assert abs(standard_errors_off(left.loc[early, "after"] == "attending", 2.0 / 3.0)) < FAR


@pytest.mark.slow
def test_places_are_shared(many: Council) -> None:
    beds = """
[parameters]
few = { value = 20, unit = "count", source = "made up" }
[places.beds]
title = "Beds"
capacity = "few"
[supports.treatment]
place = "beds"
"""
    own = treated(many(beds)).events
    own = own[(own["region"] == "treatment") & (own["kind"] != "decision")]
    change = (own["after"] == "attending").astype(int) - (own["before"] == "attending").astype(int)
    in_beds = change.groupby(own["week"]).sum().sort_index().cumsum()
    assert in_beds.max() == 20
    assert (own["kind"] == "place given").sum() > 300


def test_families_on_a_plan_at_week_0_are_offered_it_then(many: Council) -> None:
    events = treated(many("warm_up_weeks = 100")).events
    offers = events[(events["clock"] == "offer/treatment/plan") & (events["kind"] == "decision")]
    assert (offers["week"] >= 0.0).all()
    assert (offers["week"] == 0.0).sum() > 50


def test_while_a_parent_is_in_treatment_children_are_placed_and_come_home(many: Council) -> None:
    outcome = treated(many(""))
    ledger, events = outcome.ledger, outcome.events
    placed = ledger[ledger["item"] == "foster care during treatment"]["amount"].sum()
    stays = attendances(outcome)["weeks"]
    children = population_of(many(""), UNIT).children
    by_hand = float((stays * children[stays.index] * 1000.0).sum())
    late = ledger[
        (ledger["item"] == "foster care during treatment") & ~ledger["family"].isin(stays.index)
    ]["amount"].sum()
    assert placed - late == pytest.approx(by_hand)
    moves = events[events["region"] == "placement"]
    assert (moves["after"] == "meanwhile").sum() > 2000


# --- what is refused ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('serves = ["drink"]', "`drink`"),
        ('place = "beds"', "`beds`"),
        ('children_meanwhile = "nowhere"', "`nowhere`"),
        ('take_up = "six"', "`six`"),
        ('take_up = "review_weeks"', "between 0 and 1"),
        ("retention = { weeks = [4, 8], shares = [0.5, 0.6], source = 'x' }", "rises from 0.5"),
        ("retention = { weeks = [4, 8], shares = [0.5, 0.4] }", "`source`"),
        ("retention = {}", "say retention by"),
    ],
)
def test_a_bad_support_is_refused(text: str, says: str, three: Council) -> None:
    with pytest.raises(UserError) as caught:
        three(f"[supports.treatment]\n{text}")
    assert any("supports.treatment" in p and says in p for p in caught.value.problems)


def test_two_offers_at_one_stage_are_both_made_or_refused(three: Council) -> None:
    both = """
[policies.treatment]
offers = [
    { support = "treatment", at = ["plan"], severity = ["severe"] },
    { support = "treatment", at = ["plan"], severity = ["moderate"] },
]
"""
    try:
        ready = three(both)
    except UserError:
        return
    ledger = live(ready, "treatment", 3).ledger
    assert "residential treatment" in set(ledger["item"])


def test_retention_is_stated_once(three: Council) -> None:
    with pytest.raises(UserError):
        three(
            "[parameters]\nhalf = { value = 0.5, unit = 'share', source = 'x' }\n"
            "[supports.treatment]\nretention = { curve = 'UIS-RETENTION-ALL', "
            "dropout_share = 'half', by_weeks = 'treatment_weeks' }"
        )


def test_half_a_place_is_refused(three: Council) -> None:
    with pytest.raises(UserError):
        three(
            "[parameters]\nbeds = { value = 0.5, unit = 'count', source = 'x' }\n"
            "[places.beds]\ntitle = 'Beds'\ncapacity = 'beds'\n"
            "[supports.treatment]\nplace = 'beds'"
        )


def test_a_relapse_of_no_length_is_refused(three: Council) -> None:
    text = (
        "[parameters]\nnought = { value = 0, unit = 'weeks', source = 'x' }\n"
        "[needs.drugs]\nrelapse_scale = 'nought'\nrelapse_shape = 'harm'"
    )
    with pytest.raises(UserError):
        _ = three(text).arrays
