"""A calibration from its first wave to its posterior sample."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.engine.engines import Wanted, choose
from simcare.experiment.calibration import keep
from simcare.experiment.calibration.coverage import FEWEST_RUNS, coverage_of
from simcare.experiment.calibration.emulate import Emulators, fit, one_thread
from simcare.experiment.calibration.found import Calibrated, Wave
from simcare.experiment.calibration.match import Match, not_ruled_out
from simcare.experiment.calibration.plan import BATCH, CalibrationPlan
from simcare.experiment.calibration.posterior import resample, weigh
from simcare.experiment.calibration.record import begun, write_record
from simcare.experiment.calibration.simulate import ERROR, MODEL, read_batch, simulate
from simcare.experiment.calibration.slices import Chains, slice_sample
from simcare.experiment.sweep.farm import farm
from simcare.experiment.sweep.pools import Opener
from simcare.experiment.sweep.work import packed

Floats = NDArray[np.float64]
Tell = Callable[[int, int], None]
Say = Callable[[str], None]
STEPS = 200
"""Steps of each chain between waves."""

LEAST_EFFECTIVE = 0.5
"""For each draw, so many independent ones at least are what the weights must leave."""


@dataclass
class _Work:
    """What stays the same from wave to wave."""

    plan: CalibrationPlan
    held: keep.CalibrationFolder
    executor: Executor | Opener | None
    engine: Wanted
    tell: Tell
    say: Say
    given: bytes = b""
    new: int = 0
    waves: list[Wave] = field(default_factory=list)


def calibrate(
    plan: CalibrationPlan,
    folder: str | Path,
    *,
    executor: Executor | Opener | None = None,
    resume: bool = False,
    engine: Wanted = "auto",
    progress: Tell | None = None,
    say: Say | None = None,
) -> Calibrated:
    """Calibrate a scenario and keep its runs in a folder as they come.

    executor: as `sweep` takes it. The result is the same bytes whatever runs it, and however
    often it was interrupted and gone on with. resume: finish what a folder holds of the same
    calibration. progress: told the families that were run, and how many there are to run. say:
    told in a sentence what begins.

    Raises UserError for a folder that holds something else, for a full disk and for lost workers;
    the runs that were finished are kept. A script that opens a pool of processes must do so below
    `if __name__ == "__main__":`.
    """
    reference = plan.ready.arrays[plan.ready.scenario.reference]
    choice = choose(engine, [reference], plan.total * plan.families)
    with keep.opened(Path(folder), plan, resume=resume) as held:
        held.begin(begun(plan))
        work = _Work(
            plan, held, executor, choice.engine, progress or _nothing, say or _nothing,
            packed(plan.ready),
        )  # fmt: skip
        with one_thread():
            found = _waves(work)
            write_record(found, held)
        return found


def _nothing(*_: object) -> None:
    """Take the place of a progress that nobody wants."""


def _waves(work: _Work) -> Calibrated:
    plan, prior = work.plan, work.plan.prior
    work.tell(work.held.done() * plan.families, plan.total * plan.families)
    present = np.tile(prior.value, (plan.sizes[0], 1))
    _simulate(work, 0, present)
    normals = _spread(plan)
    _simulate(work, 1, _values(plan, normals))
    wide = emulators = _fitted(plan, work.waves, (1,))
    for wave in range(2, plan.waves + 2):
        count = plan.sizes[wave]
        work.say(
            f"looking where wave {wave} should be run"
            if wave <= plan.waves
            else f"drawing {count:,} proposals, to be run themselves"
        )
        source = plan.source(wave)
        start = normals[np.arange(count) % len(normals)]
        match = Match(prior, plan.observed, emulators)
        level = partial(match.log_likelihood, widened=plan.widened(wave))
        chains = slice_sample(start, level, STEPS, source)
        normals = chains.points
        _simulate(work, wave, _values(plan, normals), emulators, chains)
        proposed, emulators = emulators, _fitted(plan, work.waves, _recent(wave))
    last = work.waves[-1]
    z, noise = _held(plan, last)
    x, least = prior.scaled(last.values), LEAST_EFFECTIVE * plan.draws
    weighed = weigh(plan.observed, proposed, emulators, x, z, noise, least)
    chosen = resample(weighed, plan.draws, plan.source(0))
    first = work.waves[1]
    if len(first.values) >= FEWEST_RUNS:
        work.say("trying made-up figures, of which the answers are known")
    return Calibrated(
        plan, work.held.folder, work.new, tuple(work.waves), wide, emulators, weighed, chosen,
        coverage_of(plan, first.values, *_held(plan, first)),
    )  # fmt: skip


def _recent(wave: int) -> tuple[int, ...]:
    """Return the waves whose runs the emulators after a wave learn from."""
    return tuple(range(max(2 if wave > 2 else 1, wave - 2), wave + 1))


def _spread(plan: CalibrationPlan) -> Floats:
    """Return the first wave's points, evenly spread (Sobol' 1967, scrambled), as normals."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    count = plan.sizes[1]
    made = qmc.Sobol(len(plan.prior.names), seed=plan.source(1))
    # Balanced in powers of two: the first of them are taken.
    points = made.random(1 << (count - 1).bit_length())[:count]
    normals: Floats = ndtri(np.clip(points, 1e-9, 1.0 - 1e-9))
    return normals


