"""Executors that end cleanly however an experiment ends: processes, threads, a Dask cluster."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from ctypes import c_bool
from importlib import import_module
from multiprocessing import get_context
from typing import Any, Literal

from simcare.errors import UserError
from simcare.experiment.sweep.work import listen, run_part
from simcare.experiment.workers import end_with_parent

Kind = Literal["process", "thread", "dask"]
Opener = Callable[[], AbstractContextManager[Executor]]
"""Gives a fresh executor each time, and ends it."""

_PATIENCE_SECONDS = 20


def pool(kind: Kind, workers: int | None = None, scheduler: str | None = None) -> Opener:
    """Return what opens an executor of a kind.

    workers: processes or threads (None: one for each core). scheduler: the address of a Dask
    scheduler, such as "tcp://127.0.0.1:8786". Raises UserError for options that do not fit.
    """
    if kind == "dask":
        if workers is not None:
            raise UserError(
                "option --workers: the workers of a Dask cluster are started beside its scheduler; "
                "leave the option out."
            )
        if scheduler is None:
            raise UserError(
                "option --scheduler: it is missing; give the address of a Dask scheduler, such as "
                "tcp://127.0.0.1:8786 (docs/executors.md starts one)."
            )
        return lambda: dask_pool(scheduler)
    if scheduler is not None:
        raise UserError("option --scheduler: only --executor dask has one; leave it out.")
    if workers is not None and workers < 1:
        raise UserError(f"option --workers: {workers} is too small; give 1 or more.")
    count = workers if workers is not None else os.cpu_count() or 1
    return lambda: thread_pool(count) if kind == "thread" else process_pool(count)


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of processes that give up what they are doing when the run ends early."""
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    context.set_forkserver_preload(["__main__", run_part.__module__])
    # Not an Event: a process that is killed while it looks at one would leave it locked.
    stop = context.RawValue(c_bool, False)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(stop,)
    ) as processes:
        yield from _until_stopped(processes, lambda: setattr(stop, "value", True))


@contextmanager
def thread_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of threads that give up what they are doing when the run ends early."""
    stop = threading.Event()
    with ThreadPoolExecutor(workers, initializer=listen, initargs=(stop.is_set,)) as threads:
        yield from _until_stopped(threads, stop.set)


def _until_stopped(executor: Executor, stop: Callable[[], object]) -> Iterator[Executor]:
    try:
        yield executor
    except BaseException:
        # Asked and not killed: one that dies while it sends a result blocks the pool.
        stop()
        executor.shutdown(wait=True, cancel_futures=True)
        raise


def _begin(stop: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    listen(lambda: bool(stop.value))


@contextmanager
def dask_pool(scheduler: str) -> Iterator[Executor]:
    """Give an executor whose work is done by the workers of a Dask scheduler."""
    try:
        connect: Any = import_module("distributed").Client
    except ImportError:
        raise UserError(
            "option --executor: dask needs a package that is not installed; install simcare with "
            "its extra `dask` (docs/executors.md), or choose process or thread."
        ) from None
    with _quiet("distributed", "tornado", "asyncio"):
        try:
            client = connect(scheduler, timeout=_PATIENCE_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError):
            raise UserError(
                f"option --scheduler: no Dask scheduler answers at {scheduler}; start one (`dask "
                "scheduler`), or give the address that it says it listens at."
            ) from None
        try:
            yield client.get_executor(pure=False, retries=2)
        finally:
            client.close(timeout=_PATIENCE_SECONDS)


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Keep libraries from printing tracebacks about what is told in a sentence anyway."""
    import logging

    known = [n for n in logging.root.manager.loggerDict if n.partition(".")[0] in names]
    before = {n: logging.getLogger(n).level for n in (*names, *known)}
    for one in before:
        logging.getLogger(one).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in before.items():
            logging.getLogger(one).setLevel(level)
