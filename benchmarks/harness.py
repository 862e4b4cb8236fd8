"""What every benchmark shares: a world to run, a clock, ratios in pairs, and a table.

Times are of the processor (this process's own, all threads) and of the simulation alone.
A ratio is taken within a repetition, in which both sides run one after the other and swap
places from one repetition to the next (A B, B A, A B ...), because a machine drifts by more
than the sides differ. What is told is the median of those ratios, with the smallest and largest.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, Protocol

from simcare.engine.arrays import Arrays
from simcare.engine.events import Events
from simcare.engine.simpy_engine import Change
from simcare.experiment.ready import Ready, make_ready
from simcare.model.instances import Lives
from simcare.model.population import draw

SEED = 2025
LIMITED = (("treatment_places", "more_places"), ("short_staffed", "posts_filled"))
"""Scenarios in which families share places, each with a policy that opens more."""
LEAST = 0.25
"""Seconds that a side runs at least in each repetition; a fast one is run several times over."""


@dataclass(frozen=True)
class Effort:
    """How much to do.

    families: for what SimPy runs too; crowd: in one environment, where SimPy is slowest; most:
    where a scale ends that only the compiled engine reaches; units: of half a second of work.
    """

    repetitions: int
    families: int
    crowd: int
    most: int
    units: int


FULL = Effort(repetitions=5, families=1000, crowd=10_000, most=1_000_000, units=8)
QUICK = Effort(repetitions=3, families=200, crowd=1000, most=10_000, units=4)


@dataclass(frozen=True)
class World:
    """Families under the reference and, from week 0, under another policy."""

    arrays: Arrays
    change: Change
    lives: Lives
    horizon: float


def world(scenario: str, families: int, policy: str, horizon: float | None = None) -> World:
    """Return families of a shipped scenario; `policy` takes over at week 0."""
    ready = ready_to_run(scenario)
    reference = ready.scenario.reference
    population = draw(
        ready.scenario, ready.values, ready.statements[reference], seed=SEED, families=families
    )
    weeks = float(ready.scenario.horizon_weeks) if horizon is None else horizon
    change = Change(0.0, ready.arrays[policy])
    return World(ready.arrays[reference], change, population.lives, weeks)


@cache
def ready_to_run(scenario: str) -> Ready:
    """Return a shipped scenario, checked once."""
    return make_ready(scenario)


class Count:
    """Takes events and keeps their number alone."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, events: Events) -> None:
        self.rows += len(events)


class Streams(Protocol):
    """What hands on events: an engine, or the kernel in C."""

    def stream(
        self, lives: Lives, take: Callable[[Events], None], *, seed: int, horizon: float
    ) -> None:
        """Simulate families to a horizon, handing their events to `take`."""


def events_of(engine: Streams, world: World) -> int:
    """Run an engine on a world and return the number of events."""
    count = Count()
    engine.stream(world.lives, count, seed=SEED, horizon=world.horizon)
    return count.rows


def seconds(work: Callable[[], object], least: float = LEAST) -> float:
    """Processor seconds of one run of `work`, run until `least` seconds have gone by.

    What was left behind before is cleared away first. A side that leaves much behind itself is
    run once (`least` 0), so that it need not clear it away within the time taken.
    """
    gc.collect()
    runs, gone = 0, 0.0
    while not runs or gone < least:
        start = time.process_time()
        work()
        gone += time.process_time() - start
        runs += 1
    return gone / runs


@dataclass(frozen=True)
class Ratio:
    """How many times longer one side takes than the other, over paired repetitions.

    above, below: median seconds of the two sides of the fraction.
    """

    median: float
    low: float
    high: float
    above: float
    below: float

    def __str__(self) -> str:
        digits = 0 if self.median >= 20.0 else 2
        told = [f"{x:.{digits}f}" for x in (self.median, self.low, self.high)]
        return f"{told[0]} ({told[1]} to {told[2]})"


def ratio(above: Callable[[], float], below: Callable[[], float], repetitions: int) -> Ratio:
    """Compare two sides, each a function that gives the seconds of one run."""
    pairs = []
    for i in range(repetitions):
        if i % 2:
            second = below()
            first = above()
        else:
            first = above()
            second = below()
        pairs.append((first, second))
    ratios = [a / b for a, b in pairs]
    middle = statistics.median
    return Ratio(
        middle(ratios),
        min(ratios),
        max(ratios),
        middle([a for a, _ in pairs]),
        middle([b for _, b in pairs]),
    )


@dataclass
class Table:
    """What a benchmark found, as it is printed and kept."""

    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[dict[str, float | str]] = field(default_factory=list)

    def add(self, cells: Sequence[str], **numbers: float | str) -> None:
        """Add a row, with the numbers behind it."""
        self.rows.append(list(cells))
        self.numbers.append(numbers)

    def markdown(self) -> str:
        """Return the table as Markdown."""
        head = ["| " + " | ".join(self.columns) + " |", "|" + " --- |" * len(self.columns)]
        return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in self.rows)])


@dataclass(frozen=True)
class Benchmark:
    """A question, what to know before reading the answer, and how to find it."""

    name: str
    title: str
    about: str
    run: Callable[[Effort], Table]


@dataclass(frozen=True)
class Goal:
    """A number that a median ratio is to reach, or is not to pass."""

    number: float
    sense: Literal["at least", "at most"]

    def met(self, value: float) -> bool:
        """Say whether a value is good enough."""
        return value >= self.number if self.sense == "at least" else value <= self.number

    def __str__(self) -> str:
        return f"{self.sense} {self.number:g}"


def rates(events: float, *times: float) -> str:
    """Return thousands of events a second for each of some times."""
    return " and ".join(f"{events / t / 1000:,.0f}" for t in times)


def add_ratio(table: Table, what: str, found: Ratio, goal: Goal, events: float) -> None:
    """Add a row on two sides of which so many events were asked."""
    told = "yes" if goal.met(found.median) else "**no**"
    table.add(
        [what, str(found), str(goal), told, rates(events, found.above, found.below)],
        what=what,
        median=found.median,
        low=found.low,
        high=found.high,
        seconds_above=found.above,
        seconds_below=found.below,
        events=events,
        goal=str(goal),
    )
