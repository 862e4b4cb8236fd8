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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simcare.errors import UserError
from simcare.scenario.faults import faults, spelled
from simcare.scenario.joining import Stated, changed_units, contradictions, overridden, places
from simcare.scenario.mending import mend, without_numbers
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import find
from simcare.scenario.slips import slip

LARGEST_FILE_BYTES = 1_000_000
_TOO_LITTLE = 4
_NOTHING_UNDER_IT = (
    "key `extends` is missing, and so is what it would bring ({}); begin with "
    '`extends = "england"`, so that the file need only say what differs, or add them all.'
)

Origins = dict[tuple[str, ...], str]
"""The name of the file that last said something at a place."""


@dataclass(frozen=True)
class Loaded:
    """A scenario, the files it came from (base first), and its plain resolved tables.

    changes: the entries, such as `parameters.wait`, that its own file says otherwise than
    another that it extends, each with the name of that file.
    """

    scenario: Scenario
    files: tuple[str, ...]
    tables: dict[str, Any]
    path: Path
    origins: Origins = field(default_factory=dict, repr=False)
    changes: dict[str, str] = field(default_factory=dict, repr=False)

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
        problems += contradictions(files)
        misnamed = _misnamed(files, problems)
    except RecursionError:
        raise UserError(
            f"{path.name}: tables or lists are nested too deeply; is it really a scenario file?"
        ) from None
    problems += [(f"parameters.{name}", says) for name, says in misnamed.items()]
    named = tuple(f"{_file_of(origins, place) or path.name}: {says}" for place, says in problems)
    if scenario is None:
        return Reading(None, named, whole=False)
    names = tuple(str(f.file) for f in files)
    scenario = without_numbers(scenario, misnamed) if misnamed else scenario
    loaded = Loaded(scenario, names, tables, path, origins, overridden(files))
    return Reading(loaded, named, whole)


def _misnamed(files: list[Stated], problems: list[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters that have taken another's name, each with a sentence about it."""
    faulty = {place.split(".")[1] for place, _ in problems if place.startswith("parameters.")}
    return {name: says for name, says in changed_units(files) if name not in faulty}


def _validated(
    tables: dict[str, Any],
) -> tuple[Scenario | None, list[tuple[str, str]], bool]:
    try:
        return Scenario.model_validate(tables), [], True
    except ValidationError as error:
        found = faults(error.errors(), tables)
    missing = [spelled(f.place) for f in found if f.kind == "missing" and len(f.place) == 1]
    if len(missing) >= _TOO_LITTLE:
        return None, [("", _NOTHING_UNDER_IT.format(", ".join(missing)))], False
    problems = [(spelled(f.place), f.says) for f in found]
    mended, whole = mend(tables, found)
    try:
        return Scenario.model_validate(mended), problems, whole
    except ValidationError:
        return None, problems, False


def _layered(path: Path) -> tuple[dict[str, Any], list[Stated], Origins]:
    """Lay the files of a scenario over one another, each once, those that it extends first.

    So two files that extend the same one can be joined, and what each says stands.
    """
    own: dict[Path, Stated] = {}
    _gather(path.resolve(), (), own)
    merged: dict[str, Any] = {}
    origins: Origins = {}
    for file, stated in own.items():
        merged = merge(merged, stated.tables)
        origins |= {place: file.name for place, _ in places(stated.tables)}
    return merged, list(own.values()), origins


def _gather(path: Path, above: tuple[Path, ...], own: dict[Path, Stated]) -> None:
    """Add what a file states to `own`, after what all state that it extends."""
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
    found = [_found(base, path).resolve() for base in bases]
    for base in found:
        _gather(base, (*above, path), own)
    own[path] = Stated(path, frozenset(found).union(*(own[b].above for b in found)), tables)


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
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise UserError(
            f"{path.name}: the file cannot be read ({error.strerror}); see to its permissions."
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if path.suffix != ".toml":
            raise UserError(
                f"{path.name}: this is not TOML, and its name does not end in .toml; is it really "
                "a scenario file? `simcare scenarios` lists those that ship."
            ) from None
        raise UserError(f"{path.name}: {slip(text, error)}") from None


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


def _file_of(origins: Origins, place: str) -> str | None:
    parts = tuple(re.sub(r"\[\d+\]", "", place).split("."))
    for end in range(len(parts), 0, -1):
        if parts[:end] in origins:
            return origins[parts[:end]]
    return None
