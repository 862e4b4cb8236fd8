"""What a package does, taken apart: by hand, then whatever the numbers, then on real runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.engine.engines import EngineName
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.packages import COLUMNS, decompose, interacts, parts_of
from simcare.experiment.ready import Ready, chosen_policies, make_ready
from simcare.experiment.statistics import (
    Sampling,
    linear_parts,
    mean_of,
    multiplier,
    ratio_difference,
    ratio_interaction,
)
from simcare.units import WEEKS_PER_YEAR

SCENARIOS = Path(__file__).parents[1] / "report"
FAMILIES = Sampling("families", 1)
TWO, THREE = "treatment+stay", "treatment+stay+dear"
Columns = dict[str, dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]]

APART = """
extends = "{base}"
title = "Two sorts of families, each with a support of its own"
[traits.sort]
title = "Sort"
kinds.one = {{ title = "One", share = "half" }}
kinds.other = {{ title = "Other", share = "half" }}
[policies.for_one]
title = "Support for one sort"
plain = "Support for one sort"
offers = [{{ support = "stay", at = ["assessment"], when = ["sort is one"] }}]
[policies.for_other]
title = "Treatment for the other sort"
plain = "Treatment for the other sort"
offers = [{{ support = "treatment", at = ["plan"], when = ["sort is other"] }}]
"""


@pytest.fixture(scope="module")
def ready() -> Ready:
    return make_ready(SCENARIOS / "sampled.toml", [TWO, THREE])


@pytest.fixture(scope="module")
def run(ready: Ready) -> Comparison:
    return compare(ready, [TWO, THREE])


def columns_of(ready: Ready, **cost: list[float]) -> Columns:
    """Families of which only the cost and the incidents differ between policies."""
    names = [*ready.scenario.outcomes, "reached", "cost"]
    count = len(cost["as_now"])
    found = {p: {n: np.zeros(count) for n in names} for p in cost}
    for policy, values in cost.items():
        found[policy]["cost"] = found[policy]["incidents_at_home"] = np.array(values, dtype=float)
        found[policy]["child_weeks_at_home"] = np.full(count, WEEKS_PER_YEAR)
    return found


def rows(table: pd.DataFrame, outcome: str, package: str) -> dict[tuple[str, str], dict[Any, Any]]:
    own = table[(table["outcome"] == outcome) & (table["package"] == package)]
    return {(row["term"], row["kind"]): row for row in own.to_dict("records")}


# --- known answers ---


@pytest.mark.parametrize("outcome", ["cost", "incidents_at_home"])
def test_four_families_by_hand(ready: Ready, outcome: str) -> None:
    # Treatment saves 40 on the first two, support 60 on the second and third, and both at once
    # save 70 and not 100 on the second. Every child is at home for a year, so that the ratio is
    # the mean.
    columns = columns_of(
        ready,
        as_now=[100.0, 100.0, 100.0, 100.0],
        treatment=[60.0, 60.0, 100.0, 100.0],
        stay=[100.0, 40.0, 40.0, 100.0],
        **{TWO: [60.0, 30.0, 40.0, 100.0]},
    )
    table = rows(decompose(columns, "as_now", ready.scenario, FAMILIES), outcome, TWO)
    means = [row["mean"] for row in table.values()]
    assert means == pytest.approx([-20.0, -30.0, 7.5, -42.5, -12.5, -22.5])
    assert list(table) == [
        ("treatment", "alone"), ("stay", "alone"), ("interaction", "interaction"),
        ("joint", "joint"), ("treatment", "added last"), ("stay", "added last"),
    ]  # fmt: skip
    excess = table["interaction", "interaction"]
    assert excess["standard_error"] == pytest.approx(15.0 / math.sqrt(4.0))
    assert excess["high"] - excess["mean"] == pytest.approx(multiplier(4) * 7.5)
    unlike = interacts(columns, TWO, ("treatment", "stay"), "as_now", outcome)
    assert unlike.tolist() == [False, True, False, False]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_supports_that_act_on_different_families_do_not_interact_at_all(
    engine: EngineName, tmp_path: Path
) -> None:
    if engine == "compiled":
        pytest.importorskip("numba")
    path = tmp_path / "apart.toml"
    base = (SCENARIOS / "sampled.toml").as_posix()
    path.write_text(APART.format(base=base), encoding="utf-8")
    found = compare(path, ["for_one+for_other"], engine=engine)
    table = found.packages
    excess = table[table["kind"] == "interaction"].set_index("outcome")
    summed = excess.drop("incidents_at_home")
    for column in ("mean", "standard_error", "low", "high"):
        assert (summed[column] == 0.0).all()
    one, other = (found.columns[p]["reached"] for p in ("for_one", "for_other"))
    assert one.sum() > 10.0
    assert other.sum() > 10.0
    assert not (one * other).any()
    # A ratio is no sum over families: the years at home below the line change with both.
    ratio = rows(table, "incidents_at_home", "for_one+for_other")
    left = abs(ratio["interaction", "interaction"]["mean"])
    assert 0.0 < left < 0.1 * abs(ratio["joint", "joint"]["mean"])


def test_a_package_with_something_that_changes_nothing_is_the_rest_of_it() -> None:
    found = compare(SCENARIOS / "sampled.toml", ["stay+nothing_new"], families=60)
    own, stay = found.columns["stay+nothing_new"], found.columns["stay"]
    assert all(np.array_equal(own[name], stay[name]) for name in stay)
    assert stay["reached"].any()
    table = found.packages
    left = table[table["kind"] == "interaction"]
    last = table[(table["kind"] == "added last") & (table["term"] == "nothing_new")]
    assert len(left) == len(last) > 0
    assert not left["mean"].any()
    assert not last["mean"].any()


def test_the_interaction_of_ratios_has_the_error_that_leaving_families_out_shows() -> None:
    rng = np.random.default_rng(5)
    shared = rng.gamma(2.0, 2.0, 400)
    pairs = [(rng.poisson(shared).astype(float), shared * rng.uniform(0.5, 1.5, 400))
             for _ in range(4)]  # fmt: skip
    found = ratio_interaction(pairs[0], pairs[1:3], pairs[3])

    def excess(kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
        joint, one, other, usual = (top[kept].sum() / bottom[kept].sum() for top, bottom in pairs)
        return float(joint - one - other + usual)

    everyone = np.ones(400, dtype=bool)
    assert found.mean == pytest.approx(excess(everyone))
    without = np.array([excess(np.arange(400) != i) for i in range(400)])
    jackknife = math.sqrt(399.0 / 400.0 * float(((without - without.mean()) ** 2).sum()))
    assert found.standard_error == pytest.approx(jackknife, rel=0.02)
    only = ratio_interaction(pairs[0], [], pairs[3])
    assert only == ratio_difference(*pairs[0], *pairs[3])


def test_a_ratio_of_which_nothing_is_below_the_line_has_no_interaction() -> None:
    some, none = np.ones(3), np.zeros(3)
    found = ratio_interaction((some, some), [(some, some), (some, none)], (some, some))
    assert math.isnan(found.mean)
    assert math.isnan(found.low)


# --- whatever the numbers ---


@given(
    seed=st.integers(0, 2**32 - 1),
    families=st.sampled_from([1, 2, 12, 48]),
    sampling=st.sampled_from(
        [FAMILIES, Sampling("replications", 1), Sampling("listed", 1), Sampling("families", 2)]
    ),
)
def test_the_parts_and_the_interaction_make_the_joint_effect(
    ready: Ready, seed: int, families: int, sampling: Sampling
) -> None:
    rng = np.random.default_rng(seed)
    names = [*ready.scenario.outcomes, "reached", "cost", "cost_payer_nhs"]
    policies = ["as_now", "treatment", "stay", TWO, "dear", THREE]
    columns = {p: {n: rng.gamma(0.5, 1e4, families) for n in names} for p in policies}
    check_sums(decompose(columns, "as_now", ready.scenario, sampling))


def check_sums(table: pd.DataFrame) -> None:
    assert len(table) > 0
    for _, own in table.groupby(["package", "outcome"], sort=False):
        means = own.groupby("kind")["mean"].sum()
        size = max(float(own["mean"].abs().max()), 1.0)
        assert means["alone"] + means["interaction"] == pytest.approx(
            means["joint"], abs=1e-10 * size
        )
        if "added last" in means:
            alone, last = (own[own["kind"] == k].set_index("term") for k in ("alone", "added last"))
            gained = last["mean"] - alone["mean"]
            assert np.allclose(gained, means["interaction"], atol=1e-10 * size, rtol=0.0)


def test_in_a_real_run_they_add_up_too_and_agree_with_the_summary(run: Comparison) -> None:
    check_sums(run.packages)
    summary = {(r["policy"], r["outcome"]): r for r in run.summary.to_dict("records")}
    whole = run.packages[run.packages["kind"].isin(["alone", "joint"])]
    for one in whole.to_dict("records"):
        policy = one["package"] if one["kind"] == "joint" else one["term"]
        held = summary[policy, one["outcome"]]
        assert one["mean"] == held["difference"]
        for name in ("standard_error", "low", "high"):
            assert one[name] == held[f"difference_{name}"]


def test_there_is_a_row_for_every_outcome_that_has_a_difference(run: Comparison) -> None:
    table = run.packages
    assert list(table.columns) == list(COLUMNS)
    differing = run.summary[run.summary["difference"].notna()]
    for package, terms in ((TWO, 2 + 2 + 2), (THREE, 3 + 2)):
        own = table[table["package"] == package]
        counts = own.groupby("outcome", sort=False).size()
        assert list(counts.index) == list(dict.fromkeys(differing["outcome"]))
        assert (counts == terms).all()
    assert set(table["interval"]) == {"95 % Monte Carlo, over independent families"}


def test_replications_are_the_observations_where_families_share_places() -> None:
    found = compare(
        SCENARIOS / "places.toml", ["treatment+stay"], families=40, replications=5, workers=1
    )
    x = {p: c["cost"].reshape(5, -1).mean(axis=1) for p, c in found.columns.items()}
    excess = x["treatment+stay"] - x["treatment"] - x["stay"] + x["as_now"]
    own = rows(found.packages, "cost", "treatment+stay")["interaction", "interaction"]
    expected = mean_of(excess)
    assert own["mean"] == pytest.approx(expected.mean)
    assert own["standard_error"] == pytest.approx(expected.standard_error)
    assert own["low"] == pytest.approx(expected.low)
    assert own["interval"] == "95 % Monte Carlo, over replications (families share places)"


# --- which policies are packages, and what is run ---


def test_without_a_package_there_are_no_rows() -> None:
    found = compare(SCENARIOS / "sampled.toml", ["stay"], families=20)
    assert found.packages.empty
    assert list(found.packages.columns) == list(COLUMNS)


def test_the_parts_are_run_before_the_whole_and_those_of_a_part_before_it(tmp_path: Path) -> None:
    path = tmp_path / "nested.toml"
    base = (SCENARIOS / "sampled.toml").as_posix()
    path.write_text(
        f'extends = "{base}"\ntitle = "Nested"\n'
        '[policies.both]\ntitle = "Both"\nplain = "Both"\ntogether = ["treatment", "stay"]\n'
        '[policies.every]\ntitle = "Every"\nplain = "Every"\ntogether = ["both", "dear"]\n',
        encoding="utf-8",
    )
    found = compare(path, ["every"], families=20)
    assert found.policies == ("as_now", "treatment", "stay", "both", "dear", "every")
    packages = parts_of(found.ready.scenario, found.policies)
    assert packages == {"both": ("treatment", "stay"), "every": ("both", "dear")}
    check_sums(found.packages)


def test_a_package_in_a_circle_is_chosen_without_end_neither(ready: Ready) -> None:
    policies = dict(ready.scenario.policies)
    policies["stay"] = policies["stay"].model_copy(update={"together": [TWO]})
    circle = ready.scenario.model_copy(update={"policies": policies})
    assert set(chosen_policies(circle, [TWO])) == {"as_now", "treatment", "stay", TWO}


def test_the_linear_parts_of_an_interaction_leave_nothing_over() -> None:
    rng = np.random.default_rng(3)
    top, bottom = rng.gamma(2.0, 1.0, 50), rng.gamma(2.0, 1.0, 50)
    assert linear_parts(top, bottom).sum() == pytest.approx(0.0, abs=1e-12)
    twice = ratio_interaction((top, bottom), [(top, bottom)], (top, bottom))
    assert (twice.mean, twice.standard_error) == (0.0, 0.0)
