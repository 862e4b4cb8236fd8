"""Moments against numpy's, however they are put together."""

from __future__ import annotations

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simcare.experiment.moments import Moments


def test_by_hand() -> None:
    moments = Moments.of(np.array([[1.0, 5.0], [3.0, 5.0]]))
    assert moments.count == 2
    assert moments.mean.tolist() == [2.0, 5.0]
    assert moments.squares.tolist() == [2.0, 0.0]
    assert moments.standard_error.tolist() == [1.0, 0.0]


def test_one_observation_has_no_standard_error() -> None:
    assert np.isnan(Moments.of(np.array([[1.0, 5.0]])).standard_error).all()


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(0, 99))
def test_of_parts_and_of_the_whole(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [rng.normal(1e4, 1.0, (size, 2, 3)) for size in sizes]
    whole = np.concatenate(parts)
    merged = reduce(Moments.with_more, map(Moments.of, parts))
    assert merged.count == len(whole)
    np.testing.assert_allclose(merged.mean, whole.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(merged.squares, whole.var(axis=0) * len(whole), rtol=1e-6, atol=1e-9)
