"""Whether each parameter is in the unit that is wanted where it is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simcare.scenario.mending import FAULTY
from simcare.scenario.parts import Parameter
from simcare.scenario.schema import Scenario

Problem = tuple[str, str]

_KEYS = {
    "share": (
        "take_up", "reach", "remission", "worse", "share", "severe_share", "relapse_severe",
        "dropout_share", "share_left",
    ),
    "weeks": (
        "wait_weeks", "planned_weeks", "lasting_weeks", "ends_when_well_weeks", "by_weeks",
        "up_to_weeks", "after_weeks", "starts", "full_after", "ends", "mean_weeks", "every",
        "after", "scale", "median", "mean", "at_weeks", "relapse_scale",
    ),
    "per week": (
        "gives_up_waiting", "returns_by_itself", "rate", "moderate_remission",
        "severe_remission", "worsening",
    ),
    "ratio": (
        "speeds_remission", "worsens", "protects", "slows_relapse", "lasting_protects",
        "lasting_slows_relapse", "by", "lasting", "others_drop_out", "shape", "relapse_shape",
        "harm_moderate", "harm_severe", "harm_remitted",
    ),
    "count": ("places", "capacity", "posts"),
}  # fmt: skip
_WANTED = {key: unit for unit, keys in _KEYS.items() for key in keys}
_MONEY = {
    "per_week": "£/week",
    "spares_per_week": "£/week",
    "weekly": "£/week",
    "per_start": "£",
    "on_entry": "£",
    "costs": "£",
}


def wrong_units(scenario: Scenario) -> Iterator[Problem]:
    """Yield the places that name a parameter of another unit than is wanted there."""
    for part in ("regions", "needs", "places", "supports"):
        for name, spec in getattr(scenario, part).items():
            yield from _in_table(scenario, spec.model_dump(), f"{part}.{name}", "")
    for name, policy in scenario.policies.items():
        stated = policy.model_dump(include={"offers", "roll_out"})
        yield from _in_table(scenario, stated, f"policies.{name}", "")
        yield from _swapped(scenario, policy.use, f"policies.{name}.use")


def _in_table(
    scenario: Scenario, table: Mapping[str, Any], at: str, holder: str
) -> Iterator[Problem]:
    for key, value in table.items():
        place = f"{at}.{key}"
        if isinstance(value, Mapping):
            yield from _in_table(scenario, value, place, key)
        elif isinstance(value, list):
            for i, inside in enumerate(value):
                if isinstance(inside, Mapping):
                    yield from _in_table(scenario, inside, f"{place}[{i}]", key)
        elif isinstance(value, str) and value in scenario.parameters:
            wanted = _MONEY.get(holder) if key == "amount" else _WANTED.get(key)
            given = scenario.parameters[value]
            if wanted not in (None, given.unit) and not _told_anyway(given, wanted):
                yield (
                    place,
                    f"`{value}` is in the unit “{given.unit}”, and “{wanted}” is wanted here; "
                    "name another parameter, or mend its unit.",
                )


def _told_anyway(given: Parameter, wanted: str | None) -> bool:
    """Whether a number is known to be faulty, or is one that the model itself refuses."""
    value = given.value if given.value is not None else 0.0
    impossible = {"share": value > 1.0, "count": value != int(value)}
    return given.source == FAULTY or impossible.get(str(wanted), False)


def _swapped(scenario: Scenario, use: Mapping[str, str], at: str) -> Iterator[Problem]:
    known = scenario.parameters
    for name, other in use.items():
        if name in known and other in known and known[name].unit != known[other].unit:
            yield (
                f"{at}.{name}",
                f"`{other}` is in the unit “{known[other].unit}”, and cannot take the place of "
                f"one in “{known[name].unit}”; name another parameter, or mend its unit.",
            )
