"""Counts and times that a scenario's outcomes ask for, one column each, one row per family."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.engine.family import FIRED
from simcare.model.statement import Statement
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
        measures: Mapping[str, OutcomeMeasure],
        groups: Mapping[str, list[str]],
    ) -> None:
        self.statement, self.arrays = statement, arrays
        self.measures, self.groups = measures, groups
        self.base = {region.name: i for i, region in enumerate(statement.regions)}

    def count(self, events: Events, spells: Spells, families: int) -> pd.DataFrame:
        """Return one row per family and one column per outcome (ratios are left out)."""
        columns = {
            name: self._one(measure, events, spells, families)
            for name, measure in self.measures.items()
        }
        return pd.DataFrame(columns)

    def _one(
        self, measure: OutcomeMeasure, events: Events, spells: Spells, families: int
    ) -> NDArray[np.float64]:
        if measure.kind == "weeks":
            own = self.arrays.region_base[spells.region] == self.base[measure.region]
            here = own & np.isin(spells.level, self._levels(measure, measure.to))
            length = np.maximum(spells.end - np.maximum(spells.start, 0.0), 0.0)
            weeks = np.bincount(spells.family[here], length[here], minlength=families)
            return weeks.astype(np.float64)
        chosen = self._events(measure, events)
        counts = np.bincount(events.family[chosen], minlength=families).astype(np.float64)
        return np.minimum(counts, 1.0) if measure.kind == "families_moving" else counts

    def _events(self, measure: OutcomeMeasure, events: Events) -> Mask:
        own = self.arrays.region_base[events.region] == self.base[measure.region]
        if measure.kind == "fires":
            clocks = [
                i
                for i, c in enumerate(self.statement.clocks)
                if c.region == measure.region and c.name == measure.clock
            ]
            fired = (events.kind == FIRED) & np.isin(self.arrays.clock_base[events.clock], clocks)
            fires: Mask = own & fired & (events.week >= 0.0)
            return fires
        chosen = own & events.moved
        if measure.from_levels is not None:
            chosen &= np.isin(events.before, self._levels(measure, measure.from_levels))
        if measure.to is not None:
            chosen &= np.isin(events.after, self._levels(measure, measure.to))
        if measure.nth is not None:
            chosen = _nth(events, chosen, measure.nth)
        kept: Mask = chosen & (events.week >= 0.0)
        return kept

    def _levels(self, measure: OutcomeMeasure, names: list[str] | None) -> list[int]:
        known = self.statement.region(measure.region).level_names()
        found: list[int] = []
        for name in names or ():
            members = self.groups[name[1:]] if name.startswith("@") else [name]
            found += [known.index(m) for m in members]
        return found


def _nth(events: Events, chosen: Mask, nth: int) -> Mask:
    """Keep, of the chosen events, those that are the n-th or later of their region instance."""
    where = np.flatnonzero(chosen)
    table = pd.DataFrame({"family": events.family[where], "region": events.region[where]})
    order = table.groupby(["family", "region"]).cumcount().to_numpy() + 1
    kept = np.zeros(len(chosen), dtype=bool)
    kept[where[order >= nth]] = True
    return kept
