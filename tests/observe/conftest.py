"""A family whose dates are all fixed, so that what is observed can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from simcare.model import statement as s
from tests.helpers import Run, clock, goes, levels, run

HOME, AWAY = ("child", ("home",)), ("child", ("away",))
Lived = Callable[..., Run]


def statement(trip_week: float) -> s.Statement:
    """The case opens after 4 weeks at rest and is decided after 6 more, again and again.

    At the week of the trip the first child goes away, for 5 weeks.
    """
    council = ("childrens_services", "casework")
    open_ = s.Level(
        "open",
        "open",
        weekly=(s.Weekly(10.0, *council, "work"), s.Weekly(1.0, *council, "visits", HOME)),
        on_entry=(s.OneOff(100.0, *council, "start"), s.OneOff(50.0, *council, "talks", HOME)),
    )
    away = s.Level("away", "away", (s.Weekly(1000.0, "nhs", "care", "care"),))
    costs = (s.OneOff(7.0, *council, "letter"), s.OneOff(3.0, *council, "card", AWAY))
    goes_away = s.Outcome("goes", effects=(s.Move("child", "away", ("home",), first=True),))
    return s.Statement(
        (
            s.Region("case", "case", (*levels("rest"), open_), "rest"),
            s.Region("trip", "trip", levels("to come"), "to come"),
            s.Region("child", "child", (*levels("home"), away), "home", per="child"),
        ),
        (
            clock("opens", "case", "rest", s.Fixed(4.0), "open"),
            s.Clock(
                "decided", "case", ("open",), s.Fixed(6.0), (goes("case", "rest", costs=costs),)
            ),
            s.Clock("trip", "trip", ("to come",), s.Fixed(trip_week), (goes_away,), repeats=False),
            clock("back", "child", "away", s.Fixed(5.0), "home"),
        ),
        children=2,
    )


@pytest.fixture
def lived() -> Lived:
    """Run the statement: `lived(arrivals, trip_week, horizon)`."""

    def live(
        arrivals: Sequence[float] = (0.0,), trip_week: float = 6.0, horizon: float = 20.0
    ) -> Run:
        return run(statement(trip_week), arrivals, horizon)

    return live
