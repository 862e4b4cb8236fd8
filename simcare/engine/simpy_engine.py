"""The reference engine: each family is a SimPy process, places are SimPy resources.

It knows nothing of stages, supports or policies: it waits until a family's next clock, lets it
fire, and asks for, cancels and gives back places as the tables say.

Ties: families with events in the same week act in the order of their numbers, whatever else
they have done; a place given back is handed on before the next of them acts; and within a
family, a place granted this week comes before the clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from simpy.events import NORMAL, EventPriority

from simcare.draws import family_key
from simcare.engine.arrays import Arrays
from simcare.engine.family import Family, Row
from simcare.engine.tables import Tables, unroll
from simcare.model.instances import Lives


@dataclass(frozen=True)
class Change:
    """From `week` on, families live under other arrays of the same layout."""

    week: float
    arrays: Arrays


Progress = Callable[[int], None]
BATCH = 100
_FIRST = -1_000_000_000


class _Alarm(simpy.Event):
    """Goes off in exactly a week; of the alarms of one week, those of lower `order` first."""

    def __init__(self, env: simpy.Environment, week: float, order: EventPriority) -> None:
        # Set here and not by the class above, as SimPy's own timeouts do to be quick.
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        env.schedule(self, order, _Week(week))


class _Week(float):
    """A delay that ends at exactly this week, which now + (week - now) may miss.

    Without this an event's week would depend on when its environment began, and so on which
    families share it.
    """

    __slots__ = ()

    def __radd__(self, now: float) -> float:
        """Return the week itself: SimPy reckons an event's time as now + delay."""
        return float(self)


def simulate(
    arrays: Arrays,
    lives: Lives,
    *,
    seed: int,
    horizon: float,
    change: Change | None = None,
    progress: Progress | None = None,
) -> list[list[Row]]:
    """Simulate families to a horizon and return each one's log of events.

    seed: keys every draw. horizon: the last week. change: a policy that starts later.
    progress: told how many families have been finished. Families that share no limited place
    are run in small batches, which is faster and changes nothing. Raises ValueError if the
    later policy's arrays are laid out otherwise.
    """
    if change is not None and not arrays.same_layout(change.arrays):
        raise ValueError("a life cannot go on under arrays that are laid out otherwise")
    before = unroll(arrays)
    after = unroll(change.arrays) if change is not None else before
    limited = before.has_places and bool(np.any(arrays.capacity >= 0))
    if change is not None:
        limited = limited or bool(np.any(change.arrays.capacity >= 0))
    size = len(lives) if limited else BATCH
    logs: list[list[Row]] = []
    for start in range(0, len(lives), max(size, 1)):
        part = lives.part(start, start + size)
        town = _Town(before, after, change.week if change else None, part, seed, horizon)
        logs.extend(town.run(progress))
    return logs


class _Town:
    """One SimPy environment with its families and the places they share."""

    def __init__(
        self,
        before: Tables,
        after: Tables,
        change_week: float | None,
        lives: Lives,
        seed: int,
        horizon: float,
    ) -> None:
        self.before, self.after, self.change_week = before, after, change_week
        self.lives, self.seed, self.horizon = lives, seed, horizon
        start = min(float(lives.arrival.min()), 0.0) if len(lives) else 0.0
        self.env = simpy.Environment(initial_time=start)
        numbers = [before.arrays.capacity.tolist(), after.arrays.capacity.tolist()]
        most = [max(both) for both in zip(*numbers, strict=True)]
        self.places: list[simpy.PriorityResource | None] = [
            simpy.PriorityResource(self.env, capacity=c) if c > 0 else None for c in most
        ]
        self.closed = [c == 0 for c in most]
        for resource, early, late in zip(self.places, *numbers, strict=True):
            if resource is not None and early != late:
                self.env.process(self._withhold(resource, early, late))
        self.logs: list[list[Row]] = [[] for _ in range(len(lives))]

    def run(self, progress: Progress | None) -> list[list[Row]]:
        for i in range(len(self.lives)):
            self.env.process(self._live(i))
        # Every process ends by itself at the horizon.
        if progress is None:
            self.env.run()
        else:
            self._run_in_steps(progress)
        return self.logs

    def _run_in_steps(self, progress: Progress, steps: int = 20) -> None:
        """Run so that progress can be shown, in equal stretches of simulated time."""
        first, told = self.env.now, 0
        for step in range(1, steps + 1):
            until = first + (self.horizon - first) * step / steps
            if step == steps:
                self.env.run()
            elif until > self.env.now:
                self.env.run(until=until)
            done = len(self.lives) * step // steps
            progress(done - told)
            told = done

    def _live(self, i: int) -> Generator[simpy.Event, Any, None]:
        env, lives = self.env, self.lives
        arrival = float(lives.arrival[i])
        if arrival > self.horizon:
            return
        number = int(lives.number[i])
        # After the places that are given and given back in the same week.
        order = EventPriority(NORMAL + 1 + number)
        yield _Alarm(env, arrival, order)
        late = self.change_week is None or env.now >= self.change_week
        family = Family(
            self.after if late else self.before,
            family_key(self.seed, number),
            lives.level[i].tolist(),
            lives.register[i].tolist(),
            env.now,
        )
        self.logs[i] = family.log
        if self.before.has_places:
            yield from self._until(family, order, late, _Places(self, family))
        else:
            yield from self._alone(family, order, late)

    def _withhold(
        self, resource: simpy.PriorityResource, early: int, late: int
    ) -> Generator[simpy.Event, Any, None]:
        """Keep places out of use: before the change of policy, all but `early`; then, but `late`.

        Places that a policy takes away are not taken from the families who hold them; they go
        out of use as they fall free.
        """
        most = int(resource.capacity)
        spare = [resource.request(priority=_FIRST) for _ in range(most - early)]
        yield _Alarm(self.env, max(self.change_week or 0.0, self.env.now), EventPriority(_FIRST))
        for request in spare:
            resource.release(request)
        for _ in range(most - late):
            resource.request(priority=_FIRST)

    def _alone(
        self, family: Family, order: EventPriority, late: bool
    ) -> Generator[simpy.Event, Any, None]:
        env = self.env
        while True:
            week, clock = family.next_event()
            if not late and self.change_week is not None and week >= self.change_week:
                yield _Alarm(env, self.change_week, order)
                family.change_policy(self.after, env.now)
                late = True
                continue
            if week > self.horizon:
                return
            yield _Alarm(env, week, order)
            family.fire(clock, env.now)

    def _until(
        self, family: Family, order: EventPriority, late: bool, places: _Places
    ) -> Generator[simpy.Event, Any, None]:
        env = self.env
        places.update()
        while True:
            week, clock = family.next_event()
            change = not late and self.change_week is not None and week >= self.change_week
            if change and self.change_week is not None:
                week = self.change_week
            if week > self.horizon and not places.waiting:
                return
            if not places.waiting:
                yield _Alarm(env, week, order)
            elif week > self.horizon:
                yield env.any_of(places.waiting.values())
            else:
                alarm = _Alarm(env, week, order)
                yield env.any_of([alarm, *places.waiting.values()])
            if env.now > self.horizon:
                return
            if places.waiting and places.take():
                continue
            if change:
                family.change_policy(self.after, env.now)
                late = True
            else:
                family.fire(clock, env.now)
            if family.queued or places.waiting or places.held:
                places.update()


