"""A family's clock may speak of children only together, never of one child."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.model import statement as s


def of_one_child(statement: s.Statement) -> Iterator[tuple[str, str]]:
    """Yield (clock, name) wherever a family's clock depends on or writes what one child has.

    Which child would be meant cannot be said there. Names are of regions and registers.
    """
    regions = {r.name for r in statement.regions if r.per == "child"}
    registers = {g.name for g in statement.registers if g.per == "child"}
    of_child = regions | registers
    for clock in statement.clocks:
        if clock.region in regions:
            continue
        for name in _names(clock):
            if name in of_child:
                yield f"{clock.region}/{clock.name}", name


def _names(clock: s.Clock) -> Iterator[str]:
    """Yield the regions and registers that a clock takes to be the family's own."""
    if isinstance(clock.hazard, s.Since):
        yield clock.hazard.register
    for factor in clock.factors:
        if isinstance(factor, s.LevelFactor):
            yield factor.region
        elif isinstance(factor, s.RegisterFactor):
            yield factor.register
    for outcome in clock.outcomes:
        if outcome.times is not None:
            yield outcome.times
        for guard in outcome.when:
            for test in guard:
                if isinstance(test, s.LevelIs):
                    yield test.region
                elif test.kind != "children":
                    yield test.subject
        for effect in outcome.effects:
            if not isinstance(effect, s.Move):
                yield effect.register
