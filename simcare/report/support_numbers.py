"""The numbers that supports and policies use, in words: what each is for and where it is from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from simcare.evidence import load
from simcare.experiment.ready import Ready
from simcare.report.assumptions import assumptions_frame, number
from simcare.report.words import listing
from simcare.scenario.domain import PolicySpec, SupportSpec
from simcare.scenario.schema import Scenario

_FOR = {
    "take_up": "share of those offered it who take it up",
    "wait_weeks": "wait before it starts, on average",
    "gives_up_waiting": "how often those who wait give up",
    "places": "places",
    "planned_weeks": "planned length",
    "dropout_share": "share who have dropped out by the time below",
    "by_weeks": "time by which that share has dropped out",
    "shape": "shape of dropout (below 1: most of it early)",
    "speeds_remission": "rate at which the needs served remit, while it lasts",
    "worsens": "rate at which they become severe, while it lasts",
    "protects": "rate of incidents at home, while it lasts",
    "slows_relapse": "rate of relapse, while it lasts",
    "lasting_weeks": "how long what it does goes on after leaving",
    "lasting_protects": "rate of incidents at home, after leaving",
    "lasting_slows_relapse": "rate of relapse, after leaving",
    "others_drop_out": "dropout from other supports meanwhile",
    "returns_by_itself": "how often parents come back by themselves",
    "ends_when_well_weeks": "time until it ends once no need is active, on average",
}
_UNITS = {
    "share": "{} %",
    "weeks": "{} weeks",
    "per week": "{} a week",
    "ratio": "× {}",
    "count": "{}",
    "£": "£{}",
    "£/week": "£{} a week",
}
PAYERS = {
    "childrens_services": "children's services",
    "adult_services": "adult services",
    "nhs": "the NHS",
    "courts_legal_aid": "courts and legal aid",
    "police_justice": "police and justice",
    "benefits": "benefits",
    "family": "families",
}
HUNDRED = 100.0


class Used(NamedTuple):
    """One number that is used: what for, and the parameter's name or a bare 0 or 1."""

    purpose: str
    given: str | int


class Numbers:
    """Writes the numbers of a scenario, and remembers which published figures they rest on."""

    def __init__(self, ready: Ready) -> None:
        self.scenario = ready.scenario
        self.cited: dict[str, None] = {}
        frame = assumptions_frame(ready)
        self._rows = {row["name"]: row for row in frame.to_dict("records")}

    def amount(self, given: str | int) -> str:
        """Return a number with its unit: 60 %, 12 weeks, £90 a week."""
        if isinstance(given, int):
            return str(given)
        row = self._rows[given]
        return _amount(row["unit"], row["value"])

    def table(self, used: Iterable[Used]) -> Iterator[str]:
        """Yield the lines of a table of numbers: what for, value, range and where from."""
        rows = [
            f"| {text(one.purpose)} | {self._name(one.given)} | {self.amount(one.given)} "
            f"| {self.span(one.given)} | {self.origin(one.given)} |"
            for one in used
        ]
        if rows:
            yield "| what for | number | value | range | where it comes from |"
            yield "| --- | --- | ---: | --- | --- |"
            yield from rows
            yield ""

    def span(self, given: str | int) -> str:
        """Return the range of a number, empty where none is given."""
        row = self._rows.get(str(given))
        if row is None or not math.isfinite(row["low"]):
            return ""
        return _amount(row["unit"], row["low"], row["high"])

    def origin(self, given: str | int) -> str:
        """Return where a number comes from, with links to the figures that it rests on."""
        if isinstance(given, int):
            return "laid down"
        parameter = self.scenario.parameters[given]
        if parameter.assumed is not None:
            return f"assumed: {text(parameter.assumed.reason)}"
        if parameter.source is not None:
            return text(parameter.source)
        ids = [parameter.evidence] if isinstance(parameter.evidence, str) else parameter.evidence
        cited = listing([self.cite(one) for one in ids or []])
        if parameter.value is not None:
            return f"worked out from {cited}: {text(parameter.how or '')}"
        return f"published: {cited}"

    def cite(self, id: str) -> str:
        """Return a link to a published figure or curve at the end of the page."""
        self.cited[id] = None
        return f"[{id}](#{id.lower()})"

    def sources(self) -> Iterator[str]:
        """Yield a line for each figure and curve cited so far, in the order of their ids."""
        register = load()
        for id in sorted(self.cited):
            found = register.numbers.get(id) or register.curve(id)
            origin = ", ".join(filter(None, [found.source, found.publisher, found.year]))
            yield f'- <a id="{id.lower()}"></a>`{id}`: {text(found.quantity)}. {text(origin)}.'

    def _name(self, given: str | int) -> str:
        return f"`{given}`" if isinstance(given, str) else ""


