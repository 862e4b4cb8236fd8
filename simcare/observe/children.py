"""Which children stood where at a moment, or while something lasted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.model.instances import Instances
from simcare.model.statement import Statement
from simcare.observe.events import Spells

Which = tuple[str, tuple[str, ...]]
"""A child's region and some of its levels."""


@dataclass(frozen=True)
class Moments:
    """Spells (or moments, where start = end) of families or of one child of each.

    slot: the child concerned, or -1.
    """

    family: NDArray[np.int64]
    slot: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]


class Children:
    """The children of the families of one run."""

    def __init__(self, statement: Statement, arrays: Arrays) -> None:
        self.statement, self.arrays = statement, arrays
        self.slot = np.array([k for _, k in Instances(statement).regions()], dtype=np.int64)
        self.base = {region.name: i for i, region in enumerate(statement.regions)}

    def at(self, spells: Spells, region: str, levels: tuple[str, ...]) -> Spells:
        """Return the spells of a region at some of its levels."""
        names = self.statement.region(region).level_names()
        numbers = [names.index(x) for x in levels]
        own = self.arrays.region_base[spells.region] == self.base[region]
        return spells.where(own & np.isin(spells.level, numbers))

    def during(self, moments: Moments, spells: Spells, which: Which) -> Moments:
        """Return each child's part of family spells: when the child stood at the levels."""
        family = pd.DataFrame(
            {"family": moments.family, "start": moments.start, "end": moments.end}
        )
        both = family.merge(self._table(spells, which), on="family")
        start = np.maximum(both["start"].to_numpy(), both["from"].to_numpy())
        end = np.minimum(both["end"].to_numpy(), both["to"].to_numpy())
        kept = end > start
        return Moments(
            both["family"].to_numpy()[kept], both["slot"].to_numpy()[kept], start[kept], end[kept]
        )

    def just_before(self, moments: Moments, spells: Spells, which: Which) -> Moments:
        """Return a moment for each child who stood at the levels just before it.

        At the moment of a family's arrival, where it then stands counts as before.
        """
        family = pd.DataFrame({"family": moments.family, "week": moments.start})
        both = family.merge(self._table(spells, which), on="family")
        inside = (both["from"] < both["week"]) & (both["week"] <= both["to"])
        kept = both[inside | (both["first"] & (both["from"] == both["week"]))]
        week = kept["week"].to_numpy()
        return Moments(kept["family"].to_numpy(), kept["slot"].to_numpy(), week, week)

    def _table(self, spells: Spells, which: Which) -> pd.DataFrame:
        chosen = self.at(spells, *which)
        return pd.DataFrame(
            {
                "family": chosen.family,
                "slot": self.slot[chosen.region],
                "from": chosen.start,
                "to": chosen.end,
                "first": chosen.first,
            }
        )
