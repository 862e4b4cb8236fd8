"""What people call policies, and the folder that results of some of them lie in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from simcare.errors import UserError
from simcare.scenario.load import read
from simcare.scenario.narrow import JOIN

_NAMES = re.compile(r"[a-z0-9_+]*")
_LONGEST, _KEPT = 80, 60
"""Characters that a folder's name may have, and those that are kept of a longer one."""


def split(given: str | None, option: str = "policies") -> tuple[str, ...] | None:
    """Split names at commas; None where none were given. UserError where there is no name."""
    if given is None:
        return None
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    if not names:
        raise UserError(f"option --{option}: no name is given; write names joined by commas.")
    return names


def by_name(scenario: str, given: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return policies by their names where some were called by their titles.

    scenario: as typed. given: names or titles, in capitals or not, some joined by +, each with
    spaces round it or not. What is neither stays as it is, for others to complain of. Raises
    UserError if the scenario cannot be read.
    """
    if given is None or all(_NAMES.fullmatch(name) for name in given):
        return None if given is None else tuple(given)
    loaded = read(scenario).loaded
    known = {} if loaded is None else loaded.scenario.policies
    names = {spec.title.casefold(): name for name, spec in known.items()}
    names |= {name.casefold(): name for name in known}
    found, rest = list[str](), list(given)
    while rest:
        # A title may have commas, at which it was split.
        many = next(
            (n for n in range(len(rest), 1, -1) if ", ".join(rest[:n]).casefold() in names), 1
        )
        found.append(_one(", ".join(rest[:many]), names))
        rest = rest[many:]
    return tuple(found)


def _one(given: str, names: Mapping[str, str]) -> str:
    whole = names.get(given.casefold())
    parts = [part.strip() for part in given.split(JOIN)]
    return whole or JOIN.join(names.get(part.casefold(), part) for part in parts)


def folder_name(stem: str, policies: Sequence[str] | None) -> str:
    """Return the name of the folder for the results of some policies (None: of all compared).

    A very long one is cut, and ends in what tells it from others cut alike.
    """
    name = "-".join([stem, *(policies or ())])
    if len(name) <= _LONGEST:
        return name
    return f"{name[:_KEPT]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
