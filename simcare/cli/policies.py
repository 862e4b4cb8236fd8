"""`simcare policies`: what can be compared, in a line each, and how strong its evidence is."""

from __future__ import annotations

from simcare.cli.screen import show, show_command
from simcare.experiment.checks import problems_of
from simcare.experiment.ready import make_ready
from simcare.scenario.load import Loaded, load
from simcare.scenario.shipped import names

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
    others = [row.name for row in rows if row.name != loaded.scenario.reference][:2]
    if others:
        show("Compare some, or several at once (+), with the reference:")
        for joined in dict.fromkeys(join.join(others) for join in (",", "+")):
            show_command(f"simcare compare {name} --policies {joined}")


def _check(loaded: Loaded) -> None:
    """Raise UserError with all that is wrong with a scenario, if any name in it leads nowhere."""
    scenario = loaded.scenario
    offered = {offer.support for policy in scenario.policies.values() for offer in policy.offers}
    if offered - scenario.supports.keys() or any(problems_of(scenario, scenario.parameters)):
        make_ready(loaded)
