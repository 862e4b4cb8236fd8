"""The made-up council, worked by hand from its scenario file (see docs/three-families.md).

The rules: a referral is decided after 1 week; an assessment costs £500 a child at home and takes
6 weeks; a plan follows if the need is severe, costs £100 a week and is reviewed every 13 weeks;
at a review it closes if the need is gone, and goes to court once it has lasted 26 weeks; court
costs £10,000 and takes 26 weeks; then each child is in foster care at £1,000 a week, to week 104.
Treatment begins with the plan, takes 12 weeks, costs £1,000 a week beside £1,000 a week of
foster care for each child, and always works.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcare.experiment.ready import Ready, make_ready
from tests.helpers import Block, live

Line = tuple[int, float, float, float, str]


@pytest.fixture(scope="module")
def ready() -> Ready:
    return make_ready("three_families")


@pytest.fixture(scope="module")
def done(ready: Ready) -> dict[str, Block]:
    return {policy: live(ready, policy, 3) for policy in ready.statements}


# Family 1 comes at week 0 with one child and a severe need.
#   1: assessment, 500. 7: plan. 20: review, too early. 33: review, 26 weeks: court, 10,000.
#   59: order. Foster care from 59 to 104: 45 weeks, 45,000. Plan from 7 to 33: 26 weeks, 2,600.
# Family 2 comes at week 10 with two children and a moderate need.
#   11: assessment, 2 x 500. 17: closed.
# Family 3 comes at week 20 with two children and a severe need: as family 1, twenty weeks later.
#   21: assessment, 2 x 500. 27: plan. 53: court. 79: order. Foster care: 25 weeks, 2 x 25,000.
AS_NOW: dict[int, list[Line]] = {
    0: [
        (0, 1.0, 1.0, 500.0, "assessment"),
        (-1, 7.0, 33.0, 2600.0, "child protection plan"),
        (-1, 33.0, 33.0, 10000.0, "care proceedings"),
        (0, 59.0, 104.0, 45000.0, "foster care"),
    ],
    1: [(0, 11.0, 11.0, 500.0, "assessment"), (1, 11.0, 11.0, 500.0, "assessment")],
    2: [
        (0, 21.0, 21.0, 500.0, "assessment"),
        (1, 21.0, 21.0, 500.0, "assessment"),
        (-1, 27.0, 53.0, 2600.0, "child protection plan"),
        (-1, 53.0, 53.0, 10000.0, "care proceedings"),
        (0, 79.0, 104.0, 25000.0, "foster care"),
        (1, 79.0, 104.0, 25000.0, "foster care"),
    ],
}
# With treatment, family 1 is in it from 7 to 19: 12 weeks, 12,000, and the child in foster care
#   as long, 12,000. The need is gone at 19, and the review at 20 closes the case: 13 weeks of
#   plan, 1,300. Family 3 the same from 27 to 39 with two children, closed at 40.
TREATMENT: dict[int, list[Line]] = {
    0: [
        (0, 1.0, 1.0, 500.0, "assessment"),
        (-1, 7.0, 20.0, 1300.0, "child protection plan"),
        (0, 7.0, 19.0, 12000.0, "foster care during treatment"),
        (-1, 7.0, 19.0, 12000.0, "residential treatment"),
    ],
    1: AS_NOW[1],
    2: [
        *AS_NOW[2][:2],
        (-1, 27.0, 40.0, 1300.0, "child protection plan"),
        (0, 27.0, 39.0, 12000.0, "foster care during treatment"),
        (1, 27.0, 39.0, 12000.0, "foster care during treatment"),
        (-1, 27.0, 39.0, 12000.0, "residential treatment"),
    ],
}
BY_HAND = {"as_now": AS_NOW, "treatment": TREATMENT}
TOTALS = {"as_now": [58_100, 1_000, 63_600], "treatment": [25_800, 1_000, 38_300]}


def test_the_lines_by_hand_add_up_to_the_totals_by_hand() -> None:
    for policy, by_family in BY_HAND.items():
        sums = [sum(line[3] for line in by_family[family]) for family in range(3)]
        assert sums == TOTALS[policy]
    assert sum(TOTALS["as_now"]) == 122_700
    assert sum(TOTALS["treatment"]) == 65_100


@pytest.mark.parametrize("family", [0, 1, 2])
@pytest.mark.parametrize("policy", BY_HAND)
def test_every_line_of_the_ledger(policy: str, family: int, done: dict[str, Block]) -> None:
    ledger = done[policy].ledger
    own = ledger[ledger["family"] == family]
    columns = ["child", "start_week", "end_week", "amount", "item"]
    lines = [tuple(row) for row in own[columns].itertuples(index=False, name=None)]
    assert lines == BY_HAND[policy][family]


@pytest.mark.parametrize("policy", BY_HAND)
def test_totals(policy: str, done: dict[str, Block]) -> None:
    ledger = done[policy].ledger
    assert ledger.groupby("family")["amount"].sum().tolist() == TOTALS[policy]
    assert ledger["amount"].sum() == sum(TOTALS[policy])
    # Nothing is discounted in this council.
    assert ledger["present_value"].tolist() == ledger["amount"].tolist()


def test_the_page_in_the_documents_says_the_same(done: dict[str, Block]) -> None:
    """Each family's sums, and the totals, as they stand in the last column of its tables."""
    page = (Path(__file__).parents[1] / "docs" / "three-families.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^## (?=Family \d|All together)", page, flags=re.MULTILINE)
    assert len(parts) == 4
    for family, part in enumerate(parts[:3]):
        expected = []
        for policy in BY_HAND if family != 1 else ("as_now",):
            own = done[policy].ledger[done[policy].ledger["family"] == family]
            sums = own.groupby("item")["amount"].sum().tolist()
            expected += [*sums, sum(sums)]
        said = re.findall(r"\| (?:\*\*)?([\d,]+)(?:\*\*)? \|$", part, flags=re.MULTILINE)
        assert sorted(float(x.replace(",", "")) for x in said) == sorted(expected)
    for policy, outcome in done.items():
        amounts = outcome.ledger["amount"]
        by_payer = outcome.ledger.groupby("payer")["amount"].sum()
        for total in (amounts.sum(), *by_payer, *TOTALS[policy]):
            assert f"{total:,.0f}" in parts[3]


