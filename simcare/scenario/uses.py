"""Where a scenario uses a published figure: the parameters that rest on it, and their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simcare.scenario.load import Loaded

_FOR_PEOPLE = ("title", "plain", "cannot_show", "item")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Use:
    """One use of a figure or curve in a scenario.

    parameter: its name, or "" where the model names the figure itself (a curve). file: where
    that was said. places: dotted keys of the model that name the parameter.
    """

    parameter: str
    file: str
    places: tuple[str, ...]


def uses(loaded: Loaded, evidence_id: str) -> list[Use]:
    """Return every use that a scenario makes of a figure or curve of the register."""
    found = [
        Use(name, loaded.file_of(f"parameters.{name}"), tuple(mentions(loaded, name)))
        for name, parameter in loaded.scenario.parameters.items()
        if evidence_id in _ids(parameter.evidence)
    ]
    named = tuple(mentions(loaded, evidence_id))
    return [*found, Use("", loaded.file_of(named[0]), named)] if named else found


def used_ids(loaded: Loaded) -> list[str]:
    """Return the ids of every figure that a scenario's parameters rest on, in its order."""
    ids = (i for p in loaded.scenario.parameters.values() for i in _ids(p.evidence))
    return list(dict.fromkeys(ids))


def mentions(loaded: Loaded, name: str) -> Iterator[str]:
    """Yield the places of the model, outside `[parameters]`, that mention a name."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    for key, value in loaded.tables.items():
        if key != "parameters":
            yield from _mentions(value, key, word)


def unmentioned(loaded: Loaded, names: Iterable[str]) -> list[str]:
    """Return those of some names that the model, outside `[parameters]`, nowhere mentions."""
    tables = {key: value for key, value in loaded.tables.items() if key != "parameters"}
    said = set(_WORD.findall(" ".join(_texts(tables))))
    return [name for name in names if name not in said]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            if key not in _FOR_PEOPLE:
                yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)
    elif isinstance(value, str):
        yield value


def _mentions(value: Any, at: str, word: re.Pattern[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            # Titles are for people: a word in one is not a use.
            if key not in _FOR_PEOPLE:
                yield from _mentions(inside, f"{at}.{key}", word)
    elif isinstance(value, list):
        for i, inside in enumerate(value):
            yield from _mentions(inside, f"{at}[{i}]", word)
    elif isinstance(value, str) and word.search(value):
        yield at


def _ids(given: str | list[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else given
