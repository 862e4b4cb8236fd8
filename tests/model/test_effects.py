"""What supports do elsewhere, against closed forms: speeds, chances, crowding, harm, money."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.model import statement as s
from simcare.model.effects import joined
from tests.helpers import FAR, Block, live, standard_errors_off
from tests.model.conftest import Council

FAMILIES = 3000

CHOICE = """
[parameters]
slow = { value = 0.02, unit = "per week", source = "made up" }
fast = { value = 0.05, unit = "per week", source = "made up" }
triple = { value = 3, unit = "ratio", source = "made up" }
double = { value = 2, unit = "ratio", source = "made up" }
long = { value = 390, unit = "weeks", source = "made up" }
four = { value = 4, unit = "weeks", source = "made up" }

[regions.luck]
title = "Something that happens to all"
start = "before"
[regions.luck.levels.before]
title = "Before"
clocks.happens = { rate = "slow", outcomes = [
    { to = "well", share = "quarter", title = "it ends well" },
    { to = "ill", title = "it ends ill" },
] }
[regions.luck.levels.well]
title = "Well"
[regions.luck.levels.ill]
title = "Ill"
[groups]
final = ["foster", "order", "closed", "well", "ill"]

[supports.treatment]
serves = []
planned_weeks = "long"
engagement_matters = false
leaving = []
"""


def treated(ready: Ready) -> Block:
    return live(ready, "treatment", FAMILIES)


def first_moves(outcome: Block, region: str, before: str) -> pd.DataFrame:
    """The first time that each family's region leaves a level: its week, and where it goes."""
    own = outcome.events[outcome.events["region"] == region]
    left = own[(own["kind"] == "move") & (own["before"] == before)]
    return left.drop_duplicates("family").set_index("family")


def starts(outcome: Block) -> pd.Series:
    own = outcome.events[outcome.events["region"] == "treatment"]
    began = own[(own["kind"] == "move") & (own["after"] == "attending")]
    return began.drop_duplicates("family").set_index("family")["week"]


def test_a_support_for_everyone_is_offered_without_a_need(three: Council) -> None:
    """The second family's need is moderate, and the support serves none at all."""
    ready = three("[supports.treatment]\nserves = []\n[policies.treatment]\n"
                  'offers = [{ support = "treatment", at = ["assessment"] }]')  # fmt: skip
    began = live(ready, "treatment", 3).events
    assert set(began[began["after"] == "attending"]["family"]) == {0, 1, 2}


def test_what_it_speeds_happens_so_many_times_as_often(many: Council) -> None:
    """Memoryless: after the start it happens at three times 0.02 a week."""
    ready = many(CHOICE + 'speeds = [{ clock = "luck/before/happens", by = "triple" }]\n')
    outcome = treated(ready)
    began = starts(outcome)
    week = first_moves(outcome, "luck", "before")["week"].reindex(began.index)
    waited = (week - began)[~(week < began)]
    within = waited <= 20.0
    assert len(within) > 1000
    assert abs(standard_errors_off(within, 1.0 - math.exp(-0.06 * 20.0))) < FAR


def test_a_choice_falls_otherwise_while_it_lasts(many: Council) -> None:
    ready = many(
        CHOICE + 'chances = [{ clock = "luck/before/happens", outcome = "it ends well", '
        'share = "half" }]\n'
    )
    outcome = treated(ready)
    moved = first_moves(outcome, "luck", "before")
    late = moved["week"] > starts(outcome).reindex(moved.index, fill_value=math.inf)
    assert abs(standard_errors_off(moved["after"][late] == "well", 0.5)) < FAR
    assert abs(standard_errors_off(moved["after"][~late] == "well", 0.25)) < FAR


def test_a_chance_moves_only_the_families_in_between(many: Council) -> None:
    """Whoever fared well without the help fares well with it."""
    said = 'chances = [{ clock = "luck/before/happens", outcome = "it ends well", share = "'
    lower, higher = (
        first_moves(treated(many(f'{CHOICE}{said}{share}" }}]')), "luck", "before")["after"]
        for share in ("quarter", "half")
    )
    assert (higher[lower == "well"] == "well").all()
    assert (higher != lower).any()


OTHER = """
[supports.other]
title = "Another help"
serves = []
take_up = 1
planned_weeks = "long"
engagement_matters = false
retention = { dropout_share = "half", by_weeks = "review_weeks" }
evidence_strength = "argument only"
cannot_show = "Anything: it is made up."

[policies.treatment]
offers = [{ support = "treatment", at = ["plan"] }, { support = "other", at = ["plan"] }]
"""


def stays(outcome: Block, support: str) -> pd.Series:
    own = outcome.events[outcome.events["region"] == support]
    moves = own[own["kind"] == "move"]
    began = moves[moves["after"] == "attending"].set_index("family")["week"]
    ended = moves[moves["before"] == "attending"].set_index("family")["week"]
    return (ended - began)[began < 300.0].fillna(math.inf)


