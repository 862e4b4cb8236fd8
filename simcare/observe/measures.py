"""Counts and times that a scenario asks for, with groups of levels spelt out.

All are of weeks 0 to the horizon. The history before week 0 counts towards which move is the
n-th and which follows another, and not otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simcare.model.statement import Statement
from simcare.scenario.schema import OutcomeMeasure
from simcare.units import WEEKS_PER_YEAR

Levels = tuple[str, ...]
_IS = re.compile(r"^(?P<region>[a-z_0-9]+) is (?P<negated>not )?(?P<levels>.+)$")


@dataclass(frozen=True)
class Ages:
    """From one age up to another, in weeks, of children who are born when `region` first moves."""

    low: float
    high: float
    region: str


@dataclass(frozen=True)
class Since:
    """An earlier move of the same region that an event is the first such event to follow.

    start, to: levels that it left and reached (None: any). least, most: weeks between. through:
    levels at one of which the region has been since (None: any); not_through: at none of which.
    """

    start: Levels | None = None
    to: Levels | None = None
    least: float = 0.0
    most: float = math.inf
    through: Levels | None = None
    not_through: Levels = ()


@dataclass(frozen=True)
class Measure:
    """Something counted for each family: moves of a region, firings of a clock, or weeks.

    start, to: levels that a move leaves and reaches (None: any); of weeks, `to` alone. nth: only
    the n-th move of a region and later ones (0: all). stay_weeks: only moves that end a stay of
    at most so long. again_weeks: only those that follow another of the family within so long.
    when: regions with the levels at one of which each must stand just before, a child's being
    those of the child that is counted. ages: only children of these. since: only the first after
    an earlier move.
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
    when: tuple[tuple[str, Levels], ...] = ()
    ages: Ages | None = None
    since: Since | None = None

    @property
    def plain(self) -> bool:
        """Whether neither rules, ages nor an earlier move limit what is counted."""
        return not self.when and self.ages is None and self.since is None


def read_measures(
    given: Mapping[str, OutcomeMeasure],
    statement: Statement,
    groups: Mapping[str, Sequence[str]],
    children_region: str,
) -> dict[str, Measure]:
    """Return a scenario's measures by name. groups: levels by the names that `@` refers to."""
    reader = _Reader(statement, groups, children_region)
    return {name: reader.measure(m) for name, m in given.items()}


@dataclass(frozen=True)
class _Reader:
    """Turns the measures of a scenario into those that are folded."""

    statement: Statement
    groups: Mapping[str, Sequence[str]]
    children_region: str

    def measure(self, m: OutcomeMeasure) -> Measure:
        """Return a measure, with what limits it."""
        ages = None
        if m.ages is not None:
            low, high = (years * WEEKS_PER_YEAR for years in m.ages)
            ages = Ages(low, high, self.children_region)
        rules = tuple(map(self._rule, m.when))
        return replace(self._counted(m), when=rules, ages=ages, since=self._since(m))

    def _counted(self, m: OutcomeMeasure) -> Measure:
        which = None
        if m.each_child_in is not None:
            which = (self.children_region, self._levels(self.children_region, [m.each_child_in]))
        if m.kind == "weeks":
            to = self._levels(m.region, m.to or [])
            return Measure("weeks", m.region, to=to, each_child_in=which)
        if m.kind == "fires":
            return Measure("fires", m.region, clock=m.clock, each_child_in=which)
        return Measure(
            "moves",
            m.region,
            self._any_or(m.region, m.from_levels),
            self._any_or(m.region, m.to),
            nth=m.nth or 0,
            stay_weeks=m.after_at_most_weeks,
            again_weeks=m.again_within_weeks,
            each_child_in=which,
            capped=m.kind == "families_moving",
        )

    def _since(self, m: OutcomeMeasure) -> Since | None:
        if m.since is None:
            return None
        return Since(
            self._any_or(m.region, m.since.from_levels),
            self._any_or(m.region, m.since.to),
            m.since.at_least_weeks,
            math.inf if m.since.at_most_weeks is None else m.since.at_most_weeks,
            self._any_or(m.region, m.since.through),
            self._levels(m.region, m.since.not_through),
        )

    def _rule(self, text: str) -> tuple[str, Levels]:
        found = split_rule(text)
        if found is None:
            raise ValueError(f"not a rule about a region: {text}")
        region, negated, names = found
        listed = self._levels(region, names)
        every = self.statement.region(region).level_names()
        return region, tuple(n for n in every if (n in listed) is not negated)

    def _any_or(self, region: str, names: Sequence[str] | None) -> Levels | None:
        return None if names is None else self._levels(region, names)

    def _levels(self, region: str, names: Sequence[str]) -> Levels:
        """Spell out groups, keeping the levels that the region has."""
        found: list[str] = []
        for name in names:
            found += self.groups[name[1:]] if name.startswith("@") else [name]
        known = self.statement.region(region).level_names()
        return tuple(name for name in dict.fromkeys(found) if name in known)


def split_rule(text: str) -> tuple[str, bool, list[str]] | None:
    """Return region, whether it is negated, and levels of `region is [not] a, b`; else None."""
    match = _IS.match(text.strip())
    if match is None:
        return None
    names = [name.strip() for name in match["levels"].split(",")]
    return match["region"], match["negated"] is not None, names
