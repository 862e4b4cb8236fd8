"""A family that a policy does not reach lives exactly the same life under it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcare.engine.compile import compile_statement
from simcare.engine.simpy_engine import Change, simulate
from simcare.experiment.ready import Ready, make_ready
from simcare.model import statement as s
from tests.helpers import (
    Logs,
    Run,
    busy_digest,
    busy_statement,
    clock,
    digest,
    live,
    region,
    run,
)

ROOT = Path(__file__).parents[2]

# --- statements ---


def weeks_of_arrival(n: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(11).uniform(-60.0, 100.0, n)


@pytest.mark.parametrize("capacity", [None, 2])
def test_an_extra_decision_changes_nothing_else_even_where_places_are_short(
    capacity: int | None,
) -> None:
    model = replace(busy_statement(), resources=(s.Resource("beds", capacity),))
    more = replace(
        model,
        regions=(region("extra", "x", "y"), *model.regions),
        clocks=(
            clock("k0", "extra", "x", s.Weibull(0.7, 3.0), "y"),
            clock("k1", "extra", "y", s.Exponential(0.5), "x"),
            *model.clocks,
        ),
    )
    plain, crowded = (run(m, weeks_of_arrival(80), 104.0).chronology() for m in (model, more))
    assert (crowded["region"] == "extra").sum() > 100
    without = crowded[crowded["region"] != "extra"].reset_index(drop=True)
    assert without.equals(plain)


def under(model: s.Statement, change: s.Statement) -> tuple[Run, Logs]:
    """The run under a policy, and the logs under the change that another makes at week 0."""
    kept = run(model, weeks_of_arrival(400), 104.0)
    x = Change(0.0, compile_statement(change))
    return kept, simulate(kept.arrays, kept.lives, seed=1, horizon=104.0, change=x)


def with_clock(model: s.Statement, name: str, **other: Any) -> s.Statement:
    clocks = [replace(c, **other) if c.name == name else c for c in model.clocks]
    return replace(model, clocks=tuple(clocks))


def test_families_whom_a_policy_does_not_reach_live_on_as_they_were() -> None:
    """Beds are left sooner. A family is reached in the first week from 0 on that it lies in one."""
    model = busy_statement()
    kept, changed = under(model, with_clock(model, "leaves", hazard=s.Exponential(0.5)))
    lying = kept.spells.where((kept.spells.region == 2) & (kept.spells.level == 2))
    first = np.full(400, np.inf)
    in_time = lying.end > 0.0
    np.minimum.at(first, lying.family[in_time], np.maximum(lying.start[in_time], 0.0))
    for week, old, new in zip(first, kept.logs, changed, strict=True):
        assert [row for row in old if row[0] <= week] == [row for row in new if row[0] <= week]
    reached = sum(old != new for old, new in zip(kept.logs, changed, strict=True))
    assert 100 < reached <= np.isfinite(first).sum() < 390


def test_a_share_that_is_raised_moves_only_families_in_between() -> None:
    model = busy_statement()
    harm = next(c for c in model.clocks if c.name == "harm").outcomes[0]
    kept, changed = under(model, with_clock(model, "harm", outcomes=(replace(harm, share=0.6),)))
    differ = 0
    for old, new in zip(kept.logs, changed, strict=True):
        change = next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
        if change is not None:
            differ += 1
            # The first row that differs: the harm that now leads to care and before did not.
            assert (old[change][-1], new[change][-1] >= 0) == (-1, True)
            assert old[change][:6] == new[change][:6]
    assert 10 < differ < 200


def test_the_luck_of_a_family_is_its_own_number_and_seed() -> None:
    whole = run(busy_statement(), weeks_of_arrival(60), 104.0)
    x = whole.lives
    other = simulate(whole.arrays, x, seed=2, horizon=104.0)
    assert sum(a == b for a, b in zip(whole.logs, other, strict=True)) < 10
    # The same numbers in other rows live the same lives.
    rows = np.random.default_rng(1).permutation(60)
    mixed = type(x)(x.number[rows], x.arrival[rows], x.level[rows], x.register[rows])
    assert simulate(whole.arrays, mixed, seed=1, horizon=104.0) == [whole.logs[i] for i in rows]


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_same_bytes_under_any_hash_seed(hash_seed: str) -> None:
    script = "from tests.helpers import busy_digest; print(busy_digest())"
    child = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert child.stdout.strip() == busy_digest()


def test_the_digest_tells_logs_apart() -> None:
    logs = run(busy_statement(), [0.0, 1.0], 104.0).logs
    later = [[(row[0] + 1e-12, *row[1:]) for row in log] for log in logs]
    assert len({digest(logs), digest(later), digest(logs[::-1]), digest([[], *logs])}) == 4


# --- a scenario with three policies ---

SCENARIO = """
title = "Many families in a made-up council"
extends = "three_families"
families = 300
horizon_weeks = 104
warm_up_weeks = 52