@pytest.mark.parametrize(("factor", "times"), [("one", 1.0), ("double", 2.0)])
def test_crowding_multiplies_the_dropout_of_others(
    factor: str, times: float, many: Council
) -> None:
    ready = many(CHOICE + f'others_drop_out = "{factor}"\n' + OTHER)
    stay = stays(treated(ready), "other")
    assert len(stay) > 2000
    assert abs(standard_errors_off(stay > 13.0, 0.5**times)) < FAR


def test_nobody_crowds_themselves_out(many: Council) -> None:
    ready = many(CHOICE + 'others_drop_out = "double"\n' + OTHER)
    own = ready.statements["treatment"]
    assert not [c for c in own.clocks if c.region == "treatment" and c.name == "drops_out"]
    (other,) = (c for c in own.clocks if (c.region, c.name) == ("other", "drops_out"))
    assert s.LevelFactor("treatment", (("attending", 2.0), ("after", 1.0))) in other.factors


HARM = """
[needs.drugs]
severe_share = 0
[policies.treatment]
offers = [{ support = "treatment", at = ["assessment"] }]
"""


def test_a_share_leaves_worse(many: Council) -> None:
    ready = many(
        "[supports.treatment]\nseverity = ['moderate']\nengagement_matters = false\n"
        'leaving = [{ remission = "quarter", worse = "half" }]\n' + HARM
    )
    outcome = treated(ready)
    after = first_moves(outcome, "drugs", "moderate")["after"]
    left = first_moves(outcome, "treatment", "attending").index
    fates = after.reindex(left).fillna("moderate")
    for fate, share in (("remitted", 0.25), ("severe", 0.5), ("moderate", 0.25)):
        assert abs(standard_errors_off(fates == fate, share)) < FAR


def test_a_need_worsens_faster_meanwhile(many: Council) -> None:
    ready = many(
        CHOICE.replace("serves = []", 'serves = ["drugs"]\nseverity = ["moderate"]')
        + 'worsens = "triple"\n'
        + '[needs.drugs]\nworsening = "slow"\nsevere_share = 0\n'
        + '[policies.treatment]\noffers = [{ support = "treatment", at = ["assessment"] }]\n'
    )
    outcome = treated(ready)
    began = starts(outcome)
    worse = first_moves(outcome, "drugs", "moderate")["week"].reindex(began.index)
    within = (worse - began) <= 13.0
    assert abs(standard_errors_off(within, 1.0 - math.exp(-0.06 * 13.0))) < FAR


def test_an_effect_of_1_leaves_every_other_clock_alone(many: Council) -> None:
    plain = many(CHOICE).statements["treatment"]
    said = many(
        CHOICE + 'protects = "one"\nslows_relapse = "one"\nothers_drop_out = "one"\n'
        'speeds = [{ clock = "luck/before/happens", by = "one" }]\n'
    ).statements["treatment"]
    assert said.clocks == plain.clocks


def test_what_others_are_spared_is_taken_off_while_it_lasts(three: Council) -> None:
    spared = three(
        '[supports.treatment]\nspares_per_week = [{ amount = "plan_price", '
        'payer = "police_justice", category = "help", item = "crime spared" }]'
    )
    ledger = live(spared, "treatment", 3).ledger
    lines = ledger[ledger["item"] == "crime spared"]
    help_ = ledger[ledger["item"] == "residential treatment"]
    assert lines["amount"].sum() == pytest.approx(-100.0 * help_["amount"].sum() / 1000.0)
    assert (lines["payer"] == "police_justice").all()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('speeds = [{ clock = "case/paln/review", by = "harm" }]', "`case/paln/review`"),
        ('speeds = [{ clock = "case/plan/review", by = "harm" }]', "fixed length"),
        (
            'chances = [{ clock = "case/plan/reviews", outcome = "x", share = 1 }]',
            "`case/plan/reviews`",
        ),
        ('chances = [{ clock = "case/plan/review", outcome = "x", share = 1 }]', "outcome `x`"),
        ("leaving = [{ remission = 1, worse = 1 }]", "over 1"),
        ('serves = ["drink"]', "`drink`"),
    ],
)
def test_a_bad_effect_is_refused(text: str, says: str, three: Council) -> None:
    with pytest.raises(UserError) as caught:
        three(f"[supports.treatment]\n{text}")
    assert any("supports.treatment" in p and says in p for p in caught.value.problems)


def test_outcomes_of_one_title_cannot_be_told_apart(three: Council) -> None:
    text = (
        "[regions.case.levels.plan.clocks.review]\noutcomes = [\n"
        '{ to = "closed", when = ["drugs is remitted"], title = "ends" },\n'
        '{ to = "proceedings", title = "ends" }]\n[supports.treatment]\n'
        'chances = [{ clock = "case/plan/review", outcome = "ends", share = 1 }]'
    )
    with pytest.raises(UserError, match="2 outcomes of the title"):
        three(text)


