"""The families that a scenario draws, against the shares and traits that it states."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simcare.experiment.ready import Ready
from simcare.experiment.unit import Unit, population_of
from simcare.model.instances import Instances
from simcare.model.needs import LEVELS
from simcare.model.population import Population
from tests.helpers import FAR, standard_errors_off
from tests.model.conftest import Council

UNIT = Unit(0, 1, 0, 3000)

VARIED = """
warm_up_weeks = 100

[parameters]
double = { value = 2, unit = "ratio", source = "made up" }
small = { value = 52, unit = "weeks", source = "made up" }
gap = { value = 100, unit = "weeks", source = "made up" }

[needs.drugs]
share = "quarter"
severe_share = "half"

[needs.alcohol]
title = "Alcohol"
share = "half"
severe_share = "quarter"
moderate_remission = 0
severe_remission = 0
harm_moderate = 1
harm_severe = 1

[population]
frailty_variance = "half"
engagement_variance = "quarter"
child_shares = ["quarter", "half", "quarter"]
max_children = 3
age_ends = ["small", "grown"]
age_shares = ["quarter", "half"]
sibling_gap_weeks = "gap"

[population.types.any]
title = "Any"
share = "half"

[population.types.more]
title = "With more needs"
share = "quarter"
needs_ratio = "double"
severity_ratio = "double"
frailty_mean = "double"
"""


@pytest.fixture
def ready(many: Council) -> Ready:
    return many(VARIED)


@pytest.fixture
def people(ready: Ready) -> Population:
    return population_of(ready, UNIT)


@pytest.fixture
def index(ready: Ready) -> Instances:
    return Instances(ready.statements["as_now"])


def off(chosen: np.ndarray[tuple[int], np.dtype[np.bool_]], share: float) -> float:
    return abs(standard_errors_off(chosen, share))


def test_families_come_evenly_from_the_warm_up_to_the_horizon(people: Population) -> None:
    arrival = people.lives.arrival
    assert stats.kstest(arrival, stats.uniform(-100.0, 500.0).cdf).pvalue > 1e-4
    assert people.lives.number.tolist() == list(range(3000))


def test_types_have_their_shares_made_to_sum_to_1(people: Population) -> None:
    assert people.kinds == ("any", "more")
    assert off(people.kind == 1, 1.0 / 3.0) < FAR


@pytest.mark.parametrize(
    ("need", "share", "severe"),
    [("drugs", (0.25, 0.5), (0.5, 1.0)), ("alcohol", (0.5, 1.0), (0.25, 0.5))],
)
def test_needs_and_their_severity_by_type(
    need: str,
    share: tuple[float, ...],
    severe: tuple[float, ...],
    people: Population,
    index: Instances,
) -> None:
    level = people.lives.level[:, index.region(need, -1)]
    assert not np.any(level == LEVELS.index("remitted"))
    for kind in (0, 1):
        own = level[people.kind == kind]
        for chosen, expected in ((own > 0, share[kind]), (own[own > 0] == 2, severe[kind])):
            assert chosen.all() if expected == 1.0 else off(chosen, expected) < FAR


def test_needs_are_independent_within_a_type(people: Population, index: Instances) -> None:
    own = people.lives.level[people.kind == 0]
    both = [own[:, index.region(need, -1)] > 0 for need in ("drugs", "alcohol")]
    assert abs(np.corrcoef(*both)[0, 1]) < FAR / np.sqrt(len(own))


def test_traits_have_their_mean_and_variance(people: Population, index: Instances) -> None:
    register = people.lives.register
    frailty = register[:, index.register("frailty", -1)]
    engagement = register[:, index.register("engagement", -1)]
    for kind, mean in ((0, 1.0), (1, 2.0)):
        assert abs(standard_errors_off(frailty[people.kind == kind], mean)) < FAR
    gamma = stats.gamma(4.0, scale=0.25)
    assert stats.kstest(engagement, gamma.cdf).pvalue > 1e-4
    assert engagement.min() >= 0.05
    assert np.array_equal(register[:, index.register("disengagement", -1)], 1.0 / engagement)


def test_children_and_their_ages(people: Population, index: Instances) -> None:
    lives, adult = people.lives, 18.0 * 52.1775 - 1.0
    home, unborn = index.level("placement", "home"), index.level("placement", "unborn")
    levels = lives.level[:, [index.region("placement", k) for k in range(3)]]
    born = lives.register[:, [index.register("birth", k) for k in range(3)]]
    age = lives.arrival[:, None] - born
    assert set(np.unique(levels)) == {home, unborn}
    assert np.array_equal((levels == home).sum(axis=1), people.children)
    assert (age[levels == home] < adult).all()
    # The youngest is below a year in one family of three; the others are two years apart.
    assert off(age[:, 0] < 52.0, 1.0 / 3.0) < FAR
    assert age[:, 0].max() <= 500.0
    gaps = np.diff(age, axis=1)[:, 0]
    assert ((gaps >= 0.0) & (gaps <= 200.0)).all()
    assert abs(standard_errors_off(gaps, 100.0)) < FAR
    assert off(people.children >= 2, 0.75) < FAR


def test_families_are_drawn_in_blocks_as_they_are_together(
    ready: Ready, people: Population
) -> None:
    part = population_of(ready, Unit(0, 1, 1000, 500))
    for name in ("number", "arrival", "level", "register"):
        assert np.array_equal(getattr(part.lives, name), getattr(people.lives, name)[1000:1500])
    assert np.array_equal(part.children, people.children[1000:1500])


def test_a_share_that_is_raised_moves_only_families_in_between(
    many: Council, people: Population, index: Instances
) -> None:
    more = population_of(
        many(
            VARIED.replace(
                'share = "quarter"\nsevere_share = "half"', 'share = "half"\nsevere_share = "half"'
            )
        ),
        UNIT,
    )
    before, after = (x.lives.level[:, index.region("drugs", -1)] for x in (people, more))
    changed = before != after
    assert (before[changed] == 0).all()
    assert off(changed[people.kind == 0], 0.25) < FAR
    others = [k for k in range(index.region("placement", 2) + 1) if k != index.region("drugs", -1)]
    assert np.array_equal(people.lives.level[:, others], more.lives.level[:, others])
    assert np.array_equal(people.lives.arrival, more.lives.arrival)
    assert np.array_equal(people.lives.register, more.lives.register)
