"""Counts and times that a scenario asks for, with groups of levels spelt out.

All are of weeks 0 to the horizon. The history before week 0 counts towards which move is the
n-th and which follows another, and not otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from simcare.model.statement import Statement
from simcare.scenario.schema import OutcomeMeasure

Levels = tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """Something counted for each family: moves of a region, firings of a clock, or weeks.

    start, to: levels that a move leaves and reaches (None: any); of weeks, `to` alone. nth: only
    the n-th move of a region and later ones (0: all). stay_weeks: only moves that end a stay of
    at most so long. again_weeks: only those that follow another of the family within so long.
    each_child_in: a child's region and levels, to count once for each child there. capped: at
    most 1 for a family.
    """

    kind: Literal["moves", "fires", "weeks"]
    region: str
    start: Levels | None = None
    to: Levels | None = None
    clock: str | None = None
    nth: int = 0
    stay_weeks: float | None = None
    again_weeks: float | None = None
    each_child_in: tuple[str, Levels] | None = None
    capped: bool = False


def read_measures(
    given: Mapping[str, OutcomeMeasure],
    statement: Statement,
    groups: Mapping[str, Sequence[str]],
    children_region: str,
) -> dict[str, Measure]:
    """Return a scenario's measures by name. groups: levels by the names that `@` refers to."""

    def levels(region: str, names: Sequence[str]) -> Levels:
        """Spell out groups, keeping the levels that the region has."""
        found: list[str] = []
        for name in names:
            found += groups[name[1:]] if name.startswith("@") else [name]
        known = statement.region(region).level_names()
        return tuple(name for name in dict.fromkeys(found) if name in known)

    def read(m: OutcomeMeasure) -> Measure:
        which = None
        if m.each_child_in is not None:
            which = (children_region, levels(children_region, [m.each_child_in]))
        if m.kind == "weeks":
            to = levels(m.region, m.to or [])
            return Measure("weeks", m.region, to=to, each_child_in=which)
        if m.kind == "fires":
            return Measure("fires", m.region, clock=m.clock, each_child_in=which)
        return Measure(
            "moves",
            m.region,
            None if m.from_levels is None else levels(m.region, m.from_levels),
            None if m.to is None else levels(m.region, m.to),
            nth=m.nth or 0,
            stay_weeks=m.after_at_most_weeks,
            again_weeks=m.again_within_weeks,
            each_child_in=which,
            capped=m.kind == "families_moving",
        )

    return {name: read(measure) for name, measure in given.items()}
