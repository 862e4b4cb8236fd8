"""What the schema refuses in a scenario, in sentences that a user can act on."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from simcare.errors import hint
from simcare.scenario.schema import Scenario

Place = tuple[str | int, ...]
BARE = "a bare number where a parameter's name is wanted"
NAME = "a name that is spelled as no name may be"

_LONGEST = 60
_NAMING = "use lower-case letters, digits and _, beginning with a letter"
_WANTED = {
    "string": "give text in quotes",
    "float": "give a number",
    "int": "give a whole number",
    "bool": "give true or false",
    "list": "give a list, in square brackets",
    "dict": "give a table",
    "model": "give a table",
    "date": "give a date, such as 2025-04-07",
}
_LIMITS = {
    "greater_than": ("gt", "give a number above {}"),
    "greater_than_equal": ("ge", "give {} or more"),
    "less_than": ("lt", "give a number below {}"),
    "less_than_equal": ("le", "give {} or less"),
    "too_short": ("min_length", "give at least {}"),
    "string_too_short": ("min_length", "write at least {} characters"),
}
_EXAMPLES = {
    "title": '`title = "What is tried"`',
    "price_year": '`price_year = "2024-25"`',
    "horizon_weeks": "`horizon_weeks = 520`",
    "families": "`families = 1000`",
    "discount": '`discount = "none"`',
    "reference": '`reference = "usual_practice"`',
}
_DEEP_EXAMPLES = {
    "cannot_show": '`cannot_show = "That it works for parents: nobody has compared."`',
    "plain": '`plain = "In a line, what is offered to whom and when"`',
    "serves": '`serves = ["drugs", "alcohol"]` (or `[]`: every family)',
    "reason": '`reason = "Why this number, and what is not known"`',
}


@dataclass(frozen=True)
class Fault:
    """One fault: its place as keys and list positions, its kind and what to say of it."""

    place: Place
    kind: str
    says: str


def faults(
    errors: Iterable[Mapping[str, Any]],
    tables: Mapping[str, Any],
    form: type[BaseModel] = Scenario,
) -> list[Fault]:
    """Turn pydantic's errors about `tables` into faults, one for each place.

    form: what the tables should have been.
    """
    at: dict[Place, list[Mapping[str, Any]]] = {}
    for error in errors:
        at.setdefault(_real_place(error, tables), []).append(error)
    return [_fault(place, found, form) for place, found in at.items()]


def spelled(place: Place) -> str:
    """Write a place as `offers[0].at`."""
    parts = [f"[{p}]" if isinstance(p, int) else f".{p}" for p in place]
    return "".join(parts).lstrip(".")


def _real_place(error: Mapping[str, Any], tables: Any) -> Place:
    """Drop pydantic's names of alternatives from a location, keeping keys of the file."""
    place: list[str | int] = []
    location = error["loc"]
    for i, part in enumerate(location):
        inside = isinstance(tables, Mapping) and part in tables
        if inside or (isinstance(tables, list) and isinstance(part, int)):
            tables = tables[part]
        elif not (error["type"] == "missing" and i == len(location) - 1):
            continue
        place.append(part)
    return tuple(place)


def _fault(place: Place, errors: Sequence[Mapping[str, Any]], form: type[BaseModel]) -> Fault:
    first, key = errors[0], spelled(place)
    kind = str(first["type"])
    if kind == "extra_forbidden":
        allowed = _keys(_model_at(place[:-1], form))
        if len(place) > 1 and place[-1] in _keys(form) and not isinstance(first["input"], Mapping):
            move = f"move `{place[-1]}` to the top of the file, above the first table."
            return Fault(place, kind, f"key `{key}` is unknown; {move}")
        return Fault(place, kind, f"key `{key}` is unknown; {hint(str(place[-1]), allowed)}")
    if kind == "missing":
        return Fault(place, kind, f"key `{key}` is missing; add it{_example(place, form)}.")
    if first["loc"][-1] == "[key]":
        table = spelled(place[:-1])
        return Fault(place, NAME, f"the name `{place[-1]}` in `{table}` is not one; {_NAMING}.")
    given = first["input"]
    if kind == "string_type" and place[-2:-1] == ("use",):
        says = (
            f"key `{key}` is {_shown(given)}; name the parameter that takes its place, in quotes."
        )
        return Fault(place, kind, says)
    if any(e["type"] == "literal_error" and e["ctx"]["expected"] == "0 or 1" for e in errors):
        says = (
            f"key `{key}` is the bare {_shown(given)}; name an entry of `[parameters]`, so that "
            "the number has a source (only 0 and 1 may stand bare)."
        )
        return Fault(place, BARE, says)
    wanted = " or ".join(dict.fromkeys(_wanted(e) for e in errors))
    return Fault(place, kind, f"key `{key}` is {_shown(given)}; {wanted.rstrip('.')}.")


def _wanted(error: Mapping[str, Any]) -> str:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _LIMITS:
        name, sentence = _LIMITS[kind]
        return sentence.format(context[name])
    if kind == "literal_error":
        names = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return hint(str(error["input"]), names)
    if kind == "string_pattern_mismatch":
        return _NAMING
    message = str(error["msg"])
    if kind.startswith("float") and isinstance(error["input"], str):
        sign = " or a sign (40 % is 0.4)" if "%" in error["input"] else ""
        return f"give a number without quotes{sign}"
    return _WANTED.get(kind.split("_")[0], message[:1].lower() + message[1:])


def _shown(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, datetime.date):
        return given.isoformat()
    if isinstance(given, str):
        text = f'"{given}"'
    else:
        text = f"the table {given}" if isinstance(given, Mapping) else repr(given)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _example(place: Place, form: type[BaseModel]) -> str:
    if (len(place) == 1 and place[0] in _EXAMPLES) or place[-1] in _DEEP_EXAMPLES:
        return f", such as {(_EXAMPLES | _DEEP_EXAMPLES)[str(place[-1])]}"
    model = _model_at(place[:-1], form)
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            if place[-1] in (name, field.alias) and get_origin(field.annotation) is Literal:
                return f": one of {', '.join(map(str, get_args(field.annotation)))}"
    return ""


def _keys(model: Any) -> list[str]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return sorted(f.alias or n for n, f in model.model_fields.items())
    return []


def _model_at(place: Place, form: type[BaseModel]) -> Any:
    """Return what the schema has at a place: a table's class, or a list or dictionary type."""
    model: Any = form
    for part in place:
        model = _inside(model, part)
    return model


def _inside(model: Any, part: str | int) -> Any:
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
