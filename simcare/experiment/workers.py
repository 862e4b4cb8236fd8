"""Units of work on worker processes, which end with the run however the run ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.unit import Outcome, Unit, run_unit

Progress = Callable[[int, int], None]
"""Called with families finished and families to run in all."""

FEW_FAMILIES = 1000
"""So few, over all policies and replications, are not worth starting processes for unasked."""


def run_units(
    ready: Ready, units: Sequence[Unit], workers: int | None, progress: Progress | None = None
) -> list[Outcome]:
    """Run units and return their outcomes in the same order.

    workers: processes (1: this one alone; None: one for each core if there is enough to do).
    Raises UserError if a worker process ends by itself.
    """
    tell = progress if progress is not None else _say_nothing
    total = sum(u.families for u in units)
    tell(0, total)
    if workers is None:
        workers = 1 if total <= FEW_FAMILIES else os.cpu_count() or 1
    if workers == 1 or len(units) == 1:
        return _run_here(ready, units, tell)
    try:
        return _run_there(ready, units, min(workers, len(units)), tell)
    except BrokenProcessPool:
        raise UserError(
            "a worker process ended before it was done, perhaps for want of memory; run fewer "
            "families, or use 1 of `workers`. In a Python script, make sure that what runs is "
            'below `if __name__ == "__main__":`.'
        ) from None


def _say_nothing(done: int, total: int) -> None:
    """Take the place of a progress that nobody wants."""


def _run_here(ready: Ready, units: Sequence[Unit], tell: Progress) -> list[Outcome]:
    done, total = 0, sum(u.families for u in units)

    def step(families: int) -> None:
        nonlocal done
        done += families
        tell(done, total)

    return [run_unit(ready, unit, step) for unit in units]


def _run_there(ready: Ready, units: Sequence[Unit], workers: int, tell: Progress) -> list[Outcome]:
    done, total = 0, sum(u.families for u in units)
    found: dict[int, Outcome] = {}
    with _pool(workers, ready) as pool:
        with _interrupts_held():
            waiting = {pool.submit(_work, unit): i for i, unit in enumerate(units)}
        for future in as_completed(waiting):
            found[waiting[future]] = future.result()
            done += units[waiting[future]].families
            tell(done, total)
    return [found[i] for i in range(len(units))]


@contextmanager
def _pool(workers: int, ready: Ready) -> Iterator[Executor]:
    """Give a pool of processes that give up what they are doing when the run ends early."""
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    # Loaded once and inherited, or each process would load it all while the others wait.
    context.set_forkserver_preload(["__main__", run_unit.__module__])
    stop = context.Event()
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(ready, stop)
    ) as pool:
        try:
            yield pool
        except BaseException:
            # Asked and not killed: one that dies while it sends a result blocks the pool.
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def _interrupts_held() -> Iterator[None]:
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


_HANDED: list[tuple[Ready, Event]] = []
"""What a worker process was given when it began, so that it is not sent with every unit."""


def _begin(ready: Ready, stop: Event) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _HANDED[:] = [(ready, stop)]


def _end_with_parent() -> None:
    """End this process when the one that runs the pool was killed and could not say so."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(unit: Unit) -> Outcome:
    ready, stop = _HANDED[0]

    def step(_: int) -> None:
        if stop.is_set():
            raise _Stopped

    step(0)
    return run_unit(ready, unit, step)
