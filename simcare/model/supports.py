"""A support as a region: none, waiting, (queueing,) attending, after, over.

Dropout (the retention curve) and the planned end are separate clocks, so that a longer plan
does not change who leaves early. Leaving, for whatever reason, gives the chance of remission
of the time attended.
"""

from __future__ import annotations

from dataclasses import replace

from simcare.errors import unknown
from simcare.model import statement as s
from simcare.model.clocks import make_one_off, make_priority, make_weekly
from simcare.model.language import Reader
from simcare.model.needs import ACTIVE
from simcare.model.retention import retention
from simcare.scenario.domain import SupportSpec

WITHIN_A_DAY = 7.0
"""Rate per week at which a support stops once the case is at a level where it ends."""

WEEK_ZERO = "week_zero"
"""A register that stays at 0, from which the end of the money is counted."""


def levels_of(spec: SupportSpec) -> tuple[str, ...]:
    """Return the levels of a support's region; parents queue only where places are shared."""
    queue = ("queueing",) if _shares_places(spec) else ()
    return ("none", "waiting", *queue, "attending", "after", "over")


def entry_level(spec: SupportSpec) -> str:
    """Return the level at which a parent who accepts an offer begins."""
    return "waiting" if spec.wait_weeks != 0 else _after_the_wait(spec)


def place_of(name: str, spec: SupportSpec) -> str | None:
    """Return the name of the place that a support takes: shared, its own, or none."""
    return name if spec.places is not None else spec.place


def _shares_places(spec: SupportSpec) -> bool:
    return spec.place is not None or spec.places is not None


def _after_the_wait(spec: SupportSpec) -> str:
    return "queueing" if _shares_places(spec) else "attending"


def make_support(
    reader: Reader, name: str, spec: SupportSpec, stops: list[str], ends: float | None = None
) -> tuple[s.Region, list[s.Clock]]:
    """Return the region of a support and its clocks.

    stops: levels of the case at which the policy ends it, beside the support's own `ends_at`;
    ends: the week at which its money ends, if it does.
    """
    where = f"supports.{name}"
    place = _checked_place(reader, name, spec, where)
    _check_lasting(reader, spec, where)
    money = tuple(make_weekly(reader, m, f"{where}.per_week") for m in spec.per_week)
    spared = (make_weekly(reader, m, f"{where}.spares_per_week") for m in spec.spares_per_week)
    levels = {level: s.Level(level, f"{spec.title}: {level}") for level in levels_of(spec)}
    levels["none"] = replace(levels["none"], title=f"{spec.title}: not offered")
    levels["attending"] = replace(
        levels["attending"],
        weekly=(*money, *(replace(m, amount=-m.amount) for m in spared)),
        on_entry=tuple(make_one_off(reader, m, f"{where}.per_start") for m in spec.per_start),
        holds=place,
    )
    levels["after"] = replace(levels["after"], title=f"{spec.title}: left")
    if place is not None:
        priority = make_priority(reader, spec.priority, f"{where}.priority")
        queue = s.Queue(place, "attending", priority)
        levels["queueing"] = replace(levels["queueing"], queue=queue)
    region = s.Region(name, spec.title, tuple(levels.values()), "none")
    clocks = _clocks(reader, name, spec, [*spec.ends_at, *stops], where)
    if spec.returns_by_itself is not None:
        clocks.append(_returns(reader, name, spec, where, ends))
    return region, _with_luck_of(reader, spec, clocks, where)


def _with_luck_of(
    reader: Reader, spec: SupportSpec, clocks: list[s.Clock], where: str
) -> list[s.Clock]:
    """Give a variant's clocks the luck of the support that it is a variant of."""
    if spec.luck_of is None:
        return clocks
    if spec.luck_of not in reader.scenario.supports:
        known = reader.scenario.supports
        reader.problem(f"{where}.luck_of", unknown("support", spec.luck_of, known))
    return [replace(c, luck=f"{spec.luck_of}/{c.name}") for c in clocks]


def _check_lasting(reader: Reader, spec: SupportSpec, where: str) -> None:
    """Whatever goes on after leaving needs to be told for how long."""
    after = {
        "lasting_protects": spec.lasting_protects,
        "lasting_slows_relapse": spec.lasting_slows_relapse,
        **{f"speeds[{i}].lasting": speed.lasting for i, speed in enumerate(spec.speeds)},
    }
    for key, given in after.items():
        if spec.lasting_weeks is None and given != 1:
            said = "it says what goes on after leaving; add `lasting_weeks`, for how long it does."
            reader.problem(f"{where}.{key}", said)


def _checked_place(reader: Reader, name: str, spec: SupportSpec, where: str) -> str | None:
    """Return the place that a support takes, if there is one."""
    if spec.place is not None and spec.places is not None:
        reader.problem(where, "it has both `place` and `places`; leave one of them out.")
    if spec.places is not None and name in reader.scenario.places:
        reader.problem(f"{where}.places", f"`[places.{name}]` is there already; name it `place`.")
    if spec.places is None and spec.place is not None and spec.place not in reader.scenario.places:
        known = reader.scenario.places
        reader.problem(f"{where}.place", unknown("place", spec.place, known, "in `[places]`"))
        return None
    return place_of(name, spec)


