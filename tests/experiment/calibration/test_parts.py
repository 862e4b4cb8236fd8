"""The parts of a calibration, held against what is known of each."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.experiment.calibration import emulate
from simcare.experiment.calibration.emulate import Emulators, fit
from simcare.experiment.calibration.match import Match, not_ruled_out
from simcare.experiment.calibration.observed import observed
from simcare.experiment.calibration.posterior import Weighed, best_knowledge, resample, weigh
from simcare.experiment.calibration.prior import Prior, Shape
from simcare.experiment.calibration.slices import slice_sample
from simcare.experiment.targets import Target


def prior(shape: Shape = "uniform") -> Prior:
    return Prior(
        ("a", "b"), np.array([0.0, 2.0]), np.array([1.0, 6.0]), np.array([0.2, 3.0]), shape
    )


def target(value: float, discrepancy: float = 0.1, sd: float = 0.0) -> Target:
    return Target("t", "T", value, sd, discrepancy, "fit", "top", "bottom", "made up", ())


def emulators(first: list[float], variance: float = 0.0) -> Emulators:
    k = len(first)
    return Emulators(
        np.zeros(1), np.array([first]), np.zeros((1, k, k)), np.array([variance]), np.ones(1)
    )


# --- the prior ---


@pytest.mark.parametrize("shape", ["uniform", "triangular"])
def test_quantiles_have_the_moments_of_the_prior(shape: Shape) -> None:
    points = (np.arange(100_000) + 0.5)[:, None] / 100_000 * np.ones(2)
    values = prior(shape).values(points)
    np.testing.assert_allclose(values.mean(axis=0), prior(shape).mean, rtol=1e-4)
    np.testing.assert_allclose(values.std(axis=0), prior(shape).sd, rtol=1e-3)


def test_a_triangular_prior_has_its_mode_at_the_number_in_use() -> None:
    values = prior("triangular").values(np.random.default_rng(1).random((50_000, 2)))
    count, edges = np.histogram(values[:, 1], bins=20)
    assert edges[count.argmax()] <= 3.2
    assert edges[count.argmax() + 1] >= 2.8


@given(st.floats(0.0, 1.0), st.sampled_from(["uniform", "triangular"]))
def test_values_never_leave_their_ranges(point: float, shape: Shape) -> None:
    scaled = prior(shape).scaled(prior(shape).values(np.full((1, 2), point)))
    assert (np.abs(scaled) <= 1.0 + 1e-12).all()


# --- the scale of the targets ---


def test_a_published_figure_met_exactly_is_at_no_distance() -> None:
    held = observed([target(0.2), target(40.0)])
    np.testing.assert_allclose(held.scaled(np.array([0.2, 40.0])), held.z)
    np.testing.assert_allclose(held.unscaled(held.z), [0.2, 40.0])


def test_a_small_departure_is_worth_as_many_standard_deviations_as_on_the_plain_scale() -> None:
    held = observed([target(0.2, discrepancy=0.1)])
    off = (held.scaled(np.array([0.2 + 0.001])) - held.z) / np.sqrt(held.variance)
    assert off[0] == pytest.approx(0.001 / 0.02, rel=0.01)


def test_a_run_that_counts_nothing_is_far_off_and_not_infinitely() -> None:
    held = observed([target(0.2)])
    assert np.isfinite(held.scaled(np.zeros(1))).all()


def test_a_target_without_any_tolerance_is_refused() -> None:
    with pytest.raises(UserError, match="leave no room at all"):
        observed([target(0.2, discrepancy=0.0)])


# --- emulators ---


def test_a_polynomial_is_learnt_and_its_shares_are_the_exact_ones() -> None:
    source = np.random.default_rng(1)
    x = source.uniform(-1.0, 1.0, (400, 6))
    z = 1.0 + 2.0 * x[:, 0] - x[:, 1] + 1.5 * x[:, 0] * x[:, 2] + 0.5 * x[:, 1] ** 2
    made = fit(x, z[:, None], np.full((400, 1), 1e-8), seed=1)
    np.testing.assert_allclose(made.mean(x)[:, 0], z, atol=0.05)
    assert made.explained[0] > 0.99
    # Variances: 4/3 of the first, 1/3 + 0.25 x 4/45 of the second, 2.25/9 of the product.
    parts = np.array([4 / 3 + 0.125, 1 / 3 + 1 / 45, 0.125, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(made.shares()[0], parts / parts.sum(), atol=0.02)


def test_noise_of_the_runs_is_not_taken_for_a_fault_of_the_emulator() -> None:
    source = np.random.default_rng(2)
    x = source.uniform(-1.0, 1.0, (600, 5))
    z = x[:, 0] + source.normal(0.0, 0.3, 600)
    made = fit(x, z[:, None], np.full((600, 1), 0.09), seed=1)
    assert made.variance[0] < 0.03
    assert np.abs(made.mean(x)[:, 0] - x[:, 0]).mean() < 0.06


def test_without_the_extra_there_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(UserError, match="install simcare with its extra `calibrate`"):
        emulate.require_extra()


# --- matching ---


def test_implausibility_counts_every_variance() -> None:
    match = Match(prior(), observed([target(1.0, 0.1)]), emulators([1.0, 0.0], variance=0.0))
    wide = Match(prior(), observed([target(1.0, 0.1)]), emulators([1.0, 0.0], variance=1.0))
    x = np.array([[1.0, 0.0]])
    assert abs(match.implausibility(x)[0, 0]) > 5.0 * abs(wide.implausibility(x)[0, 0])


def test_points_beyond_three_are_ruled_out() -> None:
    far = np.array([[0.0, 3.1], [2.9, -2.9], [-4.0, 5.0]])
    assert not_ruled_out(far) == pytest.approx(1 / 3)
    assert not_ruled_out(far, allowed=1) == pytest.approx(2 / 3)


# --- the chains ---


def test_chains_draw_from_a_known_posterior() -> None:
    # A standard normal prior and one observation 1.5 with variance 0.25: mean 1.2, variance 0.2.
    start = np.random.default_rng(3).standard_normal((2_000, 3))
    found = slice_sample(
        start, lambda at: -0.5 * (at[:, 0] - 1.5) ** 2 / 0.25, 60, np.random.default_rng(4)
    )
    assert found.points[:, 0].mean() == pytest.approx(1.2, abs=0.05)
    assert found.points[:, 0].var() == pytest.approx(0.2, abs=0.03)
    np.testing.assert_allclose(found.points[:, 1:].mean(axis=0), 0.0, atol=0.1)
    np.testing.assert_allclose(found.points[:, 1:].var(axis=0), 1.0, atol=0.1)
    assert found.drift < 5.0


def test_chains_that_are_still_on_their_way_drift() -> None:
    start = np.zeros((500, 1))
    found = slice_sample(
        start, lambda at: -0.5 * (at[:, 0] - 4.0) ** 2 / 0.01, 2, np.random.default_rng(4)
    )
    assert found.drift > 5.0


# --- the weights ---


def test_runs_correct_what_an_emulator_gets_wrong() -> None:
    # The emulator says z = x, the model is z = x + 1, and runs are exact: proposals around 0 by
    # the emulator must be turned into draws around -1.
    held = observed([target(1.0, 0.5)])
    source = np.random.default_rng(5)
    wide = np.sqrt(held.variance[0] + 4.0)
    x = source.normal(held.z[0], wide, (20_000, 1))
    wrong, right = emulators([1.0], variance=4.0), emulators([1.0], variance=4.0)
    weighed = weigh(held, wrong, right, x, x + 1.0, np.zeros((20_000, 1)))
    drawn = x[resample(weighed, 2_000, source), 0]
    assert drawn.mean() == pytest.approx(held.z[0] - 1.0, abs=0.1)
    assert drawn.std() == pytest.approx(np.sqrt(held.variance[0]), rel=0.1)


def test_a_noisy_run_is_believed_less_than_an_emulator_that_is_sure() -> None:
    mean, variance = best_knowledge(
        emulators([1.0], variance=0.01), np.zeros((1, 1)), np.ones((1, 1)), np.full((1, 1), 0.03)
    )
    assert mean[0, 0] == pytest.approx(0.25)
    assert variance[0, 0] == pytest.approx(0.0075)


def test_values_of_which_no_model_can_be_made_have_no_weight() -> None:
    held = observed([target(1.0)])
    z = np.array([[held.z[0]], [np.nan]])
    weighed = weigh(
        held, emulators([0.0], 0.1), emulators([0.0], 0.1), np.zeros((2, 1)), z, np.zeros((2, 1))
    )
    np.testing.assert_array_equal(weighed.weights, [1.0, 0.0])
    assert weighed.effective == pytest.approx(1.0)


def test_weights_that_leave_too_few_draws_are_taken_only_part_of_the_way() -> None:
    held = observed([target(1.0, 0.01)])
    source = np.random.default_rng(6)
    x = source.normal(held.z[0], 1.0, (1_000, 1))
    sure = emulators([1.0], variance=1.0)
    nothing = np.zeros((1_000, 1))
    full = weigh(held, sure, sure, x, x, nothing)
    part = weigh(held, sure, sure, x, x, nothing, least=300.0)
    assert full.effective == full.in_full == part.in_full
    assert full.effective < 50.0
    assert part.effective == pytest.approx(300.0, rel=0.01)
    assert 0.0 < part.correction < 1.0


def test_draws_are_in_proportion_to_weights() -> None:
    weights = np.array([0.5, 0.25, 0.25, 0.0])
    drawn = resample(Weighed(weights, 3.0), 400, np.random.default_rng(1))
    np.testing.assert_array_equal(np.bincount(drawn, minlength=4), [200, 100, 100, 0])
