"""A scenario made ready to run: its numbers, and a statement and arrays for each policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simcare.economics import Schedule, schedule
from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.errors import UserError
from simcare.experiment.checks import discounting, problems_of
from simcare.model.build import attempt, dead_ends
from simcare.model.offers import circles
from simcare.model.statement import Statement
from simcare.scenario.load import Loaded, Reading, read
from simcare.scenario.mending import STAND_IN
from simcare.scenario.parameters import Resolved, examine
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
    reading = Reading(given) if isinstance(given, Loaded) else read(given)
    loaded = reading.loaded
    if loaded is None:
        raise UserError(reading.problems)
    parameters, problems = examine(loaded.scenario)
    statements: dict[str, Statement] = {}
    if reading.whole:
        values = dict.fromkeys(loaded.scenario.parameters, STAND_IN)
        values |= {name: p.value for name, p in parameters.items()}
        problems += [f"{at}: {what}" for at, what in problems_of(loaded.scenario, values)]
        statements = _statements(loaded.scenario, values, problems)
    else:
        problems += [f"{at}: {what}" for at, what in discounting(loaded.scenario)]
    named = [f"{loaded.file_of(p.partition(': ')[0])}: {p}" for p in problems]
    if reading.problems or named:
        raise UserError([*reading.problems, *dict.fromkeys(named)])
    return Ready(loaded, parameters, statements)


def _statements(
    scenario: Scenario, values: Mapping[str, float], problems: list[str]
) -> dict[str, Statement]:
    """Build the statement of every policy, adding to the problems."""
    if circles(scenario.policies):
        return {}
    statements, found = {}, []
    for policy in scenario.policies:
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
