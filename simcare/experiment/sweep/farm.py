"""Independent pieces of work on any executor, each kept as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from contextlib import nullcontext
from typing import Any

from simcare.errors import UserError
from simcare.experiment.sweep.pools import Opener
from simcare.experiment.workers import interrupts_held

MOST_TRIES = 3
"""A pool that breaks this often, and finishes nothing in between, is not made again."""

_ENDED = "worker processes ended by themselves, perhaps for want of memory,"
_GAVE_UP = "the executor gave up what it had, as one does whose scheduler is lost,"
_KILLED = "the Dask cluster lost the workers of a unit again and again, perhaps for want of memory,"


def farm(
    function: Callable[..., Any],
    work: Mapping[int, tuple[Any, ...]],
    keep: Callable[[int, Any], None],
    executor: Executor | Opener | None,
    lost: Callable[[str], str],
) -> None:
    """Call a function with the arguments of every piece of work, and keep what it gives.

    work: {number: arguments}. keep: given a number and its result, in the order in which they
    are done. executor: as `sweep` takes it. lost: makes a sentence of the cause when workers are
    lost for good, for the UserError that is raised.
    """
    left, tries = dict(work), 0
    while left:
        before = len(left)
        try:
            for number, found in _results(function, left, executor, lost):
                keep(number, found)
                del left[number]
        except BrokenExecutor:
            tries = 1 if len(left) < before else tries + 1
            if not callable(executor) or tries >= MOST_TRIES:
                raise UserError(lost(_ENDED)) from None
        except CancelledError:
            raise UserError(lost(_GAVE_UP)) from None


def _results(
    function: Callable[..., Any],
    work: Mapping[int, tuple[Any, ...]],
    executor: Executor | Opener | None,
    lost: Callable[[str], str],
) -> Iterator[tuple[int, Any]]:
    """Do the work and yield each result as it is there."""
    if executor is None:
        for number, arguments in list(work.items()):
            yield number, function(*arguments)
        return
    opening = executor() if callable(executor) else nullcontext(executor)
    with opening as running:
        waiting: dict[Future[Any], int] = {}
        try:
            with interrupts_held():
                for number, arguments in work.items():
                    waiting[running.submit(function, *arguments)] = number
            for future in as_completed(list(waiting)):
                try:
                    found = future.result()
                except Exception as error:
                    if type(error).__module__.partition(".")[0] == "distributed":
                        raise UserError(lost(_KILLED)) from None
                    raise
                yield waiting.pop(future), found
        finally:
            for future in waiting:
                future.cancel()