def numbers_of_support(scenario: Scenario, spec: SupportSpec) -> list[Used]:
    """Return the numbers that a support uses, in the order of its keys; defaults are left out."""
    said = spec.model_dump(exclude_unset=True)
    found = [Used(_FOR[k], said[k]) for k in _FOR if _is_number(said.get(k))]
    kept = said.get("retention", {})
    at = 1 + max(
        (i for i, one in enumerate(found) if one.purpose == _FOR["planned_weeks"]), default=-1
    )
    stays = [Used(_FOR[k], kept[k]) for k in _FOR if _is_number(kept.get(k))]
    found[at:at] = stays
    found += _of_leaving(said.get("leaving", []))
    for speed in said.get("speeds", []):
        what = clock_title(scenario, speed["clock"])
        found.append(Used(f"rate of {what}, while it lasts", speed["by"]))
        if "lasting" in speed:
            found.append(Used(f"rate of {what}, after leaving", speed["lasting"]))
    for chance in said.get("chances", []):
        what = clock_title(scenario, chance["clock"])
        found.append(Used(f"chance of “{chance['outcome']}” at {what}", chance["share"]))
    for level, given in ((said.get("priority") or {}).get("of") or {}).items():
        found.append(Used(f"place in the queue (lower first): {level}", given))
    return [*found, *_prices(spec)]


def _of_leaving(bands: list[Mapping[str, Any]]) -> Iterator[Used]:
    for i, band in enumerate(bands):
        which = f"band {i + 1} of time attended" if len(bands) > 1 else "on leaving"
        if "up_to_weeks" in band:
            yield Used(f"{which}: up to", band["up_to_weeks"])
        yield Used(f"{which}: chance that needs remit", band["remission"])
        if band.get("worse", 0) != 0:
            yield Used(f"{which}: chance that they become severe", band["worse"])


def _prices(spec: SupportSpec) -> Iterator[Used]:
    kinds = (
        ("price a week", "paid by", spec.per_week),
        ("price on starting", "paid by", spec.per_start),
        ("spared a week", "by", spec.spares_per_week),
    )
    for kind, by, prices in kinds:
        for money in prices:
            yield Used(f"{kind}, {by} {PAYERS[money.payer]}: {money.item}", money.amount)


def numbers_of_policy(scenario: Scenario, spec: PolicySpec) -> list[Used]:
    """Return the numbers of a policy's own offers and roll-outs; those that it replaces apart."""
    found: dict[Used, None] = {}
    for offer in spec.offers:
        if isinstance(offer.after_weeks, str):
            found[Used("weeks from reaching the stage to the offer", offer.after_weeks)] = None
        if isinstance(offer.reach, str):
            title = scenario.supports[offer.support].title
            found[Used(f"share to whom it is offered: {title}", offer.reach)] = None
        for rule in offer.when:
            for word in re.findall(r"\w+", rule):
                if word in scenario.parameters:
                    found[Used(f"in the condition `{rule}`", word)] = None
    for support, rolled in spec.roll_out.items():
        title = scenario.supports[support].title
        steps = (
            ("starts in week", rolled.starts),
            ("is whole so many weeks later", rolled.full_after),
            ("ends in week", rolled.ends),
        )
        found |= {Used(f"{title} {what}", x): None for what, x in steps if isinstance(x, str)}
    return list(found)


def clock_title(scenario: Scenario, clock: str) -> str:
    """Return what people call a clock such as `case/plan/review`, quoted, else its name."""
    region, _, name = clock.partition("/")
    spec = scenario.regions.get(region)
    level, _, inside = name.partition("/")
    if spec is None:
        return f"`{clock}`"
    if inside and level in spec.levels and inside in spec.levels[level].clocks:
        title = spec.levels[level].clocks[inside].title
        return f"“{title or f'{spec.levels[level].title}, {inside}'}”"
    own = spec.clocks.get(name)
    return f"“{own.title}”" if own is not None and own.title else f"`{clock}`"


def text(said: str) -> str:
    """Return a text as a cell of a table may hold it."""
    return " ".join(said.split()).replace("|", "\\|")


def _amount(unit: str, *values: float) -> str:
    """Write a number, or a range, with its unit."""
    factor = HUNDRED if unit == "share" else 1.0
    said = _UNITS[unit].format(" to ".join(number(value * factor) for value in values))
    return "1 week" if said == "1 weeks" else said


def _is_number(given: Any) -> bool:
    return isinstance(given, str | int) and not isinstance(given, bool)
