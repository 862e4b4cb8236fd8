"""From a scenario and a policy to a statement of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simcare.errors import unknown
from simcare.model import needs as n
from simcare.model import offers as o
from simcare.model import statement as s
from simcare.model import supports as u
from simcare.model.effects import with_effects
from simcare.model.language import Reader
from simcare.model.regions import make_region, unleavable
from simcare.model.scopes import of_one_child
from simcare.model.traits import kinds_of, make_traits
from simcare.scenario.lineage import disagreements, needless, uses_of
from simcare.scenario.parts import Number, RegisterSpec
from simcare.scenario.schema import Scenario

_TRAITS = {"engagement": "Engagement", "disengagement": "1 / engagement", "frailty": "Frailty"}


def traits() -> tuple[s.Register, ...]:
    """Registers that every family has: traits drawn with it, 1 on average."""
    return tuple(s.Register(name, start=1.0) for name in _TRAITS)


def attempt(
    scenario: Scenario, values: Mapping[str, float], policy: str
) -> tuple[s.Statement, list[str]]:
    """Return the statement of a scenario under one policy as far as it goes, and its problems.

    Each problem is a sentence that begins with the place in the file.
    """
    reader = reader_for(scenario, values, policy)
    statement = _statement(reader, policy)
    for clock, name in of_one_child(statement):
        reader.problem(
            f"regions.{clock}",
            f"a family's clock cannot mean one child's `{name}`; write `children in <levels>`, or "
            "put the clock in a child's region.",
        )
    return statement, list(dict.fromkeys(reader.problems))


def reader_for(scenario: Scenario, values: Mapping[str, float], policy: str) -> Reader:
    """Return a reader that knows every region, with the parameters of a policy in use."""
    in_use = dict(values)
    problems = []
    for name, other in uses_of(scenario.policies, policy).items():
        problems += [
            (f"policies.{policy}.use", unknown("parameter", given, values))
            for given in (name, other)
            if given not in values
        ]
        if other in values:
            in_use[name] = values[other]
    levels = {name: tuple(spec.levels) for name, spec in scenario.regions.items()}
    levels |= dict.fromkeys(scenario.needs, n.LEVELS)
    levels |= {name: u.levels_of(spec) for name, spec in scenario.supports.items()}
    levels |= {name: tuple(kinds) for name, kinds in kinds_of(scenario).items()}
    child = frozenset(k for k, v in scenario.regions.items() if v.per == "child")
    reader = Reader(scenario, in_use, levels, child)
    reader.registers |= {k: RegisterSpec(title=t, start=1) for k, t in _TRAITS.items()}
    for where, what in problems:
        reader.problem(where, what)
    return reader


def _statement(reader: Reader, policy: str) -> s.Statement:
    scenario = reader.scenario
    parts = [make_region(reader, k, v) for k, v in scenario.regions.items()]
    parts += [n.make_need(reader, k, v) for k, v in scenario.needs.items()]
    stops, ends = o.stops_of(reader, policy), o.funding_ends(reader, policy)
    parts += [
        u.make_support(reader, k, v, stops.get(k, []), ends.get(k))
        for k, v in scenario.supports.items()
    ]
    clocks = [clock for _, own in parts for clock in own] + o.make_offers(reader, policy)
    for name in sorted(o.ever_ends(scenario) & scenario.supports.keys()):
        clocks += u.funding(reader, name, scenario.supports[name], ends.get(name))
    policies = scenario.policies
    for what in needless(policies, policy, scenario.reference) + disagreements(policies, policy):
        reader.problem(f"policies.{policy}.together", what)
    return s.Statement(
        regions=(*(region for region, _ in parts), *make_traits(scenario)),
        clocks=tuple(with_effects(reader, clocks)),
        registers=traits()
        + tuple(s.Register(u.WEEK_ZERO) for _ in list(o.ever_ends(scenario))[:1])
        + tuple(
            s.Register(k, v.per, reader.number(v.start, f"registers.{k}"))
            for k, v in scenario.registers.items()
        ),
        resources=(*(_resource(reader, k) for k in scenario.places), *_own_places(reader)),
        children=_slots(scenario),
    )


def _slots(scenario: Scenario) -> int:
    if not any(r.per == "child" for r in scenario.regions.values()):
        return 0
    if isinstance(scenario.families_, list):
        most = max((len(f.child_ages_weeks) for f in scenario.families_), default=0)
        return max(most, scenario.population.max_children if scenario.population else 0)
    return scenario.population.max_children if scenario.population else 0


def _resource(reader: Reader, name: str) -> s.Resource:
    place, where = reader.scenario.places[name], f"places.{name}"
    if place.posts is not None and place.families_per_post is not None:
        posts = reader.number(place.posts, where)
        return s.Resource(name, int(posts * reader.number(place.families_per_post, where)))
    if place.capacity is None:
        return s.Resource(name, None)
    return s.Resource(name, _whole(reader, place.capacity, f"{where}.capacity"))


def _own_places(reader: Reader) -> Iterator[s.Resource]:
    for name, spec in reader.scenario.supports.items():
        if spec.places is not None:
            yield s.Resource(name, _whole(reader, spec.places, f"supports.{name}.places"))


def _whole(reader: Reader, given: Number, where: str) -> int:
    capacity = reader.number(given, where)
    if capacity != int(capacity):
        reader.problem(where, f"{capacity:g} places cannot be; give a whole number.")
    return int(capacity)


def ends_of(scenario: Scenario) -> frozenset[tuple[str, str]]:
    """Levels that are meant never to be left: those in the groups named `final`."""
    final = scenario.groups.get("final", [])
    return frozenset((region, level) for region in scenario.regions for level in final)


def dead_ends(scenario: Scenario, statement: s.Statement) -> list[tuple[str, str]]:
    """Return levels of the scenario's own regions that can be entered but never left."""
    stuck = unleavable(statement, ends_of(scenario))
    return [pair for pair in stuck if pair[0] in scenario.regions]
