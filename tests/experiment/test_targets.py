"""Published figures as targets: what they are, and what the model gives for each."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from simcare.draws import replication_seed
from simcare.errors import UserError
from simcare.experiment.compare import compare
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Sampling
from simcare.experiment.targets import Target, modelled, targets_of
from simcare.experiment.unit import Unit, make_job, population_of, run_unit
from simcare.experiment.usual import run_usual
from simcare.experiment.validation import HIT, MISS, NOTHING, PREDICTIVE, coverage, held, verdict
from simcare.model.instances import Instances
from simcare.units import WEEKS_PER_YEAR

FEW = 300


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england", ["usual_practice"])


def target(**changed: object) -> Target:
    given = {
        "name": "x", "title": "X", "value": 0.2, "sd": 0.03, "discrepancy": 0.2, "role": "fit",
        "top": "a", "bottom": "b", "mapping": "a / b", "ids": (),
    }  # fmt: skip
    return Target(**{**given, **changed})  # type: ignore[arg-type]


def test_a_tolerance_by_hand() -> None:
    assert target().tolerance == pytest.approx(0.05)


def test_a_models_value_by_hand() -> None:
    """The ratio 6 / 12 and the error of its linear part: of 0.25 (2, -2, 1, -1), halved."""
    sums = {"a": np.array([2.0, 1.0, 2.0, 1.0]), "b": np.array([2.0, 4.0, 3.0, 3.0])}
    found = modelled(sums, [target()], Sampling("families", 1))
    assert found["model"].tolist() == [0.5]
    parts = np.array([1.0, -1.0, 0.5, -0.5]) / 3.0
    assert found["standard_error"].tolist() == pytest.approx([parts.std(ddof=1) / 2.0])


def test_england_has_enough_to_fit_and_to_check(england: Ready) -> None:
    targets = targets_of(england)
    roles = Counter(t.role for t in targets)
    assert roles["fit"] >= 25
    assert roles["check"] >= 25
    for t in targets:
        assert t.value > 0.0
        assert t.mapping
        assert t.because
        assert t.discrepancy > 0.0
        assert t.ids


def test_ordinary_comparisons_count_no_more_than_they_show(england: Ready) -> None:
    shown = make_job(england, ("usual_practice",)).books["usual_practice"].columns
    every = make_job(england, ("usual_practice",), held="targets").books["usual_practice"].columns
    assert "care_starts" in shown
    assert "starts_under_1" not in shown
    assert set(every) - set(shown) >= {"starts_under_1", "closures"}
    table = compare(england, [], families=20).published
    assert table["target"].tolist() == list(england.scenario.published)


def test_ages_are_those_of_the_events(england: Ready) -> None:
    """Starts and weeks of care by age, added up from every move of every child."""
    unit = Unit(0, replication_seed(5, 0), 0, FEW)
    job = make_job(england, ("usual_practice",), "simpy", "interpreted", "log", "targets")
    lived = run_unit(england, job, unit).lived["usual_practice"]
    assert lived.log is not None
    events = lived.log.events
    moves = events[(events["kind"] == "move") & (events["region"] == "placement")]
    lives, where = (
        population_of(england, unit).lives,
        Instances(england.statements["usual_practice"]),
    )
    care, home = (england.scenario.groups[name] for name in ("care", "home"))
    starts, weeks = Counter[str](), Counter[str]()
    for _, own in moves.groupby(["family", "child"], observed=True):
        family, child = (int(own[name].iloc[0]) for name in ("family", "child"))
        born = float(lives.register[family, where.register("birth", child)])
        steps = list(zip(own["week"], own["before"], own["after"], strict=True))
        born = next((week for week, before, _ in steps if before == "expected"), born)
        for i, (week, before, after) in enumerate(steps):
            end = min(steps[i + 1][0] if i + 1 < len(steps) else 520.0, 520.0)
            for name, low, high in (("under_1", 0, 1), ("1_to_4", 1, 5), ("5_to_9", 5, 10)):
                first, last = born + low * WEEKS_PER_YEAR, born + high * WEEKS_PER_YEAR
                starts[name] += bool(
                    before in home and after in care and week >= 0.0 and first <= week < last
                )
                if after in care:
                    weeks[name] += max(min(end, last) - max(week, first, 0.0), 0.0)
    total = dict(zip(lived.columns, lived.values.sum(axis=0), strict=True))
    assert starts.total() > 3
    for name in ("under_1", "1_to_4", "5_to_9"):
        assert total[f"starts_{name}"] == starts[name]
        assert total[f"care_weeks_{name}"] == pytest.approx(weeks[name])


def test_bands_add_up_to_the_whole(england: Ready) -> None:
    sums = {k: v.sum() for k, v in run_usual(england, families=2000, seed=3).sums.items()}
    bands = ("3", "6", "12", "24", "more")
    assert sum(sums[f"plan_ends_{band}"] for band in bands) == sums["plan_ends"] > 0
    assert sums["reached_plan"] <= sums["reached_conference"] <= sums["reached_enquiry"]
    assert sums["episode_ends_3"] + sums["episode_ends_24"] < sums["episode_ends"]
    assert sums["back_12"] <= sums["back_raw"] < sums["closures"]
    assert sums["reentries_3"] <= sums["reentries_12"] <= sums["reentries_60"]
    assert sums["court_newborns"] <= sums["court_infants"] <= sums["court_children"]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.slow
def test_workers_and_engines_change_nothing(england: Ready, engine: str) -> None:
    if engine == "compiled":
        pytest.importorskip("numba")
    usual = run_usual(england, families=FEW, seed=2, engine=engine)  # type: ignore[arg-type]
    again = run_usual(england, families=FEW, seed=2, engine="simpy", workers=2)
    assert all(usual.sums[k].tobytes() == again.sums[k].tobytes() for k in usual.sums)


def test_hits_and_misses_by_hand(england: Ready) -> None:
    assert verdict(0.1, 1.99) == HIT
    assert verdict(0.1, 2.0) == MISS
    assert verdict(math.nan, math.nan) == NOTHING
    table = held(run_usual(england, families=FEW, seed=2))
    assert table["target"].tolist() == [t.name for t in targets_of(england)]
    for row in table[table["model"].notna()].to_dict("records"):
        spread = math.hypot(row["source_sd"], row["discrepancy_sd"], row["model_sd"])
        apart = abs(row["model"] - row["published"]) / spread
        assert row["sds_apart"] == pytest.approx(apart)
    found = coverage(table)
    assert {role: of for role, (_, of) in found.items()} == table["role"].value_counts().to_dict()


def test_draws_make_the_interval_predictive(england: Ready) -> None:
    usual = run_usual(england, families=FEW, seed=2)
    rng = np.random.default_rng(1)
    table = held(usual, {"nfa": rng.normal(0.065, 0.01, 500)}).set_index("target")
    nfa = table.loc["nfa"]
    assert nfa["interval"] == PREDICTIVE
    assert nfa["model_sd"] == pytest.approx(0.01, rel=0.1)
    assert nfa["low"] == pytest.approx(0.065 - 0.0196, abs=0.003)
    assert table.loc["plans"]["interval"].startswith("95 % Monte Carlo")


def test_the_figures_of_2020_are_there(england: Ready) -> None:
    then = {t.name: t for t in targets_of(make_ready("england/in_2020", ["usual_practice"]))}
    assert then["plans"].value == pytest.approx(66_380 / 642_980, abs=1e-4)
    assert sum(t.role == "fit" and t.year in (2019, 2020, 2021) for t in then.values()) >= 15
    assert {t.name for t in targets_of(england)} <= set(then)


def test_a_scenario_without_targets_says_so() -> None:
    from simcare.experiment.validation import validate_targets

    with pytest.raises(UserError, match="no published figures"):
        validate_targets(make_ready("three_families", []))
