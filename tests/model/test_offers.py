"""Roll-out over time, the end of the money, and places with a wait before the queue."""

from __future__ import annotations

import pandas as pd
import pytest

from simcare.errors import UserError
from tests.helpers import FAR, Block, live, standard_errors_off
from tests.model.conftest import Council

FAMILIES = 3000

ROLLED = """
[parameters]
hundred = { value = 100, unit = "weeks", source = "made up" }
two_hundred = { value = 200, unit = "weeks", source = "made up" }
three_hundred = { value = 300, unit = "weeks", source = "made up" }
often = { value = 0.25, unit = "per week", source = "made up" }
[supports.treatment]
engagement_matters = false
[policies.treatment.roll_out.treatment]
"""


def decisions(outcome: Block) -> pd.DataFrame:
    """The week of each offer to a parent, and whether it was accepted."""
    own = outcome.events[outcome.events["clock"] == "offer/treatment/plan"]
    made = own[own["kind"] == "decision"]
    return pd.DataFrame({"week": made["week"], "yes": made["outcome"] == "accepts"})


def test_before_it_starts_nobody_is_offered_it_and_then_all(many: Council) -> None:
    made = decisions(live(many(ROLLED + 'starts = "hundred"'), "treatment", FAMILIES))
    assert not made["yes"][made["week"] < 100.0].any()
    assert made["yes"][made["week"] >= 100.0].all()
    assert (made["week"] < 100.0).sum() > 300


def test_a_roll_out_grows_evenly(many: Council) -> None:
    text = ROLLED + 'starts = "hundred"\nfull_after = "two_hundred"'
    made = decisions(live(many(text), "treatment", FAMILIES))
    for first in (100.0, 150.0, 200.0, 250.0):
        part = made["yes"][(made["week"] >= first) & (made["week"] < first + 50.0)]
        # Each quarter of the ramp is three of its twelve steps, about the line's middle.
        assert abs(standard_errors_off(part, (first - 75.0) / 200.0)) < FAR
    assert made["yes"][made["week"] >= 300.0].all()
    assert not made["yes"][made["week"] < 100.0].any()


def test_when_the_money_ends_all_leave_and_nobody_comes(many: Council) -> None:
    more = 'planned_weeks = "two_hundred"\nreturns_by_itself = "often"\nleaving = []\n'
    text = ROLLED.replace("engagement_matters", f"{more}engagement_matters")
    text += 'ends = "three_hundred"'
    events = live(many(text), "treatment", FAMILIES).events
    own = events[(events["region"] == "treatment") & (events["kind"] == "move")]
    began = own[own["after"] == "attending"]
    ended = own[own["before"] == "attending"]
    assert began["week"].max() < 300.0
    assert len(ended) == len(began) > 500
    assert ended["week"].max() == 300.0
    assert (ended["week"] == 300.0).sum() > 100
    assert began["week"].max() <= 300.0 - 1.0 / 7.0


def test_a_policy_without_the_end_goes_on(many: Council) -> None:
    text = ROLLED + 'ends = "three_hundred"\n[policies.lasting]\ntitle = "Lasting"\n'
    text += 'plain = "It goes on"\noffers = [{ support = "treatment", at = ["plan"] }]\n'
    events = live(many(text), "lasting", FAMILIES).events
    own = events[(events["region"] == "treatment") & (events["after"] == "attending")]
    assert own["week"].max() > 350.0


def test_a_roll_out_that_is_over_before_it_starts_is_refused(many: Council) -> None:
    with pytest.raises(UserError, match="it ends before it starts"):
        many(ROLLED + 'starts = "three_hundred"\nends = "two_hundred"')


