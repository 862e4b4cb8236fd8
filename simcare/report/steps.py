"""The ways in which a region can pass from level to level, read from the model's statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simcare.errors import UserError, unknown
from simcare.model import statement as s


@dataclass(frozen=True)
class Step:
    """A way for a region to pass from one level to another, and what brings it about."""

    source: str
    target: str
    clock_region: str
    clock: str
    outcome: str


def steps(statement: s.Statement, region: str) -> list[Step]:
    """Return every move of a region that the outcomes of clocks or its queues can make.

    What a guard or a factor of nothing rules out is left out. Raises UserError if there is no
    such region.
    """
    known = [r.name for r in statement.regions]
    if region not in known:
        raise UserError(unknown("region", region, known))
    found = [
        Step(level.name, level.queue.then, region, "queue", "a place is free")
        for level in statement.region(region).levels
        if level.queue is not None
    ]
    for clock in statement.clocks:
        for outcome in clock.outcomes:
            for effect in outcome.effects:
                if isinstance(effect, s.Move) and effect.region == region:
                    name = _name(statement, clock, outcome, effect)
                    found += [
                        Step(source, effect.to, clock.region, clock.name, name)
                        for source in _sources(statement.region(region), clock, outcome, effect)
                        if source != effect.to
                    ]
    return list(dict.fromkeys(found))


def _name(statement: s.Statement, clock: s.Clock, outcome: s.Outcome, move: s.Move) -> str:
    """Name an outcome in words: one without a title of its own is named for its level."""
    if outcome.name == f"{move.region} to {move.to}":
        region, level = move.region, move.to
    else:
        region, level = clock.region, outcome.name
    titles = {x.name: x.title for x in statement.region(region).levels}
    return titles.get(level, outcome.name)


def _sources(region: s.Region, clock: s.Clock, outcome: s.Outcome, move: s.Move) -> Iterable[str]:
    """The levels from which a move can start."""
    allowed = set(region.level_names())
    if clock.region == region.name:
        allowed &= set(clock.levels)
    elif not clock.levels:
        return []
    if move.only_from:
        allowed &= set(move.only_from)
    for guard in outcome.when:
        tests = [t for t in guard if isinstance(t, s.LevelIs) and t.region == region.name]
        if len(tests) == len(guard):
            allowed &= {level for test in tests for level in test.levels}
    for factor in clock.factors:
        if isinstance(factor, s.LevelFactor) and factor.region == region.name:
            allowed -= {level for level, by in factor.by_level if by == 0.0}
    return [level for level in region.level_names() if level in allowed]
