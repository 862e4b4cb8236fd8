"""The levels of every region of a scenario, as its files name them."""

from __future__ import annotations

from simcare.model.needs import LEVELS as NEED_LEVELS
from simcare.model.supports import levels_of
from simcare.model.traits import kinds_of
from simcare.scenario.schema import Scenario


def levels_by_region(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the levels of every region, with those made from needs and supports."""
    levels = {name: tuple(spec.levels) for name, spec in scenario.regions.items()}
    levels |= dict.fromkeys(scenario.needs, NEED_LEVELS)
    levels |= {name: levels_of(spec) for name, spec in scenario.supports.items()}
    return levels | {name: tuple(kinds) for name, kinds in kinds_of(scenario).items()}
