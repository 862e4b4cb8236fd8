"""What policies offer, as clocks of the case.

The clocks of every policy's offers are laid out under every policy, and those that a policy
does not make run at no level. So all policies share one layout, and an offer that nobody makes
costs nothing and changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

from simcare.errors import hint, unknown
from simcare.model import statement as s
from simcare.model.language import Reader
from simcare.model.supports import closing, entry_level
from simcare.scenario.domain import OfferSpec, RollOutSpec
from simcare.scenario.lineage import key_of, placed_offers, placed_stops, roll_outs_of
from simcare.scenario.schema import Scenario

_NOT_IN_IT = ("none", "after", "over")
_WITHOUT_IT = ("none", "over")
"""Of a support with lasting effects, which nobody is offered again while they last."""
_STEPS = 12
"""A roll-out grows in so many equal steps, each at the share that its middle would have."""


def make_offers(reader: Reader, policy: str) -> list[s.Clock]:
    """Return the clocks of all offers, those that `policy` does not make switched off.

    An offer of a policy takes the place of an inherited one of the same support at the same
    stages.
    """
    policies = reader.scenario.policies
    _check(reader, policy)
    own = {key_of(o): (where, o) for where, o in placed_offers(policies, policy)}
    rolled = roll_outs_of(policies, policy)
    made: dict[str, s.Clock] = {}
    for other in policies:
        for place, offer in placed_offers(policies, other):
            key = key_of(offer)
            if key in made:
                continue
            where, mine = own.get(key, (place, offer))
            clock = _clock(reader, key, mine, where, rolled.get(mine.support))
            made[key] = clock if key in own else replace(clock, levels=())
    return list(made.values())


def _check(reader: Reader, policy: str) -> None:
    spec = reader.scenario.policies[policy]
    keys = [key_of(o) for o in spec.offers]
    for i, key in enumerate(keys):
        if key in keys[:i]:
            reader.problem(
                f"policies.{policy}.offers[{i}]",
                "it offers the same support at the same stages as another offer of this policy; "
                "join the two.",
            )
    for support, rolled in spec.roll_out.items():
        _check_roll_out(reader, policy, support, rolled)


def _check_roll_out(reader: Reader, policy: str, support: str, rolled: RollOutSpec) -> None:
    where = f"policies.{policy}.roll_out"
    offers = placed_offers(reader.scenario.policies, policy)
    offered = dict.fromkeys(offer.support for _, offer in offers)
    if support not in reader.scenario.supports:
        reader.problem(where, unknown("support", support, reader.scenario.supports))
    elif support not in offered and offered.keys() <= reader.scenario.supports.keys():
        said = f"`{support}` is not offered under this policy; {hint(support, offered)}"
        reader.problem(where, said)
    usual = placed_offers(reader.scenario.policies, reader.scenario.reference)
    if support in {offer.support for _, offer in usual}:
        said = (
            f"`{support}` is offered by the reference `{reader.scenario.reference}` too, where it "
            "is there from the beginning; give the new offers a support of their own."
        )
        reader.problem(where, said)
    starts = reader.number(rolled.starts, where)
    if rolled.ends is not None and reader.number(rolled.ends, where) <= starts:
        said = "it ends before it starts; give `ends` a later week than `starts`."
        reader.problem(f"{where}.{support}", said)


def stops_of(reader: Reader, policy: str) -> dict[str, list[str]]:
    """Return the levels of the case at which a policy stops each support."""
    found: dict[str, list[str]] = {}
    for where, stop in placed_stops(reader.scenario.policies, policy):
        if stop.support not in reader.scenario.supports:
            known = reader.scenario.supports
            reader.problem(f"{where}.support", unknown("support", stop.support, known))
        levels = reader.levels(reader.scenario.case_region, stop.at, f"{where}.at")
        found[stop.support] = [*found.get(stop.support, []), *levels]
    return found


def funding_ends(reader: Reader, policy: str) -> dict[str, float]:
    """Return the week at which the money of each support ends under a policy, where it does."""
    rolled = roll_outs_of(reader.scenario.policies, policy)
    return {
        support: reader.number(r.ends, f"policies.{policy}.roll_out.{support}.ends")
        for support, r in rolled.items()
        if r.ends is not None
    }


def ever_ends(scenario: Scenario) -> frozenset[str]:
    """Return the supports whose money ends under any policy."""
    return frozenset(
        support
        for policy in scenario.policies.values()
        for support, r in policy.roll_out.items()
        if r.ends is not None
    )


def _clock(
    reader: Reader, key: str, offer: OfferSpec, where: str, rolled: RollOutSpec | None
) -> s.Clock:
    case = reader.scenario.case_region
    levels = reader.levels(case, offer.at, where)
    delay = s.Fixed(reader.number(offer.after_weeks, where))
    support = reader.scenario.supports.get(offer.support)
    if support is None:
        known = reader.scenario.supports
        reader.problem(f"{where}.support", unknown("support", offer.support, known))
        return s.Clock(key, case, levels, delay, (), repeats=False)
    needs = offer.needs if offer.needs is not None else support.serves
    for need in needs:
        if need not in reader.scenario.needs:
            # Where the support's own needs hold, its own table has been told of.
            if offer.needs is not None:
                reader.problem(f"{where}.needs", unknown("need", need, reader.scenario.needs))
            return s.Clock(key, case, levels, delay, (), repeats=False)
    severity = tuple(offer.severity if offer.severity is not None else support.severity)
    free = _NOT_IN_IT if support.lasting_weeks is None else _WITHOUT_IT
    guards: list[s.Guard] = [(s.LevelIs(offer.support, free),)]
    if support.needs_child_in is not None:
        guards.append(reader.guard(f"children in {support.needs_child_in} >= 1", where))
    if needs:
        guards.append(tuple(s.LevelIs(n, severity) for n in needs))
    others = [*support.gives_way_to, *_variants(reader.scenario, offer.support)]
    guards += [(s.LevelIs(x, _NOT_IN_IT),) for x in dict.fromkeys(others)]
    guards += reader.guards(offer.when, where)
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
    outcomes = (accepted,) if rolled is None else _rolled(reader, accepted, rolled, where)
    luck = ""
    if support.luck_of is not None:
        luck = f"{case}/{key_of(offer.model_copy(update={'support': support.luck_of}))}"
    return s.Clock(key, case, levels, delay, outcomes, repeats=False, luck=luck)


def _variants(scenario: Scenario, support: str) -> list[str]:
    """Return the supports of which a parent can only have one at a time with this one."""

    def root(name: str) -> str:
        return scenario.supports[name].luck_of or name

    return [x for x in scenario.supports if x != support and root(x) == root(support)]


def _rolled(
    reader: Reader, accepted: s.Outcome, rolled: RollOutSpec, where: str
) -> tuple[s.Outcome, ...]:
    """Return the acceptances of a support that is rolled out: each at a week and a share."""
    starts, full = reader.number(rolled.starts, where), reader.number(rolled.full_after, where)
    ends = float("inf")
    if rolled.ends is not None:
        ends = closing(reader.number(rolled.ends, where))
    steps = _STEPS if full > 0.0 else 0
    weeks = [starts + full * i / _STEPS for i in range(steps)]
    parts = [(i + 0.5) / _STEPS for i in range(steps)]
    edges = [*weeks, starts + full, float("inf")]
    share = accepted.share if accepted.share is not None else 1.0
    made = []
    for i, part in enumerate([*parts, 1.0]):
        first, last = edges[i], min(edges[i + 1], ends)
        if first < last:
            between = [(s.Compare("week", "", ">=", first),)]
            if last < float("inf"):
                between.append((s.Compare("week", "", "<", last),))
            made.append(replace(accepted, when=(*accepted.when, *between), share=share * part))
    return tuple(made)
