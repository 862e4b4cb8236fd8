"""What policies offer, as clocks of the case.

The clocks of every policy's offers are laid out under every policy, and those that a policy
does not make run at no level. So all policies share one layout, and an offer that nobody makes
costs nothing and changes nothing.
"""

from __future__ import annotations

from simcare.errors import unknown
from simcare.model import statement as s
from simcare.model.language import Reader
from simcare.model.supports import entry_level
from simcare.scenario.domain import OfferSpec, PolicySpec
from simcare.scenario.schema import Scenario

_NOT_IN_IT = ("none", "after", "over")


def _placed_offers(scenario: Scenario, policy: str) -> list[tuple[str, OfferSpec]]:
    """Return a policy's offers with their places in the file, those that it inherits first."""
    spec = scenario.policies[policy]
    below = _placed_offers(scenario, spec.extends) if spec.extends is not None else []
    return below + [(f"policies.{policy}.offers[{i}]", o) for i, o in enumerate(spec.offers)]


def uses_of(scenario: Scenario, policy: str) -> dict[str, str]:
    """Return the parameters that a policy replaces, with those that it inherits."""
    spec = scenario.policies[policy]
    below = uses_of(scenario, spec.extends) if spec.extends is not None else {}
    return {**below, **spec.use}


def stops_of(scenario: Scenario, policy: str) -> dict[str, list[str]]:
    """Return the levels of the case at which a policy stops each support."""
    spec = scenario.policies[policy]
    found = dict(stops_of(scenario, spec.extends)) if spec.extends is not None else {}
    for stop in spec.stops:
        found[stop.support] = [*found.get(stop.support, []), *stop.at]
    return found


def circles(policies: dict[str, PolicySpec]) -> list[str]:
    """Return the policies whose `extends` is unknown or goes round in a circle."""
    bad = []
    for name in policies:
        seen, at = {name}, policies[name].extends
        while at is not None:
            if at in seen or at not in policies:
                bad.append(name)
                break
            seen.add(at)
            at = policies[at].extends
    return bad


def make_offers(reader: Reader, policy: str) -> list[s.Clock]:
    """Return the clocks of all offers, those that `policy` does not make switched off.

    An offer of a policy takes the place of an inherited one of the same support at the same
    stages.
    """
    made: dict[str, s.Clock] = {}
    own = {_key(o): (where, o) for where, o in _placed_offers(reader.scenario, policy)}
    keys = [_key(o) for o in reader.scenario.policies[policy].offers]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            reader.problem(
                f"policies.{policy}.offers[{i}]",
                "it offers the same support at the same stages as another offer of this policy; "
                "join the two.",
            )
    for other in reader.scenario.policies:
        for place, offer in _placed_offers(reader.scenario, other):
            key = _key(offer)
            if key in made:
                continue
            if key in own:
                where, mine = own[key]
                made[key] = _clock(reader, key, mine, where)
            else:
                made[key] = _clock(reader, key, offer, place, off=())
    return list(made.values())


def _key(offer: OfferSpec) -> str:
    return f"offer/{offer.support}/{'+'.join(offer.at)}"


def _clock(
    reader: Reader, key: str, offer: OfferSpec, where: str, off: tuple[str, ...] | None = None
) -> s.Clock:
    case = reader.scenario.case_region
    levels = reader.levels(case, offer.at, where) if off is None else off
    delay = s.Fixed(reader.number(offer.after_weeks, where))
    support = reader.scenario.supports.get(offer.support)
    if support is None:
        known = reader.scenario.supports
        reader.problem(f"{where}.support", unknown("support", offer.support, known))
        return s.Clock(key, case, levels, delay, (), repeats=False)
    needs = offer.needs if offer.needs is not None else support.serves
    for need in needs:
        if need not in reader.scenario.needs:
            reader.problem(f"{where}.needs", unknown("need", need, reader.scenario.needs))
            return s.Clock(key, case, levels, delay, (), repeats=False)
    severity = tuple(offer.severity if offer.severity is not None else support.severity)
    guards: list[s.Guard] = [
        (s.LevelIs(offer.support, _NOT_IN_IT),),
        tuple(s.LevelIs(n, severity) for n in needs),
        *((s.LevelIs(x, _NOT_IN_IT),) for x in support.gives_way_to),
        *reader.guards(offer.when, where),
    ]
    share = reader.share(offer.reach, where) * reader.share(
        support.take_up, f"supports.{offer.support}.take_up"
    )
    accepted = s.Outcome(
        "accepts",
        tuple(guards),
        share,
        "engagement" if support.engagement_matters else None,
        (s.Move(offer.support, entry_level(support)),),
    )
    return s.Clock(key, case, levels, delay, (accepted,), repeats=False)
