"""What never changes in a family, drawn with it, and rules that speak of it."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.errors import UserError
from simcare.experiment.unit import Unit, population_of
from simcare.model.instances import Instances
from tests.helpers import FAR, live, standard_errors_off
from tests.model.conftest import Council

UNIT = Unit(0, 1, 0, 3000)

TRAIT = """
[traits.colour]
title = "Colour"
[traits.colour.kinds.red]
title = "Red"
share = "quarter"
[traits.colour.kinds.blue]
title = "Blue"
share = "half"
[supports.treatment]
engagement_matters = false
[policies.treatment]
offers = [{ support = "treatment", at = ["plan"], when = ["colour is red"] }]
[population]
types_region = "kind"
[population.types.other]
title = "Other"
share = "half"
"""


def test_a_trait_is_drawn_by_its_shares_and_never_changes(many: Council) -> None:
    ready = many(TRAIT)
    people, where = population_of(ready, UNIT), Instances(ready.statements["treatment"])
    red = people.lives.level[:, where.region("colour", -1)] == 0
    # Shares of a quarter and a half are made to sum to 1.
    assert abs(standard_errors_off(red, 1.0 / 3.0)) < FAR
    np.testing.assert_array_equal(people.lives.level[:, where.region("kind", -1)], people.kind)
    outcome = live(ready, "treatment", UNIT.families)
    assert not outcome.events["region"].isin(["colour", "kind"]).any()
    treated = set(outcome.events[outcome.events["after"] == "attending"]["family"])
    assert treated
    assert treated <= set(np.flatnonzero(red))


def test_a_trait_changes_no_life_by_itself(many: Council) -> None:
    bare = live(many(""), "treatment", 300).families
    named = live(
        many(
            TRAIT.replace(', when = ["colour is red"]', "")
            .replace("engagement_matters = false", "")
            .split("[population]")[0]
        ),
        "treatment",
        300,
    ).families
    assert named.equals(bare)


def test_families_of_a_trial_arrive_together(many: Council) -> None:
    ready = many('[population]\narrivals = "together"')
    assert (population_of(ready, UNIT).lives.arrival == 0.0).all()
    assert (population_of(many(""), UNIT).lives.arrival > 0.0).any()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TRAIT.replace("colour is red", "colour is green"), "`green`"),
        (TRAIT.replace('share = "quarter"', 'share = "quartr"'), "`quartr`"),
        ('[population]\narrivals = "at once"', "arrivals"),
    ],
)
def test_a_bad_trait_is_refused(text: str, says: str, many: Council) -> None:
    with pytest.raises(UserError) as caught:
        many(text)
    assert any(says in p for p in caught.value.problems)
