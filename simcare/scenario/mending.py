"""Harmless stand-ins for what the schema refuses, so that the rest of a file can be checked too.

A scenario mended like this is only ever looked at, never run: its faults have been noted.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from simcare.scenario.faults import BARE, NAME, Fault
from simcare.scenario.parts import Parameter
from simcare.scenario.schema import Scenario

STAND_IN = 0.05
"""Inside every unit's bounds, too small to break a sum of shares, and no shape too small."""

FAULTY = "stands in for a faulty parameter"
"""The source of a parameter that is only a stand-in."""

_NAME = "stands_in_for_a_bare_number"
_PARAMETER = {"value": STAND_IN, "unit": "ratio", "source": FAULTY}
_TOP: dict[str, Any] = {
    "title": "untitled",
    "price_year": "2024-25",
    "horizon_weeks": 1,
    "families": 1,
    "discount": "none",
}
_LABELS: dict[str, str] = {
    "title": "untitled",
    "plain": "untitled",
    "item": "untitled",
    "cannot_show": "untitled",
    "payer": "childrens_services",
    "category": "help",
    "evidence_strength": "argument only",
    "better": "neither",
}
_PARTS = (
    "groups", "rules", "registers", "places", "regions", "needs", "supports", "population",
    "outcomes", "measures", "published", "targets",
)  # fmt: skip


def mend(tables: Mapping[str, Any], found: Iterable[Fault]) -> tuple[dict[str, Any], bool]:
    """Return a copy of a scenario's tables with stand-ins, and whether it is still whole.

    Where a fault cannot be mended without inventing parts of the model, the copy keeps only
    the scenario's own keys and its parameters.
    """
    mended = copy.deepcopy(dict(tables))
    whole = True
    # Unknown keys first, while the tables that hold them are all there.
    for fault in sorted(found, key=lambda f: f.kind != "extra_forbidden"):
        whole = _mend_one(mended, fault) and whole
    if not whole:
        for part in _PARTS:
            mended.pop(part, None)
        mended["policies"] = {}
        mended["families"] = 1
    return mended, whole


def without_numbers(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """Return a scenario with stand-ins for some of its parameters."""
    stand_in = Parameter.model_validate(_PARAMETER)
    parameters = {**scenario.parameters, **dict.fromkeys(names, stand_in)}
    return scenario.model_copy(update={"parameters": parameters})


def _mend_one(tables: dict[str, Any], fault: Fault) -> bool:
    place = fault.place
    if place[0] == "parameters" and len(place) > 1 and fault.kind != "extra_forbidden":
        tables["parameters"][place[1]] = dict(_PARAMETER)
        if fault.kind == NAME:
            tables["parameters"].pop(place[1])
        return True
    holder = _holder(tables, fault)
    last = place[-1]
    if holder is None:
        return False
    if fault.kind == "extra_forbidden":
        holder.pop(last)
    elif len(place) == 1 and last in _TOP:
        tables[str(last)] = _TOP[str(last)]
    elif place == ("reference",):
        tables["reference"] = next(iter(tables.get("policies", {})), "")
    elif fault.kind == BARE:
        tables.setdefault("parameters", {})[_NAME] = dict(_PARAMETER)
        holder[last] = _NAME
    elif last in _LABELS and isinstance(holder, dict):
        holder[last] = _LABELS[str(last)]
    else:
        return False
    return True


def _holder(tables: dict[str, Any], fault: Fault) -> Any:
    """Return the table or list that holds a fault; None if a stand-in has replaced it."""
    at: Any = tables
    for part in fault.place[:-1]:
        try:
            at = at[part]
        except (LookupError, TypeError):
            return None
    return at
