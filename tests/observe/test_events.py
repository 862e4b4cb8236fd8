"""Columns of events, the spells between them, and the words for them."""

from __future__ import annotations

import numpy as np

from simcare.engine.events import Events
from tests.observe.conftest import Lived


def test_events_are_the_rows_of_the_logs_in_order(lived: Lived) -> None:
    result = lived([0.0, 500.0, 3.0])
    events = result.events
    rows = [(i, *row) for i, log in enumerate(result.logs) for row in log]
    columns = (events.family, events.week, events.kind, events.region, events.before,
               events.after, events.clock, events.outcome)  # fmt: skip
    assert list(zip(*(c.tolist() for c in columns), strict=True)) == rows
    assert set(events.family) == {0, 2}


def test_families_without_events() -> None:
    events = Events.of([[], []])
    assert len(events.week) == 0
    assert events.moved.tolist() == []


def test_no_families() -> None:
    assert len(Events.of([]).week) == 0


def test_spells_of_nobody(lived: Lived) -> None:
    spells = lived([500.0, 600.0]).spells
    assert (len(spells.family), len(spells.start), len(spells.end)) == (0, 0, 0)


def test_spells_by_hand(lived: Lived) -> None:
    spells = lived([0.0, 500.0]).spells
    rows = zip(spells.family, spells.region, spells.level, spells.start, spells.end, strict=True)
    assert [tuple(map(float, row)) for row in rows] == [
        (0, 0, 0, 0.0, 4.0),
        (0, 0, 1, 4.0, 10.0),
        (0, 0, 0, 10.0, 14.0),
        (0, 0, 1, 14.0, 20.0),
        (0, 0, 0, 20.0, 20.0),
        (0, 1, 0, 0.0, 20.0),
        (0, 2, 0, 0.0, 6.0),
        (0, 2, 1, 6.0, 11.0),
        (0, 2, 0, 11.0, 20.0),
        (0, 3, 0, 0.0, 20.0),
    ]
    assert spells.first.tolist() == [True, *[False] * 4, True, True, False, False, True]


def test_chosen_spells(lived: Lived) -> None:
    spells = lived().spells
    chosen = spells.where(spells.level == 1)
    assert len(chosen) == 3
    assert np.array_equal(chosen.end - chosen.start, [6.0, 6.0, 5.0])


def test_the_chronology_says_it_in_words(lived: Lived) -> None:
    table = lived().chronology()
    columns = ["week", "child", "kind", "region", "before", "after", "clock", "outcome"]
    assert [tuple(row) for row in table[columns].head(6).itertuples(index=False)] == [
        (4.0, -1, "decision", "case", "rest", "rest", "opens", "open"),
        (4.0, -1, "move", "case", "rest", "open", "opens", "open"),
        (6.0, -1, "decision", "trip", "to come", "to come", "trip", "goes"),
        (6.0, 0, "move", "child", "home", "away", "trip", "goes"),
        (10.0, -1, "decision", "case", "open", "open", "decided", "rest"),
        (10.0, -1, "move", "case", "open", "rest", "decided", "rest"),
    ]
