"""The model said once, as data: regions, levels, clocks, guarded outcomes and effects.

Every part of the domain (a need, the case, a support, a child's placement) is written in these
few shapes and nothing else. The engines read them after `simcare.engine.arrays` has laid them
out flat; the observers read the costs; the pathway figure is drawn from the outcomes. No shape
here knows what a family or a policy is about.

All durations are in weeks and all rates are per week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["family", "child"]


@dataclass(frozen=True)
class Exponential:
    """A constant hazard, `rate` per week."""

    rate: float


@dataclass(frozen=True)
class Weibull:
    """Cumulative hazard (age / scale) ** shape, age counted from when the clock started."""

    shape: float
    scale: float


@dataclass(frozen=True)
class Piecewise:
    """A constant hazard in each piece; `ends` in weeks from the start, the last rate goes on."""

    ends: tuple[float, ...]
    rates: tuple[float, ...]


@dataclass(frozen=True)
class Fixed:
    """Fires exactly `weeks` after it starts. Not stretched by factors."""

    weeks: float


@dataclass(frozen=True)
class Since:
    """Fires `weeks` after the week held in a register (a birthday, say), or at once if past.

    It starts again after firing only if the register has been set to a later week.
    """

    register: str
    weeks: float


Hazard = Exponential | Weibull | Piecewise | Fixed | Since


@dataclass(frozen=True)
class LevelFactor:
    """Multiplies a hazard by a number that depends on the level of a region (1 if unlisted)."""

    region: str
    by_level: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class RegisterFactor:
    """Multiplies a hazard by the value of a register."""

    register: str


@dataclass(frozen=True)
class CountFactor:
    """Multiplies a hazard by a number that depends on how many children are at some levels.

    `by_count[n]` applies to n children; the last entry applies to any more.
    """

    region: str
    levels: tuple[str, ...]
    by_count: tuple[float, ...]


Factor = LevelFactor | RegisterFactor | CountFactor


@dataclass(frozen=True)
class LevelIs:
    """True when a region stands at one of `levels`."""

    region: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Compare:
    """A comparison of a named quantity with a number.

    `kind` says what the subject is: the value of a register, the weeks since the week held in
    a register, the weeks a region has stood at its level, the number of children at `levels`
    of a region, or the week itself.
    """

    kind: Literal["register", "since", "weeks_in", "children", "week"]
    subject: str
    op: Literal[">=", "<=", ">", "<", "==", "!="]
    value: float
    levels: tuple[str, ...] = ()


Test = LevelIs | Compare
Guard = tuple[Test, ...]
"""Alternatives, of which at least one must hold. An outcome needs all of its guards to hold."""


@dataclass(frozen=True)
class Move:
    """Moves a region to a level, if it stands at one of `only_from` (empty: from anywhere).

    Said by a family's clock about a child's region, it moves every child that qualifies, or
    only the first one when `first` is set.
    """

    region: str
    to: str
    only_from: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True)
class Add:
    """Adds to a register."""

    register: str
    by: float = 1.0


@dataclass(frozen=True)
class Put:
    """Sets a register to a value."""

    register: str
    value: float


@dataclass(frozen=True)
class Stamp:
    """Sets a register to the present week plus `weeks`."""

    register: str
    weeks: float = 0.0


Effect = Move | Add | Put | Stamp


@dataclass(frozen=True)
class OneOff:
    """A sum paid once, in pounds of the scenario's price year.

    With `each_child_in` it is paid for each child whose region stands at one of the levels.
    """

    amount: float
    payer: str
    category: str
    item: str
    each_child_in: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Outcome:
    """What may happen when a clock fires.

    Outcomes are tried in order. One whose guards all hold is taken with chance `share` of the
    whole (times the value of the register `times`, if named); one without a share is taken
    outright. Shares of the outcomes that qualify are laid end to end, so that raising one of
    them moves only the families in between.
    """

    name: str
    when: tuple[Guard, ...] = ()
    share: float | None = None
    times: str | None = None
    effects: tuple[Effect, ...] = ()
    costs: tuple[OneOff, ...] = ()


@dataclass(frozen=True)
class Clock:
    """Runs while its region stands at one of `levels`; when it fires, one outcome is taken.

    A clock that `repeats` starts again after firing if its region is still at those levels.
    luck: another decision, `region/clock`, whose draws it shares (empty: it has its own).
    """

    name: str
    region: str
    levels: tuple[str, ...]
    hazard: Hazard
    outcomes: tuple[Outcome, ...]
    factors: tuple[Factor, ...] = ()
    repeats: bool = True
    luck: str = ""


@dataclass(frozen=True)
class Weekly:
    """A rate of cost while a level lasts, in pounds a week of the scenario's price year."""

    amount: float
    payer: str
    category: str
    item: str
    each_child_in: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Queue:
    """At this level the family waits for a place; on getting it the region moves to `then`.

    Lower `priority` numbers are served first; it may depend on the level of another region.
    """

    resource: str
    then: str
    priority: LevelFactor | None = None


@dataclass(frozen=True)
class Level:
    """One place where a region may stand, with what it costs and what it needs."""

    name: str
    title: str
    weekly: tuple[Weekly, ...] = ()
    on_entry: tuple[OneOff, ...] = ()
    queue: Queue | None = None
    holds: str | None = None


@dataclass(frozen=True)
class Region:
    """A part of a family's life that stands at one level at a time."""

    name: str
    title: str
    levels: tuple[Level, ...]
    start: str
    per: Scope = "family"
    resets: tuple[str, ...] = ()

    def level_names(self) -> tuple[str, ...]:
        """Names of the levels, in the order in which they are numbered."""
        return tuple(level.name for level in self.levels)


@dataclass(frozen=True)
class Register:
    """A number kept for a family or for each child: a count, a week, a trait."""

    name: str
    per: Scope = "family"
    start: float = 0.0


@dataclass(frozen=True)
class Resource:
    """Places that families share. `capacity` None means that nobody ever waits."""

    name: str
    capacity: int | None


@dataclass(frozen=True)
class Statement:
    """A whole model under one policy. Two policies of a scenario differ in numbers only."""

    regions: tuple[Region, ...]
    clocks: tuple[Clock, ...]
    registers: tuple[Register, ...] = ()
    resources: tuple[Resource, ...] = ()
    children: int = 0

    def region(self, name: str) -> Region:
        """Return the region called `name`; KeyError if there is none."""
        for region in self.regions:
            if region.name == name:
                return region
        raise KeyError(name)
