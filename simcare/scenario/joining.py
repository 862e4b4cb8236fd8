"""What several files say of the same thing, where one is laid over another or beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Place = tuple[str, ...]
_WHOLE = "parameters"


class Stated(NamedTuple):
    """What one file states. above: all files that it extends, directly or not."""

    file: Path
    above: frozenset[Path]
    tables: Mapping[str, Any]


def places(tables: Mapping[str, Any], at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every key of a file with what it says, down to whole parameters and plain values."""
    for key, value in tables.items():
        place = (*at, key)
        yield place, value
        if isinstance(value, Mapping) and at != (_WHOLE,):
            yield from places(value, place)


def contradictions(files: Sequence[Stated]) -> Iterator[tuple[str, str]]:
    """Yield the places of which two files say different things, and a sentence about each.

    files: in the order in which they are laid. One that extends another may say otherwise; so
    may a file that extends both. A scenario's own keys, such as its title, are those of the last.
    """
    said: dict[Place, list[tuple[Stated, Any]]] = {}
    for stated in files:
        for place, value in places(stated.tables):
            if len(place) > 1 and _is_plain(place, value):
                said.setdefault(place, []).append((stated, value))
    for place, by_file in said.items():
        last, holds = by_file[-1]
        for other, value in by_file[:-1]:
            if value != holds and other.file not in last.above:
                name = ".".join(place)
                yield (
                    name,
                    f"key `{name}` is stated otherwise in {other.file.name}, and neither file "
                    f"extends the other; give `{place[1]}` another name in one of them, or leave "
                    "it out there.",
                )
                break


def changed_units(files: Sequence[Stated]) -> Iterator[tuple[str, str]]:
    """Yield the parameters that take the place of another file's in another unit, with a sentence.

    A new number was probably given a name that is in use.
    """
    units: dict[str, tuple[str, Any]] = {}
    for stated in files:
        table = stated.tables.get(_WHOLE)
        for name, body in table.items() if isinstance(table, Mapping) else ():
            unit = body.get("unit") if isinstance(body, Mapping) else None
            if unit is None:
                continue
            file, before = units.setdefault(name, (stated.file.name, unit))
            if unit != before:
                yield (
                    name,
                    f"key `{_WHOLE}.{name}` is in the unit “{unit}”, but it takes the place of one "
                    f"in “{before}” of {file}; give it another name, or that unit.",
                )


def _is_plain(place: Place, value: Any) -> bool:
    return not isinstance(value, Mapping) or place[:-1] == (_WHOLE,)


def overridden(files: Sequence[Stated]) -> dict[str, str]:
    """Return the entries of tables that the last file changes: {place: file that states it}.

    An entry is a parameter, a support, a policy and so on; one with nothing different is no change.
    """
    if not files:
        return {}
    found: dict[str, str] = {}
    for place, value in places(files[-1].tables):
        if len(place) == 2:
            for other in reversed(files[:-1]):
                before = other.tables.get(place[0], {})
                if isinstance(before, Mapping) and before.get(place[1], value) != value:
                    found[".".join(place)] = other.file.name
                    break
    return found
