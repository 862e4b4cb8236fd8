"""The keyed draws: the same bits in both forms, and as good as independent uniforms."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from simcare.draws import (
    CHOICE,
    DURATION,
    MASK,
    clock_key,
    decision_key,
    family_key,
    mix,
    replication_seed,
    uniform,
    uniforms,
    unit_exponential,
)
from tests.helpers import FAR
from tests.strategies import STEADY

N = 20_000
Floats = NDArray[np.float64]
words = st.integers(0, MASK)


def over_families(seed: int = 1, name: str = "need/severe", count: int = N) -> Floats:
    return uniforms(seed, np.arange(count), name)


def over_occurrences(purpose: int = DURATION) -> Floats:
    key = clock_key(family_key(1, 7), decision_key("case/review/-1"))
    return np.array([uniform(key, k, purpose) for k in range(N)])


def over_decisions() -> Floats:
    family = family_key(1, 7)
    keys = [clock_key(family, decision_key(f"region/clock{k}/-1")) for k in range(N)]
    return np.array([uniform(key, 0, CHOICE) for key in keys])


def over_seeds() -> Floats:
    return np.array([uniforms(seed, np.array([0]), "x")[0] for seed in range(2000)])


WAYS: dict[str, Callable[[], Floats]] = {
    "families": over_families,
    "occurrences": over_occurrences,
    "decisions": over_decisions,
    "seeds": over_seeds,
}


# --- what is promised of every draw ---


@STEADY
@given(words, st.integers(0, 10**6), st.sampled_from([DURATION, CHOICE]))
def test_a_uniform_lies_strictly_between_0_and_1(key: int, occurrence: int, purpose: int) -> None:
    draw = uniform(key, occurrence, purpose)
    assert 0.0 < draw < 1.0
    assert math.isfinite(unit_exponential(key, occurrence))


def test_the_ends_are_not_reached_even_by_the_extreme_bits() -> None:
    """Some key gives all bits 0, and another all bits 1, as `mix` leaves out no number."""
    for bits, draw in ((0, 2.0**-53), (MASK, 1.0 - 2.0**-53)):
        assert ((bits >> 12) + 0.5) * 2.0**-52 == draw
        assert 0.0 < draw < 1.0


@STEADY
@given(words, words)
def test_mixing_loses_nothing(one: int, two: int) -> None:
    assert 0 <= mix(one) <= MASK
    assert (mix(one) == mix(two)) == (one == two)


@STEADY
@given(
    st.integers(-(2**63), 2**64), st.lists(st.integers(-5, 2**62), max_size=5), st.text(max_size=9)
)
def test_the_array_form_gives_the_bits_of_the_plain_one(
    seed: int, families: list[int], name: str
) -> None:
    plain = [
        uniform(clock_key(family_key(seed, f), decision_key(name)), 0, CHOICE) for f in families
    ]
    assert uniforms(seed, np.array(families, dtype=np.int64), name).tolist() == plain


def test_a_unit_exponential_is_minus_the_log_of_its_uniform() -> None:
    assert unit_exponential(3, 4) == -math.log(uniform(3, 4, DURATION))


def test_a_decisions_key_is_the_same_for_ever() -> None:
    """Written down once: if it changes, every published result does."""
    assert decision_key("case/review/-1") == 18155658996691676507
    assert over_families(1, "population/arrival", 3).tolist() == [
        0.7060775179033952,
        0.819093545140999,
        0.04930601713163474,
    ]


@STEADY
@given(words, words)
def test_different_keys_occurrences_and_purposes_give_different_draws(one: int, two: int) -> None:
    parts = list(product({one, two}, range(40), (DURATION, CHOICE)))
    assert len({uniform(*part) for part in parts}) == len(parts)


# --- uniformity and independence ---


@pytest.mark.parametrize("way", WAYS)
def test_uniformity(way: str) -> None:
    draws = WAYS[way]()
    counts = np.histogram(draws, bins=50, range=(0.0, 1.0))[0]
    assert stats.kstest(draws, "uniform").pvalue > 1e-4
    assert stats.chisquare(counts).pvalue > 1e-4
    assert abs(draws.mean() - 0.5) < FAR * math.sqrt(1.0 / 12.0 / len(draws))
    assert abs(draws.var() - 1.0 / 12.0) < FAR * math.sqrt(1.0 / 180.0 / len(draws))


@pytest.mark.parametrize("way", WAYS)
def test_low_bits_are_uniform_too(way: str) -> None:
    low = (WAYS[way]() * 2.0**52).astype(np.uint64) & np.uint64(63)
    assert stats.chisquare(np.bincount(low.astype(np.int64), minlength=64)).pvalue > 1e-4


@pytest.mark.parametrize("lag", [1, 2, 64])
@pytest.mark.parametrize("way", WAYS)
def test_neighbours_are_not_correlated(way: str, lag: int) -> None:
    draws = WAYS[way]()
    r = float(np.corrcoef(draws[:-lag], draws[lag:])[0, 1])
    assert abs(r) < FAR / math.sqrt(len(draws) - lag)


@pytest.mark.parametrize("way", WAYS)
def test_pairs_of_neighbours_fill_the_square(way: str) -> None:
    draws = WAYS[way]()
    cells = np.histogram2d(draws[:-1:2], draws[1::2], bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > 1e-4


KEYS = [clock_key(family_key(1, k), decision_key("need/severe")) for k in range(4000)]
OTHERS: dict[str, Callable[[], Floats]] = {
    "another seed": lambda: over_families(2, count=4000),
    "another name": lambda: over_families(name="need/moderate", count=4000),
    "a longer name": lambda: over_families(name="need/severe2", count=4000),
    "the next occurrence": lambda: np.array([uniform(key, 1, CHOICE) for key in KEYS]),
    "another purpose": lambda: np.array([uniform(key, 0, DURATION) for key in KEYS]),
}
"""Draws that differ from the first set in one part of the key alone."""


@pytest.mark.parametrize("what", OTHERS)
def test_one_part_of_the_key_is_enough_for_independence(what: str) -> None:
    r = float(np.corrcoef(over_families(count=4000), OTHERS[what]())[0, 1])
    assert abs(r) < FAR / math.sqrt(4000)


def test_replications_of_neighbouring_seeds_share_none() -> None:
    seeds = [replication_seed(seed, k) for seed in range(50) for k in range(50)]
    assert len(set(seeds)) == 2500
    assert [replication_seed(seed, 0) for seed in range(50)] == list(range(50))
    assert all(0 <= seed < 2**63 for seed in seeds)
