"""Whole scenarios: what is laid out, and mistakes that only the whole can show."""

from __future__ import annotations

import pytest

from simcare.errors import UserError
from simcare.model import statement as s
from tests.model.conftest import Council


def test_the_three_families_as_a_statement(three: Council) -> None:
    model = three("").statements["treatment"]
    assert [r.name for r in model.regions] == ["case", "placement", "drugs", "treatment"]
    assert [g.name for g in model.registers] == ["engagement", "disengagement", "frailty", "birth"]
    assert model.children == 2
    offer = next(c for c in model.clocks if c.name.startswith("offer/"))
    assert (offer.region, offer.levels, offer.hazard) == ("case", ("plan",), s.Fixed(0.0))


def test_policies_differ_in_numbers_alone(three: Council) -> None:
    ready = three("")
    x, y = (ready.arrays[policy] for policy in ("as_now", "treatment"))
    assert x.same_layout(y)
    as_now = next(c for c in ready.statements["as_now"].clocks if c.name == "offer/treatment/plan")
    assert as_now.levels == ()


def test_a_policy_may_use_another_number_in_place_of_one(three: Council) -> None:
    ready = three(
        "[policies.dear]\ntitle = 'Dear'\nplain = 'Dear plans'\n"
        "use = { plan_price = 'foster_price' }"
    )
    plans = [
        ready.statements[policy].region("case").levels[3].weekly[0].amount
        for policy in ("as_now", "dear")
    ]
    assert plans == [100.0, 1000.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[policies.x]\ntitle = 'x'\nplain = 'x'\nuse = { plan_prize = 'harm' }", "`plan_prize`"),
        ("[policies.x]\ntitle = 'x'\nplain = 'x'\nextends = 'y'", "policies.x.extends"),
        (
            "[policies.x]\ntitle = 'x'\nplain = 'x'\noffers = [{ support = 'y', at = ['plan'] }]",
            "`y`",
        ),
        (
            "[regions.case.levels.limbo]\ntitle = 'x'\n[regions.case.levels.referral]\n"
            "clocks.decided = { after = 'one_week', outcomes = [{ to = 'limbo' }] }",
            "limbo",
        ),
    ],
)
def test_mistakes_that_the_whole_shows(text: str, says: str, three: Council) -> None:
    with pytest.raises(UserError) as caught:
        three(text)
    assert any(says in problem for problem in caught.value.problems)


@pytest.mark.parametrize(
    "outcome",
    [
        "{ to = 'assessment', when = ['placement is home'] }",
        "{ to = 'assessment', when = ['weeks in placement >= one_week'] }",
        "{ to = 'assessment', when = ['weeks since birth >= one_week'] }",
        "{ to = 'assessment', do = ['stamp birth'] }",
    ],
)
def test_a_familys_clock_may_not_mean_one_child(outcome: str, three: Council) -> None:
    with pytest.raises(UserError):
        three(
            "[regions.case.levels.referral]\n"
            f"clocks.decided = {{ after = 'one_week', outcomes = [{outcome}] }}"
        )


def test_a_familys_rate_may_not_depend_on_one_child(three: Council) -> None:
    with pytest.raises(UserError):
        three(
            "[regions.case.clocks.extra]\nrate = 'harm'\noutcomes = [{ to = 'closed' }]\n"
            "factors = [{ region = 'placement', of = { home = 0 } }]"
        )
