"""Who is better off and who is worse off: counts known by hand, and published intervals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.experiment.compare import Comparison, compare
from simcare.experiment.harm import COLUMNS, FATES, harm, wilson
from simcare.experiment.statistics import Sampling
from simcare.scenario.schema import OutcomeMeasure

SCENARIOS = Path(__file__).parents[1] / "report"
WEEKS = OutcomeMeasure(title="Weeks away", unit="weeks", kind="weeks", region="r", to=["away"])
GOOD = WEEKS.model_copy(update={"better": "higher"})
NEITHER = WEEKS.model_copy(update={"better": "neither"})
RATE = WEEKS.model_copy(update={"per_year_of": "weeks_at_home"})
FAMILIES = Sampling("families", 1)


def table(
    usual: list[float],
    own: list[float],
    reached: list[float],
    measure: OutcomeMeasure = WEEKS,
    sampling: Sampling = FAMILIES,
) -> pd.Series:
    nobody = [0.0] * len(usual)
    columns = {
        "now": {"away": np.array(usual), "reached": np.array(nobody)},
        "new": {"away": np.array(own), "reached": np.array(reached)},
    }
    found = harm(columns, "now", {"away": measure}, sampling)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == 1
    return found.iloc[0]


def test_counts_and_shares_are_of_the_families_reached() -> None:
    # 40 families reached: 10 with less, 24 with as much, 6 with more; 60 not reached.
    own = [1.0] * 10 + [5.0] * 24 + [9.0] * 6 + [5.0] * 60
    row = table([5.0] * 100, own, [1.0] * 40 + [0.0] * 60)
    assert [row[f] for f in FATES] == [10, 24, 6]
    assert (row["families"], row["reached"]) == (100, 40)
    assert [row[f"{f}_share"] for f in FATES] == [0.25, 0.6, 0.15]
    assert row["balance"] == pytest.approx(0.10)
    # Of +1, 0 and −1 among those reached: variance of the mean, (16 − 4²/40)/40² with n/(n − 1)
    # of all hundred families, as the number reached is itself by chance.
    error = math.sqrt((16 - 4**2 / 40) / 40**2 * 100 / 99)
    half = (row["balance_high"] - row["balance_low"]) / 2
    assert half == pytest.approx(1.98422 * error, rel=1e-4)


def test_more_is_better_where_the_outcome_says_so_and_nothing_is_said_where_it_is_neither() -> None:
    own, reached = [9.0] * 30 + [1.0] * 10, [1.0] * 40
    assert list(table([5.0] * 40, own, reached)[list(FATES)]) == [10, 0, 30]
    assert list(table([5.0] * 40, own, reached, GOOD)[list(FATES)]) == [30, 0, 10]
    columns = {p: {"away": np.ones(3), "reached": np.ones(3)} for p in ("now", "new")}
    assert harm(columns, "now", {"away": NEITHER}, FAMILIES).empty


def test_of_a_ratio_the_count_above_the_line_is_compared() -> None:
    assert table([1.0], [2.0], [1.0], RATE)["unit"] == "count per family"


def test_sums_that_differ_in_their_last_digits_are_the_same() -> None:
    row = table([0.3] * 40, [0.1 + 0.2] * 40, [1.0] * 40)
    assert row["same"] == 40


def test_shares_of_few_families_are_left_out_but_not_of_listed_ones() -> None:
    own, reached = [1.0] * 29, [1.0] * 29
    row = table([5.0] * 29, own, reached)
    assert row["better"] == 29
    assert row[[c for c in COLUMNS if c.endswith(("share", "low", "high"))]].isna().all()
    assert math.isnan(row["balance"])
    listed = table([5.0] * 29, own, reached, sampling=Sampling("listed", 1))
    assert listed["better_share"] == 1.0
    assert math.isnan(listed["better_low"])


def test_over_replications_the_interval_is_that_of_the_replications() -> None:
    # Two replications of 20, all reached: 10 % and 30 % worse off; ± t(1) × 10 points, cut at 0.
    own = [5.0] * 18 + [9.0] * 2 + [5.0] * 14 + [9.0] * 6
    row = table([5.0] * 40, own, [1.0] * 40, sampling=Sampling("replications", 2))
    assert row["worse_share"] == pytest.approx(0.2)
    assert (row["worse_low"], row["worse_high"]) == (0.0, 1.0)
    assert row["balance_high"] == pytest.approx(-0.2 + 12.7062 * 0.1, rel=1e-4)
    assert math.isnan(row["better_low"])


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_intervals_are_those_of_newcombe(
    count: int, of: int, low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3."""
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)
    assert wilson(of - count, of) == pytest.approx((1.0 - high, 1.0 - low), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_share_and_has_a_width(given: tuple[int, int]) -> None:
    count, of = given
    low, high = wilson(count, of)
    assert 0.0 <= low <= count / of <= high <= 1.0
    assert low < high


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1))
def test_everyone_reached_has_one_fate_and_turning_the_policies_round_turns_it(
    lives: list[tuple[int, int, bool]],
) -> None:
    usual, own = [float(a) for a, _, _ in lives], [float(b) for _, b, _ in lives]
    reached = [float(r) for _, _, r in lives]
    one, other = table(usual, own, reached), table(own, usual, reached)
    assert sum(one[f] for f in FATES) == one["reached"]
    assert [one[f] for f in FATES] == [other[f] for f in reversed(FATES)]


# --- of whole comparisons ---


@pytest.fixture(scope="module")
def run() -> Comparison:
    return compare(SCENARIOS / "sampled.toml", ["harmful", "nothing_new", "dear"], workers=1)


def row_of(run: Comparison, policy: str, outcome: str) -> pd.Series:
    table = run.harm
    found = table[(table["policy"] == policy) & (table["outcome"] == outcome)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_policy_that_harms_leaves_more_families_worse_off_than_better(run: Comparison) -> None:
    hit = row_of(run, "harmful", "incidents_at_home")
    assert hit["worse"] > hit["better"]
    assert hit["balance_high"] < 0.0


def test_where_nothing_changes_nobody_is_better_or_worse_off(run: Comparison) -> None:
    table = run.harm
    same = table[table["policy"] == "nothing_new"]
    assert not same[["reached", "better", "worse"]].to_numpy().any()
    dear = table[table["policy"] == "dear"]
    assert (dear["same"] == dear["reached"]).all()
    assert (dear["reached"] > 0).all()


def test_the_counts_are_those_of_the_families_table(run: Comparison) -> None:
    ours = run.families.pivot(index="family", columns="policy", values="child_weeks_in_care")
    off = ours["harmful"] - ours["as_now"]
    row = row_of(run, "harmful", "child_weeks_in_care")
    assert (row["better"], row["worse"]) == ((off < -1e-6).sum(), (off > 1e-6).sum())