[parameters]
all = { value = 1, unit = "share", source = "made up" }
half = { value = 0.5, unit = "share", source = "made up" }
rate = { value = 0.01, unit = "per week", source = "made up" }
grown = { value = 500, unit = "weeks", source = "made up" }

[needs.drugs]
share = "all"
severe_share = "half"
worsening = "rate"

[population]
child_shares = ["half", "half"]
age_ends = ["grown"]
age_shares = ["all"]
engagement_variance = "half"
max_children = 2

[population.types.any]
title = "Any"
share = "all"

[regions.case]
start = "referral"

[supports.counselling]
title = "Counselling"
serves = ["drugs"]
severity = ["moderate"]
take_up = "half"
speeds_remission = 1
planned_weeks = "review_weeks"
leaving = [{ remission = "half" }]
per_week = [{ amount = "plan_price", payer = "nhs", category = "help", item = "counselling" }]
evidence_strength = "argument only"
cannot_show = "Anything: it is made up."

[policies.counselling]
title = "Counselling"
plain = "For families whose need is moderate when they are assessed"
offers = [{ support = "counselling", at = ["assessment"] }]
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    path = tmp_path_factory.mktemp("scenario") / "many.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return make_ready(path)


@pytest.fixture(scope="module")
def lives(ready: Ready) -> dict[str, list[list[tuple[Any, ...]]]]:
    """{policy: the chronology of each family}."""

    @cache
    def chronologies(policy: str) -> list[list[tuple[Any, ...]]]:
        events = live(ready, policy, 300).events
        rows: list[list[tuple[Any, ...]]] = [[] for _ in range(300)]
        columns = ["week", "child", "kind", "region", "before", "after", "clock", "outcome"]
        for family, *row in events[["family", *columns]].itertuples(index=False):
            rows[int(family)].append(tuple(row))
        return rows

    return {policy: chronologies(policy) for policy in ready.statements}


def reached_at(log: list[tuple[Any, ...]], support: str) -> float:
    """The week in which a family first takes up a support."""
    return next((row[0] for row in log if row[3] == support and row[4] == "none"), math.inf)


@pytest.mark.parametrize("policy", ["treatment", "counselling"])
def test_the_offer_reaches_some_families_and_leaves_the_others_alone(
    policy: str, lives: dict[str, list[list[tuple[Any, ...]]]]
) -> None:
    """An offer that is declined is a decision of its own, and changes nothing else."""
    reached = 0
    for old, new in zip(lives["as_now"], lives[policy], strict=True):
        first = reached_at(new, policy)
        without = [row for row in new if not str(row[6]).startswith("offer/")]
        assert [row for row in without if row[0] < first] == [row for row in old if row[0] < first]
        reached += first < math.inf
        assert first == math.inf or first >= 0.0
    assert 30 < reached < 250


def test_nobody_is_reached_under_the_reference(
    lives: dict[str, list[list[tuple[Any, ...]]]],
) -> None:
    assert not any(str(row[6]).startswith("offer/") for log in lives["as_now"] for row in log)


def test_blocks_of_a_scenario_give_the_same_tables(ready: Ready) -> None:
    whole = live(ready, "treatment", 120)
    parts = [live(ready, "treatment", 40, first=first) for first in (0, 40, 80)]
    for name in ("families", "ledger", "events"):
        expected = getattr(whole, name).to_dict("records")
        assert [row for part in parts for row in getattr(part, name).to_dict("records")] == expected
