"""Names stand beside the lines that they are of."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simcare.report.lines import Line, draw, label

X = np.linspace(0.0, 100.0, 50)
NONE = np.full(50, np.nan)


def line(name: str, y: float) -> Line:
    return Line(name, X, np.full(50, y), NONE, NONE, "black")


def test_a_name_stands_nearer_to_its_own_line_than_to_the_others() -> None:
    at = Figure().add_subplot()
    lines = [line("low", 10.0), line("high", 60.0), line("", 30.0)]
    for one in lines:
        draw(at, one)
    at.set_xlim(0.0, 100.0)
    at.set_ylim(0.0, 100.0)
    label(at, lines)
    places = {t.get_text(): t.get_position()[1] for t in at.texts}
    assert set(places) == {"low", "high"}
    for name, own in (("low", 10.0), ("high", 60.0)):
        away = {one.y[0]: abs(places[name] - one.y[0]) for one in lines}
        assert min(away, key=lambda y: away[y]) == own
        # The word itself is 10 high.
        assert all(distance > 5.0 for distance in away.values())
