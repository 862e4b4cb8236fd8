"""The engines and C, event by event: how many differ in any bit."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import SEED, Benchmark, Effort, Streams, Table, World, ready_to_run, world
from benchmarks.reference.kernel import Kernel
from simcare.engine.engines import prepare
from simcare.engine.events import COLUMNS, Events
from simcare.engine.simpy_engine import simulate

SCENARIOS = ("england", "treatment_places", "few_therapists", "short_staffed")
SHARED = 1000
"""Families who share places: fewer would seldom wait."""


def run(effort: Effort) -> Table:
    table = Table(
        ["scenario", "policies", "events", "that differ: compiled", "C", "C living on ahead"]
    )
    for scenario in SCENARIOS:
        ready = ready_to_run(scenario)
        policies = ready.scenario.compare or list(ready.scenario.policies)
        families = effort.families if scenario == "england" else max(SHARED, effort.families)
        counts = np.array([_differ(world(scenario, families, p)) for p in policies])
        events, *others = counts.sum(axis=0).tolist()
        table.add(
            [scenario, str(len(policies)), f"{events:,}", *map(str, others)],
            what=scenario, events=events, compiled=others[0], c=others[1], c_ahead=others[2],
        )  # fmt: skip
    return table


def _differ(world: World) -> list[int]:
    """Return the number of SimPy's events, and of those that each other engine gets wrong."""
    logs = simulate(
        world.arrays, world.lives, seed=SEED, horizon=world.horizon, change=world.change
    )
    right = Events.of(logs)
    engines: list[Streams] = [
        prepare("compiled", world.arrays, world.change),
        Kernel(world.arrays, world.change, ahead=False),
        Kernel(world.arrays, world.change, ahead=True),
    ]
    return [len(right), *(_wrong(right, _all_of(engine, world)) for engine in engines)]


def _wrong(right: Events, other: Events) -> int:
    both = min(len(right), len(other))
    same = right.week[:both].view(np.int64) == other.week[:both].view(np.int64)
    same &= (right.code[:both] == other.code[:both]).all(axis=1)
    return int(both - same.sum()) + max(len(right), len(other)) - both


def _all_of(engine: Streams, world: World) -> Events:
    """Run an engine and return all its events, family by family."""
    weeks = [np.zeros(0)]
    codes = [np.zeros((0, len(COLUMNS)), dtype=np.int32)]

    def keep(events: Events) -> None:
        weeks.append(events.week.copy())
        codes.append(events.code.copy())

    engine.stream(world.lives, keep, seed=SEED, horizon=world.horizon)
    week, code = np.concatenate(weeks), np.concatenate(codes)
    order = np.argsort(code[:, 0], kind="stable")
    return Events(week[order], code[order])


BENCHMARK = Benchmark(
    "same",
    "The same events",
    "Every event of every family (its week, what moved, the clock and the outcome) beside "
    "SimPy's. C was written apart, from the numerical contract at the top of "
    "simcare/engine/family.py, so a slip that the package's own engines share would show. One "
    "machine: another C library may round a logarithm otherwise, for all of them alike.",
    run,
)