def _clocks(
    reader: Reader, name: str, spec: SupportSpec, ends: list[str], where: str
) -> list[s.Clock]:
    clocks = _waiting(reader, name, spec, ends, where)
    if spec.children_meanwhile is not None:
        clocks.append(_begins(reader, name, spec, where))
    leaving = _leaving(reader, name, spec, where)
    engaged = (s.RegisterFactor("disengagement"),) if spec.engagement_matters else ()
    if spec.retention is not None:
        dropout = retention(reader, spec.retention, f"{where}.retention")
        clocks.append(s.Clock("drops_out", name, ("attending",), dropout, leaving, engaged))
    if spec.planned_weeks is not None:
        planned = s.Fixed(reader.number(spec.planned_weeks, where))
        clocks.append(s.Clock("ends_as_planned", name, ("attending",), planned, leaving))
    clocks.append(_stops(reader, name, ends, leaving, where))
    if spec.needs_child_in is not None:
        clocks += _without_a_child(reader, name, spec, leaving, where)
    clocks += _gives_way(reader, name, spec, leaving, where)
    if spec.ends_when_well_weeks is not None:
        mean = reader.number(spec.ends_when_well_weeks, where)
        quiet = tuple(s.LevelFactor(n, tuple((x, 0.0) for x in ACTIVE)) for n in spec.serves)
        well = s.Exponential(1.0 / mean if mean > 0.0 else WITHIN_A_DAY)
        clocks.append(s.Clock("ends_when_well", name, ("attending",), well, leaving, quiet))
    lasting = s.Fixed(reader.number(spec.lasting_weeks or 0, where))
    over = s.Outcome("over", effects=(s.Move(name, "over"),))
    clocks.append(s.Clock("wears_off", name, ("after",), lasting, (over,)))
    return clocks


def funding(
    reader: Reader, name: str, spec: SupportSpec, ends: float | None
) -> tuple[s.Clock, s.Clock]:
    """Return the clocks by which a support ends for all at week `ends` (None: it goes on).

    Nobody is let in on the last day, or those who leave would make room for others to come in.
    """
    where = f"supports.{name}"
    over = (s.Outcome("the money ends", effects=(s.Move(name, "over"),)),)
    before = tuple(x for x in ("waiting", "queueing") if x in levels_of(spec))
    last = s.Since(WEEK_ZERO, ends if ends is not None else 0.0)
    closes = s.Since(WEEK_ZERO, closing(ends) if ends is not None else 0.0)
    leaving = _leaving(reader, name, spec, where)
    here = ("attending",) if ends is not None else ()
    return (
        s.Clock("money_ends/waiting", name, before if ends is not None else (), closes, over),
        s.Clock("money_ends/attending", name, here, last, leaving),
    )


def closing(ends: float) -> float:
    """Return the week from which nobody is let in any more to a support whose money ends."""
    return ends - 1.0 / 7.0


def _waiting(
    reader: Reader, name: str, spec: SupportSpec, ends: list[str], where: str
) -> list[s.Clock]:
    before = tuple(x for x in ("waiting", "queueing") if x in levels_of(spec))
    over = s.Outcome("gives up", effects=(s.Move(name, "over"),))
    gives_up = s.Exponential(reader.number(spec.gives_up_waiting, where))
    clocks = [s.Clock("gives_up", name, before, gives_up, (over,))]
    if spec.wait_weeks != 0:
        mean = reader.number(spec.wait_weeks, where)
        starts = s.Outcome("starts", effects=(s.Move(name, _after_the_wait(spec)),))
        hazard = s.Exponential(1.0 / mean) if mean > 0.0 else s.Fixed(0.0)
        clocks.append(s.Clock("starts", name, ("waiting",), hazard, (starts,)))
    here = _only_at(reader, ends, where)
    stop = s.Exponential(WITHIN_A_DAY)
    clocks.append(s.Clock("withdrawn", name, before, stop, (over,), (here,)))
    return clocks


def _only_at(reader: Reader, ends: list[str], where: str) -> s.LevelFactor:
    case = reader.scenario.case_region
    levels = reader.levels(case, ends, f"{where}.ends_at")
    others = [n for n in reader.level_names.get(case, ()) if n not in levels]
    return s.LevelFactor(case, tuple((n, 0.0) for n in others))


def _begins(reader: Reader, name: str, spec: SupportSpec, where: str) -> s.Clock:
    region = reader.scenario.children_region
    to = str(spec.children_meanwhile)
    reader.levels(region, [to], f"{where}.children_meanwhile")
    home = reader.levels(region, reader.scenario.home_levels, "home_levels")
    placed = s.Outcome("children are placed", effects=(s.Move(region, to, home),))
    return s.Clock("children_placed", name, ("attending",), s.Fixed(0.0), (placed,), repeats=False)


