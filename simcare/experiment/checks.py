"""What a scenario must get right beyond its form, its numbers and its rules.

Each problem is a place in the file and a sentence about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from simcare.economics import schedule
from simcare.errors import UserError, hint, unknown
from simcare.experiment.levels import levels_by_region
from simcare.experiment.measure_checks import measure_problems
from simcare.experiment.studies.checks import study_problems
from simcare.experiment.unit_checks import wrong_units
from simcare.model.traits import kinds_of
from simcare.scenario.lineage import circles, leads_to, parents
from simcare.scenario.schema import FamilySpec, PopulationSpec, Scenario

Problem = tuple[str, str]
_NOT_NUMBERS = ("title", "arrivals", "types_region", "not_born_level")


def problems_of(scenario: Scenario, parameters: Collection[str]) -> Iterator[Problem]:
    """Yield every problem of a scenario's own keys, names and families.

    parameters: the names that may stand for a number.
    """
    yield from discounting(scenario)
    yield from _names(scenario)
    yield from _families(scenario)
    yield from _population(scenario, parameters)
    for table, measures in (("outcomes", scenario.outcomes), ("measures", scenario.measures)):
        for name, measure in measures.items():
            for what in measure_problems(scenario, measure):
                yield f"{table}.{name}", what
    yield from _published(scenario, parameters)
    yield from _scale(scenario, parameters)
    yield from study_problems(scenario, parameters)
    yield from wrong_units(scenario)


def clashes(scenario: Scenario) -> Iterator[Problem]:
    """Yield the names that stand for two parts of a family's life."""
    kinds: dict[str, Collection[str]] = {
        "region": scenario.regions,
        "need": scenario.needs,
        "trait": kinds_of(scenario),
        "support": scenario.supports,
    }
    seen: dict[str, str] = {}
    for kind, named in kinds.items():
        for name in named:
            if name in seen:
                yield f"{kind}s.{name}", f"there is a {seen[name]} of this name; choose another."
            seen.setdefault(name, kind)


