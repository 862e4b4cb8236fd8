"""The studies that ship, and holding a scenario to its study."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from simcare.errors import UserError
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Estimate
from simcare.experiment.studies.published import COMPUTED, NONE, PUBLISHED, Published, published
from simcare.experiment.studies.run import (
    carried,
    far_off,
    ready_studies,
    study_names,
    validate_studies,
    verdict,
)
from simcare.experiment.studies.terms import (
    AGREES,
    CLOSE,
    COLUMNS,
    CONTRASTS,
    MISSES,
    NO_COMPARISON,
    NO_INTERVAL,
    NOTHING,
    study_of,
)
from simcare.scenario.study import FindingSpec


@pytest.fixture(scope="module")
def studies() -> dict[str, Ready]:
    return ready_studies()


@pytest.fixture(scope="module")
def table(studies: dict[str, Ready]) -> pd.DataFrame:
    few = ("therapeutic_community_180", "therapy_by_choice", "motivational_interviewing")
    return validate_studies({name: studies[name] for name in few}, families=300)


def test_every_study_is_a_cohort_that_begins_together(studies: dict[str, Ready]) -> None:
    assert len(studies) >= 16
    for ready in studies.values():
        assert ready.scenario.population is not None
        assert ready.scenario.population.arrivals == "together"
        assert ready.scenario.warm_up_weeks == 0


def test_every_study_has_seeds_and_numbers_of_its_own(studies: dict[str, Ready]) -> None:
    for ready in studies.values():
        assert isinstance(ready.scenario.families_, int)
        assert ready.scenario.families_ >= 20_000
        assert not ready.shares_places


def test_a_change_without_a_comparison_is_never_judged(table: pd.DataFrame) -> None:
    rows = table[table["role"] == "no comparison"]
    assert set(rows["verdict"]) <= {NO_COMPARISON}


def test_the_table_has_a_row_for_every_finding(
    studies: dict[str, Ready], table: pd.DataFrame
) -> None:
    assert tuple(table.columns) == COLUMNS
    for name in table["study"].unique():
        titles = [f.title for f in study_of(studies[name]).findings]
        assert table.loc[table["study"] == name, "finding"].tolist() == titles
    assert set(table["interval"]) == {"95 % Monte Carlo"}
    assert (table["evidence"].str.len() > 0).all()


def test_a_support_that_does_nothing_gives_no_difference_at_all(table: pd.DataFrame) -> None:
    row = table[table["study"] == "motivational_interviewing"].iloc[0]
    assert row["simulated"] == 0.0
    assert row["published_low"] < 0.0 < row["published_high"]
    assert row["verdict"] == AGREES


def test_retention_that_is_put_in_comes_back(table: pd.DataFrame) -> None:
    kept = table[table["finding"].str.startswith("Still in treatment after 8 weeks")].iloc[0]
    assert kept["low"] < kept["published"] + 0.03
    assert kept["high"] > kept["published"] - 0.05


def test_the_same_seed_gives_the_same_table_whatever_the_workers(
    studies: dict[str, Ready], table: pd.DataFrame
) -> None:
    again = validate_studies(
        {"therapy_by_choice": studies["therapy_by_choice"]}, families=300, workers=2
    )
    own = table[table["study"] == "therapy_by_choice"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, own)


# --- verdicts ---

FINDING = FindingSpec.model_validate(
    {
        "title": "x", "quantity": "hazard ratio", "outcome": "weeks", "event": "any",
        "published": "hr", "role": "check", "mapping": "the same thing",
    }
)  # fmt: skip
HELD = Published(0.75, 0.6, 0.9, PUBLISHED)


@pytest.mark.parametrize(
    ("mean", "low", "high", "said"),
    [
        (0.8, 0.78, 0.82, AGREES),
        (0.95, 0.93, 0.97, MISSES),
        (0.5, 0.48, 0.52, MISSES),
        (0.89, 0.87, 0.91, CLOSE),
        (math.nan, math.nan, math.nan, NOTHING),
    ],
)
def test_a_value_agrees_if_it_lies_in_the_published_interval(
    mean: float, low: float, high: float, said: str
) -> None:
    assert verdict(FINDING, HELD, Estimate(mean, 0.01, low, high)) == said


def test_without_an_interval_or_a_comparison_nothing_is_judged() -> None:
    found = Estimate(0.8, 0.01, 0.78, 0.82)
    assert verdict(FINDING, Published(0.75, math.nan, math.nan, NONE), found) == NO_INTERVAL
    without = FINDING.model_copy(update={"role": "no comparison"})
    assert verdict(without, HELD, found) == NO_COMPARISON


def test_half_of_a_published_effect_is_told_as_half() -> None:
    half = Estimate(math.sqrt(0.75), 0.01, 0.8, 0.9)
    assert carried(FINDING, HELD, half) == pytest.approx(0.5)
    difference = FINDING.model_copy(update={"quantity": "difference"})
    held = Published(-0.12, -0.2, -0.04, PUBLISHED)
    assert carried(difference, held, Estimate(-0.06, 0.01, -0.08, -0.04)) == pytest.approx(0.5)
    share = FINDING.model_copy(update={"quantity": "share"})
    assert math.isnan(carried(share, held, half))


@pytest.mark.parametrize(
    ("quantity", "published_value", "simulated", "far"),
    [
        ("share", 0.3, 0.16, False),
        ("share", 0.3, 0.14, True),
        ("share", 0.3, 0.61, True),
        ("difference", -0.12, -0.07, False),
        ("difference", -0.12, -0.05, True),
        ("difference", -0.12, 0.12, True),
        # A ratio by its logarithm: 0.81 is half of the effect of 0.656.
        ("ratio", 0.656, 0.8, False),
        ("ratio", 0.656, 0.82, True),
        ("hazard ratio", 0.9, 0.8, True),
        ("no difference", 0.0, 0.3, False),
        ("share", 0.3, math.nan, False),
    ],
)
def test_far_off_is_outside_half_to_twice(
    quantity: str, published_value: float, simulated: float, far: bool
) -> None:
    finding = FINDING.model_copy(update={"quantity": quantity})
    held = Published(published_value, math.nan, math.nan, NONE)
    found = Estimate(simulated, 0.01, simulated - 0.02, simulated + 0.02)
    assert far_off(finding, held, found) is far
    without = finding.model_copy(update={"role": "no comparison"})
    assert not far_off(without, held, found)


# --- the studies that ship ---


def test_every_contrast_says_what_the_effect_is_on(studies: dict[str, Ready]) -> None:
    for name, ready in studies.items():
        for finding in study_of(ready).findings:
            if finding.quantity in (*CONTRASTS, "no difference"):
                assert finding.effect_on or finding.role == "no comparison", (name, finding.title)
            else:
                assert finding.effect_on == "", (name, finding.title)


BANDS = ("early", "middle", "full", "90_to_150", "long")


@pytest.mark.parametrize("site", ["180", "360"])
def test_treatment_is_held_to_its_trial_with_all_of_its_effect_and_with_the_menus(
    site: str, studies: dict[str, Ready]
) -> None:
    whole = studies[f"therapeutic_community_{site}"].values
    net = studies[f"therapeutic_community_{site}_net"].values
    menu = make_ready("menu/residential_stays").values
    before = {name: whole[f"rt_remission_{name}"] for name in BANDS}
    assert before == {"early": 0.39, "middle": 0.44, "full": 0.746, "90_to_150": 0.52, "long": 1.0}
    for name in BANDS:
        assert net[f"rt_remission_{name}"] == menu[f"rt_remission_{name}"]
        # What is counted is what is beyond those who left within a month.
        gain = before[name] - before["early"]
        assert net[f"rt_remission_{name}"] == pytest.approx(gain, abs=0.005)


def test_the_randomised_contrast_of_plans_is_found_both_ways(studies: dict[str, Ready]) -> None:
    names = ("therapeutic_community_180", "therapeutic_community_180_net")
    found = validate_studies({name: studies[name] for name in names}, families=2000)
    ratios = found[found["quantity"] == "hazard ratio"]
    assert len(ratios) == 2
    assert (ratios["published"] == 0.744).all()
    assert (ratios["high"] < 1.0).all()
    assert ratios["simulated"].between(0.605, 0.914).all()


# --- what was published ---


def test_an_interval_is_the_published_one_or_is_computed_and_says_so(
    studies: dict[str, Ready],
) -> None:
    ready = studies["therapeutic_community_180"]
    hazard = next(f for f in study_of(ready).findings if f.quantity == "hazard ratio")
    held = published(ready, hazard, (math.nan, math.nan))
    assert held == Published(0.744, 0.605, 0.914, PUBLISHED)
    ready = studies["family_group_conferences"]
    proceedings = study_of(ready).findings[0]
    held = published(ready, proceedings, (math.nan, math.nan))
    assert held.value == pytest.approx(-0.125)
    assert held.low < -0.125 < held.high < 0.0
    assert held.kind == COMPUTED
    ready = studies["drug_and_alcohol_court"]
    assert published(ready, study_of(ready).findings[0], (0.1, 0.2)).kind == NONE


def test_no_difference_means_none_that_a_study_of_that_size_would_have_seen(
    studies: dict[str, Ready],
) -> None:
    ready = studies["motivational_interviewing"]
    held = published(ready, study_of(ready).findings[0], (0.5, 0.5))
    assert held.high == pytest.approx(1.959964 * math.sqrt(2 * 0.25 / 82))
    assert held.low == -held.high


# --- mistakes ---


def test_an_unknown_study_is_told_with_those_that_ship() -> None:
    with pytest.raises(UserError, match="did you mean `safecare`"):
        ready_studies(["safecar"])
    assert study_names() == sorted(study_names())


def test_a_scenario_that_is_no_study_is_told_so() -> None:
    with pytest.raises(UserError, match=r"no table `\[study\]`"):
        ready_studies(["england"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('outcome = "incidents_in_all"', 'outcome = "incident_in_all"', "no outcome"),
        ('control = "not_trained"', 'control = "trained"', "`reference`"),
        ('policy = "trained"', 'policy = "traind"', "no policy"),
        ('sets = ["mi_effect"]', 'sets = ["mi_efect"]', "no parameter or retention curve"),
        ('sets = ["mi_effect"]', "sets = []", "name the parameters"),
        ('role = "sets"', 'role = "check"', "no check"),
        ('n = "n_each"', 'n = "n_all"', "no parameter"),
        ("published = 0", "published = 1", "must be 0"),
        ('evidence = ["MI-NULL"]', 'evidence = ["MI-NUL"]', "MI-NULL"),
        ('evidence = ["MI-NULL"]', 'evidence = ["FDAC-2023"]', "RECALLED"),
        ("at_least = 1", 'at_least = 1\nevent = "incidents_in_all"', "needs `event`"),
        ("at_least = 1", "at_least = 1\nby_weeks = 1", "needs `by_weeks`"),
    ],
)
def test_a_mistake_in_a_study_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    from simcare.scenario.shipped import find

    text = find("studies/motivational_interviewing").read_text(encoding="utf-8")
    assert old in text
    text = (
        text.replace(old, new)
        .replace('"../menu/', '"menu/')
        .replace('"layers/', '"studies/layers/')
    )
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said) as caught:
        make_ready(path, ["trained"])
    assert all("study." in problem for problem in caught.value.problems)
