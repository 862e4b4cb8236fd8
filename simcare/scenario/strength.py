"""How strong the evidence of a policy is, and what it offers beyond usual practice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from simcare.scenario.domain import OfferSpec, Strength
from simcare.scenario.lineage import key_of, lineage, parents, placed_offers
from simcare.scenario.schema import Scenario

STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""Every strength of evidence, the strongest first."""


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
