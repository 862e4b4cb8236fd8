"""Usual practice run by itself, for what is counted of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.engine.engines import Wanted
from simcare.experiment.compare import (
    Size,
    choose_engine,
    choose_fold,
    choose_size,
    sampling_of,
    units_of,
)
from simcare.experiment.families import sums
from simcare.experiment.ready import Ready
from simcare.experiment.statistics import Sampling
from simcare.experiment.unit import make_job
from simcare.experiment.workers import Progress, run_units


@dataclass(frozen=True)
class Usual:
    """What was counted of usual practice.

    sums: {name: (n,) numbers} of the n families, unit by unit: outcomes, money and every measure
    that targets need.
    """

    ready: Ready
    size: Size
    sums: dict[str, NDArray[np.float64]]
    sampling: Sampling


def run_usual(
    ready: Ready,
    *,
    families: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
    engine: Wanted = "auto",
) -> Usual:
    """Run the reference of a scenario by itself and count what targets need.

    The arguments are those of `compare`, and so is UserError. The result depends neither on the
    workers nor on the engine.
    """
    policies = (ready.scenario.reference,)
    size = choose_size(ready, families, replications, seed, workers)
    choice = choose_engine(ready, policies, size, engine)
    how = choose_fold(choice, size.families * size.replications)
    job = make_job(ready, policies, choice.engine, how, held="targets")
    outcomes = list(run_units(ready, job, units_of(ready, size), workers, progress))
    return Usual(ready, size, sums(outcomes, policies[0]), sampling_of(ready, size))