def _values(plan: CalibrationPlan, normals: Floats) -> Floats:
    """Return values of the numbers, to the digits that are kept in files."""
    from scipy.special import ndtr

    values = plan.prior.values(ndtr(normals))
    return np.array([[float(f"{v:.5g}") for v in row] for row in values]).reshape(values.shape)


def _simulate(
    work: _Work,
    wave: int,
    values: Floats,
    emulators: Emulators | None = None,
    chains: Chains | None = None,
) -> None:
    """Run a wave's points, those that are not on the disk yet, and add it to the waves."""
    plan, held = work.plan, work.held
    seeds, rows = plan.seeds(wave), values.tolist()
    missing = [b for b in held.batches(wave) if not held.path(wave, b).is_file()]
    arguments = {
        b: (
            work.given, plan.prior.names, rows[b * BATCH : (b + 1) * BATCH],
            seeds[b * BATCH : (b + 1) * BATCH], plan.families, work.engine,
        )
        for b in missing
    }  # fmt: skip

    def put(batch: int, data: bytes) -> None:
        held.write(f"{keep.RUNS}/{held.path(wave, batch).name}", data)
        work.new += len(arguments[batch][2])
        work.tell(held.done() * plan.families, plan.total * plan.families)

    farm(simulate, arguments, put, work.executor, lambda what: _lost(held, what))
    found = [read_batch(held.path(wave, b).read_bytes()) for b in held.batches(wave)]
    model, error = (np.concatenate(found)[:, :, i] for i in (MODEL, ERROR))
    made = Wave(wave, values, model, error, 0.0, emulators, chains)
    work.waves.append(Wave(wave, values, model, error, _share_left(plan, made), emulators, chains))


def _lost(held: keep.CalibrationFolder, what: str) -> str:
    return (
        f"{what} before everything was done; {held.done()} of {held.plan.total} runs are done and "
        f"kept in {held.folder}. Go on with `--resume`."
    )


def _held(plan: CalibrationPlan, wave: Wave) -> tuple[Floats, Floats]:
    """Return what a wave's runs gave for the fitted targets, as compared, and its variances.

    Variances are 0 where there are none to be known; then what the emulators miss has all of it.
    """
    model, error = wave.model[:, plan.fitted], wave.error[:, plan.fitted]
    z = plan.observed.scaled(model)
    return z, np.nan_to_num(plan.observed.scaled_variance(model, error), nan=0.0)


def _share_left(plan: CalibrationPlan, wave: Wave) -> float:
    z, noise = _held(plan, wave)
    whole = np.isfinite(z).all(axis=1)
    far = (z - plan.observed.z) / np.sqrt(plan.observed.variance + noise)
    return not_ruled_out(far[whole])


def _fitted(plan: CalibrationPlan, waves: list[Wave], numbers: tuple[int, ...]) -> Emulators:
    chosen = [w for w in waves if w.number in numbers]
    pairs = [_held(plan, w) for w in chosen]
    x = plan.prior.scaled(np.concatenate([w.values for w in chosen]))
    z, noise = (np.concatenate([pair[i] for pair in pairs]) for i in (0, 1))
    whole = np.isfinite(z).all(axis=1)
    return fit(x[whole], z[whole], noise[whole], plan.seed)