def discounting(scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with the discount schedule."""
    try:
        schedule(scenario.discount)
    except UserError as error:
        for what in error.problems:
            yield "discount", what


def _names(scenario: Scenario) -> Iterator[Problem]:
    if scenario.reference not in scenario.policies:
        yield "reference", unknown("policy", scenario.reference, scenario.policies)
    for name in scenario.compare:
        if name not in scenario.policies:
            yield "compare", unknown("policy", name, scenario.policies)
    for name in circles(scenario.policies):
        yield from _circle(scenario, name)
    for key, region in (
        ("case_region", scenario.case_region),
        ("children_region", scenario.children_region),
    ):
        if region not in scenario.regions:
            yield key, unknown("region", region, scenario.regions)
    children = scenario.regions.get(scenario.children_region)
    homes = [] if children is None else list(children.levels)
    for level in scenario.home_levels if homes else ():
        if level not in homes:
            where = f"in region `{scenario.children_region}`"
            yield "home_levels", unknown("level", level, homes, where)
    every = {level for levels in levels_by_region(scenario).values() for level in levels}
    for group, levels in scenario.groups.items():
        for level in levels:
            if level not in every:
                yield f"groups.{group}", unknown("level", level, sorted(every), "in any region")


def _circle(scenario: Scenario, name: str) -> Iterator[Problem]:
    """Yield what is wrong with what one policy rests on, not with what that rests on in turn."""
    spec = scenario.policies[name]
    for above in parents(spec):
        key = "extends" if above == spec.extends else "together"
        if above not in scenario.policies:
            yield f"policies.{name}.{key}", unknown("policy", above, scenario.policies)
        elif leads_to(scenario.policies, above, name):
            what = f"it goes round in a circle by way of `{above}`; remove one of these links."
            yield f"policies.{name}.{key}", what


def _families(scenario: Scenario) -> Iterator[Problem]:
    given = scenario.families_
    if isinstance(given, int):
        if given < 1:
            yield "families", f"{given} families are too few; give 1 or more."
        if scenario.population is None:
            yield (
                "population",
                "it is missing, and there is nothing to draw families from; add "
                "`[population]`, or list the families as `[[families]]`.",
            )
        return
    if not given:
        yield "families", "the list is empty; give at least one family."
    for i, family in enumerate(given):
        yield from _family(scenario, family, f"families[{i}]")


def _family(scenario: Scenario, family: FamilySpec, where: str) -> Iterator[Problem]:
    known = levels_by_region(scenario)
    own = [r for r in known if r not in scenario.regions or scenario.regions[r].per == "family"]
    for region, level in family.levels.items():
        if region not in own:
            yield f"{where}.levels", unknown("region of a family", region, own)
        elif level not in known[region]:
            said = unknown("level", level, known[region], f"in region `{region}`")
            yield f"{where}.levels.{region}", said
    registers = [name for name, r in scenario.registers.items() if r.per == "family"]
    registers += ["engagement", "disengagement", "frailty"]
    for register in family.registers:
        if register not in registers:
            yield f"{where}.registers", unknown("register of a family", register, registers)


def _population(scenario: Scenario, parameters: Collection[str]) -> Iterator[Problem]:
    spec = scenario.population
    if spec is None:
        return
    drawn = list(_numbers(spec.model_dump(), "population"))
    for need, body in scenario.needs.items():
        shares = {"share": body.share, "severe_share": body.severe_share}
        drawn += _numbers(shares, f"needs.{need}")
    for name, trait in scenario.traits.items():
        drawn += _numbers({k: v.model_dump() for k, v in trait.kinds.items()}, f"traits.{name}")
    for place, name in drawn:
        if name not in parameters:
            close = hint(name, parameters)
            yield place, f"`{name}` is not an entry of `[parameters]`; add it there: {close}"
    if not spec.types and isinstance(scenario.families_, int):
        yield "population.types", "there is no type of family; add at least one."
    if len(spec.child_shares) > spec.max_children:
        yield (
            "population.child_shares",
            f"it has {len(spec.child_shares)} shares, for families of up to so many children, "
            f"but `max_children` is {spec.max_children}; leave some out or raise it.",
        )
    if len(spec.age_ends) != len(spec.age_shares):
        yield (
            "population.age_shares",
            f"it has {len(spec.age_shares)} shares for {len(spec.age_ends)} `age_ends`; give one "
            "for each.",
        )
    if spec.child_shares and not spec.age_shares:
        yield "population.age_shares", "it is missing; say how old the children are."
    yield from _not_born(scenario, spec)


def _not_born(scenario: Scenario, spec: PopulationSpec) -> Iterator[Problem]:
    if (spec.not_born_share is None) != (spec.not_born_level is None):
        yield (
            "population.not_born_share",
            "`not_born_share` and `not_born_level` go together; give both or neither.",
        )
    elif spec.not_born_level is not None:
        known = levels_by_region(scenario).get(scenario.children_region or "", ())
        if spec.not_born_level not in known:
            yield "population.not_born_level", unknown("level", spec.not_born_level, known)


def _numbers(table: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Yield the places at which a table of the population names a parameter."""
    for key, value in table.items():
        place = f"{at}.{key}"
        if isinstance(value, Mapping):
            yield from _numbers(value, place)
        elif isinstance(value, list):
            yield from ((f"{place}[{i}]", v) for i, v in enumerate(value) if isinstance(v, str))
        elif isinstance(value, str) and key not in _NOT_NUMBERS:
            yield place, value


def _scale(scenario: Scenario, parameters: Collection[str]) -> Iterator[Problem]:
    if scenario.scale is None:
        return
    if scenario.scale.per_year not in parameters:
        yield "scale.per_year", unknown("parameter", scenario.scale.per_year, parameters)
    if scenario.scale.of not in scenario.measures:
        yield "scale.of", unknown("measure", scenario.scale.of, scenario.measures)


def _published(scenario: Scenario, parameters: Collection[str]) -> Iterator[Problem]:
    tables = (("published", scenario.published), ("targets", scenario.targets))
    for where, target in ((f"{t}.{n}", x) for t, named in tables for n, x in named.items()):
        if target.value not in parameters:
            yield f"{where}.value", unknown("parameter", target.value, parameters)
        for key, outcome in (("top", target.top), ("bottom", target.bottom)):
            if outcome not in scenario.measures:
                yield f"{where}.{key}", unknown("measure", outcome, scenario.measures)
    for name in scenario.published.keys() & scenario.targets.keys():
        yield f"targets.{name}", "there is a figure of this name in `[published]`; choose another."
