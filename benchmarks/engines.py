"""The compiled engine against SimPy, on the same families, with the same events."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness import (
    LIMITED,
    SEED,
    Benchmark,
    Effort,
    Goal,
    Table,
    World,
    add_ratio,
    events_of,
    ratio,
    seconds,
    world,
)  # fmt: skip
from simcare.engine.engines import prepare
from simcare.engine.simpy_engine import _Town, simulate
from simcare.engine.tables import unroll

POLICY = "residential_treatment"
BATCHES, CROWD, PLACES = Goal(60, "at least"), Goal(100, "at least"), Goal(60, "at least")
Simpy = Callable[[World], None]


def run(effort: Effort) -> Table:
    table = Table(
        ["SimPy runs", "times faster", "goal", "met", "SimPy and compiled, 1,000 events a second"]
    )
    times, few = effort.repetitions, min(effort.repetitions, 3)
    england = world("england", effort.families, POLICY)
    _compare(table, "England, in batches of 100", england, times, BATCHES, _as_the_engine_does)
    crowd = world("england", effort.crowd, POLICY)
    what = f"England, {effort.crowd:,} families in one environment"
    _compare(table, what, crowd, few, CROWD, _in_one_environment)
    for scenario, policy in LIMITED:
        limited = world(scenario, 2 * effort.families, policy)
        what = f"{scenario}, {len(limited.lives):,} families who share places"
        _compare(table, what, limited, times, PLACES, _as_the_engine_does)
    return table


def _compare(
    table: Table, what: str, world: World, repetitions: int, goal: Goal, by_simpy: Simpy
) -> None:
    compiled = prepare("compiled", world.arrays, world.change)
    events = events_of(compiled, world)
    found = ratio(
        lambda: seconds(lambda: by_simpy(world), least=0.0),
        lambda: seconds(lambda: events_of(compiled, world)),
        repetitions,
    )
    add_ratio(table, what, found, goal, events)


def _as_the_engine_does(world: World) -> None:
    """In batches, or in one environment where families share places."""
    simulate(world.arrays, world.lives, seed=SEED, horizon=world.horizon, change=world.change)


def _in_one_environment(world: World) -> None:
    tables = unroll(world.arrays), unroll(world.change.arrays)
    _Town(*tables, world.change.week, world.lives, SEED, world.horizon).run(None)


BENCHMARK = Benchmark(
    "engines",
    "The compiled engine against SimPy",
    "Both give the same events to the last bit. SimPy slows down as one environment fills, so the "
    "engine runs families who share nothing in batches of 100; one environment for all is how a "
    "model in SimPy is usually written.",
    run,
)
