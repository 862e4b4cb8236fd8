"""`simcare policies`: what can be compared, in a line each, and how strong its evidence is."""

from __future__ import annotations

from itertools import combinations

from simcare.cli.screen import show, show_command
from simcare.experiment.checks import problems_of
from simcare.experiment.ready import make_ready
from simcare.scenario.lineage import disagreements, needless
from simcare.scenario.load import Loaded, load
from simcare.scenario.narrow import JOIN, with_packages
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import names
from simcare.scenario.strength import STRENGTHS, sizes_of, strength_of, what_it_adds

_USUAL = ("menu", "england")
"""The scenarios whose policies are listed where none is named: the first that ships."""


def list_policies(name: str | None) -> None:
    """List the policies of a scenario in the order of its files.

    Raises UserError with every problem of its form and its names.
    """
    from simcare.report.policies import MEANINGS, policies_table, policy_rows

    name = name if name is not None else next(n for n in _USUAL if n in names())
    loaded = load(name)
    _check(loaded)
    rows = policy_rows(loaded.scenario)
    show(f"{loaded.scenario.title}: {len(rows)} policies", policies_table(rows))
    show("What the evidence is:", *(f"  {s:<20}{meaning}" for s, meaning in MEANINGS.items()))
    others = _examples(loaded.scenario)
    if others:
        show("Compare some, or several at once (+), with the reference; titles will do too:")
        for joined in dict.fromkeys(join.join(others) for join in (",", "+")):
            show_command(f"simcare compare {name} --policies {joined}")


def _examples(scenario: Scenario) -> list[str]:
    """Return two policies on the strongest evidence there is that help with different needs.

    Fewer where there are none that may be put together.
    """
    others = [name for name in scenario.policies if name != scenario.reference]
    others.sort(key=lambda name: _rank(scenario, name))
    pairs = [list(pair) for pair in combinations(others, 2) if _differ(scenario, *pair)]
    return next((pair for pair in pairs if _go_together(scenario, pair)), others[:1])


def _rank(scenario: Scenario, policy: str) -> tuple[int, bool]:
    strength = strength_of(scenario, policy)
    rank = len(STRENGTHS) if strength is None else STRENGTHS.index(strength)
    return rank, sizes_of(scenario, policy) != ""


def _differ(scenario: Scenario, *policies: str) -> bool:
    one, other = (
        {need for offer in what_it_adds(scenario, p) for need in _served(scenario, offer.support)}
        for p in policies
    )
    return bool(one and other) and one.isdisjoint(other)


def _served(scenario: Scenario, support: str) -> list[str]:
    return scenario.supports[support].serves or ["every family"]


def _go_together(scenario: Scenario, pair: list[str]) -> bool:
    name = JOIN.join(pair)
    known = with_packages(scenario, [name]).policies
    return not needless(known, name, scenario.reference) and not disagreements(known, name)


def _check(loaded: Loaded) -> None:
    """Raise UserError with all that is wrong with a scenario, if any name in it leads nowhere."""
    scenario = loaded.scenario
    offered = {offer.support for policy in scenario.policies.values() for offer in policy.offers}
    if offered - scenario.supports.keys() or any(problems_of(scenario, scenario.parameters)):
        make_ready(loaded)
