"""A scenario made ready to run: its numbers, and a statement and arrays for each policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from simcare.economics import Schedule, schedule
from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.errors import UserError, unknown
from simcare.experiment.checks import clashes, discounting, problems_of
from simcare.model.build import attempt, dead_ends
from simcare.model.statement import Statement
from simcare.scenario.lineage import Policies, circles
from simcare.scenario.load import Loaded, Reading, read
from simcare.scenario.mending import STAND_IN
from simcare.scenario.narrow import JOIN, narrow, with_packages
from simcare.scenario.parameters import Resolved, examine
from simcare.scenario.parts import Parameter
from simcare.scenario.schema import Scenario


@dataclass(frozen=True)
class Ready:
    """A checked scenario with everything that a run needs."""

    loaded: Loaded
    parameters: dict[str, Resolved]
    statements: dict[str, Statement]

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.loaded.scenario

    @property
    def values(self) -> dict[str, float]:
        """The number of every parameter."""
        return {name: p.value for name, p in self.parameters.items()}

    @cached_property
    def arrays(self) -> dict[str, Arrays]:
        """The arrays of every policy."""
        return {name: compile_statement(m) for name, m in self.statements.items()}

    @cached_property
    def schedule(self) -> Schedule:
        """The discount schedule."""
        return schedule(self.scenario.discount)

    @property
    def shares_places(self) -> bool:
        """Whether families compete for limited places, so that they are not independent."""
        model = self.statements[self.scenario.reference]
        return any(r.capacity is not None for r in model.resources)


def make_ready(given: str | Path | Loaded, policies: Sequence[str] | None = None) -> Ready:
    """Load and check a scenario.

    given: a path, a shipped name, or a scenario already loaded. policies: those that will be
    run, beside the reference; the scenario is cut down to them, and what only others need is
    neither built nor checked (default: all of it). A name such as `a+b` is both at once. Raises
    UserError with every problem that could be found.
    """
    reading = Reading(given) if isinstance(given, Loaded) else read(given)
    loaded = reading.loaded
    if loaded is None:
        raise UserError(reading.problems)
    if policies is not None:
        loaded = _cut_down(loaded, policies)
    parameters, problems = examine(loaded.scenario)
    statements: dict[str, Statement] = {}
    clashing = list(clashes(loaded.scenario))
    if clashing:
        # Two things of one name make all else that is said of either look wrong.
        problems += [f"{at}: {what}" for at, what in clashing]
    elif reading.whole:
        values = dict.fromkeys(loaded.scenario.parameters, STAND_IN)
        values |= {name: p.value for name, p in parameters.items()}
        problems += [f"{at}: {what}" for at, what in problems_of(loaded.scenario, values)]
        statements = _statements(loaded.scenario, values, problems)
    else:
        problems += [f"{at}: {what}" for at, what in discounting(loaded.scenario)]
    told = " ".join(reading.problems)
    named = [_placed(loaded, p) for p in problems if f"`{p.partition(': ')[0]}`" not in told]
    if reading.problems or named:
        raise UserError([*reading.problems, *dict.fromkeys(named)])
    return Ready(loaded, parameters, statements)


def _placed(loaded: Loaded, problem: str) -> str:
    """Return a problem with the file that it is in, or the package if it is in no file."""
    place, _, what = problem.partition(": ")
    table, _, rest = place.partition(".")
    name = rest.partition(".")[0]
    if table == "policies" and JOIN in name:
        return f"package {name}: {what}"
    return f"{loaded.file_of(place)}: {problem}"


def chosen_policies(scenario: Scenario, policies: Sequence[str] | None) -> tuple[str, ...]:
    """Return the policies to run, the reference first: by default those that it compares.

    Before one that puts others together come its parts, so that it can be told what each adds.
    """
    usual = scenario.compare or list(scenario.policies)
    known, wanted = scenario.policies, list[str]()
    for name in usual if policies is None else policies:
        wanted += _with_parts(known, name)
    return (scenario.reference, *dict.fromkeys(p for p in wanted if p != scenario.reference))


def _with_parts(known: Policies, name: str, inside: tuple[str, ...] = ()) -> list[str]:
    """Return a policy after its parts, and theirs; one that goes round in a circle is left."""
    if name not in known or name in inside:
        return [name]
    parts = known[name].together
    return [*(p for part in parts for p in _with_parts(known, part, (*inside, name))), name]


def _cut_down(loaded: Loaded, policies: Sequence[str]) -> Loaded:
    scenario = with_packages(loaded.scenario, policies)
    chosen = chosen_policies(scenario, policies)
    bad = circles(scenario.policies)
    # Whatever is wrong with the names is said by those who look at the whole scenario.
    if bad or chosen == (scenario.reference,) or not scenario.policies.keys() >= set(chosen):
        return replace(loaded, scenario=scenario)
    kept = narrow(scenario, chosen)
    usual = [name for name in kept.compare if name in kept.policies]
    return replace(loaded, scenario=kept.model_copy(update={"compare": usual}))


def with_values(
    ready: Ready, values: Mapping[str, float], policies: Collection[str] | None = None
) -> Ready:
    """Return a ready scenario with other numbers for some of its parameters.

    values: {name: number in the parameter's unit}; a price is in the scenario's price year.
    policies: those that will be run, the reference among them (default: all); others are not
    built. It is as if a file had been laid over the scenario with these numbers, but no file is
    read and no form is checked again, so that it can stand behind a slider. Raises UserError
    with every name that is unknown, and with every problem that the numbers cause.
    """
    known = ready.scenario.parameters
    strange = [unknown("parameter", name, known) for name in values if name not in known]
    if strange:
        raise UserError(strange)
    given = {name: _given(ready, name, value) for name, value in values.items()}
    varied = _changed(ready, {"parameters": {**known, **given}})
    parameters, problems = examine(varied.scenario)
    if problems:
        raise UserError(problems)
    numbers = {name: p.value for name, p in parameters.items()}
    statements = _statements(varied.scenario, numbers, problems, policies)
    if problems:
        raise UserError(list(dict.fromkeys(problems)))
    return Ready(varied, parameters, statements)


def with_settings(ready: Ready, settings: Mapping[str, int | str]) -> Ready:
    """Return a ready scenario with others of its own keys, such as `horizon_weeks`.

    settings: {key: value}, of keys that no statement of the model depends on: `horizon_weeks`,
    `warm_up_weeks` and `discount`, within the bounds of the scenario's form. Raises UserError if
    the discount schedule is unknown.
    """
    changed = _changed(ready, settings)
    problems = [f"{at}: {what}" for at, what in discounting(changed.scenario)]
    if problems:
        raise UserError(problems)
    made = Ready(changed, ready.parameters, ready.statements)
    # They depend on the statements alone, and it takes time to lay them out.
    made.__dict__["arrays"] = ready.arrays
    return made


def _given(ready: Ready, name: str, value: float) -> Parameter:
    unit = ready.scenario.parameters[name].unit
    return Parameter(
        value=value,
        unit=unit,
        source="given in place of the scenario's own",
        price_year=ready.scenario.price_year if unit.startswith("£") else None,
    )


def _changed(ready: Ready, keys: Mapping[str, Any]) -> Loaded:
    """Return what was loaded with other values of some keys of the scenario."""
    tables = dict(ready.loaded.tables)
    for key, value in keys.items():
        tables[key] = value
        if key == "parameters":
            own = ready.scenario.parameters
            new = {n: p.model_dump(exclude_none=True) for n, p in value.items() if p != own[n]}
            tables[key] = {**ready.loaded.tables.get(key, {}), **new}
    return replace(
        ready.loaded, scenario=ready.scenario.model_copy(update=dict(keys)), tables=tables
    )


def _statements(
    scenario: Scenario,
    values: Mapping[str, float],
    problems: list[str],
    policies: Collection[str] | None = None,
) -> dict[str, Statement]:
    """Build the statement of every policy, or of some, adding to the problems."""
    if circles(scenario.policies):
        return {}
    statements, found = {}, []
    for policy in scenario.policies if policies is None else policies:
        statements[policy], more = attempt(scenario, values, policy)
        found += more
    problems += found
    if statements and not found:
        for region, level in dead_ends(scenario, next(iter(statements.values()))):
            problems.append(
                f"regions.{region}.levels.{level}: it can be entered but never left; give it a "
                "clock with an outcome that moves on, or list it in the group `final`."
            )
    return statements