class _Places:
    """The places that one family holds and the queues in which it stands."""

    def __init__(self, town: _Town, family: Family) -> None:
        self.town, self.family = town, family
        self.waiting: dict[int, simpy.resources.resource.PriorityRequest] = {}
        self.wanted: dict[int, int] = {}
        self.held: dict[int, dict[int, Any]] = {}

    def update(self) -> None:
        """Bring requests and held places into line with where the family now stands."""
        self._give_back()
        self._serve([])

    def take(self) -> bool:
        """Take the places granted by now, in region order; say whether there were any."""
        granted = self._granted()
        self._serve([[*granted]])
        return bool(granted)

    def _granted(self) -> list[int]:
        return sorted(r for r, request in self.waiting.items() if request.triggered)

    def _serve(self, stack: list[list[int]]) -> None:
        """Join the queues that regions have come to, and take what is granted.

        One place may lead straight to the next queue and a place there, which is taken first: so
        regions whose places are still to be taken lie on a stack.
        """
        taking = bool(stack)
        while True:
            if not taking and self.family.queued:
                if self._join(self.family.queued.pop(0)):
                    stack.append(self._granted())
                    taking = True
            elif not stack:
                return
            elif not stack[-1]:
                stack.pop()
                taking = False
            else:
                region = stack[-1].pop(0)
                # It may have been taken since, and the region wait for another.
                if region in self.waiting and self.waiting[region].triggered:
                    request = self.waiting.pop(region)
                    self.held.setdefault(region, {})[self.wanted.pop(region)] = request
                    self.family.grant(region, self.town.env.now)
                    self._give_back()
                    taking = False

    def _join(self, region: int) -> bool:
        """Ask for the place that a region waits for; say whether there is one at once."""
        family, tables = self.family, self.family.tables
        resource = tables.queue[region][family.level[region]]
        if resource < 0 or region in self.waiting or self.town.closed[resource]:
            return False
        pool = self.town.places[resource]
        if pool is None:
            family.grant(region, self.town.env.now)
            self._give_back()
            return False
        if resource in self.held.get(region, {}):
            pool.release(self.held[region].pop(resource))
        self.wanted[region] = resource
        self.waiting[region] = pool.request(priority=self._priority(region))
        return bool(self.waiting[region].triggered)

    def _give_back(self) -> None:
        family, tables = self.family, self.family.tables
        for region in list(self.waiting):
            if tables.queue[region][family.level[region]] != self.wanted[region]:
                self.waiting.pop(region).cancel()
                self.wanted.pop(region)
        for region in sorted(self.held):
            kept = self.held[region]
            for resource in sorted(kept):
                if tables.hold[region][family.level[region]] != resource:
                    pool = self.town.places[resource]
                    assert pool is not None
                    pool.release(kept.pop(resource))

    def _priority(self, region: int) -> Any:
        x = self.family.tables.arrays
        at = self.family.level[region]
        by = int(x.queue_by[region, at])
        if by < 0:
            return 0.0
        return float(x.queue_priority[region, at, self.family.level[by]])
