"""From the regions that a scenario states outright to regions and clocks of the statement."""

from __future__ import annotations

from simcare.errors import unknown
from simcare.model import statement as s
from simcare.model.clocks import make_clock, make_one_off, make_priority, make_weekly
from simcare.model.language import Reader
from simcare.scenario.parts import LevelSpec, RegionSpec


def make_region(reader: Reader, name: str, spec: RegionSpec) -> tuple[s.Region, list[s.Clock]]:
    """Return one region with the clocks that run in it."""
    where = f"regions.{name}"
    reader.levels(name, [spec.start], f"{where}.start")
    levels = tuple(
        _level(reader, name, level, body, f"{where}.levels.{level}")
        for level, body in spec.levels.items()
    )
    region = s.Region(
        name,
        spec.title,
        levels,
        spec.start,
        spec.per,
        tuple(reader.register(r, where) for r in spec.resets),
    )
    return region, _clocks(reader, name, spec, where)


def _level(reader: Reader, region: str, name: str, spec: LevelSpec, where: str) -> s.Level:
    queue = None
    if spec.queue is not None:
        _check_place(reader, spec.queue.place, where)
        reader.levels(region, [spec.queue.then], where)
        priority = make_priority(reader, spec.queue.priority, where)
        queue = s.Queue(spec.queue.place, spec.queue.then, priority)
    if spec.holds is not None:
        _check_place(reader, spec.holds, where)
    return s.Level(
        name,
        spec.title,
        tuple(make_weekly(reader, m, f"{where}.weekly") for m in spec.weekly),
        tuple(make_one_off(reader, m, f"{where}.on_entry") for m in spec.on_entry),
        queue,
        spec.holds,
    )


def _check_place(reader: Reader, place: str, where: str) -> None:
    if place not in reader.scenario.places:
        reader.problem(where, unknown("place", place, reader.scenario.places, "in `[places]`"))


def _clocks(reader: Reader, name: str, spec: RegionSpec, where: str) -> list[s.Clock]:
    clocks = [
        make_clock(
            reader, clock, f"{level}/{key}", name, (level,), f"{where}.levels.{level}.clocks.{key}"
        )
        for level, body in spec.levels.items()
        for key, clock in body.clocks.items()
    ]
    for key, clock in spec.clocks.items():
        place = f"{where}.clocks.{key}"
        given = clock.levels if clock.levels is not None else list(spec.levels)
        clocks.append(
            make_clock(reader, clock, key, name, reader.levels(name, given, place), place)
        )
    return clocks


def unleavable(statement: s.Statement, ends: frozenset[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (region, level) pairs that a region can enter but never leave.

    ends: pairs that are meant to be final, such as a child's majority. A level counts as
    leavable if any outcome of any clock can move the region from it, or its queue can.
    """
    leavable, entered = set(ends), set()
    for region in statement.regions:
        # A child's region may start at a level for slots that are never filled.
        if region.per == "family":
            entered.add((region.name, region.start))
        leavable |= {(region.name, x.name) for x in region.levels if x.queue is not None}
        if len(region.levels) == 1:
            leavable.add((region.name, region.levels[0].name))
    for clock in statement.clocks:
        for outcome in clock.outcomes:
            for effect in outcome.effects:
                if not isinstance(effect, s.Move):
                    continue
                entered.add((effect.region, effect.to))
                target = statement.region(effect.region)
                own = effect.region == clock.region and not effect.only_from
                from_levels = clock.levels if own else effect.only_from or target.level_names()
                leavable |= {(effect.region, x) for x in from_levels if x != effect.to}
    return sorted(entered - leavable)
