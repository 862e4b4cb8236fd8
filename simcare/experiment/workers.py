"""Units of work on processes or threads, which end with the run however the run ends.

SimPy is Python and needs processes; the compiled loops let other threads run meanwhile.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from ctypes import c_bool
from multiprocessing import get_context, parent_process
from typing import Any

from simcare.engine.engines import EngineName
from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.unit import Job, Outcome, Unit, run_unit

Progress = Callable[[int, int], None]
"""Called with families finished and families to run in all."""

FEW_FAMILIES: Mapping[EngineName, int] = {"simpy": 1000, "compiled": 5000}
"""So few, over all policies and replications, are not worth sharing out unasked."""


def run_units(
    ready: Ready,
    job: Job,
    units: Sequence[Unit],
    workers: int | None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Do a job with units and give their outcomes in the same order, as soon as they are known.

    workers: processes for SimPy, threads for the compiled engine (1: this one alone; None: one
    for each core if there is enough to do). Raises UserError if a process ends by itself.
    """
    tell = progress if progress is not None else _say_nothing
    total = sum(u.families for u in units) * len(job.policies)
    tell(0, total)
    if workers is None:
        workers = 1 if total <= FEW_FAMILIES[job.engine] else os.cpu_count() or 1
    if workers == 1 or len(units) == 1:
        yield from _run_here(ready, job, units, tell)
        return
    share = _run_on_threads if job.engine == "compiled" else _run_on_processes
    try:
        yield from share(ready, job, units, min(workers, len(units)), tell)
    except BrokenProcessPool:
        raise UserError(
            "a worker process ended before it was done, perhaps for want of memory; run fewer "
            "families, or use 1 of `workers`. In a Python script, make sure that what runs is "
            'below `if __name__ == "__main__":`.'
        ) from None


def _say_nothing(done: int, total: int) -> None:
    """Take the place of a progress that nobody wants."""


def _run_here(ready: Ready, job: Job, units: Sequence[Unit], tell: Progress) -> Iterator[Outcome]:
    done, total = 0, sum(u.families for u in units) * len(job.policies)

    def step(families: int) -> None:
        nonlocal done
        done += families
        tell(done, total)

    for unit in units:
        yield run_unit(ready, job, unit, step)


def _run_on_processes(
    ready: Ready, job: Job, units: Sequence[Unit], workers: int, tell: Progress
) -> Iterator[Outcome]:
    with _pool(workers, ready, job) as pool:
        with interrupts_held():
            waiting = {pool.submit(_work, unit): i for i, unit in enumerate(units)}
        yield from _in_order(waiting, units, len(job.policies), tell)


def _run_on_threads(
    ready: Ready, job: Job, units: Sequence[Unit], workers: int, tell: Progress
) -> Iterator[Outcome]:
    stop = threading.Event()

    def step(_: int) -> None:
        if stop.is_set():
            raise _Stopped

    def work(unit: Unit) -> Outcome:
        step(0)
        return run_unit(ready, job, unit, step)

    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(work, unit): i for i, unit in enumerate(units)}
        try:
            yield from _in_order(waiting, units, len(job.policies), tell)
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _in_order(
    waiting: dict[Future[Outcome], int], units: Sequence[Unit], policies: int, tell: Progress
) -> Iterator[Outcome]:
    """Give outcomes in the order of the units, each as soon as all before it are known."""
    done, given, total = 0, 0, sum(u.families for u in units) * policies
    found: dict[int, Outcome] = {}
    for future in as_completed(list(waiting)):
        i = waiting.pop(future)
        found[i] = future.result()
        done += units[i].families * policies
        tell(done, total)
        while given in found:
            yield found.pop(given)
            given += 1


@contextmanager
def _pool(workers: int, ready: Ready, job: Job) -> Iterator[Executor]:
    """Give a pool of processes that give up what they are doing when the run ends early."""
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    # Loaded once and inherited, or each process would load it all while the others wait.
    context.set_forkserver_preload(["__main__", run_unit.__module__])
    # Not an Event: a process that is killed while it looks at one would leave it locked.
    stop = context.RawValue(c_bool, False)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(ready, job, stop)
    ) as pool:
        try:
            yield pool
        except BaseException:
            # Asked and not killed: one that dies while it sends a result blocks the pool.
            stop.value = True
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, and keep it from them for good.

    One that is interrupted half-way into starting would be known to nobody and never end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    # What is blocked here stays blocked in the processes that are started.
    masks = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if held:
        signal.raise_signal(signal.SIGINT)


class _Stopped(Exception):  # noqa: N818 (not a mistake: the run has ended)
    """Ends a unit that nobody waits for any more."""


_HANDED: list[tuple[Ready, Job, Any]] = []
"""What a worker process was given when it began, so that it is not sent with every unit."""


def _begin(ready: Ready, job: Job, stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    _HANDED[:] = [(ready, job, stop)]


def end_with_parent() -> None:
    """End this process when the one that runs the pool was killed and could not say so."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(unit: Unit) -> Outcome:
    ready, job, stop = _HANDED[0]

    def step(_: int) -> None:
        if stop.value:
            raise _Stopped

    step(0)
    return run_unit(ready, job, unit, step)
