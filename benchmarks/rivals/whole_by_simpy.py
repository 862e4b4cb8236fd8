"""A whole family as SimPy's own examples would have it: a process for each part.

A part whose rate changes is interrupted and draws again, as constant rates allow; a Weibull
time is drawn once and kept.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.rivals.by_simpy import leaves
from benchmarks.rivals.pathway import FIRST, HORIZON, STAGES, Race, arrivals
from benchmarks.rivals.whole import (
    BETTER,
    BETTER_ON_PLAN,
    CHILDREN,
    HIGH,
    HOME,
    HOME_IF_HIGH,
    INCIDENT,
    MOVES,
    NEEDS,
    SEEN,
    TO_COURT,
    WATCHED,
    WORSE,
)  # fmt: skip

Steps = Generator[simpy.Event, Any, None]
Log = list[tuple[float, int, str, str]]


class Family:
    """The parts of one family and what they know of one another."""

    def __init__(self, env: simpy.Environment, number: int, rng: random.Random, log: Log) -> None:
        self.env, self.number, self.rng, self.log = env, number, rng, log
        self.stage = FIRST
        self.high = [False] * NEEDS
        self.home = [True] * CHILDREN

    def arrive(self, week: float) -> Steps:
        yield self.env.timeout(week)
        self.case = self.env.process(self.live_case())
        self.harm = self.env.process(self.live_incidents())
        self.needs = [self.env.process(self.live_need(i)) for i in range(NEEDS)]
        self.children = [self.env.process(self.live_child(i)) for i in range(CHILDREN)]

    def note(self, what: str, to: str) -> None:
        self.log.append((self.env.now, self.number, what, to))

    def live_need(self, i: int) -> Steps:
        while True:
            rate = WORSE
            if self.high[i]:
                rate = BETTER * (BETTER_ON_PLAN if self.stage == "plan" else 1.0)
            try:
                yield self.env.timeout(self.rng.expovariate(rate))
            except simpy.Interrupt:
                continue
            self.high[i] = not self.high[i]
            self.note(f"need {i}", "high" if self.high[i] else "low")
            self.harm.interrupt()
            if self.stage in ("in_need", "plan"):
                self.case.interrupt()
            if i == 0:
                for child, home in zip(self.children, self.home, strict=True):
                    if not home:
                        child.interrupt()

    def live_incidents(self) -> Steps:
        while True:
            rate = INCIDENT * HIGH ** sum(self.high)
            if self.stage == "plan":
                rate *= WATCHED
            try:
                yield self.env.timeout(self.rng.expovariate(rate))
            except simpy.Interrupt:
                continue
            self.note("incident", "seen")
            if self.stage == "closed" and self.rng.random() < SEEN:
                self.enter("referral")
                self.case.interrupt()

    def live_case(self) -> Steps:
        stage, due = None, None
        while True:
            if stage != self.stage:
                stage, due = self.stage, None
            ways = STAGES[stage]
            if isinstance(ways, Race):
                weeks, to = min(
                    (self.rng.expovariate(rate * self.speed(stage, to)), to)
                    for to, rate in ways.rates.items()
                )
            else:
                if due is None:
                    weeks, to = leaves(stage, self.rng)
                    due = (self.env.now + weeks, to)
                weeks, to = due[0] - self.env.now, due[1]
            try:
                yield self.env.timeout(weeks)
            except simpy.Interrupt:
                continue
            self.enter(to)

    def speed(self, stage: str, to: str) -> float:
        return TO_COURT.get((stage, to), 1.0) ** sum(self.high)

    def enter(self, stage: str) -> None:
        before, self.stage = self.stage, stage
        self.note("case", stage)
        if "plan" in (before, stage):
            self.harm_changes()
            for need, high in zip(self.needs, self.high, strict=True):
                if high:
                    need.interrupt()
        if stage == "care":
            for i, child in enumerate(self.children):
                if self.home[i]:
                    self.home[i] = False
                    self.note(f"child {i}", "care")
                    child.interrupt()

    def harm_changes(self) -> None:
        if self.env.active_process is not self.harm:
            self.harm.interrupt()

    def live_child(self, i: int) -> Steps:
        while True:
            try:
                if self.home[i]:
                    yield self.env.event()
                rate = HOME * (HOME_IF_HIGH if self.high[0] else 1.0)
                weeks, home = min(
                    (self.rng.expovariate(rate), True), (self.rng.expovariate(MOVES), False)
                )
                yield self.env.timeout(weeks)
            except simpy.Interrupt:
                continue
            self.home[i] = home
            self.note(f"child {i}", "home" if home else "care")


def run(families: int, seed: int) -> Log:
    """Run families; return what happened to them."""
    rng, env = random.Random(seed), simpy.Environment()
    log: Log = []
    for number, week in enumerate(arrivals(families)):
        env.process(Family(env, number, rng, log).arrive(week))
    env.run(until=HORIZON)
    return log
