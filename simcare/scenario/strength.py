"""How strong the evidence of a policy is, whether its size is assumed, and what it adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from simcare.scenario.domain import OfferSpec, Strength, SupportSpec
from simcare.scenario.lineage import key_of, lineage, parents, placed_offers
from simcare.scenario.parts import Number
from simcare.scenario.schema import Scenario

STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""Every strength of evidence, the strongest first."""
Sizes = Literal["", "size assumed", "some sizes assumed"]
_EFFECTS = (
    "speeds_remission", "worsens", "protects", "slows_relapse", "lasting_protects",
    "lasting_slows_relapse",
)  # fmt: skip


def weakest(strengths: Iterable[Strength | None]) -> Strength | None:
    """Return the weakest of some strengths; None where none of them is known."""
    known = [x for x in strengths if x is not None]
    return max(known, key=STRENGTHS.index, default=None)


def strength_of(scenario: Scenario, policy: str) -> Strength | None:
    """Return how strong the evidence is of what a policy does beyond the reference.

    That is what the policy says of itself, else the weakest among the policies that it rests on
    (those of the reference left out) and the supports that it adds itself; None for the
    reference, and where nothing is said. Raises KeyError for an unknown policy or support.
    """
    usual = lineage(scenario.policies, scenario.reference)
    if policy in usual:
        return None
    spec = scenario.policies[policy]
    if spec.evidence_strength is not None:
        return spec.evidence_strength
    below = [strength_of(scenario, above) for above in parents(spec)]
    own = {key_of(offer) for offer in spec.offers}
    added = [o for o in what_it_adds(scenario, policy) if key_of(o) in own]
    known = scenario.supports
    return weakest([*below, *(known[o.support].evidence_strength for o in added)])


def effects_of(spec: SupportSpec) -> tuple[str, ...]:
    """Return the parameters that say how much a support does, each once, in the order of its keys.

    Not among them: who takes it up and how long they stay, what is laid down as 0 or 1, and what
    it does to other supports.
    """
    return tuple(dict.fromkeys(given for given in _numbers(spec) if isinstance(given, str)))


def _numbers(spec: SupportSpec) -> Iterator[Number]:
    yield from (getattr(spec, key) for key in _EFFECTS)
    for band in spec.leaving:
        yield from (band.remission, band.worse)
    for speed in spec.speeds:
        yield from (speed.by, speed.lasting)
    yield from (chance.share for chance in spec.chances)


def sizes_of_support(scenario: Scenario, support: str) -> Sizes:
    """Say whether the sizes of what a support does are assumed, though its evidence is measured.

    Empty where one of them comes from a figure, where it claims none, and where its evidence is
    an argument only, so that nobody takes the size for measured. Raises KeyError for an unknown
    support.
    """
    spec = scenario.supports[support]
    given = [scenario.parameters[x] for x in effects_of(spec) if x in scenario.parameters]
    if spec.evidence_strength == STRENGTHS[-1] or not given:
        return ""
    return "size assumed" if all(one.assumed is not None for one in given) else ""


def sizes_of(scenario: Scenario, policy: str) -> Sizes:
    """Say the same of a policy: of all supports that it adds, or of some of them.

    Empty where nothing is said of its strength, or that is an argument only. Raises KeyError for
    an unknown policy or support.
    """
    if strength_of(scenario, policy) in (None, STRENGTHS[-1]):
        return ""
    added = dict.fromkeys(o.support for o in what_it_adds(scenario, policy))
    claiming = [name for name in added if effects_of(scenario.supports[name])]
    assumed = [name for name in claiming if sizes_of_support(scenario, name)]
    if not assumed:
        return ""
    return "size assumed" if len(assumed) == len(claiming) else "some sizes assumed"


def what_it_adds(scenario: Scenario, policy: str) -> list[OfferSpec]:
    """Return the offers that a policy makes and the reference does not, or makes otherwise.

    One that reaches nobody adds nothing. In the order of the files, those inherited first.
    """
    usual = _offers(scenario, scenario.reference)
    own = _offers(scenario, policy)
    return [o for key, o in own.items() if o != usual.get(key) and o.reach != 0]


def _offers(scenario: Scenario, policy: str) -> dict[str, OfferSpec]:
    """Return what a policy offers, by support and stages: what it says itself holds."""
    return {key_of(offer): offer for _, offer in placed_offers(scenario.policies, policy)}
