"""From a TOML file to a checked scenario.

A scenario may extend others: their tables are laid under its own, key by key, so that a file
need only state what differs. Every problem found is reported together.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simcare.errors import UserError
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import find

LARGEST_FILE_BYTES = 1_000_000


@dataclass(frozen=True)
class Loaded:
    """A scenario, the files it came from (base first), and its plain resolved tables."""

    scenario: Scenario
    files: tuple[str, ...]
    tables: dict[str, Any]
    path: Path

    @property
    def digest(self) -> str:
        """SHA-256 of the resolved scenario, however it was spread over files."""
        text = json.dumps(self.tables, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def load(name_or_path: str | Path) -> Loaded:
    """Read a scenario and everything that it extends.

    Raises UserError with one sentence for each problem.
    """
    path = find(name_or_path)
    tables, files = _layered(path, ())
    try:
        scenario = Scenario.model_validate(tables)
    except ValidationError as error:
        raise UserError([_sentence(path, e) for e in error.errors()]) from None
    return Loaded(scenario, tuple(str(f) for f in files), tables, path)


def _layered(path: Path, above: tuple[Path, ...]) -> tuple[dict[str, Any], list[Path]]:
    path = path.resolve()
    if path in above:
        chain = " -> ".join(p.name for p in (*above[above.index(path) :], path))
        raise UserError(
            f"{path.name}: key `extends` goes round in a circle ({chain}); "
            "remove one of these links."
        )
    own = read_toml(path)
    extends = own.pop("extends", [])
    bases = [extends] if isinstance(extends, str) else extends
    if not isinstance(bases, list) or not all(isinstance(b, str) for b in bases):
        raise UserError(f"{path.name}: key `extends` must be a scenario's name or a list of names.")
    merged: dict[str, Any] = {}
    files: list[Path] = []
    for base in bases:
        tables, below = _layered(find(base, beside=path.parent), (*above, path))
        merged = merge(merged, tables)
        files += [f for f in below if f not in files]
    return merge(merged, own), [*files, path]


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file; UserError if it is too large, unreadable or not TOML."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise UserError(
                f"{path.name}: the file has {size / 1e6:.1f} MB, and a scenario may have at most "
                f"{LARGEST_FILE_BYTES / 1e6:.0f} MB; is it really a scenario file?"
            )
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name}: this is not TOML: {error}; mend that line.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise UserError(f"{path.name}: the file cannot be read ({error.strerror}).") from None


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one set of tables over another, key by key.

    Tables are merged; anything else is replaced. A parameter is replaced whole, so that a new
    value can never keep an old source.
    """
    return _merge(under, over, ())


_WHOLE = {("parameters",)}


def _merge(
    under: Mapping[str, Any], over: Mapping[str, Any], place: tuple[str, ...]
) -> dict[str, Any]:
    result = dict(under)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        if both and place not in _WHOLE:
            result[key] = _merge(result[key], value, (*place, key))
        else:
            result[key] = value
    return result


def _sentence(path: Path, error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        allowed = _keys_at(Scenario, list(error["loc"][:-1]))
        given = str(error["loc"][-1])
        close = difflib.get_close_matches(given, allowed, 1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        known = f"allowed here: {', '.join(allowed)}" if allowed else "remove it"
        return f"{path.name}: key `{place}` is unknown; {hint}{known}."
    if error["type"] == "missing":
        return f"{path.name}: key `{place}` is missing; add it."
    given = repr(error.get("input"))
    shown = given if len(given) <= 60 else given[:57] + "..."
    return f"{path.name}: key `{place}` has the value {shown}: {_plain(error)}."


def _plain(error: Any) -> str:
    message = str(error["msg"])
    return message[:1].lower() + message[1:].rstrip(".").replace("Input should", "it should")


def _keys_at(model: Any, location: list[Any]) -> list[str]:
    """Return the keys allowed in the table at a location of the schema."""
    for part in location:
        model = _inside(model, part)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return sorted(f.alias or n for n, f in model.model_fields.items())
    return []


def _inside(model: Any, part: Any) -> Any:
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                return _core(field.annotation)
        return None
    origin = get_origin(model)
    if origin is dict:
        return _core(get_args(model)[1])
    if origin is list:
        return _core(get_args(model)[0])
    return None


def _core(annotation: Any) -> Any:
    """Strip Optional and Annotated; prefer a table or list where there is a choice."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        choices = [a for a in get_args(annotation) if a is not type(None)]
        tables = [c for c in choices if get_origin(c) in (list, dict) or isinstance(c, type)]
        rich = [c for c in tables if get_origin(c) or issubclass(c, BaseModel)]
        return _core((rich or choices)[0])
    if hasattr(annotation, "__metadata__"):
        return _core(get_args(annotation)[0])
    return annotation
