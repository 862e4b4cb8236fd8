"""What several files say of the same thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simcare.scenario.joining import Stated, changed_units, contradictions, overridden

BASE, LEFT, RIGHT, TOP = (Path(f"{name}.toml") for name in ("base", "left", "right", "top"))
WAIT = {"value": 2, "unit": "weeks", "source": "x"}
LONGER = {"value": 3, "unit": "weeks", "source": "x"}
SHARE = {"value": 1, "unit": "share", "source": "x"}
Tables = dict[str, Any]


def diamond(base: Tables, left: Tables, right: Tables, top: Tables) -> list[Stated]:
    """Two files that extend one, and a fourth that extends both."""
    return [
        Stated(BASE, frozenset(), base),
        Stated(LEFT, frozenset([BASE]), left),
        Stated(RIGHT, frozenset([BASE]), right),
        Stated(TOP, frozenset([BASE, LEFT, RIGHT]), top),
    ]


def wait(number: Tables) -> Tables:
    return {"parameters": {"wait": number}}


@pytest.mark.parametrize(
    ("base", "left", "right", "top", "count"),
    [
        (wait(WAIT), {}, {}, {}, 0),
        (wait(WAIT), wait(LONGER), {}, {}, 0),
        ({}, wait(WAIT), wait(WAIT), {}, 0),
        ({}, wait(WAIT), wait(LONGER), {}, 1),
        ({}, wait(WAIT), wait(LONGER), wait(WAIT), 0),
        (wait(WAIT), wait(LONGER), wait(WAIT), {}, 1),
        ({"title": "a"}, {"title": "b"}, {"title": "c"}, {}, 0),
        ({}, {"supports": {"tea": {"title": "a"}}}, {"supports": {"tea": {"serves": []}}}, {}, 0),
        ({}, {"supports": {"tea": {"title": "a"}}}, {"supports": {"tea": {"title": "b"}}}, {}, 1),
        ({}, {"supports": {"tea": {"per": []}}}, {"supports": {"tea": {"per": {"a": 1}}}}, {}, 0),
    ],
)
def test_files_side_by_side_may_not_contradict_each_other(
    base: Tables, left: Tables, right: Tables, top: Tables, count: int
) -> None:
    found = list(contradictions(diamond(base, left, right, top)))
    assert len(found) == count
    assert all("stated otherwise in left.toml" in says for _, says in found)


def test_what_the_last_file_changes_is_named_with_the_file_that_said_it_last() -> None:
    tables = {"parameters": {"wait": WAIT, "new": WAIT}, "title": "x"}
    files = diamond(wait(WAIT), wait(LONGER), {}, tables)
    assert overridden(files) == {"parameters.wait": "left.toml"}
    assert overridden(files[:1]) == {}
    assert overridden([]) == {}


def test_a_number_in_another_unit_has_probably_taken_a_name_in_use() -> None:
    files = diamond(wait(WAIT), {}, {}, wait(SHARE))
    ((name, says),) = changed_units(files)
    assert name == "wait"
    assert "takes the place of one in “weeks” of base.toml" in says
    assert list(changed_units(diamond(wait(WAIT), wait(LONGER), {}, {}))) == []


def test_tables_of_the_wrong_form_are_left_for_others_to_complain_of() -> None:
    files = diamond({"parameters": 3}, {"parameters": {"wait": 3}}, wait(WAIT), {"supports": 1})
    assert list(changed_units(files)) == []
    assert len(list(contradictions(files))) == 1
    assert overridden(files) == {}
