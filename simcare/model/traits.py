"""What never changes in a family, as regions without clocks: its type, and other traits."""

from __future__ import annotations

from simcare.model import statement as s
from simcare.scenario.schema import Scenario


def kinds_of(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Return the kinds of every trait with their titles: {trait: {kind: title}}."""
    found = {
        name: {kind: body.title for kind, body in trait.kinds.items()}
        for name, trait in scenario.traits.items()
    }
    spec = scenario.population
    if spec is not None and spec.types_region is not None:
        found[spec.types_region] = {kind: body.title for kind, body in spec.types.items()}
    return found


def make_traits(scenario: Scenario) -> list[s.Region]:
    """Return a region for each trait, with a level for each kind."""
    titles = {name: trait.title for name, trait in scenario.traits.items()}
    return [
        s.Region(
            name,
            titles.get(name, "Type of family"),
            tuple(s.Level(kind, title) for kind, title in kinds.items()),
            next(iter(kinds)),
        )
        for name, kinds in kinds_of(scenario).items()
        if kinds
    ]
