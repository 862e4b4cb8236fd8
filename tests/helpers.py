"""What many tests need: small statements, a run of one, and its sums by a plain loop."""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike, NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.engine.events import Events
from simcare.engine.family import FIRED, Row
from simcare.engine.simpy_engine import Change, Progress, simulate
from simcare.experiment.families import families_table, family_columns
from simcare.experiment.moments import Moments
from simcare.experiment.ready import Ready
from simcare.experiment.unit import Lived, Unit, make_job, run_unit
from simcare.model import statement as s
from simcare.model.instances import Lives, at_start
from simcare.observe.books import Books, make_books
from simcare.observe.chronology import chronology
from simcare.observe.fold import KeepingFold
from simcare.observe.ledger import ledger
from tests.spells import Spells, spells

Floats = NDArray[np.float64]
Engine = Callable[..., list[list[Row]]]
Logs = list[list[Row]]

ANSWERS = Path(__file__).parents[2] / "shared" / "checks" / "known_answers.json"
FAR = 4.0
"""Standard errors at which a simulation is held to be wrong (chance 1 in 16,000)."""


def known_answers(part: str) -> dict[str, Any]:
    """A part of the file of known answers; skips the test where it is not beside the checkout."""
    if not ANSWERS.is_file():
        pytest.skip("the file of known answers is not beside this checkout")
    answers: dict[str, dict[str, Any]] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return answers[part]


def levels(*names: str) -> tuple[s.Level, ...]:
    """Levels that cost nothing."""
    return tuple(s.Level(name, name) for name in names)


def region(name: str, *level_names: str) -> s.Region:
    """A family's region that starts at its first level."""
    return s.Region(name, name, levels(*level_names), level_names[0])


def goes(name: str, to: str, **more: Any) -> s.Outcome:
    """An outcome that moves a region."""
    return s.Outcome(to, effects=(s.Move(name, to),), **more)


def clock(name: str, of: str, at: str, hazard: s.Hazard, to: str, *factors: s.Factor) -> s.Clock:
    """A clock of one level that moves its own region."""
    return s.Clock(name, of, (at,), hazard, (goes(of, to),), factors)


def pounds(amount: float, item: str = "item") -> s.Weekly:
    """A weekly cost."""
    return s.Weekly(amount, "nhs", "help", item)


@dataclass(frozen=True)
class Run:
    """A statement, its families, and what happened to them."""

    statement: s.Statement
    arrays: Arrays
    lives: Lives
    horizon: float
    logs: Logs

    @cached_property
    def events(self) -> Events:
        return Events.of(self.logs)

    @cached_property
    def spells(self) -> Spells:
        return spells(self.events, self.lives, self.arrays, self.horizon)

    @cached_property
    def books(self) -> Books:
        return make_books(self.statement, self.horizon)

    def ledger(self) -> pd.DataFrame:
        fold = KeepingFold(self.books, self.lives)
        fold.take(self.events)
        fold.finish()
        return ledger(fold.lines(), self.books)

    def chronology(self) -> pd.DataFrame:
        return chronology(self.events, self.statement, self.arrays)


def run(
    statement: s.Statement,
    families: int | Sequence[float] | Floats,
    horizon: float,
    seed: int = 1,
    engine: Engine = simulate,
) -> Run:
    """Run families that arrive at week 0, or at the weeks given."""
    arrival = np.zeros(families) if isinstance(families, int) else np.asarray(families)
    lives = at_start(statement, np.arange(len(arrival)), arrival)
    arrays = compile_statement(statement)
    logs = engine(arrays, lives, seed=seed, horizon=horizon)
    return Run(statement, arrays, lives, horizon, logs)


def run_both(
    statement: s.Statement, families: int | Sequence[float] | Floats, horizon: float, seed: int = 1
) -> Run:
    """Run families with both engines, which must agree, so that what holds of one holds of both."""
    result = run(statement, families, horizon, seed)
    assert run(statement, families, horizon, seed, compiled).logs == result.logs
    return result


