"""From what an experiment varies to its draws: one row of numbers for each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError, unknown
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.distributions import Marginal, marginal
from simcare.experiment.sweep.draws import Draws, read_draws
from simcare.experiment.sweep.form import DesignSpec, Experiment, Kind, VariedSpec
from simcare.experiment.sweep.posterior import find_posterior, read_posterior
from simcare.scenario.parameters import range_of

Floats = NDArray[np.float64]
Problem = tuple[str, str]
"""A place in the experiment file, and a sentence."""

MOST_DRAWS = 1_000_000


def settled(experiment: Experiment, ready: Ready) -> Experiment:
    """Return an experiment that says what kind of design it has.

    Where everything assumed is to vary, the posterior that is named or that ships with the
    scenario is where draws come from, since it knows of the published figures and of correlations.
    """
    design = experiment.design
    if design.kind is not None:
        return experiment
    kind: Kind = "grid"
    if experiment.assumed is not None:
        known = design.file is not None or find_posterior(ready) is not None
        kind = "posterior" if known else "latin_hypercube"
    return experiment.model_copy(update={"design": design.model_copy(update={"kind": kind})})


def source_of(experiment: Experiment, ready: Ready, folder: Path, draws: Draws) -> str:
    """Say in a sentence where the draws of a `settled` experiment come from."""
    design = experiment.design
    if design.kind != "posterior":
        return _SOURCES[design.kind or "grid"]
    held = read_posterior(ready, None if design.file is None else folder / design.file)
    beside = len(draws.names) - len(held.names)
    others = f"; {beside} others vary over the ranges that are stated" if beside else ""
    aside = ", ".join(f"`{name}`" for name in held.set_aside)
    left = f"; it is set aside for {aside}, of which the scenario says otherwise" if aside else ""
    return (
        f"Draws come from the posterior of {held.path.parent.name} for the {len(held.names)} "
        f"numbers that were calibrated{others}{left}."
    )


_SOURCES = {
    "grid": "Every combination of the values given is a draw.",
    "latin_hypercube": "Draws are spread over the ranges that are stated (Latin hypercube); no "
    "published figure was looked at.",
    "sobol": "Draws are spread over the ranges that are stated (Sobol sequence); no published "
    "figure was looked at.",
    "table": "Draws are those written out.",
}


def make_draws(experiment: Experiment, ready: Ready, folder: Path) -> tuple[Draws, list[Problem]]:
    """Return the draws of a `settled` experiment, and every problem found in what it varies.

    ready: its scenario. folder: where a CSV of its draws is looked for. The draws are only fit
    to be used where there is no problem.
    """
    problems: list[Problem] = []
    known = ready.scenario.parameters
    for name in experiment.parameters:
        if name not in known:
            said = unknown("parameter", name, known, f"in {ready.loaded.path.name}")
            problems.append((f"parameters.{name}", said))
    design = experiment.design
    problems += _unused_keys(design)
    if design.kind == "table":
        draws = _table(experiment, ready, folder, problems)
    elif design.kind == "grid":
        draws = _grid(experiment, problems)
    elif design.kind == "posterior":
        draws = _from_posterior(experiment, ready, folder, problems)
    else:
        draws = _sampled(experiment, ready, problems)
    return draws, problems


_KEYS = {
    "grid": (),
    "latin_hypercube": ("draws", "seed"),
    "sobol": ("draws", "seed"),
    "table": ("rows", "file"),
    "posterior": ("draws", "seed", "file"),
}


def _unused_keys(design: DesignSpec) -> Iterator[Problem]:
    for key in ("draws", "seed", "rows", "file"):
        if getattr(design, key) is not None and key not in _KEYS[design.kind or "grid"]:
            yield (
                f"design.{key}",
                f"it has no meaning in a design of kind {design.kind}; remove it.",
            )


def _grid(experiment: Experiment, problems: list[Problem]) -> Draws:
    if experiment.assumed is not None:
        problems.append(
            ("assumed", "a grid has no distributions; use latin_hypercube or sobol as `kind`.")
        )
    axes: list[list[float]] = []
    for name, spec in experiment.parameters.items():
        if spec.values is None or len(spec.model_fields_set) > 1:
            what = "in a grid it needs `values` and nothing else, or another `kind` of design."
            problems.append((f"parameters.{name}", what))
        axes.append(_checked(spec.values or [0.0], f"parameters.{name}.values", problems))
    count = math.prod(len(axis) for axis in axes)
    if count > MOST_DRAWS:
        what = f"the grid has {count:,} draws, more than {MOST_DRAWS:,}; give fewer values."
        problems.append(("parameters", what))
        return Draws((), np.zeros((0, 0)))
    rows = list(itertools.product(*axes))
    return Draws(list(experiment.parameters), np.array(rows, np.float64).reshape(count, len(axes)))


def _checked(values: list[float], where: str, problems: list[Problem]) -> list[float]:
    if len(set(values)) < len(values):
        problems.append((where, "a value stands there twice; remove one of them."))
    return values


def _sampled(experiment: Experiment, ready: Ready, problems: list[Problem]) -> Draws:
    design = experiment.design
    varied = _varied(experiment, ready)
    if not varied:
        problems.append(
            ("parameters", "nothing varies; name parameters, or add `[assumed]` to vary them all.")
        )
    if design.draws is None:
        problems.append(("design.draws", "it is missing; say how many draws to make."))
    elif design.kind == "sobol" and design.draws & (design.draws - 1):
        less = 1 << (design.draws.bit_length() - 1)
        problems.append(
            (
                "design.draws",
                f"a Sobol sequence is balanced only for a power of two, and {design.draws} is "
                f"none; give {less} or {2 * less}.",
            )
        )
    columns = _columns(ready, varied, problems)
    if problems or design.draws is None:
        return Draws((), np.zeros((0, 0)))
    return _spread(design, design.draws, columns)


def _columns(
    ready: Ready, varied: Mapping[str, VariedSpec], problems: list[Problem]
) -> dict[str, VariedSpec | Marginal]:
    columns: dict[str, VariedSpec | Marginal] = {}
    for name, spec in varied.items():
        try:
            columns[name] = _column(ready, name, spec)
        except UserError as error:
            problems += [(f"parameters.{name}", p) for p in error.problems]
    return columns


def _spread(design: DesignSpec, count: int, columns: Mapping[str, VariedSpec | Marginal]) -> Draws:
    points = _points(design, count, len(columns))
    numbers = [_at(column, points[:, i]) for i, column in enumerate(columns.values())]
    return Draws(list(columns), np.column_stack(numbers))


def _from_posterior(
    experiment: Experiment, ready: Ready, folder: Path, problems: list[Problem]
) -> Draws:
    """Return draws of the posterior, beside draws of what it does not cover."""
    design, nothing = experiment.design, Draws((), np.zeros((0, 0)))
    try:
        held = read_posterior(ready, None if design.file is None else folder / design.file)
    except UserError as error:
        problems += [("design", p) for p in error.problems]
        return nothing
    count = len(held.numbers) if design.draws is None else design.draws
    if count > len(held.numbers):
        problems.append(
            ("design.draws", f"the posterior has {len(held.numbers)} draws; give so many or fewer.")
        )
    for name in experiment.parameters:
        if name in held.names:
            what = "the posterior draws it, together with others; remove it, or use another `kind`."
            problems.append((f"parameters.{name}", what))
    others = {n: v for n, v in _varied(experiment, ready).items() if n not in held.names}
    columns = _columns(ready, others, problems)
    if problems:
        return nothing
    drawn = Draws(held.names, held.numbers[:count])
    if not columns:
        return drawn
    beside = _spread(design, count, columns)
    return Draws([*drawn.names, *beside.names], np.column_stack([drawn.numbers, beside.numbers]))


def _varied(experiment: Experiment, ready: Ready) -> dict[str, VariedSpec]:
    """Return how each parameter varies, in the scenario's order."""
    known, varied = ready.scenario.parameters, dict(experiment.parameters)
    if experiment.assumed is not None:
        every = VariedSpec.model_validate(
            {"from": "range", "distribution": experiment.assumed.distribution}
        )
        wide = [n for n, p in known.items() if p.assumed and p.assumed.low < p.assumed.high]
        varied = dict.fromkeys(wide, every) | varied
    return {name: varied[name] for name in known if name in varied}


