"""A whole family as a statement."""

from __future__ import annotations

import numpy as np

from benchmarks.rivals.pathway import FIRST, STAGES, Race, arrivals
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
from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.model import statement as s
from simcare.model.instances import Lives, at_start

NAMES = [f"need{i}" for i in range(NEEDS)]


def laid_out(families: int) -> tuple[Arrays, Lives]:
    """Return the arrays of the whole family and its families."""
    statement = state()
    return compile_statement(statement), at_start(
        statement, np.arange(families), np.array(arrivals(families))
    )


def state() -> s.Statement:
    """State the whole family."""
    case = _region("case", FIRST, *STAGES)
    harm = _region("harm", "watch", "watch")
    needs = [_region(name, "low", "low", "high") for name in NAMES]
    child = s.Region("child", "child", _levels("home", "care"), "home", per="child")
    return s.Statement(
        (case, harm, *needs, child),
        (*_case(), _incident(), *(c for name in NAMES for c in _need(name)), *_child()),
        children=CHILDREN,
    )


def _levels(*names: str) -> tuple[s.Level, ...]:
    return tuple(s.Level(n, n) for n in names)


def _region(name: str, start: str, *names: str) -> s.Region:
    return s.Region(name, name, _levels(*names), start)


def _each_high(times: float) -> tuple[s.Factor, ...]:
    return tuple(s.LevelFactor(name, (("high", times),)) for name in NAMES)


def _enter(stage: str) -> tuple[s.Effect, ...]:
    moves: tuple[s.Effect, ...] = (s.Move("case", stage),)
    return (*moves, s.Move("child", "care", ("home",))) if stage == "care" else moves


def _case() -> list[s.Clock]:
    clocks = []
    for stage, ways in STAGES.items():
        if isinstance(ways, Race):
            clocks += [_race(stage, to, rate) for to, rate in ways.rates.items()]
            continue
        ends = tuple(
            s.Outcome(to, share=share, effects=_enter(to)) for to, share in ways.shares.items()
        )
        length = s.Weibull(ways.shape, ways.scale)
        clocks.append(s.Clock(stage, "case", (stage,), length, ends))
    return clocks


def _race(stage: str, to: str, rate: float) -> s.Clock:
    faster = TO_COURT.get((stage, to))
    factors = () if faster is None else _each_high(faster)
    ends = (s.Outcome(to, effects=_enter(to)),)
    return s.Clock(f"{stage} to {to}", "case", (stage,), s.Exponential(rate), ends, factors)


def _incident() -> s.Clock:
    referred = s.Outcome(
        "referred", ((s.LevelIs("case", ("closed",)),),), SEEN, None, _enter("referral")
    )
    watched = s.LevelFactor("case", (("plan", WATCHED),))
    factors = (*_each_high(HIGH), watched)
    return s.Clock("incident", "harm", ("watch",), s.Exponential(INCIDENT), (referred,), factors)


def _need(name: str) -> list[s.Clock]:
    plan = s.LevelFactor("case", (("plan", BETTER_ON_PLAN),))
    worse = (s.Outcome("high", effects=(s.Move(name, "high"),)),)
    better = (s.Outcome("low", effects=(s.Move(name, "low"),)),)
    return [
        s.Clock("worse", name, ("low",), s.Exponential(WORSE), worse),
        s.Clock("better", name, ("high",), s.Exponential(BETTER), better, (plan,)),
    ]


def _child() -> list[s.Clock]:
    first = s.LevelFactor(NAMES[0], (("high", HOME_IF_HIGH),))
    home = (s.Outcome("home", effects=(s.Move("child", "home"),)),)
    moves = (s.Outcome("moves", effects=(s.Move("child", "care"),)),)
    return [
        s.Clock("home", "child", ("care",), s.Exponential(HOME), home, (first,)),
        s.Clock("moves", "child", ("care",), s.Exponential(MOVES), moves),
    ]
