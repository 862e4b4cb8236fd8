"""Dated money, against sums worked out by hand (random ones are in the engine's properties)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simcare.model import statement as s
from simcare.observe.ledger import COLUMNS
from tests.helpers import levels, pounds, region, run
from tests.observe.conftest import Lived

Line = tuple[int, float, float, float]


def lines(ledger: pd.DataFrame, item: str) -> list[Line]:
    """Child, start, end and amount of each line of an item."""
    own = ledger[ledger["item"] == item]
    columns = ["child", "start_week", "end_week", "amount"]
    return [tuple(row) for row in own[columns].itertuples(index=False, name=None)]


BY_HAND: dict[str, list[Line]] = {
    "work": [(-1, 4.0, 10.0, 60.0), (-1, 14.0, 20.0, 60.0)],
    "visits": [
        (0, 4.0, 6.0, 2.0),
        (1, 4.0, 10.0, 6.0),
        (0, 14.0, 20.0, 6.0),
        (1, 14.0, 20.0, 6.0),
    ],
    "start": [(-1, 4.0, 4.0, 100.0), (-1, 14.0, 14.0, 100.0)],
    "talks": [
        (0, 4.0, 4.0, 50.0),
        (1, 4.0, 4.0, 50.0),
        (0, 14.0, 14.0, 50.0),
        (1, 14.0, 14.0, 50.0),
    ],
    "letter": [(-1, 10.0, 10.0, 7.0), (-1, 20.0, 20.0, 7.0)],
    "card": [(0, 10.0, 10.0, 3.0)],
    "care": [(0, 6.0, 11.0, 5000.0)],
}


@pytest.mark.parametrize("item", BY_HAND)
def test_lines_by_hand(item: str, lived: Lived) -> None:
    assert lines(lived().ledger(), item) == BY_HAND[item]


def test_the_whole_ledger(lived: Lived) -> None:
    ledger = lived().ledger()
    assert tuple(ledger.columns) == COLUMNS
    assert ledger["amount"].sum() == sum(line[3] for own in BY_HAND.values() for line in own)
    assert len(ledger) == sum(len(own) for own in BY_HAND.values())
    assert set(ledger.loc[ledger["item"] == "care", "payer"]) == {"nhs"}
    assert set(ledger.loc[ledger["item"] == "care", "category"]) == {"care"}
    assert ledger["start_week"].is_monotonic_increasing


def test_money_of_the_past_is_left_out(lived: Lived) -> None:
    """The family came at week -5: its case opened at -1, and the trip began at 1."""
    ledger = lived([-5.0]).ledger()
    assert lines(ledger, "work")[0] == (-1, 0.0, 5.0, 50.0)
    assert [week for _, week, _, _ in lines(ledger, "start")] == [9.0, 19.0]
    assert [week for _, week, _, _ in lines(ledger, "letter")] == [5.0, 15.0]


@pytest.mark.parametrize(("trip_week", "paid"), [(10.0, []), (9.0, [0]), (5.0, [0]), (4.0, [])])
def test_children_are_counted_as_they_stood_just_before(
    trip_week: float, paid: list[int], lived: Lived
) -> None:
    """Decided at week 10: a child who leaves in that very week was still at home.

    A child who left at 5 returns at 10, and was still away.
    """
    ledger = lived(trip_week=trip_week).ledger()
    assert [child for child, week, _, _ in lines(ledger, "card") if week == 10.0] == paid


def test_at_arrival_children_stand_where_they_start() -> None:
    start = s.Level("open", "open", on_entry=(s.OneOff(50.0, "nhs", "help", "talks",
                                                       ("child", ("home",))),))  # fmt: skip
    model = s.Statement(
        (
            s.Region("case", "case", (start,), "open"),
            s.Region("child", "child", levels("home", "away"), "home", per="child"),
        ),
        (s.Clock("leaves", "child", ("home",), s.Fixed(0.0),
                 (s.Outcome("leaves", effects=(s.Move("child", "away"),)),), repeats=False),),
        children=3,
    )  # fmt: skip
    assert run(model, [2.0], 9.0).ledger()["amount"].tolist() == [50.0] * 3


def test_families_are_kept_apart_and_those_after_the_horizon_left_out(lived: Lived) -> None:
    ledger = lived([3.0, 0.0, 500.0]).ledger()
    assert set(ledger["family"]) == {0, 1}
    own = ledger[ledger["family"] == 1].drop(columns="family").reset_index(drop=True)
    alone = lived().ledger().drop(columns="family")
    pd.testing.assert_frame_equal(own, alone)


def test_free_lines_are_not_written() -> None:
    level = s.Level("a", "a", (pounds(0.0), pounds(2.0, "paid")))
    model = s.Statement((s.Region("r", "r", (level,), "a"),), ())
    assert run(model, 1, 10.0).ledger()["item"].tolist() == ["paid"]


def test_a_run_without_money_has_an_empty_ledger() -> None:
    ledger = run(s.Statement((region("r", "a"),), ()), 1, 10.0).ledger()
    assert tuple(ledger.columns) == COLUMNS
    assert len(ledger) == 0
    assert float(np.sum(ledger["amount"])) == 0.0


def test_a_block_in_which_nobody_has_arrived_costs_nothing(lived: Lived) -> None:
    assert len(lived([500.0, 600.0]).ledger()) == 0


def test_a_statement_without_clocks_has_a_ledger_too() -> None:
    waits = s.Level("waits", "waits", queue=s.Queue("beds", "lies"))
    lies = s.Level("lies", "lies", (pounds(2.0),))
    model = s.Statement(
        (s.Region("bed", "bed", (waits, lies), "waits"),),
        (),
        resources=(s.Resource("beds", None),),
    )
    assert run(model, 1, 10.0).ledger()["amount"].tolist() == [20.0]
