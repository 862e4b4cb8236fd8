"""A scenario made ready to run: its numbers, and a statement and arrays for each policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simcare.economics import Schedule, schedule
from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.errors import UserError
from simcare.model.build import build, dead_ends
from simcare.model.offers import circles
from simcare.model.statement import Statement
from simcare.scenario.load import Loaded, load
from simcare.scenario.parameters import Resolved, resolve
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


def make_ready(given: str | Path | Loaded) -> Ready:
    """Load and check a scenario.

    given: a path, a shipped name, or a scenario already loaded. Raises UserError with every
    problem that could be found.
    """
    loaded = given if isinstance(given, Loaded) else load(given)
    file, scenario = loaded.path.name, loaded.scenario
    problems = [f"{file}: {p}" for p in _own_problems(scenario)]
    try:
        parameters = resolve(scenario)
    except UserError as error:
        raise UserError([*problems, *(f"{file}: {p}" for p in error.problems)]) from None
    values = {name: p.value for name, p in parameters.items()}
    statements: dict[str, Statement] = {}
    if not circles(scenario.policies):
        for policy in scenario.policies:
            try:
                statements[policy] = build(scenario, values, policy, file)
            except UserError as error:
                problems += error.problems
    if statements and not problems:
        for region, level in dead_ends(scenario, next(iter(statements.values()))):
            problems.append(
                f"{file}: regions.{region}.levels.{level} can be entered but never left; give it "
                "a clock with an outcome that moves on, or list it in the group `final`."
            )
    if problems:
        raise UserError(list(dict.fromkeys(problems)))
    return Ready(loaded, parameters, statements)


def _own_problems(scenario: Scenario) -> list[str]:
    problems = []
    known = ", ".join(scenario.policies)
    if scenario.reference not in scenario.policies:
        problems.append(
            f"key `reference` is `{scenario.reference}`, which is not a policy; name one of {known}."
        )
    for name in circles(scenario.policies):
        problems.append(
            f"key `policies.{name}.extends` names an unknown policy or goes round in a circle; "
            f"the policies are {known}."
        )
    try:
        schedule(scenario.discount)
    except UserError as error:
        problems += [f"key `discount`: {p}" for p in error.problems]
    if scenario.children_region not in scenario.regions:
        problems.append(f"key `children_region`: there is no region `{scenario.children_region}`.")
    if isinstance(scenario.families_, int) and scenario.families_ < 1:
        problems.append("key `families` must be at least 1.")
    problems += _measure_problems(scenario)
    return problems


def _measure_problems(scenario: Scenario) -> list[str]:
    problems = []
    regions = set(scenario.regions) | set(scenario.needs) | set(scenario.supports)
    for name, measure in scenario.outcomes.items():
        if measure.region not in regions:
            problems.append(f"outcomes.{name}: there is no region `{measure.region}`.")
        for group in [*(measure.from_levels or []), *(measure.to or [])]:
            if group.startswith("@") and group[1:] not in scenario.groups:
                problems.append(f"outcomes.{name}: there is no group `{group}` in `[groups]`.")
        if measure.per_year_of is not None and measure.per_year_of not in scenario.outcomes:
            problems.append(f"outcomes.{name}: there is no outcome `{measure.per_year_of}`.")
    return problems
