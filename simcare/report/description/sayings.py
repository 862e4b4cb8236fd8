"""Parts of a model's statement in words: when a clock fires, what must hold, what is done."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simcare.experiment.ready import Ready
from simcare.model import statement as s
from simcare.report.assumptions import number
from simcare.report.words import bare, listing, lower_first

_OF_THE_MODEL = {
    "engagement": "engagement",
    "disengagement": "1 / engagement",
    "frailty": "frailty",
}
_OPS = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "less than",
    "==": "",
    "!=": "not",
}


class Sayings:
    """Says things of one statement in the titles that its scenario gives."""

    def __init__(self, ready: Ready, statement: s.Statement) -> None:
        self.scenario, self.statement = ready.scenario, statement
        self.levels = {r.name: _level_titles(r) for r in statement.regions}
        self.regions = {r.name: r.title for r in statement.regions}
        self._rules = {self._read(text): name for name, text in ready.scenario.rules.items()}

    def hazard(self, hazard: s.Hazard) -> str:
        """Say when a clock fires."""
        if isinstance(hazard, s.Exponential):
            if hazard.rate == 0.0:
                return "never"
            return f"at random, {number(hazard.rate)} a week (mean {number(1.0 / hazard.rate)})"
        if isinstance(hazard, s.Weibull):
            mean = hazard.scale * math.gamma(1.0 + 1.0 / hazard.shape)
            return (
                f"Weibull, shape {number(hazard.shape)}, scale {number(hazard.scale)} weeks "
                f"(mean {number(mean)})"
            )
        if isinstance(hazard, s.Piecewise):
            return self._piecewise(hazard)
        if isinstance(hazard, s.Since):
            later = f" plus {number(hazard.weeks)} weeks" if hazard.weeks else ""
            return f"in the {self.register(hazard.register)}{later}"
        return f"after {number(hazard.weeks)} weeks" if hazard.weeks else "at once"

    def _piecewise(self, hazard: s.Piecewise) -> str:
        pieces = [
            f"{number(rate)} to week {number(end)}"
            for rate, end in zip(hazard.rates, hazard.ends, strict=False)
        ]
        if len(pieces) > 3:
            low, high = min(hazard.rates), max(hazard.rates)
            return (
                f"in {len(hazard.rates)} pieces, {number(low)} to {number(high)} a week "
                f"(to week {number(hazard.ends[-1])}, then as the last)"
            )
        return f"a week: {listing([*pieces, f'then {number(hazard.rates[-1])}'])}"

    def factor(self, factor: s.Factor) -> str:
        """Say what multiplies a hazard ("": nothing does)."""
        if isinstance(factor, s.RegisterFactor):
            return self.register(factor.register)
        if isinstance(factor, s.CountFactor):
            where = self.places(factor.region, factor.levels)
            if set(factor.by_count[1:]) == {1.0}:
                return f"0 without a child in {where}"
            return f"the number of children in {where}"
        by: dict[float, list[str]] = {}
        for level, times in factor.by_level:
            if times != 1.0:
                by.setdefault(times, []).append(level)
        said = [f"{number(times)} if {self.stands(factor.region, x)}" for times, x in by.items()]
        return "; ".join(said)

    def stands(self, region: str, levels: Sequence[str]) -> str:
        """Say that a region stands at one of some levels."""
        names = self.levels[region]
        rest = [name for name in names if name not in levels]
        if 0 < len(rest) < len(names) / 2 and len(levels) > 1:
            return f"{self._name(region)} is {_against(self._named(region, rest))}"
        return f"{self._name(region)} is {self._titles(region, levels)}"

    def _name(self, region: str) -> str:
        return lower_first(bare(self.regions[region]))

    def _titles(self, region: str, levels: Sequence[str]) -> str:
        return listing(self._named(region, levels), "or")

    def _named(self, region: str, levels: Sequence[str]) -> list[str]:
        """Name levels, by the names that the scenario has for groups of them where it has any."""
        left, groups = list(levels), []
        for name, own in sorted(self.scenario.groups.items(), key=lambda x: -len(x[1])):
            if len(own) > 1 and set(own) <= set(left):
                left = [level for level in left if level not in own]
                groups.append(f"*{name.replace('_', ' ')}*")
        return [*groups, *(lower_first(bare(self.levels[region][name])) for name in left)]

    def places(self, region: str, levels: Sequence[str]) -> str:
        """Name levels at which something is."""
        return self._titles(region, levels)

    def register(self, name: str) -> str:
        """Return what a register holds, as it stands inside a sentence."""
        if name in self.scenario.registers:
            return lower_first(self.scenario.registers[name].title)
        return _OF_THE_MODEL.get(name, name.replace("_", " "))

    def guards(self, guards: Sequence[s.Guard]) -> str:
        """Say what must hold ("": nothing need)."""
        left, said = list(guards), []
        for rule, name in self._rules.items():
            if rule in left:
                left.remove(rule)
                said.append(f"*{name}*")
            against = self._none_of(rule)
            if against and all(guard in left for guard in against):
                left = [guard for guard in left if guard not in against]
                said.append(f"no *{name}*")
        return "; ".join([*said, *(" or ".join(map(self.test, guard)) for guard in left)])

    def test(self, test: s.Test) -> str:
        """Say one comparison."""
        if isinstance(test, s.LevelIs):
            return self.stands(test.region, test.levels)
        than = f"{_OPS[test.op]} {number(test.value)}".strip()
        if test.kind == "week":
            return f"the week is {than}"
        if test.kind == "since":
            return f"{than} weeks since {_event(self.register(test.subject))}"
        if test.kind == "weeks_in":
            return f"{than} weeks at this level"
        if test.kind == "children":
            few = {("<", 1.0): "no child", (">=", 1.0): "a child"}
            count = few.get((test.op, test.value), f"{than} children")
            return f"{count} in {self.places(test.subject, test.levels)}"
        return f"{than} {self.register(test.subject)}"

    def outcome(self, clock: s.Clock, outcome: s.Outcome) -> str:
        """Say what may come of it: with what chance, if what holds, and what is done."""
        own = self.levels[clock.region].get(outcome.name)
        title = outcome.name if own is None else lower_first(bare(own))
        chance = "" if outcome.share is None else f" (chance {number(outcome.share)}"
        if outcome.share is not None:
            chance += f" × {self.register(outcome.times)})" if outcome.times else ")"
        held = self.guards(outcome.when)
        told = (self.effect(clock, effect) for effect in outcome.effects)
        done = "; ".join(x for x in dict.fromkeys(told) if x != f"to {lower_first(title)}")
        return f"{title}{chance}{f' if {held}' if held else ''}{f' → {done}' if done else ''}"

    def effect(self, clock: s.Clock, effect: s.Effect) -> str:
        """Say what is done when a clock fires."""
        if isinstance(effect, s.Move):
            return self._move(clock, effect)
        held = self.register(effect.register)
        if isinstance(effect, s.Stamp):
            later = f" plus {number(effect.weeks)}" if effect.weeks else ""
            return f"{held}: now{later}"
        if isinstance(effect, s.Put):
            return f"{held}: {number(effect.value)}"
        return f"{held}: {number(effect.by)} more"

    def _move(self, clock: s.Clock, move: s.Move) -> str:
        to = f"to {lower_first(bare(self.levels[move.region][move.to]))}"
        if move.region == clock.region:
            return to
        start = f" from {self._titles(move.region, move.only_from)}" if move.only_from else ""
        both = {self.statement.region(x).per for x in (move.region, clock.region)}
        whose = self._name(move.region)
        if len(both) == 2 and self.statement.region(move.region).per == "child":
            whose += " of the first child" if move.first else " of each child"
        return f"{whose}{start} {to}"

    def _read(self, text: str) -> s.Guard:
        """Read a rule of the scenario, such as `drugs is severe or alcohol is severe`."""
        parts = [part.strip().partition(" is ") for part in text.split(" or ")]
        return tuple(
            s.LevelIs(region, tuple(name.strip() for name in rest.split(",")))
            for region, _, rest in parts
        )

    def _none_of(self, rule: s.Guard) -> list[s.Guard]:
        """Return a rule's opposite: one guard for each of its alternatives."""
        tests = [test for test in rule if isinstance(test, s.LevelIs)]
        return [
            (s.LevelIs(t.region, tuple(n for n in self.levels[t.region] if n not in t.levels)),)
            for t in tests
            if t.region in self.levels
        ]


def _level_titles(region: s.Region) -> dict[str, str]:
    """Return titles of levels without the region's, which stands before those of needs."""
    return {x.name: x.title.removeprefix(f"{region.title}: ") for x in region.levels}


def _against(names: Sequence[str]) -> str:
    """Say that something is none of what is named."""
    if len(names) == 1:
        return f"not one of {names[0]}" if names[0].startswith("*") else f"not {names[0]}"
    if len(names) == 2:
        return f"neither {names[0]} nor {names[1]}"
    return f"none of these: {listing(names)}"


def _event(title: str) -> str:
    """Return what happened in a week that a register holds."""
    return title.removeprefix("week of ").removeprefix("week when ")
