"""What a scenario must get right of the things that it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from simcare.errors import unknown
from simcare.experiment.levels import levels_by_region
from simcare.observe.measures import split_rule
from simcare.scenario.schema import OutcomeMeasure, Scenario


def measure_problems(scenario: Scenario, measure: OutcomeMeasure) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with something to be counted."""
    levels = levels_by_region(scenario)
    if measure.region not in levels:
        yield unknown("region", measure.region, levels)
        return
    known = levels[measure.region]
    children = levels.get(scenario.children_region, ())
    wanted = [(n, known) for n in [*(measure.from_levels or []), *(measure.to or [])]]
    since = measure.since
    if since is not None:
        named = (since.from_levels, since.to, since.through, since.not_through)
        wanted += [(n, known) for names in named for n in names or []]
    if measure.each_child_in is not None:
        wanted.append((measure.each_child_in, children))
    for name, own in wanted:
        if name.startswith("@"):
            if name[1:] not in scenario.groups:
                groups = [f"@{g}" for g in scenario.groups]
                yield unknown("group", name, groups, "in `[groups]`")
        elif name not in own:
            region = measure.region if own is known else scenario.children_region
            yield unknown("level", name, own, f"in region `{region}`")
    if measure.kind == "weeks" and not measure.to:
        yield "a measure of weeks needs `to`, the levels whose weeks are counted; add it."
    yield from _limits(scenario, measure, levels)
    if measure.kind == "fires":
        yield from _clock(scenario, measure)
    if measure.per_year_of is not None and measure.per_year_of not in scenario.outcomes:
        yield unknown("outcome", measure.per_year_of, scenario.outcomes)


def _limits(
    scenario: Scenario, measure: OutcomeMeasure, levels: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield what is wrong with the rules, the ages and the earlier move that are asked for."""
    if measure.kind == "weeks" and (measure.when or measure.since is not None):
        yield "weeks cannot be counted `when` a rule holds or `since` a move; leave these out."
    spec = scenario.regions.get(measure.region)
    of_child = measure.each_child_in is not None or (spec is not None and spec.per == "child")
    for text in measure.when:
        rule = split_rule(text)
        if rule is None:
            yield f"`{text}` is not a rule here; write `<region> is <levels>`."
            continue
        region, _, names = rule
        if region not in levels:
            yield unknown("region", region, levels)
            continue
        for name in names:
            if name.startswith("@") and name[1:] not in scenario.groups:
                yield unknown("group", name, [f"@{g}" for g in scenario.groups], "in `[groups]`")
            elif not name.startswith("@") and name not in levels[region]:
                yield unknown("level", name, levels[region], f"in region `{region}`")
        other = scenario.regions.get(region)
        if other is not None and other.per == "child" and not of_child:
            yield f"`{text}` is about a child; add `each_child_in`, to say which are counted."
    if measure.ages is not None:
        if not of_child:
            yield "`ages` are of children; add `each_child_in`, to say which are counted."
        if "birth" not in scenario.registers:
            yield "`ages` need the register `birth` of each child; add it to `[registers]`."
        if measure.ages[0] >= measure.ages[1]:
            yield f"`ages` from {measure.ages[0]:g} to {measure.ages[1]:g} are nobody's; mend them."
    since = measure.since
    most = None if since is None else since.at_most_weeks
    if since is not None and most is not None and most < since.at_least_weeks:
        yield "`since` asks for more weeks at least than at most; mend them."


def _clock(scenario: Scenario, measure: OutcomeMeasure) -> Iterator[str]:
    if measure.clock is None:
        yield "a measure that `fires` needs `clock`, the name of a clock; add it."
        return
    spec = scenario.regions.get(measure.region)
    if spec is None:
        return
    known = [f"{level}/{key}" for level, body in spec.levels.items() for key in body.clocks]
    known += list(spec.clocks)
    if measure.region == scenario.case_region and measure.clock.startswith("offer/"):
        return
    if measure.clock not in known:
        yield unknown("clock", measure.clock, known, f"in region `{measure.region}`")