VARIANT = """
[parameters]
six = { value = 6, unit = "weeks", source = "made up" }
long = { value = 24, unit = "weeks", source = "made up" }
[supports.treatment]
engagement_matters = false
take_up = "half"
retention = { dropout_share = "half", by_weeks = "treatment_weeks" }
leaving = []

[supports.longer]
title = "A longer stay"
serves = ["drugs"]
severity = ["severe"]
take_up = "half"
engagement_matters = false
planned_weeks = "long"
retention = { dropout_share = "half", by_weeks = "treatment_weeks" }
evidence_strength = "argument only"
cannot_show = "Anything: it is made up."

[policies.longer]
title = "Longer"
plain = "The longer stay"
offers = [{ support = "longer", at = ["plan"] }]

[policies.both]
title = "Both"
plain = "Both"
offers = [
    { support = "treatment", at = ["plan"] },
    { support = "longer", at = ["plan"], after_weeks = "six" },
]
"""


def takers(outcome: Block, support: str) -> set[int]:
    own = outcome.events[outcome.events["region"] == support]
    return set(own[own["after"] == "attending"]["family"])


def test_variants_share_their_luck(many: Council) -> None:
    """Who takes up the one takes up the other, and drops out of both in the same week."""
    text = VARIANT.replace("[supports.longer]", '[supports.longer]\nluck_of = "treatment"')
    ready = many(text)
    short, longer = live(ready, "treatment", 600), live(ready, "longer", 600)
    assert len(takers(short, "treatment")) > 100
    assert takers(short, "treatment") == takers(longer, "longer")
    one, other = stays(short, "treatment"), stays(longer, "longer")
    early = one < 11.999
    assert early.sum() > 50
    assert (other[early] == one[early]).all()
    apart = many(VARIANT)
    assert takers(live(apart, "treatment", 600), "treatment") != takers(
        live(apart, "longer", 600), "longer"
    )


def test_nobody_has_two_variants_at_once(many: Council) -> None:
    text = VARIANT.replace("[supports.longer]", '[supports.longer]\nluck_of = "treatment"')
    outcome = live(many(text), "both", 600)
    events = outcome.events
    own = events[events["region"].isin(["treatment", "longer"]) & (events["kind"] == "move")]
    change = (own["after"] == "attending").astype(int) - (own["before"] == "attending").astype(int)
    assert change.groupby(own["family"]).cumsum().max() == 1
    assert takers(outcome, "longer")


def test_a_support_for_a_child_ends_when_none_is_left(many: Council) -> None:
    text = CHOICE.replace("serves = []", 'serves = []\nneeds_child_in = "@home"')
    text = text.replace("planned_weeks", "# planned_weeks").replace("[supports.treatment]", (
        '[policies.treatment]\noffers = [{ support = "treatment", at = ["plan", "order"] }]\n'
        "[supports.treatment]"
    ))  # fmt: skip
    # While the children stay at home there is no reason to leave: it ends within days of removal.
    text += "[supports.treatment.retention]\nweeks = [400]\nshares = [1]\nsource = 'made up'\n"
    text = text.replace("[supports.treatment]", "[supports.treatment]\nchildren_meanwhile = 'home'")
    events = live(many(text), "treatment", 400).events
    moves = events[events["kind"] == "move"]
    gone = moves[(moves["region"] == "placement") & (moves["after"] == "foster")]
    left = gone.groupby("family")["week"].max()
    own = moves[moves["region"] == "treatment"]
    ended = own[own["before"] == "attending"].groupby("family")["week"].max()
    began = own[own["after"] == "attending"].groupby("family")["week"].max()
    both = began.index.intersection(left.index)
    assert len(both) > 50
    # At seven a week, one in a million lasts two weeks.
    assert ((ended[both] - left[both]) < 2.0).all()
    assert (began[both] < left[both]).all()


@pytest.mark.parametrize(
    ("usual", "one", "other", "expected"),
    [
        (0.2, 0.2, 0.5, 0.5),
        (0.5, 0.75, 0.75, 0.9),
        (0.2, 0.5, 0.2, 0.5),
        (0.5, 0.0, 0.9, 0.0),
        (0.5, 1.0, 0.1, 1.0),
        (0.0, 0.3, 0.2, 0.3),
        (1.0, 0.3, 0.2, 0.2),
        (None, None, 0.4, 0.4),
    ],
)
def test_two_changes_of_one_choice_multiply_their_odds(
    usual: float | None, one: float | None, other: float, expected: float
) -> None:
    assert joined(usual, one, other) == pytest.approx(expected)
    if one is not None and one != usual and other != usual:
        assert joined(usual, other, one) == pytest.approx(expected)