def test_who_pays(done: dict[str, Block]) -> None:
    payers = {
        policy: outcome.ledger.groupby("payer")["amount"].sum().to_dict()
        for policy, outcome in done.items()
    }
    assert payers == {
        "as_now": {"childrens_services": 102_700.0, "courts_legal_aid": 20_000.0},
        "treatment": {"childrens_services": 41_100.0, "adult_services": 24_000.0},
    }


def test_the_counts(done: dict[str, Block]) -> None:
    columns = ["removals", "child_weeks_in_care", "weeks_known"]
    counts = {p: outcome.families[columns].to_numpy().tolist() for p, outcome in done.items()}
    assert counts == {
        "as_now": [[1, 45, 59], [0, 0, 7], [2, 50, 59]],
        "treatment": [[0, 0, 20], [0, 0, 7], [0, 0, 20]],
    }


def test_the_chronology_of_family_1(done: dict[str, Block]) -> None:
    events = done["treatment"].events
    moves = events[(events["family"] == 0) & (events["kind"] == "move")]
    columns = ["week", "region", "before", "after"]
    assert [tuple(row) for row in moves[columns].itertuples(index=False, name=None)] == [
        (1.0, "case", "referral", "assessment"),
        (7.0, "case", "assessment", "plan"),
        (7.0, "treatment", "none", "attending"),
        (7.0, "placement", "home", "meanwhile"),
        (19.0, "drugs", "severe", "remitted"),
        (19.0, "treatment", "attending", "after"),
        (19.0, "placement", "meanwhile", "home"),
        (19.0, "treatment", "after", "over"),
        (20.0, "case", "plan", "closed"),
    ]


def test_the_family_that_is_not_offered_treatment_lives_the_same_life(
    done: dict[str, Block],
) -> None:
    lives = [
        outcome.events[outcome.events["family"] == 1].drop(columns="policy").to_dict("records")
        for outcome in done.values()
    ]
    assert lives[0] == lives[1]


def test_the_seed_does_not_matter_where_nothing_is_left_to_chance(
    ready: Ready, done: dict[str, Block]
) -> None:
    for policy in BY_HAND:
        other = live(ready, policy, 3, seed=99)
        assert other.ledger.equals(done[policy].ledger)


def test_money_by_period_holds_all_of_the_money(done: dict[str, Block]) -> None:
    for policy, outcome in done.items():
        in_all = outcome.money.mean[0, -1].sum()
        assert 3 * in_all == pytest.approx(sum(TOTALS[policy]))