def compiled(
    arrays: Arrays,
    lives: Lives,
    *,
    seed: int,
    horizon: float,
    change: Change | None = None,
    progress: Progress | None = None,
) -> Logs:
    """The compiled engine, giving logs as the SimPy engine does."""
    pytest.importorskip("numba")
    from simcare.engine.compiled import Compiled

    logs: Logs = [[] for _ in range(len(lives))]
    Compiled(arrays, change).stream(
        lives, adding_to(logs), seed=seed, horizon=horizon, progress=progress
    )
    return logs


def adding_to(logs: Logs) -> Callable[[Events], None]:
    """What takes events in pieces and adds each to its family's log."""

    def take(part: Events) -> None:
        for week, code in zip(part.week.tolist(), part.code.tolist(), strict=True):
            kind, region, before, after, clock, outcome = code[1:]
            logs[code[0]].append((week, kind, region, before, after, clock, outcome))

    return take


@dataclass(frozen=True)
class Block:
    """A block of a scenario's families under one policy, with every line and event."""

    unit: Unit
    lived: Lived
    money: Moments
    families: pd.DataFrame

    @property
    def ledger(self) -> pd.DataFrame:
        assert self.lived.log is not None
        return self.lived.log.ledger

    @property
    def events(self) -> pd.DataFrame:
        assert self.lived.log is not None
        return self.lived.log.events


def live(ready: Ready, policy: str, families: int, seed: int = 1, first: int = 0) -> Block:
    """Run a block of a scenario's families under a policy, after the reference."""
    reference = ready.scenario.reference
    unit = Unit(0, seed, first, families)
    job = make_job(ready, tuple(dict.fromkeys((reference, policy))), keep="log")
    outcome = run_unit(ready, job, unit)
    columns = family_columns([outcome], reference, ready.scenario)
    table = families_table([outcome.who], {policy: columns[policy]})
    return Block(unit, outcome.lived[policy], outcome.money[policy], table)


def leaving_weeks(logs: Iterable[Sequence[Row]], region: int = 0) -> Floats:
    """The week of each family's first move of a region; infinite if there is none."""
    weeks = (
        next((row[0] for row in log if row[1] != FIRED and row[2] == region), math.inf)
        for log in logs
    )
    return np.array(list(weeks))


def moves(log: Sequence[Row]) -> list[tuple[float, int, int, int]]:
    """Week, region, level before and level after of each move of a log."""
    return [(row[0], row[2], row[3], row[4]) for row in log if row[1] != FIRED]


def standard_errors_off(values: ArrayLike, expected: float) -> float:
    """How many standard errors the mean of independent values is from what it should be."""
    sample = np.asarray(values, dtype=np.float64)
    error = sample.std(ddof=1) / math.sqrt(len(sample))
    return float((sample.mean() - expected) / error)


def shares_off(values: Floats, expected: Sequence[float], at: Sequence[float]) -> Floats:
    """Standard errors by which the shares above each of `at` are off, by the binomial."""
    share, n = np.asarray(expected), len(values)
    seen = np.array([(values > week).mean() for week in at])
    off: Floats = (seen - share) / np.sqrt(share * (1.0 - share) / n)
    return off


def digest(logs: Logs) -> str:
    """SHA-256 of the bytes of the events, with the number of events of each family."""
    h = hashlib.sha256(np.array([len(log) for log in logs], dtype=np.int64).tobytes())
    events = Events.of(logs)
    for name in ("week", "kind", "region", "before", "after", "clock", "outcome"):
        h.update(getattr(events, name).tobytes())
    return h.hexdigest()


