"""The generated parts of the description: tables and sentences, each by the name of its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simcare.experiment.ready import Ready
from simcare.model import statement as s
from simcare.report.assumptions import number
from simcare.report.description.clocks import clocks, diagram, rules, runs, table
from simcare.report.description.sayings import Sayings
from simcare.report.words import day, length, listing, plain

STANDINGS = {
    "assumed": "assumed: no source gives them; each has a range and a reason",
    "derived": "worked out from published figures",
    "verified": "published, and the wording seen",
    "stated": "laid down in law, guidance or by definition",
}


def generated(ready: Ready) -> dict[str, str]:
    """Return every generated part, by the name that stands in the template."""
    statement = ready.statements[ready.scenario.reference]
    says = Sayings(ready, statement)
    makers = {
        "entities": _entities(says),
        "levels": _levels(says),
        "registers": _registers(says),
        "clocks": clocks(says),
        "rules": rules(ready, says),
        "diagram": diagram(ready, says),
        "places": _places(ready, says),
        "entry_exit": _entry_exit(ready, says),
        "policies": _policies(ready),
        "offers": _offers(ready),
        "outcomes": _outcomes(ready),
        "standings": _standings(ready),
        "standing_line": _standing_line(ready),
        "run": _run(ready),
        "types": _types(ready),
        "targets": _targets(ready),
        "calibration": _calibration(ready),
        "extremes": _extremes(),
        "counts": _counts(statement),
    }
    return {name: "\n".join(lines) for name, lines in makers.items()}


def _counts(statement: s.Statement) -> Iterator[str]:
    live = sum(1 for clock in statement.clocks if runs(statement, clock))
    yield (
        f"{len(statement.regions)} regions, {sum(len(r.levels) for r in statement.regions)} "
        f"levels, {len(statement.registers)} registers and {len(statement.clocks)} clocks, of "
        f"which {live} can run under the reference policy"
    )


def _entities(says: Sayings) -> Iterator[str]:
    for per, title in (("family", "Each family"), ("child", "Each child")):
        regions = [r.title for r in says.statement.regions if r.per == per]
        yield f"- **{title}** has {len(regions)} regions: {listing(regions)}."
    yield f"- At most {says.statement.children} children of a family are followed."


def _levels(says: Sayings) -> Iterator[str]:
    rows = [
        (r.title, r.per, ", ".join(x.title for x in r.levels), says.levels[r.name][r.start])
        for r in says.statement.regions
    ]
    yield from table(("Region", "Of each", "Levels", "Stands first at"), rows)


def _registers(says: Sayings) -> Iterator[str]:
    rows = [(f"`{r.name}`", r.per, says.register(r.name)) for r in says.statement.registers]
    yield from table(("Register", "Of each", "Holds"), rows)


def _places(ready: Ready, says: Sayings) -> Iterator[str]:
    rows = []
    for resource in says.statement.resources:
        held = [
            f"{r.title}: {x.title}"
            for r in says.statement.regions
            for x in r.levels
            if x.holds == resource.name or (x.queue and x.queue.resource == resource.name)
        ]
        spec = ready.scenario.places.get(resource.name)
        title = spec.title if spec is not None else resource.name
        limit = "not limited" if resource.capacity is None else str(resource.capacity)
        rows.append((title, limit, "; ".join(held) or "nothing in this scenario"))
    yield from table(("Places", "How many", "Held, or waited for, at"), rows)


def _entry_exit(ready: Ready, says: Sayings) -> Iterator[str]:
    scenario = ready.scenario
    places = says.levels[scenario.children_region]
    final = [f"“{places[name]}”" for name in scenario.groups.get("final", [])]
    first = says.statement.region(scenario.case_region).start
    yield (
        f"A family enters at “{says.levels[scenario.case_region][first]}” in its week of arrival, "
        "and stays to the horizon, its case open or closed. A child enters with the family or at "
        f"birth, and leaves for good at {listing(final, 'or')}."
    )


def _policies(ready: Ready) -> Iterator[str]:
    scenario = ready.scenario
    rows = [
        (p.title, p.plain, ", ".join(f"`{a}` → `{b}`" for a, b in p.use.items()) or "none")
        for p in scenario.policies.values()
    ]
    yield from table(("Policy", "In plain words", "Numbers replaced"), rows)


def _offers(ready: Ready) -> Iterator[str]:
    scenario = ready.scenario
    case = ready.statements[scenario.reference].region(scenario.case_region)
    titles = {x.name: x.title for x in case.levels}
    rows = [
        (
            policy.title,
            scenario.supports[offer.support].title,
            ", ".join(titles.get(level, level) for level in offer.at),
            number(_value(ready, offer.after_weeks)),
        )
        for policy in scenario.policies.values()
        for offer in policy.offers
        if _value(ready, offer.reach) > 0.0
    ]
    yield from table(("Policy", "Support", "Offered at", "Weeks after"), rows)


def _value(ready: Ready, given: str | int) -> float:
    return ready.values[given] if isinstance(given, str) else float(given)


def _outcomes(ready: Ready) -> Iterator[str]:
    rows = [(o.title, o.unit, o.better) for o in ready.scenario.outcomes.values()]
    yield from table(("Outcome", "Unit", "Better"), rows)


def _standings(ready: Ready) -> Iterator[str]:
    counted, held = _counted(ready)
    yield f"{sum(counted.values())} numbers are used by the model:\n"
    yield from (f"- {count} {STANDINGS.get(status, status)}" for status, count in counted.items())
    yield f"\n{held} more are published figures that the model is only held against."


def _standing_line(ready: Ready) -> Iterator[str]:
    counted, _ = _counted(ready)
    total = sum(counted.values())
    yield f"Of the {total} numbers in use, {counted['assumed']} are assumed, because nobody has "
    yield "published them."


def _counted(ready: Ready) -> tuple[dict[str, int], int]:
    """Return how many numbers in use have each standing, and how many are only held against."""
    against = (*ready.scenario.published.values(), *ready.scenario.targets.values())
    held = {target.value for target in against}
    found = Counter(p.status for name, p in ready.parameters.items() if name not in held)
    return {s: found[s] for s in (*STANDINGS, *sorted(found)) if found[s] > 0}, len(held)


def _run(ready: Ready) -> Iterator[str]:
    scenario = ready.scenario
    families = (
        scenario.families_ if isinstance(scenario.families_, int) else len(scenario.families_)
    )
    rows = [
        ("Starts (week 0)", day(scenario.start_date)),
        ("Warm-up", f"{plain(scenario.warm_up_weeks, 0)} weeks ({length(scenario.warm_up_weeks)})"),
        ("Horizon", f"{plain(scenario.horizon_weeks, 0)} weeks ({length(scenario.horizon_weeks)})"),
        ("Families", plain(families, 0)),
        ("Replications", plain(scenario.replications, 0)),
        ("Seed", f"{scenario.seed}"),
        ("Reference policy", scenario.policies[scenario.reference].title),
        ("Prices of", scenario.price_year),
        ("Discounting", f"`{scenario.discount}` (for present values alone)"),
    ]
    yield from table(("What", "How much"), rows)


def _types(ready: Ready) -> Iterator[str]:
    population = ready.scenario.population
    if population is None:
        return
    total = sum(_value(ready, t.share) for t in population.types.values())
    rows = [
        (
            t.title, f"{100.0 * _value(ready, t.share) / total:.1f} %",
            number(_value(ready, t.needs_ratio)), number(_value(ready, t.severity_ratio)),
            number(_value(ready, t.frailty_mean)),
        )
        for t in population.types.values()
    ]  # fmt: skip
    yield from table(("Type", "Share", "Needs, ratio", "Severe, ratio", "Frailty, mean"), rows)


def _targets(ready: Ready) -> Iterator[str]:
    targets = [*ready.scenario.published.values(), *ready.scenario.targets.values()]
    roles = Counter(target.role for target in targets)
    yield (
        f"{len(targets)} published figures are held against the model under usual practice: "
        f"{roles['fit']} that it is fitted to, and {roles['check']} that it is only checked with."
    )


def _calibration(ready: Ready) -> Iterator[str]:
    """Say what the posterior that ships was made of, as its own record has it."""
    from simcare.experiment.sweep.posterior import PROVENANCE, find_posterior
    from simcare.scenario.load import read_toml

    path = find_posterior(ready)
    if path is None:
        yield "No posterior sample ships with it."
        return
    record = read_toml(path.with_name(PROVENANCE))
    yield (
        f"The sample that ships holds {record['draws']:,} draws of {len(record['ranges'])} "
        f"assumed numbers, calibrated to {len(record['targets'])} figures with "
        f"{sum(record['runs']):,} runs of {record['families']:,} families; "
        f"`{record['command']}` makes it again."
    )


def _extremes() -> Iterator[str]:
    from simcare.experiment.extremes.statements import EXTREMES

    for extreme in EXTREMES:
        yield f"- {extreme.says}"
