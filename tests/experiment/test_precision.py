"""How many families are needed: the rule by itself, then on whole runs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.experiment.compare import compare
from simcare.experiment.precision import (
    Aim,
    Precision,
    by_square_root,
    first_to_stay,
    look_ahead,
    precision,
)
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import mean_of

FOLDER = Path(__file__).parents[1] / "report"


@pytest.fixture(scope="module")
def sampled() -> Ready:
    return make_ready(FOLDER / "sampled.toml")


@pytest.fixture(scope="module")
def rationed() -> Ready:
    return make_ready(FOLDER / "places.toml")


# --- the rule ---


@pytest.mark.parametrize(("looks", "ahead"), [(1, 5), (100, 5), (101, 6), (1000, 50)])
def test_it_looks_ahead_five_times_or_a_twentieth_of_the_way(looks: int, ahead: int) -> None:
    assert look_ahead(looks) == ahead


@pytest.mark.parametrize(
    ("met", "first"),
    [
        ([True] * 6, 0),
        ([True] * 5, None),
        ([False, *[True] * 6], 1),
        ([True, True, False, *[True] * 6], 3),
        ([*[True] * 5, False, *[True] * 5], None),
        ([], None),
    ],
)
def test_what_is_small_once_must_stay_small(met: list[bool], first: int | None) -> None:
    assert first_to_stay(met) == first


@given(st.lists(st.sampled_from([True, True, True, True, False]), max_size=300))
def test_it_is_the_first_look_after_which_all_those_ahead_are_small(met: list[bool]) -> None:
    whole = (i for i in range(len(met)) if i + look_ahead(i + 1) < len(met))
    staying = (i for i in whole if all(met[i : i + look_ahead(i + 1) + 1]))
    assert first_to_stay(met) == next(staying, None)


def test_four_times_as_many_halve_the_width() -> None:
    aim = Aim("any", "cost", 50.0, "families", 100, 1000)
    assert by_square_root(300, 100.0, aim) == 1200
    assert by_square_root(300, 50.0, aim) == 300


def test_of_normal_numbers_it_finds_what_theory_says_and_covers_the_truth() -> None:
    """Chow and Robbins 1965: as the half-width shrinks, the count nears (z sigma / h)^2 and the
    interval holds the truth 95 times in 100."""
    truth, sigma, half, step = 3.0, 10.0, 1.0, 20
    random = np.random.default_rng(20_260)
    looks = np.arange(step, 1000, step)
    counts, held = [], 0
    for _ in range(400):
        values = random.normal(truth, sigma, looks[-1])
        found = [mean_of(values[:n]) for n in looks]
        stop = first_to_stay([(x.high - x.low) / 2.0 <= half for x in found])
        assert stop is not None
        counts.append(int(looks[stop]))
        held += found[stop].low <= truth <= found[stop].high
    expected = (1.96 * sigma / half) ** 2
    assert expected == pytest.approx(np.mean(counts), rel=0.05)
    # Four standard errors of a share of 0.95 among 400 are 0.044.
    assert held / 400 == pytest.approx(0.95, abs=0.044)


# --- whole runs ---


@pytest.fixture(scope="module")
def met(sampled: Ready) -> Precision:
    return precision(sampled, "stay", 4000.0, step=20, most=600)


def test_the_half_width_at_what_is_needed_is_small_enough_and_was_not_before(
    met: Precision,
) -> None:
    assert met.verdict == "met"
    small = (met.path["half_width"] <= met.aim.half_width) & (met.path["differing"] >= 30)
    needed = met.path["families"] >= met.needed
    assert small[needed].all()
    assert not small[~needed].iloc[-1]
    assert met.at["families"] == met.needed
    looks = int(met.needed or 0) // 20
    assert len(met.path) == looks + look_ahead(looks)


def test_a_comparison_of_so_many_families_has_that_difference_and_interval(
    met: Precision, sampled: Ready
) -> None:
    row = summary(sampled, "stay", "cost", families=met.needed)
    for mine, theirs in (("difference", "difference"), ("low", "difference_low"),
                         ("high", "difference_high")):  # fmt: skip
        assert met.at[mine] == pytest.approx(row[theirs], rel=1e-9)


def test_a_rate_has_the_interval_of_a_rate(sampled: Ready) -> None:
    found = precision(sampled, "stay", 1e-6, "incidents_at_home", step=100, most=200)
    row = summary(sampled, "stay", "incidents_at_home", families=200)
    assert found.path["difference"].iloc[-1] == pytest.approx(row["difference"], rel=1e-9)
    assert found.path["high"].iloc[-1] == pytest.approx(row["difference_high"], rel=1e-9)


def test_how_much_might_be_run_changes_nothing(met: Precision, sampled: Ready) -> None:
    more = precision(sampled, "stay", 4000.0, step=20, most=10_000)
    assert more.needed == met.needed
    pd.testing.assert_frame_equal(more.path, met.path)


def test_where_it_is_not_reached_the_square_root_says_how_many(sampled: Ready) -> None:
    found = precision(sampled, "stay", 400.0, step=50, most=170)
    assert (found.verdict, found.needed) == ("short", None)
    assert list(found.path["families"]) == [50, 100, 150, 170]
    half = found.path["half_width"].iloc[-1]
    assert found.forecast == math.ceil(170 * (half / 400.0) ** 2)


def test_what_comes_too_late_to_be_seen_to_stay_is_not_called_found(
    met: Precision, sampled: Ready
) -> None:
    assert met.needed is not None
    found = precision(sampled, "stay", 4000.0, step=20, most=met.needed + 20)
    assert (found.verdict, found.needed) == ("unconfirmed", None)


def test_an_interval_of_families_none_of_whom_differ_is_not_believed(sampled: Ready) -> None:
    found = precision(sampled, "nothing_new", 1.0, step=10, most=100)
    assert found.verdict == "few"
    assert found.path["half_width"].max() == 0.0


def test_where_families_share_places_replications_are_counted(rationed: Ready) -> None:
    found = precision(rationed, "treatment", 100_000.0, most=8)
    assert (found.aim.unit, found.aim.step) == ("replications", 1)
    # Two may agree by luck: three are the fewest to be believed.
    assert (found.verdict, found.needed) == ("met", 3)
    assert math.isnan(found.path["half_width"].iloc[0])
    row = summary(rationed, "treatment", "cost", replications=3)
    assert found.at["high"] == pytest.approx(row["difference_high"], rel=1e-9)


def summary(ready: Ready, policy: str, outcome: str, **size: int | None) -> pd.Series:
    table = compare(ready, [policy], **size).summary  # type: ignore[arg-type]
    return table[(table["policy"] == policy) & (table["outcome"] == outcome)].iloc[0]


def test_listed_families_are_refused() -> None:
    with pytest.raises(UserError, match="nothing is sampled"):
        precision("three_families", "treatment", 100.0)
