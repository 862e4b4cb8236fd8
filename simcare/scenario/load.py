"""From a TOML file to a checked scenario.

A scenario may extend others: their tables are laid under its own, key by key, so that a file
need only state what differs. A file that several others extend is laid once, under all of them.
Every problem found is reported together, under the name of the file that last said something
there.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simcare.errors import UserError
from simcare.scenario.faults import faults, spelled
from simcare.scenario.mending import mend
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import find

LARGEST_FILE_BYTES = 1_000_000

Origins = dict[tuple[str, ...], str]
"""The name of the file that last said something at a place."""


@dataclass(frozen=True)
class Loaded:
    """A scenario, the files it came from (base first), and its plain resolved tables."""

    scenario: Scenario
    files: tuple[str, ...]
    tables: dict[str, Any]
    path: Path
    origins: Origins = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the resolved scenario, however it was spread over files."""
        text = json.dumps(self.tables, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def file_of(self, place: str) -> str:
        """Return the name of the file that last said something at a place, or around it.

        place: dotted keys, such as `policies.residential.offers[0].at`.
        """
        return _file_of(self.origins, place) or self.path.name


@dataclass(frozen=True)
class Reading:
    """What could be read of a scenario, and what is wrong with its form.

    loaded: where there are problems, a mended copy that is only fit to look for more of them;
    None where nothing could be mended. whole: False where that copy has only the scenario's
    own keys and its parameters.
    """

    loaded: Loaded | None
    problems: tuple[str, ...] = ()
    whole: bool = True


def load(name_or_path: str | Path) -> Loaded:
    """Read a scenario and everything that it extends.

    Raises UserError with one sentence for each problem of form; `simcare.check` also checks
    what the scenario says.
    """
    reading = read(name_or_path)
    if reading.problems or reading.loaded is None:
        raise UserError(reading.problems)
    return reading.loaded


def read(name_or_path: str | Path) -> Reading:
    """Read a scenario and everything that it extends, noting what is wrong with its form.

    Raises UserError if a file cannot be read at all.
    """
    path = find(name_or_path)
    try:
        tables, files, origins = _layered(path)
        scenario, problems, whole = _validated(tables)
    except RecursionError:
        raise UserError(
            f"{path.name}: tables or lists are nested too deeply; is it really a scenario file?"
        ) from None
    named = tuple(f"{_file_of(origins, place) or path.name}: {says}" for place, says in problems)
    if scenario is None:
        return Reading(None, named, whole=False)
    names = tuple(str(f) for f in files)
    return Reading(Loaded(scenario, names, tables, path, origins), named, whole)


def _validated(
    tables: dict[str, Any],
) -> tuple[Scenario | None, list[tuple[str, str]], bool]:
    try:
        return Scenario.model_validate(tables), [], True
    except ValidationError as error:
        found = faults(error.errors(), tables)
    problems = [(spelled(f.place), f.says) for f in found]
    mended, whole = mend(tables, found)
    try:
        return Scenario.model_validate(mended), problems, whole
    except ValidationError:
        return None, problems, False


def _layered(path: Path) -> tuple[dict[str, Any], list[Path], Origins]:
    """Lay the files of a scenario over one another, each once, those that it extends first.

    So two files that extend the same one can be joined, and what each says stands.
    """
    own: dict[Path, dict[str, Any]] = {}
    _gather(path.resolve(), (), own)
    merged: dict[str, Any] = {}
    origins: Origins = {}
    for file, tables in own.items():
        merged = merge(merged, tables)
        origins |= dict.fromkeys(_places(tables), file.name)
    return merged, list(own), origins


def _gather(path: Path, above: tuple[Path, ...], own: dict[Path, dict[str, Any]]) -> None:
    """Add the tables of a file to `own`, after those of all that it extends."""
    if path in above:
        chain = " -> ".join(p.name for p in (*above[above.index(path) :], path))
        raise UserError(
            f"{above[-1].name}: key `extends` goes round in a circle ({chain}); "
            "remove one of these links."
        )
    if path in own:
        return
    tables = read_toml(path)
    extends = tables.pop("extends", [])
    bases = [extends] if isinstance(extends, str) else extends
    if not isinstance(bases, list) or not all(isinstance(b, str) for b in bases):
        raise UserError(
            f"{path.name}: key `extends` is not a scenario's name; give a name, a path or a list "
            "of them in quotes."
        )
    for base in bases:
        _gather(_found(base, path).resolve(), (*above, path), own)
    own[path] = tables


def _found(base: str, path: Path) -> Path:
    try:
        return find(base, beside=path.parent)
    except UserError as error:
        raise UserError([f"{path.name}: key `extends`: {p}" for p in error.problems]) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file; UserError if it is too large, unreadable or not TOML."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise UserError(
                f"{path.name}: the file has {size / 1e6:.1f} MB, and a scenario may have at most "
                f"{LARGEST_FILE_BYTES / 1e6:.0f} MB; is it really a scenario file?"
            )
        # Some editors begin a file with a byte order mark, which TOML does not know.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            f"{path.name}: this is not TOML: {error}; mend that line (write 0.6 and not 0,6 "
            "or 60%, 1200 and not 1,200, and straight quotes)."
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise UserError(
            f"{path.name}: the file cannot be read ({error.strerror}); see to its permissions."
        ) from None


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one set of tables over another, key by key.

    Tables are merged; anything else is replaced. A parameter is replaced whole, so that a new
    value can never keep an old source.
    """
    return _merge(under, over, ())


_WHOLE = "parameters"


def _merge(
    under: Mapping[str, Any], over: Mapping[str, Any], place: tuple[str, ...]
) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        if both and place != (_WHOLE,):
            result[key] = _merge(result[key], value, (*place, key))
        else:
            result[key] = value
    return result


def _places(tables: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the place of every key of a file, down to whole parameters and plain values."""
    for key, value in tables.items():
        place = (*at, key)
        yield place
        if isinstance(value, Mapping) and at != (_WHOLE,):
            yield from _places(value, place)


def _file_of(origins: Origins, place: str) -> str | None:
    parts = tuple(re.sub(r"\[\d+\]", "", place).split("."))
    for end in range(len(parts), 0, -1):
        if parts[:end] in origins:
            return origins[parts[:end]]
    return None
