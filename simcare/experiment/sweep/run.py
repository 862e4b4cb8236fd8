"""Run an experiment on any executor, and keep what is finished as it finishes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.engine.engines import Wanted, choose
from simcare.experiment.sweep.dataset import PARTS, Dataset, opened
from simcare.experiment.sweep.farm import farm
from simcare.experiment.sweep.plan import Plan
from simcare.experiment.sweep.pools import Opener
from simcare.experiment.sweep.reading import read_experiment
from simcare.experiment.sweep.work import arguments, packed, run_part

if TYPE_CHECKING:
    import pandas as pd


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
    given = packed(plan.ready)
    missing = [p for p in range(len(plan.parts)) if p not in dataset.done]

    def keep(part: int, data: bytes) -> None:
        dataset.add(part, data)
        tell(_far(plan, dataset))

    work = {part: arguments(plan, given, part, engine) for part in missing}
    farm(run_part, work, keep, executor, partial(_lost, dataset))


def _lost(dataset: Dataset, what: str) -> str:
    return (
        f"{what} before everything was done; "
        f"{dataset.units_done()} of {dataset.plan.count} units are done and kept in "
        f"{dataset.folder}. Go on with `--resume`."
    )


def _far(plan: Plan, dataset: Dataset) -> Far:
    work = sum(plan.work[p] for p in dataset.done)
    return Far(dataset.units_done(), plan.count, work, sum(plan.work))
