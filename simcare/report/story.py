"""Events in plain words, with the titles of the model's own statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simcare.experiment.ready import Ready
from simcare.model.statement import Move
from simcare.report.words import listing, lower_first
from simcare.scenario.parts import ClockSpec, RegionSpec

ARROW = "\N{RIGHTWARDS ARROW}"
SEEN, UNSEEN = "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}"
"""Marks of incidents that somebody acts on, and of those that nobody does."""


class Event(NamedTuple):
    """One row of the chronology."""

    week: float
    child: int
    kind: str
    region: str
    before: str
    after: str
    clock: str
    outcome: str


_OF_SUPPORTS = ("leaves well", "gives up", "comes back")

Where = tuple[str, int]
"""A region and the child it belongs to (-1: the family)."""


@dataclass
class _Moves:
    """What a region did within one day: from where, to where, and why."""

    before: str
    after: str
    reasons: list[str] = field(default_factory=list)


class Words:
    """Says what happened to a family under the model of one scenario."""

    def __init__(self, ready: Ready) -> None:
        scenario = ready.scenario
        self.scenario = scenario
        statement = ready.statements[scenario.reference]
        self.regions = {r.name: r for r in statement.regions}
        self.titles = {(r.name, x.name): x.title for r in statement.regions for x in r.levels}
        outcomes = [(c, o) for c in statement.clocks for o in c.outcomes]
        self.acted_on = {(c.region, c.name, o.name) for c, o in outcomes if o.effects}
        self.moving = {
            (c.region, c.name, o.name)
            for c, o in outcomes
            if any(isinstance(e, Move) for e in o.effects)
        }
        self.clock_titles: dict[tuple[str, str], str] = {}
        self.told: set[tuple[str, str]] = set()
        for region, spec in scenario.regions.items():
            for name, clock in _clocks(spec):
                if clock.title:
                    self.clock_titles[(region, name)] = clock.title
                self.told |= {(name, o.title) for o in clock.outcomes if o.title}
        self.harm = tuple((scenario.harm_clock or "/").split("/", 1))

    def level(self, region: str, level: str) -> str:
        """Return a level's title as it stands inside a sentence, without its region's name."""
        title = self.titles[(region, level)].removeprefix(f"{self.regions[region].title}: ")
        return lower_first(title)

    def day(self, events: Iterable[Event]) -> list[str]:
        """Say what one policy's events of one day amount to, in order.

        Moves of a region within the day are told as one, children who move alike together;
        decisions that change nothing are left out, except reviews and incidents.
        """
        moves: dict[Where, _Moves] = {}
        said: list[str | Where] = []
        for event in events:
            if event.kind == "decision":
                text = self._decision(event)
                if text:
                    said.append(text)
                continue
            where = (event.region, event.child)
            if where not in moves:
                moves[where] = _Moves(event.before, event.after)
                said.append(where)
            moves[where].after = event.after
            reason = self._reason(event)
            if reason and reason not in moves[where].reasons:
                moves[where].reasons.append(reason)
        return self._told(said, moves)

    def standing(self, levels: Mapping[Where, str]) -> list[str]:
        """Say where the regions of a family stand, leaving out what has not begun."""
        alike: dict[str, list[int]] = {}
        for (region, child), level in levels.items():
            spec = self.regions[region]
            case = region == self.scenario.case_region
            if len(spec.levels) < 2 or (level == spec.start and not case):
                continue
            said = self.level(region, level)
            text = said if spec.per == "child" else f"{spec.title}: {said}"
            alike.setdefault(text, []).append(child)
        return [_with_children(text, children) for text, children in alike.items()]

    def _decision(self, event: Event) -> str:
        outcome = event.outcome or "no change"
        if (event.region, event.clock) == self.harm:
            seen = (event.region, event.clock, event.outcome) in self.acted_on
            name = "" if "incident" in outcome.lower() else "Incident, "
            return f"{SEEN if seen else UNSEEN} {name}{outcome}"
        title = self.clock_titles.get((event.region, event.clock), "")
        review = "review" in f"{title} {event.clock.rpartition('/')[2]}".lower()
        if not review or (event.region, event.clock, event.outcome) in self.moving:
            return ""
        return f"{title or 'Review'}: {outcome}"

    def _reason(self, event: Event) -> str:
        """Return what a move was for, where that says more than the move itself."""
        if event.kind == "place given":
            return "a place is free"
        of_support = event.region in self.scenario.supports and event.outcome in _OF_SUPPORTS
        told = (event.clock, event.outcome) in self.told or of_support
        goal = self.titles[(event.region, event.after)].lower()
        if event.clock == self.harm[1] or not told or event.outcome.lower() in goal:
            return ""
        return event.outcome

    def _told(self, said: list[str | Where], moves: Mapping[Where, _Moves]) -> list[str]:
        alike: dict[str, list[int]] = {}
        for item in said:
            if isinstance(item, str):
                alike.setdefault(item, []).append(-1)
            else:
                alike.setdefault(self._move(item, moves[item]), []).append(item[1])
        return [_with_children(text, children) for text, children in alike.items()]

    def _move(self, where: Where, move: _Moves) -> str:
        region = self.regions[where[0]]
        before, after = (self.level(region.name, x) for x in (move.before, move.after))
        why = f" ({'; '.join(move.reasons)})" if move.reasons else ""
        if region.name == self.scenario.children_region:
            return f"{before} {ARROW} {after}{why}"
        if region.per == "child":
            return f"{after}{why}"
        if region.name in self.scenario.supports:
            if (move.before, move.after) == ("attending", "over"):
                after = self.level(region.name, "after")
            return f"{region.title}: {after}{why}"
        return f"{region.title}: {before} {ARROW} {after}{why}"


def _clocks(spec: RegionSpec) -> Iterator[tuple[str, ClockSpec]]:
    """The clocks of a region with the names that the statement gives them."""
    yield from spec.clocks.items()
    for level, body in spec.levels.items():
        for key, clock in body.clocks.items():
            yield f"{level}/{key}", clock


def _with_children(text: str, children: list[int]) -> str:
    numbers = [str(c + 1) for c in children if c >= 0]
    if not numbers:
        return f"{text} (×{len(children)})" if len(children) > 1 else text
    who = f"Child {numbers[0]}" if len(numbers) == 1 else f"Children {listing(numbers)}"
    return f"{who}: {text}"
