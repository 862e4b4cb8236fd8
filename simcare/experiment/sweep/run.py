"""Run an experiment on any executor, and keep what is finished as it finishes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.engine.engines import Wanted, choose
from simcare.errors import UserError
from simcare.experiment.sweep.dataset import PARTS, Dataset, opened
from simcare.experiment.sweep.plan import Plan
from simcare.experiment.sweep.pools import Opener
from simcare.experiment.sweep.reading import read_experiment
from simcare.experiment.sweep.work import arguments, packed, run_part
from simcare.experiment.workers import interrupts_held

if TYPE_CHECKING:
    import pandas as pd

MOST_TRIES = 3
"""A pool that breaks this often, and finishes nothing in between, is not made again."""

_ENDED = "worker processes ended by themselves, perhaps for want of memory,"
_GAVE_UP = "the executor gave up what it had, as one does whose scheduler is lost,"
_KILLED = "the Dask cluster lost the workers of a unit again and again, perhaps for want of memory,"


@dataclass(frozen=True)
class Far:
    """How far an experiment is: units, and their work in family-weeks."""

    units: int
    of_units: int
    work: float
    of_work: float


Tell = Callable[[Far], None]


@dataclass(frozen=True)
class Swept:
    """A finished experiment. dataset: the folder of Parquet files. new: units run this time."""

    plan: Plan
    folder: Path
    new: int

    @property
    def dataset(self) -> Path:
        """The folder of Parquet files, to be read as one table."""
        return self.folder / PARTS

    def table(self) -> pd.DataFrame:
        """Return the whole dataset, unit by unit."""
        import pandas as pd

        return pd.read_parquet(self.dataset)


def sweep(
    experiment: str | Path | Plan,
    folder: str | Path,
    *,
    executor: Executor | Opener | None = None,
    resume: bool = False,
    engine: Wanted = "auto",
    progress: Tell | None = None,
) -> Swept:
    """Run an experiment and write its results to a folder as they come.

    experiment: a file, or one read already. executor: anything with the interface of
    `concurrent.futures.Executor`, which is left open; or a function that opens one, and another
    if it breaks (`simcare.experiment.sweep.pools.pool`); None runs everything in this process.
    The results are the same bytes whatever runs them, and however often they were interrupted
    and gone on with. resume: finish what a folder holds of the same experiment. engine: what
    simulates ("auto": the fastest that can), which changes no number either.

    Raises UserError for mistakes in the experiment, for a folder that holds something else, for
    a full disk, and for workers that are lost; what was finished is kept in each case. A script
    that opens a pool of processes must do so below `if __name__ == "__main__":`.
    """
    plan = experiment if isinstance(experiment, Plan) else read_experiment(experiment)
    # Whether the engine can run it at all; each worker chooses for what it is given.
    choose(engine, [plan.ready.arrays[p] for p in plan.policies], lives=1)
    with opened(Path(folder), plan, resume=resume) as dataset:
        before = dataset.units_done()
        if len(dataset.done) < len(plan.parts):
            dataset.begin()
            _run(plan, dataset, executor, engine, progress or _say_nothing)
        dataset.finish()
        return Swept(plan, dataset.folder, plan.count - before)


def _say_nothing(far: Far) -> None:
    """Take the place of a progress that nobody wants."""


def _run(
    plan: Plan, dataset: Dataset, executor: Executor | Opener | None, engine: Wanted, tell: Tell
) -> None:
    tell(_far(plan, dataset))
    tries = 0
    while len(dataset.done) < len(plan.parts):
        before = len(dataset.done)
        try:
            for part, data in _results(plan, dataset, executor, engine):
                dataset.add(part, data)
                tell(_far(plan, dataset))
        except BrokenExecutor:
            tries = 1 if len(dataset.done) > before else tries + 1
            if not callable(executor) or tries >= MOST_TRIES:
                raise UserError(_lost(dataset, _ENDED)) from None
        except CancelledError:
            raise UserError(_lost(dataset, _GAVE_UP)) from None


def _results(
    plan: Plan, dataset: Dataset, executor: Executor | Opener | None, engine: Wanted
) -> Iterator[tuple[int, bytes]]:
    """Run the parts that are not done and yield each as it is finished."""
    given = packed(plan.ready)
    missing = [p for p in range(len(plan.parts)) if p not in dataset.done]
    if executor is None:
        for part in missing:
            yield part, run_part(*arguments(plan, given, part, engine))
        return
    opening = executor() if callable(executor) else nullcontext(executor)
    with opening as running:
        waiting: dict[Future[bytes], int] = {}
        try:
            with interrupts_held():
                for part in missing:
                    future = running.submit(run_part, *arguments(plan, given, part, engine))
                    waiting[future] = part
            for future in as_completed(waiting):
                try:
                    data = future.result()
                except Exception as error:
                    if type(error).__module__.partition(".")[0] == "distributed":
                        raise UserError(_lost(dataset, _KILLED)) from None
                    raise
                yield waiting.pop(future), data
        finally:
            for future in waiting:
                future.cancel()


def _lost(dataset: Dataset, what: str) -> str:
    return (
        f"{what} before everything was done; "
        f"{dataset.units_done()} of {dataset.plan.count} units are done and kept in "
        f"{dataset.folder}. Go on with `--resume`."
    )


def _far(plan: Plan, dataset: Dataset) -> Far:
    work = sum(plan.work[p] for p in dataset.done)
    return Far(dataset.units_done(), plan.count, work, sum(plan.work))
