"""The clocks of a model, and the pathway that they make, in words and as a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcare.experiment.ready import Ready
from simcare.model import statement as s
from simcare.report.description.sayings import Sayings
from simcare.report.steps import Step, steps

MANY = 5
"""From so many levels, an arrow of one cause is drawn once."""
_OF_CLOCKS = ("Clock", "Runs at", "Fires", "Hazard times", "Outcomes, tried in order")


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Write a table in Markdown, line by line."""
    heads = list(headings)
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def runs(statement: s.Statement, clock: s.Clock) -> bool:
    """Say whether a clock can fire under this policy: at some level, and not times 0 always."""
    if isinstance(clock.hazard, s.Exponential) and clock.hazard.rate == 0.0:
        return False
    factors = [f for f in clock.factors if isinstance(f, s.LevelFactor)]
    stopped = (
        {level for level, by in f.by_level if by == 0.0}
        >= set(statement.region(f.region).level_names())
        for f in factors
    )
    return bool(clock.levels) and not any(stopped)


def clocks(says: Sayings) -> Iterator[str]:
    """Every clock that can run, region by region; the others would only be noise."""
    for region in says.statement.regions:
        own = [
            c for c in says.statement.clocks if c.region == region.name and runs(says.statement, c)
        ]
        if not own:
            continue
        yield f"\n**{region.title}**\n"
        rows = [
            (
                _name(c), says.places(c.region, c.levels),
                says.hazard(c.hazard), "; ".join(filter(None, map(says.factor, c.factors))) or "1",
                "<br>".join(says.outcome(c, o) for o in c.outcomes if o.share != 0.0),
            )
            for c in own
        ]  # fmt: skip
        yield from table(
            ("Clock", "Runs at", "Fires", "Hazard times", "Outcomes, tried in order"), rows
        )


def rules(ready: Ready, says: Sayings) -> Iterator[str]:
    """Names that stand for rules and for groups of levels, where Part D uses them."""
    used = "\n".join(clocks(says))
    for name, text in ready.scenario.rules.items():
        if f"*{name}*" in used:
            yield f"- *{name}*: {text.replace('_', ' ')}"
    for name, levels in ready.scenario.groups.items():
        said = name.replace("_", " ")
        if f"*{said}*" in used:
            yield f"- *{said}*: {', '.join(levels).replace('_', ' ')}"


def diagram(ready: Ready, says: Sayings) -> Iterator[str]:
    """The pathway of the case; dotted: brought about by another region, or from many levels."""
    region, titles = ready.scenario.case_region, says.levels[ready.scenario.case_region]
    found = [x for x in steps(says.statement, region) if _can_be(says.statement, x)]
    causes: dict[tuple[str, str], list[str]] = {}
    for step in found:
        causes.setdefault((step.target, step.outcome), []).append(step.source)
    arrows: dict[tuple[str, str, bool], list[str]] = {}
    for step in found:
        many = len(causes[step.target, step.outcome]) >= MANY and step.clock_region != region
        key = ("many" if many else step.source, step.target, step.clock_region == region)
        arrows.setdefault(key, []).append(step.outcome)
    yield "```mermaid\nflowchart TD"
    for name, title in titles.items():
        yield f'    {name}["{title}"]'
    if any(source == "many" for source, _, _ in arrows):
        yield '    many(["Almost any of these"])'
    for (source, target, own), outcomes in arrows.items():
        label = " / ".join(dict.fromkeys(outcomes))
        yield f'    {source} {"-->" if own else "-.->"}|"{label}"| {target}'
    yield "```"


def _can_be(statement: s.Statement, step: Step) -> bool:
    """Say whether what brings a step about has a chance under this policy."""
    chances = [
        outcome.share
        for clock in statement.clocks
        if (clock.region, clock.name) == (step.clock_region, step.clock)
        for outcome in clock.outcomes
        if outcome.name == step.outcome
    ]
    return not chances or any(chance != 0.0 for chance in chances)


def _name(clock: s.Clock) -> str:
    return clock.name.replace("/", ": ").replace("_", " ")
