"""The pathway as a user of SimPy would write it: a process for each family."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.rivals.pathway import (
    FASTER,
    FIRST,
    HORIZON,
    NEED,
    STAFFED,
    STAGES,
    Race,
    arrivals,
)  # fmt: skip

Log = list[tuple[float, int, str, str]]


def run(families: int, staff: int | None, seed: int) -> Log:
    """Run families, with so many social workers or with enough; return the moves."""
    rng, env = random.Random(seed), simpy.Environment()
    log: Log = []
    workers = None if staff is None else simpy.Resource(env, staff)
    for number, week in enumerate(arrivals(families)):
        env.process(family(env, number, week, workers, rng, log))
    env.run(until=HORIZON)
    return log


def family(
    env: simpy.Environment,
    number: int,
    arrival: float,
    workers: simpy.Resource | None,
    rng: random.Random,
    log: Log,
) -> Generator[simpy.Event, Any, None]:
    yield env.timeout(arrival)
    stage = FIRST
    while True:
        weeks, to = leaves(stage, rng)
        if workers is not None and stage == STAFFED:
            with workers.request() as place:
                yield place
                yield env.timeout(weeks)
        else:
            yield env.timeout(weeks)
        log.append((env.now, number, stage, to))
        stage = to


def leaves(stage: str, rng: random.Random) -> tuple[float, str]:
    """Draw after how many weeks a stage is left, and for which."""
    ways = STAGES[stage]
    if isinstance(ways, Race):
        return min((rng.expovariate(rate), to) for to, rate in ways.rates.items())
    weeks = rng.weibullvariate(ways.scale, ways.shape)
    return weeks, rng.choices(list(ways.shares), list(ways.shares.values()))[0]


def run_with_need(families: int, seed: int) -> Log:
    """Run families whose need speeds some of the clocks; return the moves."""
    rng, env = random.Random(seed), simpy.Environment()
    log: Log = []
    for number, week in enumerate(arrivals(families)):
        env.process(family_with_need(env, number, week, rng, log))
    env.run(until=HORIZON)
    return log


def family_with_need(
    env: simpy.Environment, number: int, arrival: float, rng: random.Random, log: Log
) -> Generator[simpy.Event, Any, None]:
    """Each clock is drawn anew after every event, which constant rates allow.

    A Weibull time has no such luck, so it is drawn once and kept.
    """
    yield env.timeout(arrival)
    stage, need, due = FIRST, "low", None
    while True:
        ways = STAGES[stage]
        changed, rate = NEED[need]
        clocks = [(rng.expovariate(rate), "need", changed)]
        if isinstance(ways, Race):
            for to, rate in ways.rates.items():
                times = FASTER.get((stage, to), 1.0) if need == "high" else 1.0
                clocks.append((rng.expovariate(rate * times), "stage", to))
        else:
            if due is None:
                weeks, to = leaves(stage, rng)
                due = (env.now + weeks, to)
            clocks.append((due[0] - env.now, "stage", due[1]))
        weeks, what, to = min(clocks)
        yield env.timeout(weeks)
        if what == "need":
            log.append((env.now, number, need, to))
            need = to
        else:
            log.append((env.now, number, stage, to))
            stage, due = to, None
