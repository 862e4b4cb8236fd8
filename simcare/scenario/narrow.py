"""A scenario cut down to some of its policies, so that what nobody is offered costs no time.

Draws are keyed by names, so the lives that the remaining policies give stay the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from simcare.scenario.domain import PolicySpec
from simcare.scenario.lineage import lineage, placed_offers
from simcare.scenario.schema import OutcomeMeasure, Scenario

JOIN = "+"
"""Joins names of policies to the name of all of them together."""


def with_packages(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """Return the scenario with a policy for each name such as `a+b`: both of them together.

    Names of which a part is unknown are left for others to complain of.
    """
    made = {
        name: _package(scenario, name.split(JOIN))
        for name in names
        if name not in scenario.policies
        and JOIN in name
        and all(part in scenario.policies for part in name.split(JOIN))
    }
    if not made:
        return scenario
    return scenario.model_copy(update={"policies": {**scenario.policies, **made}})


def _package(scenario: Scenario, parts: list[str]) -> PolicySpec:
    first, *others = (scenario.policies[part].title for part in parts)
    inside = [_inside(title) for title in others]
    listed = " and ".join(filter(None, [", ".join(inside[:-1]), inside[-1]]))
    # "With", so that the name is one thing in a sentence.
    title = f"{first} with {listed}"
    return PolicySpec(title=title, plain=f"All at once: {title}", together=parts)


def _inside(title: str) -> str:
    """Return a title as it stands inside another, unless it is a name."""
    return title if title[1:] != title[1:].lower() else title[:1].lower() + title[1:]


def narrow(scenario: Scenario, policies: Sequence[str]) -> Scenario:
    """Return the scenario with these policies, what they rest on, and the supports they need.

    The reference is kept. Outcomes that count what happens in a support that is left out go with
    it. Raises KeyError for an unknown policy.
    """
    wanted = dict.fromkeys([scenario.reference, *policies])
    names = {one for name in wanted for one in lineage(scenario.policies, name)}
    kept = {name: spec for name, spec in scenario.policies.items() if name in names}
    offered = {offer.support for name in kept for _, offer in placed_offers(kept, name)}
    known = scenario.supports
    offered |= {known[name].luck_of or name for name in offered if name in known}
    left_out = known.keys() - offered
    left_out -= _mentioned(scenario, kept.values(), left_out)
    if not left_out:
        return scenario.model_copy(update={"policies": kept})
    supports = {
        name: spec.model_copy(
            update={"gives_way_to": [x for x in spec.gives_way_to if x not in left_out]}
        )
        for name, spec in scenario.supports.items()
        if name not in left_out
    }
    counted, measures = (
        {k: m for k, m in known.items() if not _regions_of(m) & left_out}
        for known in (scenario.outcomes, scenario.measures)
    )
    published, targets = (
        {k: p for k, p in held.items() if {p.top, p.bottom} <= measures.keys()}
        for held in (scenario.published, scenario.targets)
    )
    own = [_without(policy, left_out) for policy in kept.values()]
    return scenario.model_copy(
        update={
            "policies": dict(zip(kept, own, strict=True)),
            "supports": supports,
            "outcomes": counted,
            "measures": measures,
            "published": published,
            "targets": targets,
        }
    )


def _regions_of(measure: OutcomeMeasure) -> set[str]:
    return {measure.region, *(rule.partition(" ")[0] for rule in measure.when)}


def _without(policy: PolicySpec, supports: Collection[str]) -> PolicySpec:
    return policy.model_copy(
        update={
            "stops": [stop for stop in policy.stops if stop.support not in supports],
            "roll_out": {k: r for k, r in policy.roll_out.items() if k not in supports},
        }
    )


def _mentioned(
    scenario: Scenario, policies: Iterable[PolicySpec], names: Iterable[str]
) -> set[str]:
    """Return the supports of which a rule, a clock or a condition of an offer speaks."""
    said = [scenario.rules, *scenario.regions.values()]
    text = " ".join(str(part) for part in said)
    text += " ".join(str(offer.when) for policy in policies for offer in policy.offers)
    text += " ".join(str(spec.priority) for spec in scenario.supports.values())
    return {name for name in names if re.search(rf"\b{re.escape(name)}\b", text)}