def _leaving(reader: Reader, name: str, spec: SupportSpec, where: str) -> tuple[s.Outcome, ...]:
    """What happens on leaving: perhaps remission, by time attended; children come home."""
    after: list[s.Effect] = [s.Move(name, "after")]
    if spec.children_meanwhile is not None:
        region = reader.scenario.children_region
        group = reader.levels(region, [f"@{spec.children_meanwhile}"], where)
        home = reader.scenario.home_levels[0]
        after.append(s.Move(region, home, group))
    levels = tuple(x for x in spec.severity if x in ACTIVE)
    remitted = [s.Move(n, "remitted", levels) for n in spec.serves]
    severe = [s.Move(n, "severe", ("moderate",)) for n in spec.serves]
    outcomes = []
    before = 0.0
    for i, band in enumerate(spec.leaving):
        place = f"{where}.leaving[{i}]"
        guards: tuple[s.Guard, ...] = ()
        if band.up_to_weeks is None and i + 1 < len(spec.leaving):
            said = "it has no `up_to_weeks`, so the bands after it are never reached; put it last."
            reader.problem(place, said)
        if band.up_to_weeks is not None:
            weeks = reader.number(band.up_to_weeks, place)
            if weeks <= before:
                said = "its `up_to_weeks` is not above that of the band before it; let them rise."
                reader.problem(place, said)
            before = weeks
            guards = ((s.Compare("weeks_in", name, "<=", weeks),),)
        well, worse = reader.share(band.remission, place), reader.share(band.worse, place)
        if well + worse > 1.0 + 1e-9:
            reader.problem(place, f"`remission` and `worse` add to {well + worse:g}, over 1.")
        outcomes.append(s.Outcome("leaves well", guards, well, None, (*remitted, *after)))
        if band.worse != 0:
            outcomes.append(s.Outcome("leaves worse", guards, worse, None, (*severe, *after)))
        outcomes.append(s.Outcome("leaves", guards, None, None, tuple(after)))
    return (*outcomes, s.Outcome("leaves", effects=tuple(after)))


def _stops(
    reader: Reader, name: str, ends: list[str], leaving: tuple[s.Outcome, ...], where: str
) -> s.Clock:
    here = _only_at(reader, ends, where)
    stop = s.Exponential(WITHIN_A_DAY)
    return s.Clock("stopped", name, ("attending",), stop, leaving, (here,))


def _without_a_child(
    reader: Reader, name: str, spec: SupportSpec, leaving: tuple[s.Outcome, ...], where: str
) -> list[s.Clock]:
    """Clocks by which a support for families with a child at some levels stops without one."""
    region = reader.scenario.children_region
    there = reader.levels(region, spec.needs_child_in or "", f"{where}.needs_child_in")
    nobody = s.CountFactor(region, there, (1.0, 0.0))
    stop = s.Exponential(WITHIN_A_DAY)
    over = (s.Outcome("no child left", effects=(s.Move(name, "over"),)),)
    before = tuple(x for x in ("waiting", "queueing") if x in levels_of(spec))
    return [
        s.Clock("no_child/waiting", name, before, stop, over, (nobody,)),
        s.Clock("no_child/attending", name, ("attending",), stop, leaving, (nobody,)),
    ]


def _gives_way(
    reader: Reader, name: str, spec: SupportSpec, leaving: tuple[s.Outcome, ...], where: str
) -> list[s.Clock]:
    """Clocks by which a support stops once another, which it gives way to, is attended."""
    clocks = []
    over = (s.Outcome("gives way", effects=(s.Move(name, "over"),)),)
    for other in spec.gives_way_to:
        if other == name:
            reader.problem(f"{where}.gives_way_to", "it cannot give way to itself; leave it out.")
            continue
        if other not in reader.scenario.supports:
            known = reader.scenario.supports
            reader.problem(f"{where}.gives_way_to", unknown("support", other, known))
            continue
        elsewhere = levels_of(reader.scenario.supports[other])
        here = s.LevelFactor(other, tuple((x, 0.0) for x in elsewhere if x != "attending"))
        for level, outcomes in (("waiting", over), ("queueing", over), ("attending", leaving)):
            if level not in levels_of(spec):
                continue
            stop = s.Exponential(WITHIN_A_DAY)
            clock = f"gives_way/{level}/{other}"
            clocks.append(s.Clock(clock, name, (level,), stop, outcomes, (here,)))
    return clocks


def _returns(
    reader: Reader, name: str, spec: SupportSpec, where: str, ends: float | None
) -> s.Clock:
    """The permeable boundary: parents come back without a referral while a need is active."""
    guards: list[s.Guard] = []
    if spec.serves:
        guards.append(tuple(s.LevelIs(n, ACTIVE) for n in spec.serves))
    if ends is not None:
        guards.append((s.Compare("week", "", "<", closing(ends)),))
    entry = (s.Move(name, entry_level(spec)),)
    back = s.Outcome("comes back", tuple(guards), None, None, entry)
    rate = s.Exponential(reader.number(spec.returns_by_itself or 0, where))
    factor = s.RegisterFactor("engagement")
    return s.Clock("comes_back", name, ("after", "over"), rate, (back,), (factor,))
