"""How time grows with families, with the horizon and with policies."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness import (
    SEED,
    Benchmark,
    Count,
    Effort,
    Table,
    events_of,
    ratio,
    ready_to_run,
    seconds,
    world,
)  # fmt: skip
from simcare.engine.engines import prepare
from simcare.engine.simpy_engine import Change

POLICY = "residential_treatment"


def run(effort: Effort) -> Table:
    table = Table(["what grows", "times as much", "times as long", "seconds"])
    base = _families(1000)
    n = 10_000
    while n <= effort.most:
        _add(table, f"families, from 1,000 to {n:,}", n / 1000, _families(n), base, effort)
        n *= 10
    short = _families(2000)
    for weeks in (1040.0, 2080.0):
        times = _lived(weeks) / _lived(520.0)
        longer = _families(2000, weeks)
        _add(table, f"weeks after week 0, from 520 to {weeks:,.0f}", times, longer, short, effort)
    for policies in (2, 5):
        _add(
            table,
            f"policies, from 1 to {policies}",
            policies,
            _policies(policies),
            _policies(1),
            effort,
        )
    return table


def _lived(weeks: float) -> float:
    """Weeks that families are followed on average."""
    return float((weeks - world("england", 2000, POLICY).lives.arrival).mean())


def _families(families: int, horizon: float | None = None) -> Callable[[], object]:
    part = world("england", families, POLICY, horizon)
    engine = prepare("compiled", part.arrays, part.change)
    return lambda: events_of(engine, part)


def _policies(policies: int) -> Callable[[], object]:
    part, ready = world("england", 2000, POLICY), ready_to_run("england")
    chosen = list(ready.arrays.values())[:policies]
    engines = [prepare("compiled", part.arrays, Change(0.0, a)) for a in chosen]

    def work() -> None:
        for engine in engines:
            engine.stream(part.lives, Count(), seed=SEED, horizon=part.horizon)

    return work


def _add(
    table: Table, what: str, times: float, much: Callable[[], object], little: Callable[[], object],
    effort: Effort,
) -> None:  # fmt: skip
    most = 1 if times >= 1000 else min(effort.repetitions, 3)
    found = ratio(lambda: seconds(much, 0.0), lambda: seconds(little), most)
    table.add(
        [what, f"{times:,.4g}", f"{found.median:,.4g} ({found.low:,.4g} to {found.high:,.4g})",
         f"{found.above:.3g}"],
        what=what, times=times, median=found.median, low=found.low, high=found.high,
        seconds=found.above,
    )  # fmt: skip


BENCHMARK = Benchmark(
    "scaling",
    "How time grows",
    "Compiled engine, England, simulation alone. With a later horizon the same families are "
    "followed for so many times as long, counted from their arrival; less happens as children "
    "grow up.",
    run,
)
