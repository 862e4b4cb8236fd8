"""Whatever stands in a scenario, it is in order or its problems are told in sentences."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simcare import check
from simcare.errors import UserError
from simcare.scenario.load import load

TABLES = load("three_families").tables
JUNK = [
    "", "x", "@home", "0", "case is plan", "weeks in case >= one_week", "drugs", "B-REHAB1213",
    0, 1, -1, 1.5, float("nan"), float("inf"), 10**20, True, datetime.date(2020, 1, 1),
    [], ["x"], [1], [[]], [{}], {}, {"x": 1}, {"title": "t"},
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in inside:
        yield (*at, key)
        if isinstance(held, dict | list):
            yield from places(held, (*at, key))


def written(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)


PLACES = list(places(TABLES))
CHANGES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from([*JUNK, None])), min_size=1, max_size=4
)


def changed(changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
    """The made-up council with some values replaced, or left out (None)."""
    tables = copy.deepcopy(TABLES)
    for place, junk in changes:
        holder: Any = tables
        try:
            for part in place[:-1]:
                holder = holder[part]
            if junk is None:
                del holder[place[-1]]
            else:
                holder[place[-1]] = copy.deepcopy(junk)
        except (LookupError, TypeError):
            continue  # an earlier change has taken this place away
    return tables


def problems(path: Path) -> tuple[str, ...]:
    try:
        check(path)
    except UserError as error:
        return error.problems
    return ()


@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_any_scenario_is_in_order_or_told_in_sentences(
    tmp_path_factory: Any, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "any.toml"
    lines = [f"{json.dumps(k)} = {written(v)}" for k, v in changed(changes).items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    for said in problems(path):
        assert said.startswith("any.toml: ")
        assert said[-1] in ".?"
        assert "\n" not in said
