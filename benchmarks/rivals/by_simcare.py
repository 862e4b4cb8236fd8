"""The same pathway as a statement, on the package's own engines."""

from __future__ import annotations

import numpy as np

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
from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.engine.family import Row
from simcare.engine.simpy_engine import simulate
from simcare.model import statement as s
from simcare.model.instances import Lives, at_start

WAITING = "waiting"


def run(arrays: Arrays, lives: Lives, seed: int) -> list[list[Row]]:
    """Run families on the SimPy engine; return each one's log."""
    return simulate(arrays, lives, seed=seed, horizon=HORIZON)


def laid_out(families: int, staff: int | None, need: bool) -> tuple[Arrays, Lives]:
    """Return the arrays of the pathway and its families."""
    statement = state(staff, need)
    return compile_statement(statement), at_start(
        statement, np.arange(families), np.array(arrivals(families))
    )


def state(staff: int | None, need: bool) -> s.Statement:
    """State the pathway, with so many social workers or with enough."""
    levels = [_level(name, staff) for name in STAGES]
    if staff is not None:
        levels.append(s.Level(WAITING, WAITING, queue=s.Queue("workers", STAFFED)))
    case = s.Region("case", "case", tuple(levels), FIRST)
    regions, clocks = [case], [c for name in STAGES for c in _clocks(name, staff, need)]
    if need:
        regions.append(s.Region("need", "need", tuple(s.Level(n, n) for n in NEED), "low"))
        clocks += [_clock("need", at, to, rate) for at, (to, rate) in NEED.items()]
    places = () if staff is None else (s.Resource("workers", staff),)
    return s.Statement(tuple(regions), tuple(clocks), resources=places)


def _level(name: str, staff: int | None) -> s.Level:
    return s.Level(name, name, holds="workers" if staff is not None and name == STAFFED else None)


def _clocks(stage: str, staff: int | None, need: bool) -> list[s.Clock]:
    ways = STAGES[stage]
    if isinstance(ways, Race):
        return [
            _clock("case", stage, _to(to, staff), rate, _factors(stage, to) if need else ())
            for to, rate in ways.rates.items()
        ]
    outcomes = tuple(
        s.Outcome(to, share=share, effects=(s.Move("case", _to(to, staff)),))
        for to, share in ways.shares.items()
    )
    return [s.Clock(stage, "case", (stage,), s.Weibull(ways.shape, ways.scale), outcomes)]


def _clock(
    region: str, at: str, to: str, rate: float, factors: tuple[s.Factor, ...] = ()
) -> s.Clock:
    moves = s.Outcome(to, effects=(s.Move(region, to),))
    return s.Clock(f"{at} to {to}", region, (at,), s.Exponential(rate), (moves,), factors)


def _factors(stage: str, to: str) -> tuple[s.Factor, ...]:
    faster = FASTER.get((stage, to))
    return () if faster is None else (s.LevelFactor("need", (("high", faster),)),)


def _to(stage: str, staff: int | None) -> str:
    return WAITING if staff is not None and stage == STAFFED else stage
