"""One family's life: an interpreter of the tables for one instance of the model.

Numerical contract (any engine that is to agree to the last bit does these sums in this order):

- A clock that starts at week t for the n-th time takes the unit exponential of (its key, n),
  has age 0 and fires at t + age_at(E / m), m being the product of its factors in the order in
  which they are stated. With m = 0 it does not fire.
- When m changes at week t, the clock has spent m * (H(age now) - H(age at the last change));
  it fires at origin + age_at(H(age now) + rest / new m) (Anderson 2007, the modified next
  reaction method). If m is unchanged nothing is recomputed.
- The next event is the live clock with the smallest week, and the lowest number on ties. The
  present week becomes that clock's week exactly.
- Weeks, weeks since and weeks in are compared as equal within SAME_WEEK, so that a guard that
  asks for two periods of 13.04 weeks is not missed by the rounding of their sum.
- A clock set by a register fires in the week that the register held when it was started, and
  starts again after firing only if the register has been set to a later week.
- On firing: the clock stops, an outcome is chosen, its effects are applied in order (a move
  stops the clocks of the region that no longer run before it starts the new ones, in number
  order), the clock starts again if it repeats and its region allows it, and last of all the
  clocks that depend on what moved are recomputed in number order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simcare.draws import CHOICE, clock_key, uniform, unit_exponential
from simcare.engine import arrays as a
from simcare.engine.hazards import age_at, cumulative
from simcare.engine.tables import Effect, Outcome, Tables, Test
from simcare.errors import UserError

BY_LEVEL, BY_REGISTER = a.BY_LEVEL, a.BY_REGISTER
FIRED, MOVED, GRANTED = 0, 1, 2
SAME_WEEK = 1e-6
"""Weeks (about half a second) within which two times are the same to a guard."""
MOST_AT_ONCE = 10_000
"""Events of a family, each within SAME_WEEK of the last, that show it to be going in a circle."""
_TIMES = (a.T_SINCE, a.T_WEEKS_IN, a.T_WEEK)
Row = tuple[float, int, int, int, int, int, int]
"""week, kind, region, level before, level after, clock, outcome."""


class Family:
    """The present state of one family: levels, registers and running clocks.

    key: the family's draw key; levels: one per region instance; registers: one per register
    instance; week: when the life begins. Events are appended to `log`.
    """

    def __init__(
        self,
        tables: Tables,
        key: int,
        levels: Sequence[int],
        registers: Sequence[float],
        week: float,
    ) -> None:
        self.tables = tables
        self.key = key
        self.week = week
        self.level = list(levels)
        self.entered = [week] * len(self.level)
        self.register = list(registers)
        clocks = tables.arrays.clocks
        self.fires: dict[int, float] = {}
        self.times_started = [0] * clocks
        self.rest = [0.0] * clocks
        self.origin = [0.0] * clocks
        self.since = [0.0] * clocks
        self.multiplier = [1.0] * clocks
        self.keys: list[int | None] = [None] * clocks
        self.log: list[Row] = []
        self.queued: list[int] = []
        self._started: list[int] = []
        self._at_once = 0
        self._stale: set[int] = set()
        for region, at in enumerate(self.level):
            self._start_clocks(region, at)
            if tables.queue[region][at] >= 0:
                self.queued.append(region)
        self._settle()

    # --- the loop that an engine drives ---

    def next_event(self) -> tuple[float, int]:
        """Week and number of the clock that fires next; (inf, -1) if none will."""
        best, first = math.inf, -1
        for clock, week in self.fires.items():
            if week < best or (week == best and clock < first):
                best, first = week, clock
        return best, first

    def fire(self, clock: int, week: float) -> None:
        """Let a clock fire at a week: choose an outcome and apply it."""
        tables = self.tables
        self._now(week, clock)
        region = tables.clock_region[clock]
        occurrence = self.times_started[clock] - 1
        del self.fires[clock]
        chosen = self._choose(clock, occurrence)
        at = self.level[region]
        number = chosen[4] if chosen is not None else -1
        self.log.append((week, FIRED, region, at, at, clock, number))
        if chosen is not None:
            for effect in chosen[3]:
                self._apply(effect, clock, number)
        if (
            tables.repeats[clock]
            and clock not in self.fires
            and tables.clock_mask[clock] >> self.level[region] & 1
            and not self._already_due(clock)
        ):
            self._start(clock)
        self._settle()

    def _now(self, week: float, clock: int) -> None:
        """Set the present week; UserError if too much has happened in it already."""
        self._at_once = self._at_once + 1 if week - self.week <= SAME_WEEK else 0
        if self._at_once > MOST_AT_ONCE:
            raise going_in_a_circle(self.tables.arrays, week, clock)
        self.week = week

    def _already_due(self, clock: int) -> bool:
        """Say whether a clock set by a register would fire again in this same week."""
        kind, first, _, register = self.tables.hazard[clock]
        return kind == a.SINCE and self.register[register] + first <= self.week

    def grant(self, region: int, week: float) -> None:
        """Give the place that a queueing region waits for: it moves on to the next level."""
        self._now(week, -1)
        then = int(self.tables.arrays.queue_then[region, self.level[region]])
        self._move(region, then, GRANTED, -1, -1)
        self._settle()

    def change_policy(self, tables: Tables, week: float) -> None:
        """Go on under another policy from a week: only clocks whose numbers differ notice."""
        old, self.week = self.tables, week
        spent = {k: self._rest_now(k) for k in self.fires if old.numbers(k) != tables.numbers(k)}
        self.tables = tables
        for clock, rest in spent.items():
            self._resume(clock, rest, self._multiplier(clock))
        for clock in range(tables.arrays.clocks):
            at = self.level[tables.clock_region[clock]]
            ran, runs = old.clock_mask[clock] >> at & 1, tables.clock_mask[clock] >> at & 1
            if runs and not ran:
                self._start(clock)
        self._settle()

    # --- choosing ---

    def _choose(self, clock: int, occurrence: int) -> Outcome | None:
        draw, reached = -1.0, 0.0
        for outcome in self.tables.outcomes[clock]:
            share, times, guards = outcome[0], outcome[1], outcome[2]
            if guards and not self._all_hold(guards):
                continue
            if share == a.NO_SHARE:
                return outcome
            if draw < 0.0:
                draw = uniform(self._key_of(clock), occurrence, CHOICE)
            reached += share if times < 0 else share * self.register[times]
            if draw < reached:
                return outcome
        return None

    def _all_hold(self, guards: tuple[tuple[Test, ...], ...]) -> bool:
        for guard in guards:  # noqa: SIM110 (a generator costs more than the tests)
            if not self._holds(guard):
                return False
        return True

    def _holds(self, guard: tuple[Test, ...]) -> bool:
        for kind, index, mask, op, value in guard:
            if kind == a.T_LEVEL:
                if mask >> self.level[index] & 1:
                    return True
                continue
            if kind == a.T_REGISTER:
                subject = self.register[index]
            elif kind == a.T_SINCE:
                subject = self.week - self.register[index]
            elif kind == a.T_WEEKS_IN:
                subject = self.week - self.entered[index]
            elif kind == a.T_CHILDREN:
                subject = float(self._count(index, mask))
            else:
                subject = self.week
            if kind in _TIMES and abs(subject - value) <= SAME_WEEK:
                subject = value
            if _compare(subject, op, value):
                return True
        return False

    def _count(self, first: int, mask: int) -> int:
        step, total = self.tables.arrays.child_regions, 0
        for slot in range(self.tables.arrays.slots):
            total += mask >> self.level[first + slot * step] & 1
        return total

    # --- changing ---

    def _apply(self, effect: Effect, clock: int, outcome: int) -> None:
        kind, index, to, mask, value = effect
        if kind == a.E_MOVE:
            if mask >> self.level[index] & 1:
                self._move(index, to, MOVED, clock, outcome)
        elif kind in (a.E_MOVE_EACH, a.E_MOVE_FIRST):
            step = self.tables.arrays.child_regions
            for slot in range(self.tables.arrays.slots):
                if mask >> self.level[index + slot * step] & 1:
                    self._move(index + slot * step, to, MOVED, clock, outcome)
                    if kind == a.E_MOVE_FIRST:
                        return
        else:
            self._write(index, kind, value)

    def _write(self, register: int, kind: int, value: float) -> None:
        if kind == a.E_ADD:
            self.register[register] += value
        else:
            self.register[register] = value if kind == a.E_PUT else self.week + value
        self._stale.update(self.tables.register_dependents[register])

    def _move(self, region: int, to: int, kind: int, clock: int, outcome: int) -> None:
        tables, old = self.tables, self.level[region]
        self.log.append((self.week, kind, region, old, to, clock, outcome))
        self.level[region] = to
        self.entered[region] = self.week
        for register in tables.resets[region]:
            self._write(register, a.E_PUT, 0.0)
        for k in tables.runs[region][old]:
            if k in self.fires and (old == to or not tables.clock_mask[k] >> to & 1):
                del self.fires[k]
        self._start_clocks(region, to)
        self._stale.update(tables.region_dependents[region])
        if tables.queue[region][to] >= 0:
            self.queued.append(region)

    def _start_clocks(self, region: int, at: int) -> None:
        fires = self.fires
        for k in self.tables.runs[region][at]:
            if k not in fires:
                fires[k] = math.inf
                self._started.append(k)
                self.times_started[k] += 1

    def _start(self, clock: int) -> None:
        """Put a clock among the live ones; `_settle` works out when it fires."""
        self.fires[clock] = math.inf
        self._started.append(clock)
        self.times_started[clock] += 1

    # --- clocks ---

    def _settle(self) -> None:
        """Give new clocks their weeks and move those whose multiplier has changed."""
        fires, fresh = self.fires, self._started
        if fresh:
            self._started = []
            for clock in fresh if len(fresh) == 1 else dict.fromkeys(fresh):
                if clock in fires:
                    self._begin(clock)
        if self._stale:
            # No clock looks at another, so their order does not matter.
            for clock in self._stale:
                if clock in fires and clock not in fresh:
                    multiplier = self._multiplier(clock)
                    if multiplier != self.multiplier[clock]:
                        self._resume(clock, self._rest_now(clock), multiplier)
            self._stale.clear()

    def _begin(self, clock: int) -> None:
        kind, first, _, register = self.tables.hazard[clock]
        week = self.week
        if kind >= a.FIXED:
            date = first + (week if kind == a.FIXED else self.register[register])
            self.fires[clock] = max(week, date)
            # Nothing is spent, so the date stays even if a later policy's hazard has a rate.
            self.rest[clock] = math.nan
            return
        self.origin[clock] = self.since[clock] = week
        rest = unit_exponential(self._key_of(clock), self.times_started[clock] - 1)
        self._place(clock, rest, 0.0, self._multiplier(clock))

    def _rest_now(self, clock: int) -> float:
        """What is left of a clock's unit exponential at the present week."""
        kind, first, second, _ = self.tables.hazard[clock]
        if kind >= a.FIXED:
            return math.nan
        pieces, origin = self.tables.pieces[clock], self.origin[clock]
        gone = cumulative(kind, first, second, pieces, self.week - origin) - cumulative(
            kind, first, second, pieces, self.since[clock] - origin
        )
        return max(self.rest[clock] - self.multiplier[clock] * gone, 0.0)

    def _resume(self, clock: int, rest: float, multiplier: float) -> None:
        """Go on with what is left of a clock, under the tables and multiplier of now."""
        if not self.tables.clock_mask[clock] >> self.level[self.tables.clock_region[clock]] & 1:
            del self.fires[clock]
            return
        kind, first, second, _ = self.tables.hazard[clock]
        if kind >= a.FIXED or math.isnan(rest):
            return
        age = self.week - self.origin[clock]
        self.since[clock] = self.week
        done = cumulative(kind, first, second, self.tables.pieces[clock], age)
        self._place(clock, rest, done, multiplier)

    def _place(self, clock: int, rest: float, done: float, multiplier: float) -> None:
        self.rest[clock] = rest
        self.multiplier[clock] = multiplier
        if multiplier <= 0.0:
            self.fires[clock] = math.inf
            return
        kind, first, second, _ = self.tables.hazard[clock]
        age = age_at(kind, first, second, self.tables.pieces[clock], done + rest / multiplier)
        self.fires[clock] = max(self.origin[clock] + age, self.week)

    def _multiplier(self, clock: int) -> float:
        factors = self.tables.factors[clock]
        if not factors:
            return 1.0
        product, level = 1.0, self.level
        for kind, index, mask, values in factors:
            if kind == BY_LEVEL:
                product *= values[level[index]]
            elif kind == BY_REGISTER:
                product *= self.register[index]
            else:
                product *= values[min(self._count(index, mask), len(values) - 1)]
        return product

    def _key_of(self, clock: int) -> int:
        key = self.keys[clock]
        if key is None:
            key = self.keys[clock] = clock_key(self.key, self.tables.clock_key[clock])
        return key


def going_in_a_circle(arrays: a.Arrays, week: float, clock: int) -> UserError:
    """Return what to say when a family's events go on without time passing.

    clock: one that fired in that week, or -1 if a place was given.
    """
    told = "one of its levels that wait for a place leads to another that does"
    if clock >= 0:
        told = f"the statement's clock number {arrays.clock_base[clock]}, counted from 0, is in it"
    return UserError(
        f"in week {week:g} a family goes round in a circle in which no time passes; give one of "
        f"its clocks a length ({told})."
    )


def _compare(subject: float, op: int, value: float) -> bool:
    if op == 0:
        return subject >= value
    if op == 1:
        return subject <= value
    if op == 2:
        return subject > value
    if op == 3:
        return subject < value
    return subject == value if op == 4 else subject != value
