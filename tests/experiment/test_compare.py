"""Comparisons: what they hold, and that nothing but the scenario and the seed changes a bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcare.engine.engines import EngineName
from simcare.errors import UserError
from simcare.experiment.compare import BLOCK, Comparison, compare
from simcare.experiment.ready import Ready, make_ready, with_settings
from simcare.experiment.store import write
from simcare.experiment.unit import GROUPS, PERIOD_WEEKS, Outcome, Unit, make_job, run_unit
from simcare.observe.fold import How

SCENARIOS = Path(__file__).parents[1] / "report"
POLICIES = ["as_now", "treatment", "stay"]
MANY = BLOCK + 100
ENGINES: tuple[tuple[EngineName, int], ...] = (("simpy", 1), ("compiled", 1), ("compiled", 3))


@pytest.fixture(scope="module")
def sampled() -> Ready:
    return make_ready(SCENARIOS / "sampled.toml")


@pytest.fixture(scope="module")
def rationed() -> Ready:
    return make_ready(SCENARIOS / "places.toml")


@pytest.fixture(scope="module")
def logged(sampled: Ready) -> Comparison:
    return compare(sampled, POLICIES, families=60, keep="log")


def files(comparison: Comparison, folder: Path) -> dict[str, bytes]:
    """Every file of a results folder but the manifest, which names the engine."""
    held = {p.name: p.read_bytes() for p in write(comparison, folder).iterdir()}
    assert len(held.pop("manifest.json")) > 0
    return held


# --- nothing changes a bit ---


@pytest.mark.parametrize(
    ("scenario", "replications"), [("sampled", 1), ("sampled", 2), ("rationed", 2)]
)
def test_the_files_do_not_depend_on_the_workers(
    scenario: str, replications: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ready: Ready = request.getfixturevalue(scenario)
    families = MANY if replications == 1 else 30
    found = [
        files(
            compare(ready, POLICIES, families=families, replications=replications, workers=workers),
            tmp_path / str(workers),
        )
        for workers in (1, 2)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize("scenario", ["sampled", "rationed"])
@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("how", ["interpreted", "compiled"])
def test_sums_do_not_depend_on_the_engine_nor_on_how_they_are_made(
    scenario: str, engine: EngineName, how: How, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("numba")
    ready: Ready = request.getfixturevalue(scenario)
    unit = Unit(0, 7, 0, 40)
    plain = run_unit(ready, make_job(ready, POLICIES), unit)
    assert same(plain, run_unit(ready, make_job(ready, POLICIES, engine, how), unit))


def same(one: Outcome, other: Outcome) -> bool:
    """Whether every bit is the same."""

    def parts(outcome: Outcome) -> list[bytes]:
        return [
            x.tobytes()
            for policy, lived in outcome.lived.items()
            for x in (lived.values, lived.prints, lived.helped, outcome.money[policy].mean,
                      outcome.money[policy].squares)
        ]  # fmt: skip

    return parts(one) == parts(other)


def test_keeping_the_log_changes_nothing_else(sampled: Ready, logged: Comparison) -> None:
    plain = compare(sampled, POLICIES, families=60)
    for name in ("summary", "families", "weekly", "break_even", "published"):
        assert getattr(plain, name).equals(getattr(logged, name)), name
    assert plain.decisions == logged.decisions


def test_a_log_that_was_not_kept_is_missed_in_a_sentence(sampled: Ready) -> None:
    plain = compare(sampled, ["as_now"], families=5)
    with pytest.raises(UserError, match='were not kept; run it again with keep="log"'):
        _ = plain.ledger
    with pytest.raises(UserError, match="were not kept"):
        _ = plain.events


# --- what it holds ---


def test_families_cost_what_their_lines_say(logged: Comparison) -> None:
    keys = ["policy", "replication", "family"]
    table = logged.families.set_index(keys)
    by = logged.ledger.groupby(keys)
    for column, of in (("cost", "amount"), ("cost_present_value", "present_value")):
        expected = by[of].sum().reindex(table.index, fill_value=0.0)
        np.testing.assert_allclose(table[column], expected, rtol=1e-12)


def test_decisions_are_those_of_the_events(logged: Comparison) -> None:
    assert logged.decisions == (logged.events["kind"] == "decision").sum()


def test_families_are_helped_who_attend_after_week_0(logged: Comparison) -> None:
    moves = logged.events[logged.events["kind"] != "decision"]
    for policy in logged.policies:
        own = moves[(moves["policy"] == policy) & moves["region"].isin(["treatment", "stay"])]
        late = own[(own["week"] > 0.0) & (own["week"] < 520.0)]
        attended = late["before"].eq("attending") | late["after"].eq("attending")
        expected = np.isin(np.arange(60), late.loc[attended, "family"])
        assert logged.helped[policy].tolist() == expected.tolist()


def test_the_money_by_period_is_that_of_the_ledger(logged: Comparison) -> None:
    ledger, weekly = logged.ledger, logged.weekly
    for group, categories in (*GROUPS.items(), ("all", sum(GROUPS.values(), ()))):
        for policy in logged.policies:
            own = ledger[(ledger["policy"] == policy) & ledger["category"].isin(categories)]
            rows = weekly[(weekly["policy"] == policy) & (weekly["group"] == group)]
            spent = [_spent(own, week) / 60.0 for week in rows["week"]]
            np.testing.assert_allclose(rows["cumulative"], spent, rtol=1e-9, atol=1e-9)
            steps = np.diff(rows["cumulative"], prepend=0.0) / PERIOD_WEEKS
            np.testing.assert_allclose(rows["weekly"], steps, atol=1e-6)


def _spent(lines: pd.DataFrame, week: float) -> float:
    """What lines come to by the end of a period; a one-off on its edge falls in the next."""
    start, end = lines["start_week"].to_numpy(), lines["end_week"].to_numpy()
    lasting = end > start
    part = np.clip((week - start) / np.where(lasting, end - start, 1.0), 0.0, 1.0)
    return float((lines["amount"] * np.where(lasting, part, start < week)).sum())


def test_a_ratio_gains_as_its_linear_parts_do(logged: Comparison) -> None:
    """By hand, for incidents per child-year at home."""
    table = logged.families
    incidents, weeks = (
        [table.loc[table["policy"] == p, name].to_numpy(np.float64) for p in ("stay", "as_now")]
        for name in ("incidents_at_home", "child_weeks_at_home")
    )
    parts = [(x - x.sum() / w.sum() * w) / w.mean() for x, w in zip(incidents, weeks, strict=True)]
    expected = sum(part.var() for part in parts) / (parts[0] - parts[1]).var()
    rows = logged.summary[logged.summary["policy"] == "stay"].set_index("outcome")
    assert rows.loc["incidents_at_home", "variance_gain"] == pytest.approx(expected)


def test_a_family_with_another_count_or_cost_is_reached_even_if_it_moves_alike(
    sampled: Ready,
) -> None:
    found = compare(sampled, ["harmful"], families=300)
    own, usual = found.columns["harmful"], found.columns[found.reference]
    counted = [name for name in own if name != "reached"]
    differ = np.any([own[name] != usual[name] for name in counted], axis=0)
    assert 0 < differ.sum() < 300
    assert own["reached"][differ].all()
    assert not usual["reached"].any()


def test_a_last_period_that_ends_early_is_divided_by_its_own_length() -> None:
    ready = with_settings(make_ready("three_families"), {"horizon_weeks": 105})
    weekly = compare(ready, keep="log").weekly
    own = weekly[(weekly["policy"] == "as_now") & (weekly["group"] == "all")]
    assert own["week"].tolist()[-2:] == [104.0, 105.0]
    steps = np.diff(own["cumulative"], prepend=0.0) / np.diff(own["week"], prepend=0.0)
    np.testing.assert_allclose(own["weekly"], steps, atol=1e-9)


def test_threads_change_no_bit(sampled: Ready) -> None:
    pytest.importorskip("numba")
    families = 3 * BLOCK + 50
    one, two, three = (
        compare(sampled, POLICIES, families=families, engine=engine, workers=workers)
        for engine, workers in ENGINES
    )
    for other in (two, three):
        for name in ("summary", "families", "weekly", "break_even"):
            pd.testing.assert_frame_equal(
                getattr(one, name), getattr(other, name), check_exact=True
            )