def test_parents_wait_before_they_queue(many: Council) -> None:
    """Twenty places of its own: nobody queues before the wait is over, which takes 26 weeks."""
    text = """
[parameters]
few = { value = 20, unit = "count", source = "made up" }
[supports.treatment]
places = "few"
wait_weeks = "patience_weeks"
"""
    events = live(many(text), "treatment", FAMILIES).events
    own = events[(events["region"] == "treatment") & (events["kind"] != "decision")]
    waited = own[own["after"] == "waiting"].set_index("family")["week"]
    queued = own[own["after"] == "queueing"].set_index("family")["week"]
    early = waited[waited < 100.0].index
    weeks = (queued - waited)[early]
    assert weeks.notna().mean() > 0.99
    assert abs(standard_errors_off(weeks.dropna(), 26.0)) < FAR
    change = (own["after"] == "attending").astype(int) - (own["before"] == "attending").astype(int)
    assert change.groupby(own["week"]).sum().sort_index().cumsum().max() == 20


def test_as_many_places_as_anyone_wants_are_as_good_as_no_limit(many: Council) -> None:
    text = '[parameters]\nlots = {{ value = 9999, unit = "count", source = "made up" }}\n'
    text += '[supports.treatment]\nwait_weeks = "patience_weeks"\n{}'
    limited = live(many(text.format('places = "lots"')), "treatment", 500).families
    free = live(many(text.format("")), "treatment", 500).families
    pd.testing.assert_frame_equal(limited, free)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[policies.treatment.roll_out.treatmnt]\nends = 1", "policies.treatment.roll_out"),
        ("[supports.treatment]\nplaces = 'harm'\nplace = 'beds'", "both `place` and `places`"),
        ("[policies.treatment]\ntogether = ['treatmnt']", "`treatmnt`"),
    ],
)
def test_a_bad_roll_out_or_place_is_refused(text: str, says: str, three: Council) -> None:
    with pytest.raises(UserError) as caught:
        three(text)
    assert any(says in p for p in caught.value.problems), caught.value.problems


def test_nobody_starts_on_the_last_day_when_others_leave(many: Council) -> None:
    """Those who leave when the money ends make no room for those who queue."""
    text = ROLLED.replace(
        "engagement_matters", 'places = "few"\nplanned_weeks = "two_hundred"\nengagement_matters'
    )
    text = text.replace(
        "[supports", 'few = { value = 20, unit = "count", source = "x" }\n[supports'
    )
    events = live(many(text + 'ends = "three_hundred"'), "treatment", 1000).events
    own = events[(events["region"] == "treatment") & (events["kind"] != "decision")]
    assert (own["week"][own["after"] == "attending"] < 299.9).all()
    assert (own["before"] == "queueing").sum() > 100
    assert (own["week"][own["before"] == "attending"] == 300.0).sum() == 20


def test_nobody_is_offered_it_again_while_its_effects_last(many: Council) -> None:
    text = """
[parameters]
lasts = {{ value = 390, unit = "weeks", source = "made up" }}
week = {{ value = 1, unit = "weeks", source = "made up" }}
[supports.treatment]
engagement_matters = false
planned_weeks = "week"
leaving = []
{}
[policies.treatment]
offers = [
    {{ support = "treatment", at = ["plan"] }},
    {{ support = "treatment", at = ["proceedings"] }},
]
"""
    lasting, once = (
        live(many(text.format(line)), "treatment", 300).events
        for line in ('lasting_weeks = "lasts"', "")
    )
    counts = [
        e[(e["region"] == "treatment") & (e["kind"] == "move") & (e["after"] == "attending")]
        .groupby("family")
        .size()
        for e in (lasting, once)
    ]
    assert counts[0].max() == 1
    assert counts[1].max() == 2


def test_what_the_reference_offers_cannot_be_rolled_out(three: Council) -> None:
    with pytest.raises(UserError, match="is offered by the reference `as_now` too"):
        three(
            "[parameters]\nlate = { value = 50, unit = 'weeks', source = 'x' }\n"
            '[policies.as_now]\noffers = [{ support = "treatment", at = ["plan"] }]\n'
            "[policies.treatment.roll_out.treatment]\nstarts = 'late'"
        )
