"""Two workers against one, for units of work of half a second and more."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context
from statistics import median

from benchmarks.harness import Benchmark, Effort, Table, World, events_of, world
from simcare.engine.engines import Engine, prepare

WORKERS, UNIT = 2, 0.5
Map = Callable[[Callable[[int], int], list[int]], list[int]]


def run(effort: Effort) -> Table:
    table = Table(["workers", "share of the ideal speed (median, min to max)", "goal", "met"])
    if (os.cpu_count() or 1) < WORKERS:
        table.add(["this machine has one core", "", "", ""])
        return table
    times, repetitions = _times_for_a_unit(), max(effort.repetitions - 2, 1)
    for name, pool in POOLS.items():
        if name == "Dask" and find_spec("distributed") is None:
            continue
        with pool() as mapped:
            mapped(_warm_up, [1] * WORKERS)
            shares = [_share(mapped, [times] * effort.units) for _ in range(repetitions)]
        table.add(
            [name, f"{median(shares):.0%} ({min(shares):.0%} to {max(shares):.0%})", "at least 85%",
             "yes" if median(shares) >= 0.85 else "**no**"],
            what=name, median=median(shares), low=min(shares), high=max(shares), unit_runs=times,
        )  # fmt: skip
    return table


def _share(mapped: Map, units: list[int]) -> float:
    start = time.perf_counter()
    for times in units:
        _unit(times)
    alone = time.perf_counter() - start
    start = time.perf_counter()
    mapped(_unit, units)
    return alone / WORKERS / (time.perf_counter() - start)


def _times_for_a_unit() -> int:
    _unit(1)
    start = time.perf_counter()
    _unit(1)
    return max(round(UNIT / (time.perf_counter() - start)) + 1, 1)


def _unit(times: int) -> int:
    engine, part = _work()
    return sum(events_of(engine, part) for _ in range(times))


def _warm_up(times: int) -> int:
    """Load everything, and stay long enough that no worker takes the turn of another."""
    events = _unit(times)
    time.sleep(2.0)
    return events


@cache
def _work() -> tuple[Engine, World]:
    part = world("england", 2000, "residential_treatment")
    return prepare("compiled", part.arrays, part.change), part


@contextmanager
def _processes() -> Iterator[Map]:
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        yield lambda work, given: list(pool.map(work, given))


@contextmanager
def _threads() -> Iterator[Map]:
    with ThreadPoolExecutor(WORKERS) as pool:
        yield lambda work, given: list(pool.map(work, given))


@contextmanager
def _dask() -> Iterator[Map]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield lambda work, given: client.gather(client.map(work, given, pure=False))


POOLS = {"processes": _processes, "threads": _threads, "Dask": _dask}
BENCHMARK = Benchmark(
    "cores",
    "Two workers",
    f"Units of at least {UNIT:g} s each on {WORKERS} workers that are already running, against "
    "this process alone; by the clock on the wall, so only a quiet machine can tell. "
    "A Dask scheduler takes its share of the same two cores.",
    run,
)
