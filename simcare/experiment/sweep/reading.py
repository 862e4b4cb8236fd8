"""From an experiment file to a plan, with every problem told at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simcare.economics import schedule
from simcare.errors import UserError, hint, unknown
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.sweep.design import MOST_DRAWS, Problem, make_draws, settled, source_of
from simcare.experiment.sweep.form import Experiment
from simcare.experiment.sweep.plan import Plan, impossible_draws, settings_of
from simcare.experiment.sweep.table import COLUMNS
from simcare.scenario import shipped
from simcare.scenario.faults import Fault, faults
from simcare.scenario.load import read_toml

_SHIPPED = ("shipped_experiments", "experiments")


def read_experiment(name_or_path: str | Path) -> Plan:
    """Read an experiment file, or one that ships by its name, and check it.

    Raises UserError with every problem of its form, its scenario, its names and its numbers.
    """
    path = find_experiment(name_or_path)
    tables = read_toml(path)
    experiment, problems = _validated(tables)
    if experiment is None:
        raise UserError([f"{path.name}: {says}" for says in problems])
    try:
        ready = _scenario(experiment, path)
    except UserError as error:
        raise UserError([*(f"{path.name}: {p}" for p in problems), *error.problems]) from None
    experiment = settled(experiment, ready)
    found = [*_names(experiment, ready), *_settings(experiment, ready)]
    draws, more = make_draws(experiment, ready, path.parent)
    problems += [f"{at}: {what}" for at, what in [*found, *more]]
    problems += [f"parameters: {p}" for p in _clashes(draws.names)]
    if not problems:
        problems = impossible_draws(ready, _policies(experiment, ready), draws)
    if problems:
        raise UserError([f"{path.name}: {p}" for p in dict.fromkeys(problems)])
    seeds = experiment.seeds or [ready.scenario.seed]
    settings = settings_of(experiment.settings, ready)
    count = len(draws) * len(settings) * len(seeds)
    if count > MOST_DRAWS:
        raise UserError(
            f"{path.name}: it has {count:,} units (draws x settings x seeds), more than "
            f"{MOST_DRAWS:,}; take fewer of one of them."
        )
    return Plan(
        name=path.stem,
        title=experiment.title,
        ready=ready,
        policies=_policies(experiment, ready),
        draws=draws,
        settings=settings,
        seeds=tuple(seeds),
        sampled=experiment.design.kind in ("latin_hypercube", "sobol", "posterior"),
        source=source_of(experiment, ready, path.parent, draws),
    )


def find_experiment(name_or_path: str | Path) -> Path:
    """Return the file of an experiment given as a path or as a shipped name."""
    given = Path(name_or_path)
    package = Path(shipped.__file__).resolve().parents[1]
    folders = [package / _SHIPPED[0], package.parent / _SHIPPED[1]]
    within = [given, Path(f"{given}.toml")]
    for path in [*within, *(folder / w for folder in folders for w in within)]:
        try:
            if path.is_file():
                return path
        except OSError:  # a name too long, or a folder that may not be looked into
            continue
    names = sorted({p.stem for folder in folders for p in folder.glob("*.toml")})
    raise UserError(
        f"{name_or_path}: there is no such experiment file, nor a shipped experiment of that "
        f"name; give the path of a .toml file or a shipped name: {hint(given.stem, names)}"
    )


def _validated(tables: dict[str, Any]) -> tuple[Experiment | None, list[str]]:
    """Return the experiment, mended where it has faults of form so that more can be found."""
    try:
        return Experiment.model_validate(tables), []
    except ValidationError as error:
        found = faults(error.errors(), tables, Experiment)
    problems = [f.says for f in found]
    try:
        return Experiment.model_validate(_mended(tables, found)), problems
    except ValidationError:
        return None, problems


def _mended(tables: Mapping[str, Any], found: Iterable[Fault]) -> dict[str, Any]:
    """Leave out what is faulty: a parameter whole, or the key of the file that it stands under."""
    mended = copy.deepcopy(dict(tables))
    for fault in found:
        first = fault.place[0]
        if first == "parameters" and len(fault.place) > 1 and isinstance(mended.get(first), dict):
            mended[first].pop(fault.place[1], None)
        else:
            mended.pop(str(first), None)
    return {"title": "untitled", **mended}


def _scenario(experiment: Experiment, path: Path) -> Ready:
    found = shipped.find(experiment.scenario, beside=path.parent)
    if found.resolve() == path.resolve():
        found = shipped.folder() / f"{experiment.scenario}.toml"
    return make_ready(found)


def _policies(experiment: Experiment, ready: Ready) -> tuple[str, ...]:
    scenario = ready.scenario
    wanted = experiment.policies or scenario.compare or list(scenario.policies)
    return tuple(dict.fromkeys([scenario.reference, *wanted]))


def _names(experiment: Experiment, ready: Ready) -> Iterator[Problem]:
    for name in experiment.policies or ():
        if name not in ready.scenario.policies:
            where = f"in {ready.loaded.path.name}"
            yield "policies", unknown("policy", name, ready.scenario.policies, where)
    if experiment.seeds and len(set(experiment.seeds)) < len(experiment.seeds):
        yield "seeds", "a seed stands there twice; remove one of them."


def _settings(experiment: Experiment, ready: Ready) -> Iterator[Problem]:
    spec, listed = experiment.settings, ready.scenario.families_
    for key in type(spec).model_fields:
        values = getattr(spec, key) or []
        if len(set(values)) < len(values):
            yield f"settings.{key}", "a value stands there twice; remove one of them."
    if isinstance(listed, list) and spec.families not in (None, [len(listed)]):
        yield (
            "settings.families",
            f"{ready.loaded.path.name} lists its {len(listed)} families by name; leave it out.",
        )
    for name in spec.discount or ():
        try:
            schedule(name)
        except UserError as error:
            yield from (("settings.discount", p) for p in error.problems)


def _clashes(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name in COLUMNS:
            yield (
                f"`{name}` is also the name of a column of the results; give the parameter "
                "another name in the scenario."
            )
