"""The short sentences in which scenario files state guards and effects.

Guards:   `case is closed, referral`   `drugs is not severe`   `children in @home >= 1`
          `incidents_in_stage >= chances`   `weeks since last_seen >= quiet_weeks`
          `weeks in case < year`   `week >= 0`; alternatives are joined by ` or `.
Effects:  `case to closed`   `placement from @home to entering_care`
          `first placement from unborn to newborn`   `add incidents_in_stage`
          `set chances to 0`   `stamp last_seen`   `stamp due plus nine_months`
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from simcare.errors import hint, unknown
from simcare.model import statement as s
from simcare.scenario.schema import Scenario

_COMPARE = re.compile(r"^(?P<subject>.+?)\s*(?P<op>>=|<=|==|!=|>|<)\s*(?P<value>\S+)$")
_MOVE = re.compile(
    r"^(?P<first>first )?(?P<region>[a-z_0-9]+)(?: from (?P<from>.+?))? to (?P<to>[a-z_0-9]+)$"
)


class Reader:
    """Turns names and sentences of a scenario into numbers and parts of a statement.

    levels: the level names of every region, including those made from needs and supports.
    Problems are gathered in `problems`, each beginning with the place in the file.
    """

    def __init__(
        self,
        scenario: Scenario,
        values: Mapping[str, float],
        levels: Mapping[str, tuple[str, ...]],
        child_regions: frozenset[str],
    ) -> None:
        self.scenario, self.values = scenario, values
        self.level_names, self.child_regions = levels, child_regions
        self.registers = dict(scenario.registers)
        self.problems: list[str] = []
        self.used: set[str] = set()

    def problem(self, where: str, what: str) -> None:
        """Note a problem."""
        self.problems.append(f"{where}: {what}")

    def number(self, given: str | int, where: str) -> float:
        """Return the number of a parameter's name, or a bare 0 or 1."""
        if isinstance(given, int):
            return float(given)
        if given in ("0", "1"):
            return float(given)
        if given not in self.values:
            self.problem(where, self._not_a_number(given))
            return 1.0
        self.used.add(given)
        return self.values[given]

    def _not_a_number(self, given: str) -> str:
        rule = "so that the number has a source (only 0 and 1 may stand bare)"
        try:
            float(given)
        except ValueError:
            close = hint(given, self.values)
            return f"`{given}` is not an entry of `[parameters]`; add it there, {rule}: {close}"
        return f"`{given}` is a bare number; name an entry of `[parameters]`, {rule}."

    def share(self, given: str | int, where: str) -> float:
        """Return a number that must lie between 0 and 1."""
        value = self.number(given, where)
        if not 0.0 <= value <= 1.0:
            self.problem(where, f"the share {given} is {value:g}; it must lie between 0 and 1.")
            return 0.0
        return value

    def levels(self, region: str, names: list[str] | str, where: str) -> tuple[str, ...]:
        """Return level names of a region, with `@group` spelled out and checked."""
        if region not in self.level_names:
            self.problem(where, unknown("region", region, self.level_names))
            return ()
        parts = [p.strip() for p in names.split(",")] if isinstance(names, str) else names
        found: list[str] = []
        for part in parts:
            members = [part]
            if part.startswith("@"):
                members = list(self.scenario.groups.get(part[1:], []))
                if not members:
                    groups = [f"@{name}" for name in self.scenario.groups]
                    self.problem(where, unknown("group", part, groups, "in `[groups]`"))
            for name in members:
                if name not in self.level_names[region]:
                    known = self.level_names[region]
                    self.problem(where, unknown("level", name, known, f"in region `{region}`"))
                elif name not in found:
                    found.append(name)
        return tuple(found)

    def register(self, name: str, where: str) -> str:
        """Return a register's name, checked."""
        if name not in self.registers:
            self.problem(where, unknown("register", name, self.registers))
        return name

    def guards(self, texts: Sequence[str], where: str) -> tuple[s.Guard, ...]:
        """Read rules that must all hold; each may be the name of one in `[rules]`, or `not` it."""
        found: list[s.Guard] = []
        for text in texts:
            negated = text.startswith("not ")
            named = self.scenario.rules.get(text.removeprefix("not ").strip())
            if named is None:
                found.append(self.guard(text, where))
            elif negated:
                found += self._none_of(named, where)
            else:
                found.append(self.guard(named, where))
        return tuple(found)

    def guard(self, text: str, where: str) -> s.Guard:
        """Read a guard."""
        return tuple(self._test(part.strip(), where) for part in text.split(" or "))

    def _none_of(self, text: str, where: str) -> list[s.Guard]:
        """Read a rule's opposite: that none of its alternatives holds."""
        opposites: list[s.Guard] = []
        for part in text.split(" or "):
            region, is_, rest = part.strip().partition(" is ")
            if not is_ or rest.startswith("not "):
                self.problem(where, f"`not` can be said only of `<region> is <level>` (`{part}`).")
                continue
            opposites.append(self.guard(f"{region} is not {rest}", where))
        return opposites

    def _test(self, text: str, where: str) -> s.Test:
        never = s.Compare("week", "", "<", float("-inf"))
        region, is_, rest = text.partition(" is ")
        if is_:
            if rest.startswith("not "):
                excluded = self.levels(region, rest[4:], where)
                kept = [n for n in self.level_names.get(region, ()) if n not in excluded]
                return s.LevelIs(region, tuple(kept))
            return s.LevelIs(region, self.levels(region, rest, where))
        match = _COMPARE.match(text)
        if match is None:
            self.problem(
                where,
                f"`{text}` is not a rule; write `<region> is <level>`, `<register> >= <parameter>`,"
                " `weeks since <register> >= ...`, `weeks in <region> >= ...` or "
                "`children in <levels> >= ...`.",
            )
            return never
        return self._compare(match["subject"], match["op"], match["value"], where)

    def _compare(self, subject: str, op: str, value_text: str, where: str) -> s.Test:
        value = self.number(value_text, where)
        ops = {">=", "<=", ">", "<", "==", "!="}
        assert op in ops
        if subject == "week":
            return s.Compare("week", "", op, value)  # type: ignore[arg-type]
        if subject.startswith("weeks since "):
            register = self.register(subject.removeprefix("weeks since ").strip(), where)
            return s.Compare("since", register, op, value)  # type: ignore[arg-type]
        if subject.startswith("weeks in "):
            region = subject.removeprefix("weeks in ").strip()
            self.levels(region, [], where)
            return s.Compare("weeks_in", region, op, value)  # type: ignore[arg-type]
        if subject.startswith("children in "):
            region = self.scenario.children_region
            levels = self.levels(region, subject.removeprefix("children in "), where)
            return s.Compare("children", region, op, value, levels)  # type: ignore[arg-type]
        return s.Compare("register", self.register(subject, where), op, value)  # type: ignore[arg-type]

    def effect(self, text: str, where: str) -> s.Effect | None:
        """Read an effect."""
        words = text.split()
        if words[:1] == ["add"] and len(words) == 2:
            return s.Add(self.register(words[1], where))
        if words[:1] == ["stamp"] and (
            len(words) == 2 or (words[2:3] == ["plus"] and len(words) == 4)
        ):
            later = self.number(words[3], where) if len(words) == 4 else 0.0
            return s.Stamp(self.register(words[1], where), later)
        if words[:1] == ["set"] and len(words) == 4 and words[2] == "to":
            return s.Put(self.register(words[1], where), self.number(words[3], where))
        match = _MOVE.match(text)
        if match is None:
            self.problem(
                where,
                f"`{text}` is not an effect; write `<region> to <level>`, `<region> from <levels> "
                "to <level>`, `add <register>`, `set <register> to <parameter>` or "
                "`stamp <register>`.",
            )
            return None
        region = match["region"]
        only_from = self.levels(region, match["from"], where) if match["from"] else ()
        self.levels(region, [match["to"]], where)
        if match["first"] and region not in self.child_regions:
            self.problem(
                where, f"`first` is said of children, but `{region}` is a family's region."
            )
        return s.Move(region, match["to"], only_from, bool(match["first"]))
