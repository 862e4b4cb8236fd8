"""Counts and times that a scenario's outcomes ask for, one column each, one row per family."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.family import FIRED
from simcare.model.statement import Statement
from simcare.observe.children import Children, Moments
from simcare.observe.events import Events, Spells
from simcare.scenario.schema import OutcomeMeasure

Mask = NDArray[np.bool_]


class Counter:
    """Counts a scenario's outcomes in weeks 0 to the horizon.

    The history before week 0 counts towards which move is the n-th, and not otherwise.
    """

    def __init__(
        self,
        statement: Statement,
        arrays: Arrays,
        groups: Mapping[str, list[str]],
        children_region: str,
    ) -> None:
        self.statement, self.arrays = statement, arrays
        self.groups = groups
        self.region = children_region
        self.children = Children(statement, arrays)
        self.base = self.children.base

    def count(
        self,
        measures: Mapping[str, OutcomeMeasure],
        events: Events,
        spells: Spells,
        families: int,
    ) -> pd.DataFrame:
        """Return one row per family and one column per measure (of ratios, the counts)."""
        columns = {
            name: self._one(measure, events, spells, families) for name, measure in measures.items()
        }
        return pd.DataFrame(columns)

    def _one(
        self, measure: OutcomeMeasure, events: Events, spells: Spells, families: int
    ) -> NDArray[np.float64]:
        if measure.kind == "weeks":
            return self._weeks(measure, spells, families)
        chosen = self._events(measure, events)
        family = events.family[chosen]
        if measure.each_child_in is not None:
            week = events.week[chosen]
            at = Moments(family, np.full(len(family), -1), week, week)
            family = self.children.just_before(at, spells, self._which(measure)).family
        counts = np.bincount(family, minlength=families).astype(np.float64)
        return np.minimum(counts, 1.0) if measure.kind == "families_moving" else counts

    def _weeks(self, measure: OutcomeMeasure, spells: Spells, families: int) -> NDArray[np.float64]:
        chosen = self.children.at(spells, measure.region, self._names(measure, measure.to))
        start = np.maximum(chosen.start, 0.0)
        kept = chosen.end > start
        at = Moments(
            chosen.family[kept], self.children.slot[chosen.region[kept]], start[kept],
            chosen.end[kept],
        )  # fmt: skip
        if measure.each_child_in is not None:
            at = self.children.during(at, spells, self._which(measure))
        weeks = np.bincount(at.family, at.end - at.start, minlength=families)
        return weeks.astype(np.float64)

    def _which(self, measure: OutcomeMeasure) -> tuple[str, tuple[str, ...]]:
        return self.region, self._expand(self.region, [str(measure.each_child_in)])

    def _events(self, measure: OutcomeMeasure, events: Events) -> Mask:
        own = self.arrays.region_base[events.region] == self.base[measure.region]
        if measure.kind == "fires":
            clocks = [
                i
                for i, c in enumerate(self.statement.clocks)
                if c.region == measure.region and c.name == measure.clock
            ]
            fired = (events.kind == FIRED) & np.isin(events.of_clock(self.arrays), clocks)
            fires: Mask = own & fired & (events.week >= 0.0)
            return fires
        chosen = own & events.moved
        if measure.from_levels is not None:
            chosen &= np.isin(events.before, self._levels(measure, measure.from_levels))
        if measure.to is not None:
            chosen &= np.isin(events.after, self._levels(measure, measure.to))
        if measure.nth is not None:
            chosen = _nth(events, chosen, measure.nth)
        if measure.after_at_most_weeks is not None:
            chosen &= _length_of_stay(events) <= measure.after_at_most_weeks
        if measure.again_within_weeks is not None:
            chosen = _soon_again(events, chosen, measure.again_within_weeks)
        kept: Mask = chosen & (events.week >= 0.0)
        return kept

    def _names(self, measure: OutcomeMeasure, names: list[str] | None) -> tuple[str, ...]:
        return self._expand(measure.region, names or [])

    def _levels(self, measure: OutcomeMeasure, names: list[str]) -> list[int]:
        known = self.statement.region(measure.region).level_names()
        return [known.index(n) for n in self._names(measure, names)]

    def _expand(self, region: str, names: list[str]) -> tuple[str, ...]:
        """Spell out groups, keeping the levels that the region has."""
        known = self.statement.region(region).level_names()
        found: list[str] = []
        for name in names:
            found += self.groups[name[1:]] if name.startswith("@") else [name]
        return tuple(n for n in found if n in known)


def _nth(events: Events, chosen: Mask, nth: int) -> Mask:
    """Keep, of the chosen events, those that are the n-th or later of their region instance."""
    where = np.flatnonzero(chosen)
    table = pd.DataFrame({"family": events.family[where], "region": events.region[where]})
    order = table.groupby(["family", "region"]).cumcount().to_numpy() + 1
    kept = np.zeros(len(chosen), dtype=bool)
    kept[where[order >= nth]] = True
    return kept


def _length_of_stay(events: Events) -> NDArray[np.float64]:
    """Return how long the region stood at its level before each move; inf for the first."""
    table = pd.DataFrame({"family": events.family, "region": events.region, "week": events.week})[
        events.moved
    ]
    length = table.groupby(["family", "region"])["week"].diff().fillna(np.inf)
    result = np.full(len(events.week), np.inf)
    result[events.moved] = length.to_numpy()
    return result


def _soon_again(events: Events, chosen: Mask, weeks: float) -> Mask:
    """Keep, of the chosen events, those that follow another of the same family within weeks."""
    where = np.flatnonzero(chosen)
    family, week = events.family[where], events.week[where]
    kept = np.zeros(len(chosen), dtype=bool)
    if len(where) > 1:
        soon = (family[1:] == family[:-1]) & (week[1:] - week[:-1] <= weeks)
        kept[where[1:][soon]] = True
    return kept
