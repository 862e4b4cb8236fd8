"""What is no mistake in a scenario, but may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.scenario.lineage import (
    key_of,
    leads_to,
    parents,
    placed_offers,
    placed_stops,
    roll_outs_of,
    uses_of,
)
from simcare.scenario.load import Loaded
from simcare.scenario.schema import Scenario
from simcare.scenario.uses import unmentioned

Remark = tuple[str, str]


def remarks(loaded: Loaded) -> list[str]:
    """Return sentences about what a scenario's own file says to no effect, each with its place.

    loaded: a scenario in which no problem was found. What it leaves idle in the files that it
    extends is meant to be.
    """
    own = loaded.path.name
    found = [*_unused(loaded), *_policies(loaded.scenario)]
    return [f"{own}: {at}: {what}" for at, what in found if loaded.file_of(at) == own]


def _unused(loaded: Loaded) -> Iterator[Remark]:
    scenario = loaded.scenario
    for name in unmentioned(loaded, scenario.parameters):
        yield f"parameters.{name}", "nothing uses this number."
    offered = {
        offer.support
        for policy in scenario.policies
        for _, offer in placed_offers(scenario.policies, policy)
    }
    for name in unmentioned(loaded, [s for s in scenario.supports if s not in offered]):
        yield f"supports.{name}", "no policy offers it; add an offer to one."


def _policies(scenario: Scenario) -> Iterator[Remark]:
    policies, reference = scenario.policies, scenario.reference
    usual = [offer for _, offer in placed_offers(policies, reference)]
    for name in policies:
        if name == reference or leads_to(policies, reference, name):
            continue
        own = {key_of(offer) for _, offer in placed_offers(policies, name)}
        if not parents(policies[name]) and any(key_of(o) not in own for o in usual):
            yield (
                f"policies.{name}",
                f"it does not offer what `{reference}` offers; if it should, add "
                f'`extends = "{reference}"`.',
            )
        elif leads_to(policies, name, reference) and not _changes(scenario, name):
            yield f"policies.{name}", f"it changes nothing that `{reference}` does."


def _changes(scenario: Scenario, name: str) -> bool:
    policies, reference = scenario.policies, scenario.reference
    usual, own = placed_offers(policies, reference), placed_offers(policies, name)
    return (
        any(offer not in usual for offer in own)
        or uses_of(policies, name) != uses_of(policies, reference)
        or roll_outs_of(policies, name) != roll_outs_of(policies, reference)
        or placed_stops(policies, name) != placed_stops(policies, reference)
    )
