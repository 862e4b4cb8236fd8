"""Dated money, from events.

Each line is an amount for one family (and child, where it is a child's): weekly rates while a
level lasts, and one-off sums on entering a level or at an outcome. Only what falls in weeks 0
to the horizon is kept. A sum for each child is paid for the children who stood at the named
levels just before the moment.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.engine.arrays import Arrays
from simcare.model.statement import OneOff, Statement, Weekly
from simcare.observe.children import Children, Moments
from simcare.observe.events import Events, Spells

COLUMNS = (
    "family", "child", "start_week", "end_week", "amount", "payer", "category", "item",
)  # fmt: skip


class Bookkeeper:
    """Writes the ledger of one statement."""

    def __init__(self, statement: Statement, arrays: Arrays) -> None:
        self.statement, self.arrays = statement, arrays
        self.children = Children(statement, arrays)
        self.slot = self.children.slot

    def ledger(self, events: Events, spells: Spells) -> pd.DataFrame:
        """Return the lines, in the order family, start week, item, child.

        Columns: family (row), child (-1 for the family), start_week, end_week, amount (pounds
        of the scenario's price year), payer, category, item.
        """
        frames = [*self._weekly(spells), *self._on_entry(spells), *self._outcomes(events, spells)]
        frames = [f for f in frames if len(f)]
        if not frames:
            return pd.DataFrame({c: [] for c in COLUMNS})
        table = pd.concat(frames, ignore_index=True)
        keys = ["family", "start_week", "item", "child", "end_week"]
        return table.sort_values(keys, kind="stable", ignore_index=True)

    def _weekly(self, spells: Spells) -> Iterator[pd.DataFrame]:
        for at, level, rate in (
            (at, level, rate)
            for at, region in enumerate(self.statement.regions)
            for level, body in enumerate(region.levels)
            for rate in body.weekly
        ):
            chosen = self._at(spells, at, level)
            start = np.maximum(chosen.start, 0.0)
            kept = chosen.end > start
            moments = Moments(
                chosen.family[kept],
                self.slot[chosen.region[kept]],
                start[kept],
                chosen.end[kept],
            )
            if rate.each_child_in is not None:
                moments = self.children.during(moments, spells, rate.each_child_in)
            yield _lines(rate, moments, rate.amount * (moments.end - moments.start))

    def _on_entry(self, spells: Spells) -> Iterator[pd.DataFrame]:
        for at, level, sum_ in (
            (at, level, sum_)
            for at, region in enumerate(self.statement.regions)
            for level, body in enumerate(region.levels)
            for sum_ in body.on_entry
        ):
            chosen = self._at(spells, at, level)
            chosen = chosen.where(chosen.start >= 0.0)
            yield self._one_off(sum_, chosen.family, self.slot[chosen.region], chosen.start, spells)

    def _outcomes(self, events: Events, spells: Spells) -> Iterator[pd.DataFrame]:
        x = self.arrays
        fired = (events.kind == 0) & (events.outcome >= 0) & (events.week >= 0.0)
        base = events.of_clock(x)
        within = events.outcome - x.outcome_start[events.clock]
        for at, clock in enumerate(self.statement.clocks):
            for number, outcome in enumerate(clock.outcomes):
                for sum_ in outcome.costs:
                    here = fired & (base == at) & (within == number)
                    yield self._one_off(
                        sum_,
                        events.family[here],
                        self.slot[events.region[here]],
                        events.week[here],
                        spells,
                    )

    def _one_off(
        self,
        sum_: OneOff,
        family: NDArray[np.int64],
        slot: NDArray[np.int64],
        week: NDArray[np.float64],
        spells: Spells,
    ) -> pd.DataFrame:
        moments = Moments(family, slot, week, week)
        if sum_.each_child_in is not None:
            moments = self.children.just_before(moments, spells, sum_.each_child_in)
        return _lines(sum_, moments, np.full(len(moments.family), sum_.amount))

    def _at(self, spells: Spells, region: int, level: int) -> Spells:
        same = (self.arrays.region_base[spells.region] == region) & (spells.level == level)
        return spells.where(same)


def _lines(money: Weekly | OneOff, m: Moments, amount: NDArray[np.float64]) -> pd.DataFrame:
    kept = amount != 0.0
    return pd.DataFrame(
        {
            "family": m.family[kept],
            "child": m.slot[kept],
            "start_week": m.start[kept],
            "end_week": m.end[kept],
            "amount": amount[kept],
            "payer": money.payer,
            "category": money.category,
            "item": money.item,
        }
    )
