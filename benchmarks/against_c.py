"""The compiled engine against the same contract in C, which also gives the same events."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness import (
    LIMITED,
    Benchmark,
    Effort,
    Goal,
    Streams,
    Table,
    World,
    add_ratio,
    events_of,
    ratio,
    seconds,
    world,
)  # fmt: skip
from benchmarks.reference.kernel import Kernel
from simcare.engine.engines import prepare

GOAL = Goal(0.8, "at least")


def run(effort: Effort) -> Table:
    table = Table(
        [
            "families",
            "speed as a share of C's",
            "goal",
            "met",
            "C and compiled, 1,000 events a second",
        ]
    )
    england = world("england", effort.families, "residential_treatment")
    _compare(table, "England", england, effort, ahead=False)
    for scenario, policy in LIMITED:
        limited = world(scenario, 2 * effort.families, policy)
        _compare(table, f"{scenario}, sharing places", limited, effort, ahead=False)
        _compare(table, f"{scenario}, C living on ahead", limited, effort, ahead=True)
    return table


def _compare(table: Table, what: str, world: World, effort: Effort, *, ahead: bool) -> None:
    compiled = prepare("compiled", world.arrays, world.change)
    in_c = Kernel(world.arrays, world.change, ahead=ahead)
    events = events_of(compiled, world)
    found = ratio(_timed(in_c, world), _timed(compiled, world), effort.repetitions + 2)
    add_ratio(table, what, found, GOAL, events)


def _timed(engine: Streams, world: World) -> Callable[[], float]:
    return lambda: seconds(lambda: events_of(engine, world))


BENCHMARK = Benchmark(
    "c",
    "The compiled engine against C",
    "The C kernel (benchmarks/reference/kernel.c) was written apart from the package and is built "
    "with gcc -O3 -ffp-contract=off. Where families share places, one heap of their next weeks is "
    "the plain way; living on ahead lets a family that waits for nothing go through what can "
    "concern no other, with the same events.",
    run,
)
