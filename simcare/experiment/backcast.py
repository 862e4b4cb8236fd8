"""The back-cast: fitted to figures up to 2020, held to what was published for the years after.

It is done twice over. The forecast knows nothing after 2020. The conditional one is told, year by
year, the inputs that councils and courts set and the needs that were found, so that what is tested
is what the model makes of them. Both are held beside the naive forecast, that all stays as in 2020.
The model is in a steady state, so that its forecast is the same for every year, and the conditional
one is what would come of a year's inputs if they stayed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError, unknown
from simcare.experiment.calibration.prior import usual_alone
from simcare.experiment.posterior_runs import run_at_draws
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.posterior import PROVENANCE, Posterior, find_posterior, read_posterior
from simcare.experiment.targets import Target, targets_of, widened
from simcare.experiment.validation import PREDICTIVE
from simcare.experiment.workers import Progress
from simcare.scenario.by_year import ByYear, Series, read_by_year
from simcare.scenario.load import Loaded, load, read_toml

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SCENARIO = "england/in_2020"
LAST_KNOWN = 2020
DRAWS, FAMILIES = 100, 4_000
FORECAST, CONDITIONAL = "forecast", "conditional"

COLUMNS = (
    "kind", "year", "target", "title", "theme", "unit", "role", "put_in", "published", "evidence",
    "tolerance_sd", "model", "model_sd", "low", "high", "interval", "inside", "tolerated_low",
    "tolerated_high", "inside_tolerated", "naive", "model_error", "naive_error", "moved",
    "moved_error", "draws", "families", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class BackCast:
    """What was found: one row for each kind of back-cast, target and year, with `COLUMNS`.

    published and all that is compared with it are in the target's unit; tolerance_sd is one
    standard deviation of source error and stated discrepancy. low to high is 95 % predictive;
    tolerated_low to tolerated_high has the tolerance in it as well. naive: the figure of 2020 (nan
    where there is none). moved: the figure of 2020, moved by as much as the model moves. Errors
    are absolute. families: of each draw's run.
    """

    table: pd.DataFrame
    ready: Ready
    by_year: ByYear
    posterior: Posterior
    draws: int
    families: int
    seed: int


def load_back_cast(scenario: str | Path | Loaded = SCENARIO) -> tuple[Ready, Posterior]:
    """Return a scenario that is fitted to figures up to 2020, and the posterior of that fit.

    Raises UserError if none ships with it, or only one that is fitted to something else.
    """
    ready = usual_alone(scenario if isinstance(scenario, Loaded) else load(scenario))
    name, stem = ready.loaded.path.name, ready.loaded.path.stem
    remedy = (
        f"calibrate it (`simcare calibrate {SCENARIO}`) and put posterior.csv and {PROVENANCE} "
        f"into the folder {stem}, beside {name}."
    )
    late = [t.name for t in targets_of(ready) if t.role == "fit" and (t.year or 0) > LAST_KNOWN]
    if late:
        raise UserError(
            f"{name}: it is fitted to figures after {LAST_KNOWN} ({', '.join(late[:3])}), so it "
            f'can predict none; begin with `extends = "{SCENARIO}"`.'
        )
    path = find_posterior(ready)
    if path is None:
        raise UserError(f"no posterior ships with {name}; {remedy}")
    beside = path.with_name(PROVENANCE)
    fitted = read_toml(beside).get("targets", []) if beside.is_file() else []
    strange = sorted(set(fitted) - {t.name for t in targets_of(ready) if t.role == "fit"})
    if strange:
        raise UserError(
            f"no posterior ships with {name}: the one nearest to it, in the folder "
            f"{path.parent.name}, is fitted to figures that {name} keeps out ({strange[0]}); "
            f"{remedy}"
        )
    return ready, read_posterior(ready, path)


def back_cast(
    ready: Ready,
    posterior: Posterior,
    by_year: ByYear | None = None,
    *,
    draws: int = DRAWS,
    families: int = FAMILIES,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> BackCast:
    """Run a posterior's draws without and with each year's inputs, and hold them to the figures.

    ready, posterior: as `load_back_cast` gives them. by_year: default, the file that ships. A draw
    meets the same families and luck in every year and kind. The result does not depend on the
    workers. Raises UserError for sizes that make no sense, and for a name in `by_year` that the
    scenario does not have.
    """
    for option, value in (("draws", draws), ("families", families)):
        if value < 2:
            raise UserError(f"option --{option}: {value} is too small; give 2 or more.")
    by_year = read_by_year() if by_year is None else by_year
    targets = {t.name: t for t in targets_of(ready)}
    problems = [unknown("target", name, targets) for name in by_year.targets if name not in targets]
    known = ready.scenario.parameters
    problems += [unknown("parameter", name, known) for name in by_year.inputs if name not in known]
    if problems:
        raise UserError([f"by_year.toml: {problem}" for problem in problems])
    years = by_year.years
    worlds = [{}, *[by_year.inputs_of(year) for year in years]]
    found = run_at_draws(
        ready, posterior, draws, worlds,
        families=families, seed=seed, workers=workers, progress=progress,
    )  # fmt: skip
    first = ready.scenario.seed if seed is None else seed
    table = held_to_years(found, tuple(targets.values()), by_year, families=families, seed=first)
    return BackCast(table, ready, by_year, posterior, draws, families, first)


def held_to_years(
    found: Floats, targets: tuple[Target, ...], by_year: ByYear, *, families: int, seed: int
) -> pd.DataFrame:
    """Return the table of a back-cast; see `BackCast`.

    found: what the model gives, of shape (1 + years, draws, targets): nothing known after 2020, and
    then each year's inputs.
    """
    import pandas as pd

    size = (found.shape[1], families, seed)
    rows = [
        _row(kind, year, target, by_year.targets[target.name], pair, size)
        for kind in (FORECAST, CONDITIONAL)
        for i, target in enumerate(targets)
        if target.name in by_year.targets
        for year, pair in _pairs(kind, found[:, :, i], by_year)
        if year in by_year.targets[target.name].values
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pairs(kind: str, found: Floats, by_year: ByYear) -> Iterator[tuple[int, tuple[Floats, float]]]:
    """Yield each year with a target's draws, and by how much their mean has moved since 2020."""
    start = found[0]
    for i, year in enumerate(by_year.years):
        now = start if kind == FORECAST else found[1 + i]
        both = np.isfinite(start) & np.isfinite(now)
        yield year, (now[np.isfinite(now)], _mean(now[both] - start[both]))


def _row(
    kind: str,
    year: int,
    target: Target,
    series: Series,
    pair: tuple[Floats, float],
    size: tuple[int, int, int],
) -> tuple[object, ...]:
    own, shift = pair
    value = series.values[year]
    tolerance = math.hypot(target.sd, target.discrepancy * abs(value))
    mean = _mean(own)
    sd = float(own.std(ddof=1)) if len(own) > 1 else math.nan
    low, high = np.quantile(own, (0.025, 0.975)) if len(own) else (math.nan, math.nan)
    wide = widened(mean, low, high, tolerance)
    naive = target.value if (target.year or math.inf) <= LAST_KNOWN else math.nan
    moved = naive + shift
    return (
        kind, year, target.name, target.title, target.theme, target.unit, target.role,
        series.put_in, value, ", ".join(series.evidence(year)), tolerance, mean, sd, float(low),
        float(high), PREDICTIVE, bool(low <= value <= high), *map(float, wide),
        bool(wide[0] <= value <= wide[1]), naive, abs(mean - value), abs(naive - value), moved,
        abs(moved - value), *size,
    )  # fmt: skip


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan
