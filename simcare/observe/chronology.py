"""The dated events of families, in words (the chronology of social work practice)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simcare.engine.arrays import Arrays
from simcare.engine.events import Events
from simcare.model.instances import Instances
from simcare.model.statement import Statement

_KINDS = np.array(["decision", "move", "place given"])


def chronology(events: Events, statement: Statement, arrays: Arrays) -> pd.DataFrame:
    """Return the events with names for numbers.

    Columns: family (row), week, child (-1 for the family), kind, region, before, after (level
    names), clock (what fired), outcome (what was decided).
    """
    instances = Instances(statement).regions()
    slot = np.array([s for _, s in instances], dtype=np.int64)
    names = np.array([r.name for r in statement.regions], dtype=object)
    widest = max((len(r.levels) for r in statement.regions), default=0)
    levels = np.array(
        [[*r.level_names(), *[""] * (widest - len(r.levels))] for r in statement.regions],
        dtype=object,
    )
    base = arrays.region_base[events.region]
    return pd.DataFrame(
        {
            "family": events.family,
            "week": events.week,
            "child": slot[events.region],
            "kind": _KINDS[events.kind],
            "region": names[base],
            "before": levels[base, events.before],
            "after": levels[base, events.after],
            "clock": _clock_names(events, statement, arrays),
            "outcome": _outcome_names(events, statement),
        }
    )


def _clock_names(events: Events, statement: Statement, arrays: Arrays) -> np.ndarray:
    names = np.array([c.name for c in statement.clocks] + [""], dtype=object)
    return names[events.of_clock(arrays)]


def _outcome_names(events: Events, statement: Statement) -> np.ndarray:
    names = [
        outcome.name for _, clock, _ in Instances(statement).clocks() for outcome in clock.outcomes
    ]
    return np.array([*names, ""], dtype=object)[events.outcome]
