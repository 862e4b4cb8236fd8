"""Usual practice at draws of a posterior sample, in one world or in several.

A world is a set of numbers that are put in besides the draw's, such as the inputs of one year. A
draw meets the same families and the same luck in each world, so that worlds can be compared.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.draws import replication_seed
from simcare.engine.engines import Wanted, choose
from simcare.errors import UserError
from simcare.experiment.calibration.simulate import MODEL, read_batch, simulate
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.farm import farm
from simcare.experiment.sweep.pools import pool
from simcare.experiment.sweep.posterior import Posterior
from simcare.experiment.sweep.work import packed
from simcare.experiment.targets import targets_of
from simcare.experiment.workers import Progress

Floats = NDArray[np.float64]
BATCH = 5
"""Runs that a worker does in one go."""


def run_at_draws(
    ready: Ready,
    posterior: Posterior,
    draws: int,
    worlds: Sequence[Mapping[str, float]] = ({},),
    *,
    families: int,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
    engine: Wanted = "auto",
) -> Floats:
    """Run usual practice at the first draws of a posterior, in each world.

    ready: cut down to usual practice. worlds: {parameter: number} each. families: of each run.
    workers: processes; None takes one for each core. progress: told the family runs that are done
    and how many there are. Returns what the model gives, of shape (worlds, draws, targets), with
    nan where a target's measure counts nothing. It does not depend on the workers. Raises
    UserError if there are fewer draws, and if workers are lost.
    """
    if draws > len(posterior.numbers):
        raise UserError(
            f"{posterior.path.name} has {len(posterior.numbers)} draws, and {draws} are asked for; "
            "ask for fewer, or calibrate again with more `--draws`."
        )
    first = ready.scenario.seed if seed is None else seed
    seeds = [replication_seed(first, 1 + i) for i in range(draws)]
    total = len(worlds) * draws * families
    chosen = choose(engine, [ready.arrays[ready.scenario.reference]], total).engine
    given = packed(ready)
    work: dict[int, tuple[Any, ...]] = {}
    for world in worlds:
        names, more = (*posterior.names, *world), list(world.values())
        for at in range(0, draws, BATCH):
            some = slice(at, min(at + BATCH, draws))
            rows = [[*row, *more] for row in posterior.numbers[some].tolist()]
            work[len(work)] = (given, names, rows, seeds[some], families, chosen)
    found: dict[int, Floats] = {}
    done = 0

    def keep(number: int, data: bytes) -> None:
        nonlocal done
        found[number] = read_batch(data)[:, :, MODEL]
        done += len(found[number]) * families
        if progress is not None:
            progress(done, total)

    count = (os.cpu_count() or 1) if workers is None else workers
    farm(simulate, work, keep, None if count == 1 else pool("process", count), _lost)
    whole = np.concatenate([found[i] for i in range(len(work))])
    return whole.reshape(len(worlds), draws, len(targets_of(ready)))


def _lost(what: str) -> str:
    return f"{what} before everything was done; try again with fewer `--workers`."
