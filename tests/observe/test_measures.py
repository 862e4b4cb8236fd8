"""Counts and times, against those worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from simcare.observe.books import make_books
from simcare.observe.fold import Fold
from simcare.observe.measures import read_measures
from simcare.scenario.schema import OutcomeMeasure
from tests.observe.conftest import Lived

GROUPS = {"working": ["open"], "anywhere": ["home", "away"]}
# Family 0 comes at week 0 and family 1 at week -6, when its case opens at -2, is decided at 4,
# opens at 8, is decided at 14 and opens at 18. The trips are at 6 and at 0, for 5 weeks.
ARRIVALS = [0.0, -6.0]

MEASURES: list[tuple[dict[str, Any], list[float]]] = [
    ({"kind": "moves", "region": "case", "to": ["open"]}, [2, 2]),
    ({"kind": "moves", "region": "case", "to": ["@working"]}, [2, 2]),
    ({"kind": "moves", "region": "case", "from": ["open"]}, [2, 2]),
    ({"kind": "moves", "region": "case"}, [4, 4]),
    ({"kind": "moves", "region": "case", "to": ["open"], "nth": 2}, [1, 2]),
    ({"kind": "moves", "region": "case", "to": ["open"], "nth": 3}, [0, 1]),
    ({"kind": "moves", "region": "case", "to": ["open"], "again_within_weeks": 10.0}, [1, 2]),
    ({"kind": "moves", "region": "case", "to": ["open"], "again_within_weeks": 9.9}, [0, 0]),
    ({"kind": "moves", "region": "case", "from": ["open"], "after_at_most_weeks": 6.0}, [2, 2]),
    ({"kind": "moves", "region": "case", "from": ["open"], "after_at_most_weeks": 5.9}, [0, 0]),
    ({"kind": "moves", "region": "child", "from": ["home"], "to": ["away"]}, [1, 1]),
    ({"kind": "families_moving", "region": "case", "to": ["open"]}, [1, 1]),
    ({"kind": "families_moving", "region": "case", "to": ["open"], "nth": 3}, [0, 1]),
    ({"kind": "weeks", "region": "case", "to": ["open"]}, [12, 12]),
    ({"kind": "weeks", "region": "case", "to": ["rest", "open"]}, [20, 20]),
    ({"kind": "weeks", "region": "child", "to": ["away"]}, [5, 5]),
    ({"kind": "weeks", "region": "child", "to": ["@anywhere"]}, [40, 40]),
    ({"kind": "weeks", "region": "case", "to": ["open"], "each_child_in": "home"}, [20, 20]),
    ({"kind": "weeks", "region": "case", "to": ["open"], "each_child_in": "@anywhere"}, [24, 24]),
    ({"kind": "fires", "region": "case", "clock": "decided"}, [2, 2]),
    ({"kind": "fires", "region": "child", "clock": "back"}, [1, 1]),
    ({"kind": "fires", "region": "case", "clock": "decided", "each_child_in": "away"}, [1, 1]),
    ({"kind": "fires", "region": "case", "clock": "decided", "each_child_in": "home"}, [3, 3]),
]


@pytest.mark.parametrize(("body", "expected"), MEASURES)
def test_measures_by_hand(body: dict[str, Any], expected: list[float], lived: Lived) -> None:
    result = lived(ARRIVALS)
    measure = OutcomeMeasure.model_validate({"title": "x", "unit": "x", **body})
    measures = read_measures({"x": measure}, result.statement, GROUPS, "child")
    fold = Fold(make_books(result.statement, result.horizon, measures=measures), result.lives)
    fold.take(result.events)
    folded = fold.finish()
    assert folded.columns[-1] == "x"
    assert folded.values[:, -1].tolist() == expected