def _column(ready: Ready, name: str, spec: VariedSpec) -> VariedSpec | Marginal:
    if spec.values is not None:
        if len(spec.model_fields_set) > 1:
            raise UserError(
                "it has `values`, so it can have nothing else; remove one or the other."
            )
        return spec
    low, high = spec.low, spec.high
    if spec.from_ is not None:
        if low is not None or high is not None or spec.sd is not None:
            raise UserError('it has `from = "range"`, so leave out `low`, `high` and `sd`.')
        found = range_of(ready.scenario, name)
        if found is None:
            raise UserError(
                "the scenario gives it no range; give `low` and `high`, or `mean` and `sd`."
            )
        low, high = found
    return marginal(
        spec.distribution or "uniform",
        low=low, high=high, mode=spec.mode, mean=spec.mean, sd=spec.sd,
        usual=ready.parameters[name].value,
    )  # fmt: skip


def _points(design: DesignSpec, count: int, columns: int) -> Floats:
    """Return points of the unit cube (McKay, Beckman and Conover 1979; Sobol' 1967, scrambled)."""
    from scipy.stats import qmc

    source = np.random.default_rng(design.seed if design.seed is not None else 1)
    made = qmc.Sobol if design.kind == "sobol" else qmc.LatinHypercube
    points: Floats = made(columns, seed=source).random(count)
    return points


def _at(column: VariedSpec | Marginal, points: Floats) -> Floats:
    if isinstance(column, Marginal):
        return column.at(points)
    values = np.array(column.values, dtype=np.float64)
    return values[np.minimum((points * len(values)).astype(np.int64), len(values) - 1)]


def _table(experiment: Experiment, ready: Ready, folder: Path, problems: list[Problem]) -> Draws:
    design = experiment.design
    for key in ("parameters", "assumed"):
        if getattr(experiment, key):
            problems.append((key, "a design of kind table says every number itself; remove it."))
    if (design.rows is None) == (design.file is None):
        problems.append(("design", "a table needs either `rows` or `file`; give one of them."))
        return Draws((), np.zeros((0, 0)))
    rows: Sequence[Mapping[str, float]] = design.rows or []
    where = "design.rows"
    if design.file is not None:
        where = f"design.file: {design.file}"
        try:
            rows = read_draws(folder / design.file)
        except UserError as error:
            problems += [(where, p) for p in error.problems]
            return Draws((), np.zeros((0, 0)))
    if not rows:
        problems.append((where, "there is no row; give at least one."))
        return Draws((), np.zeros((0, 0)))
    names = list(rows[0])
    known = ready.scenario.parameters
    strange = [unknown("parameter", n, known, f"in {ready.loaded.path.name}") for n in names
               if n not in known]  # fmt: skip
    problems += [(where, said) for said in strange]
    for i, row in enumerate(rows):
        if set(row) != set(names):
            what = f"row {i} does not name the same parameters as row 0; give each row all of them."
            problems.append((where, what))
            return Draws((), np.zeros((0, 0)))
    return Draws(names, np.array([[row[n] for n in names] for row in rows], dtype=np.float64))