def busy_statement() -> s.Statement:
    """A statement with some of everything, children and queues included."""
    care = s.Level("care", "care", (pounds(1000.0, "care"),))
    child = s.Region("child", "child", (*levels("home"), care), "home", per="child")
    plan = s.Level("plan", "plan", (pounds(100.0, "plan"),))
    case = s.Region("case", "case", (*levels("closed", "open"), plan), "closed")
    waits = s.Level("waits", "waits", queue=s.Queue("beds", "stays"))
    stays = s.Level("stays", "stays", (pounds(900.0, "bed"),), holds="beds")
    bed = s.Region("bed", "bed", (*levels("none"), waits, stays), "none")
    need = s.LevelFactor("need", (("high", 3.0),))
    taken = s.Outcome(
        "taken", ((s.LevelIs("case", ("plan",)),),), 0.5, None, (s.Move("child", "care"),)
    )
    return s.Statement(
        regions=(region("need", "low", "high"), case, bed, child),
        clocks=(
            clock("worse", "need", "low", s.Weibull(0.7, 20.0), "high"),
            clock("better", "need", "high", s.Piecewise((4.0, 12.0), (0.1, 0.05, 0.01)), "low"),
            clock("referred", "case", "closed", s.Exponential(0.05), "open", need),
            clock("assessed", "case", "open", s.Fixed(45 / 7), "plan"),
            clock("closes", "case", "plan", s.Weibull(1.4, 30.0), "closed"),
            clock("offered", "bed", "none", s.Exponential(0.04), "waits", need),
            clock("tires", "bed", "waits", s.Exponential(0.02), "none"),
            clock("leaves", "bed", "stays", s.Weibull(0.6, 10.0), "none"),
            s.Clock("harm", "child", ("home",), s.Exponential(0.02), (taken,), (need,)),
            clock("back", "child", "care", s.Exponential(0.03), "home"),
        ),
        resources=(s.Resource("beds", None),),
        children=2,
    )


def busy_digest() -> str:
    """SHA-256 of the events of fifty families of the busy statement."""
    return digest(run(busy_statement(), np.linspace(-60.0, 50.0, 50), 104.0).logs)


# --- the ledger again, by the plainest loop that does it ---


@dataclass(frozen=True)
class Stretch:
    """A time in one family's life during which nothing moves."""

    start: float
    end: float
    levels: tuple[int, ...]


def stretches(lives: Lives, i: int, log: Sequence[Row], horizon: float) -> Iterator[Stretch]:
    """The stretches of one family's life, some of no length."""
    at, week = lives.level[i].tolist(), float(lives.arrival[i])
    if week > horizon:
        return
    for row in log:
        if row[1] != FIRED:
            yield Stretch(week, row[0], tuple(at))
            week, at[row[2]] = row[0], row[4]
    yield Stretch(week, horizon, tuple(at))


class PlainSums:
    """Sums of money for each (family, item), worked out without numpy or pandas."""

    def __init__(self, run: Run) -> None:
        self.run, self.sums = run, defaultdict[tuple[int, str], float](float)
        model = run.statement
        family = [r for r in model.regions if r.per == "family"]
        child = [r for r in model.regions if r.per == "child"]
        self.places = family + child * model.children
        of_family = {r.name for r in family}
        first = [c for c in model.clocks if c.region in of_family]
        later = [c for c in model.clocks if c.region not in of_family]
        self.outcomes = [o for c in first + later * model.children for o in c.outcomes]
        for i, log in enumerate(run.logs):
            self._family(i, log)

    def _family(self, i: int, log: Sequence[Row]) -> None:
        pieces = list(stretches(self.run.lives, i, log, self.run.horizon))
        for piece in pieces:
            weeks = piece.end - max(piece.start, 0.0)
            for place, level in zip(self.places, piece.levels, strict=True):
                for rate in place.levels[level].weekly if weeks > 0.0 else ():
                    count = self._children(rate.each_child_in, piece.levels)
                    self.sums[i, rate.item] += rate.amount * weeks * count
        if not pieces:
            return
        for place, level in zip(self.places, pieces[0].levels, strict=True):
            self._once(i, place.levels[level].on_entry, pieces[0].start, pieces)
        for week, kind, where, _, after, _, outcome in log:
            if kind == FIRED and outcome >= 0:
                self._once(i, self.outcomes[outcome].costs, week, pieces)
            elif kind != FIRED:
                self._once(i, self.places[where].levels[after].on_entry, week, pieces)

    def _once(self, i: int, sums: tuple[s.OneOff, ...], week: float, pieces: list[Stretch]) -> None:
        before = next((p for p in pieces if p.start < week <= p.end), pieces[0])
        for one in sums if week >= 0.0 else ():
            self.sums[i, one.item] += one.amount * self._children(one.each_child_in, before.levels)

    def _children(self, which: tuple[str, tuple[str, ...]] | None, levels: tuple[int, ...]) -> int:
        if which is None:
            return 1
        return sum(
            place.name == which[0] and place.levels[level].name in which[1]
            for place, level in zip(self.places, levels, strict=True)
        )
