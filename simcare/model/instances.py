"""How a statement's regions, registers and clocks are numbered for one family.

A family's own come first, then those of child 0, of child 1 and so on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcare.model import statement as s


class Instances:
    """The numbering of one statement."""

    def __init__(self, statement: s.Statement) -> None:
        self.statement = statement
        self.family_regions = [r for r in statement.regions if r.per == "family"]
        self.child_regions = [r for r in statement.regions if r.per == "child"]
        self.family_registers = [g for g in statement.registers if g.per == "family"]
        self.child_registers = [g for g in statement.registers if g.per == "child"]
        self.by_name = {r.name: r for r in statement.regions}
        self._levels = {
            r.name: {name: i for i, name in enumerate(r.level_names())} for r in statement.regions
        }
        self._regions = _places(self.family_regions, self.child_regions)
        self._registers = _places(self.family_registers, self.child_registers)

    def region(self, name: str, slot: int) -> int:
        """Instance number of a region, of child `slot` where it is a child's."""
        place, per_child = self._regions[name]
        return place + max(slot, 0) * per_child

    def register(self, name: str, slot: int) -> int:
        """Instance number of a register, of child `slot` where it is a child's."""
        place, per_child = self._registers[name]
        return place + max(slot, 0) * per_child

    def has_register(self, name: str) -> bool:
        """Say whether the statement has a register of this name."""
        return name in self._registers

    def level(self, region: str, level: str) -> int:
        """Number of a level in its region."""
        return self._levels[region][level]

    def mask(self, region: str, levels: Iterable[str]) -> int:
        """Bit mask of some levels of a region."""
        numbers = self._levels[region]
        mask = 0
        for level in levels:
            mask |= 1 << numbers[level]
        return mask

    def regions(self) -> list[tuple[s.Region, int]]:
        """Every region with its child slot (-1 for the family's), in instance order."""
        slots = range(self.statement.children)
        return [(r, -1) for r in self.family_regions] + [
            (r, k) for k in slots for r in self.child_regions
        ]

    def registers(self) -> list[tuple[s.Register, int]]:
        """Every register with its child slot, in instance order."""
        slots = range(self.statement.children)
        return [(g, -1) for g in self.family_registers] + [
            (g, k) for k in slots for g in self.child_registers
        ]

    def clocks(self) -> list[tuple[int, s.Clock, int]]:
        """Every clock with its place in the statement and its child slot, in instance order."""
        scoped = [(n, c, self.by_name[c.region].per) for n, c in enumerate(self.statement.clocks)]
        family = [(n, c, -1) for n, c, per in scoped if per == "family"]
        slots = range(self.statement.children)
        return family + [(n, c, k) for k in slots for n, c, per in scoped if per == "child"]


def _places(family: list[Any], child: list[Any]) -> dict[str, tuple[int, int]]:
    """Name to (number for the family or child 0, step from child to child)."""
    places = {item.name: (i, 0) for i, item in enumerate(family)}
    places |= {item.name: (len(family) + i, len(child)) for i, item in enumerate(child)}
    return places


@dataclass(frozen=True)
class Lives:
    """Who is simulated: one row per family.

    number: (n,) family numbers, which key the draws; arrival: (n,) weeks; level: (n, R);
    register: (n, G), in instance order.
    """

    number: np.ndarray[Any, np.dtype[np.int64]]
    arrival: np.ndarray[Any, np.dtype[np.float64]]
    level: np.ndarray[Any, np.dtype[np.int64]]
    register: np.ndarray[Any, np.dtype[np.float64]]

    def __len__(self) -> int:
        return len(self.number)

    def part(self, start: int, stop: int) -> Lives:
        """Return the families from `start` up to `stop`."""
        cut = slice(start, stop)
        return Lives(self.number[cut], self.arrival[cut], self.level[cut], self.register[cut])


def at_start(statement: s.Statement, number: Any, arrival: Any) -> Lives:
    """Return families that all stand where the statement starts.

    number: (n,) family numbers; arrival: (n,) weeks.
    """
    instances = Instances(statement)
    levels = [instances.level(r.name, r.start) for r, _ in instances.regions()]
    starts = [g.start for g, _ in instances.registers()]
    count = len(number)
    return Lives(
        np.asarray(number, dtype=np.int64),
        np.asarray(arrival, dtype=np.float64),
        np.tile(np.array(levels, dtype=np.int64), (count, 1)),
        np.tile(np.array(starts, dtype=np.float64), (count, 1)),
    )
