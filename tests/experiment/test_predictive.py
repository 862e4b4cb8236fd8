"""Usual practice at draws of the posterior, and what lies inside its intervals."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.experiment.predictive import can_draw, predicted
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.targets import targets_of
from simcare.experiment.usual import run_usual
from simcare.experiment.validation import held, predictive_coverage


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england", ["usual_practice"])


@pytest.mark.slow
def test_draws_do_not_depend_on_the_workers(england: Ready) -> None:
    one, two = (predicted(england, 6, families=100, workers=w).values for w in (1, 2))
    assert list(one) == [t.name for t in targets_of(england)]
    for name, values in one.items():
        assert values.shape == (6,)
        np.testing.assert_array_equal(values, two[name])


def test_inside_bare_and_inside_widened_are_told_apart(england: Ready) -> None:
    usual = run_usual(england, families=100)
    targets = {t.name: t for t in targets_of(england)}
    near = targets["nfa"]
    beside = near.value + 3.0 * near.tolerance
    draws = {
        "nfa": np.linspace(near.value - near.tolerance, near.value + near.tolerance, 101),
        "not_in_need": targets["not_in_need"].value + targets["not_in_need"].tolerance
        * np.linspace(0.9, 1.1, 101),
    }  # fmt: skip
    table = held(usual, draws)
    assert predictive_coverage(table) == {"fit": (1, 2, 2)}
    far = held(usual, {"nfa": np.linspace(beside, beside * 1.001, 101)})
    assert predictive_coverage(far) == {"fit": (0, 0, 1)}
    alone = held(usual)
    assert predictive_coverage(alone) == {}
    np.testing.assert_array_equal(alone["in_use"], alone["model"])
    np.testing.assert_array_equal(table["in_use"], alone["model"])


def test_no_draws_where_no_posterior_ships() -> None:
    assert not can_draw(make_ready("three_families", []))
