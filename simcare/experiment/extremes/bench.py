"""Runs England with some of its numbers pushed to an extreme, and counts what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from simcare.experiment.compare import compare
from simcare.experiment.ready import Ready, make_ready, with_settings, with_values
from simcare.experiment.spending import priced_by_item
from simcare.scenario.schema import OutcomeMeasure

FAMILIES = 2_400
"""Few, and still enough for the compiled engine to be taken where there is one."""
MONEY = "cost_category_"
Totals = Mapping[str, float]
"""Sums over all families: outcomes and measures of the scenario, `EXTRA`, `attending SUPPORT`
(weeks), `cost`, `pounds ITEM` and `reached`."""
EXTRA: dict[str, dict[str, object]] = {
    "births": {"region": "placement", "from": ["expected"], "to": ["newborn"]},
    "assessments": {"region": "case", "to": ["assessment"]},
    "plans_of_families": {"region": "case", "from": ["conference"], "to": ["protection_plan"]},
    "referrals_of_families": {"region": "case", "to": ["referral"]},
    "come_back": {"region": "case", "from": ["closed", "after_removal"], "to": ["referral"]},
    "emergencies": {"region": "case", "to": ["emergency"]},
    "to_pre_proceedings": {"region": "case", "to": ["pre_proceedings"]},
    "turn_18_in_care": {"region": "placement", "from": ["@care"], "to": ["adult"]},
    "from_home_again": {"region": "placement", "from": ["home_again"], "to": ["@care", "adult"]},
    "back_in_care": {"region": "placement", "from": ["home_again"], "to": ["@care"]},
    "treated": {"region": "residential_treatment", "to": ["attending"], "kind": "families_moving"},
    "treated_again": {"region": "residential_treatment", "to": ["attending"], "nth": 2},
    "kin_weeks": {"region": "placement", "to": ["kin"], "kind": "weeks"},
    "severe_drugs_weeks": {"region": "drugs", "to": ["severe"], "kind": "weeks"},
    "severe_alcohol_weeks": {"region": "alcohol", "to": ["severe"], "kind": "weeks"},
}


@dataclass
class Bench:
    """England on a bench: each extreme is run once, on the same families, and remembered."""

    families: int = FAMILIES
    done: dict[object, Totals] = field(default_factory=dict)

    @cached_property
    def england(self) -> Ready:
        """England as it ships, with everything counted that a statement may ask for."""
        return counting(make_ready("england"))

    @cached_property
    def few_places(self) -> Ready:
        """England with a limited number of places in residential treatment."""
        return counting(make_ready("treatment_places"))

    def run(
        self,
        values: Mapping[str, float] | None = None,
        policy: str | None = None,
        *,
        horizon_weeks: int | None = None,
        ready: Ready | None = None,
    ) -> Totals:
        """Return the totals of a policy (default: the reference) with some numbers replaced.

        values: {parameter: number}; ready: another scenario than England.
        """
        base = self.england if ready is None else ready
        reference = base.scenario.reference
        own = reference if policy is None else policy
        key = (id(base), tuple(sorted((values or {}).items())), own, horizon_weeks)
        if key not in self.done:
            made = with_values(base, values or {}, {reference, own})
            if horizon_weeks is not None:
                made = with_settings(made, {"horizon_weeks": horizon_weeks})
            self.done[key] = _totals(by_item(made), own, self.families)
        return self.done[key]


def counting(ready: Ready) -> Ready:
    """Return a scenario that counts its measures, and `EXTRA`, under every policy."""
    scenario = ready.scenario
    extra = {
        name: {"title": name, "unit": "count", "kind": "moves", **stated}
        for name, stated in EXTRA.items()
    } | {
        f"attending {name}": {
            "title": name, "unit": "weeks", "kind": "weeks", "region": name, "to": ["attending"],
        }
        for name in scenario.supports
    }  # fmt: skip
    more = {name: OutcomeMeasure.model_validate(stated) for name, stated in extra.items()}
    outcomes = scenario.outcomes | scenario.measures | more
    changed = scenario.model_copy(update={"outcomes": outcomes, "measures": {}, "published": {}})
    return replace(ready, loaded=replace(ready.loaded, scenario=changed))


def by_item(ready: Ready) -> Ready:
    """Return a scenario whose money is added up by item under every policy."""
    return replace(ready, statements={p: priced_by_item(m) for p, m in ready.statements.items()})


def _totals(ready: Ready, policy: str, families: int) -> Totals:
    columns = compare(ready, [policy], families=families).columns[policy]
    # Categories without any money are not reported.
    return {
        (f"pounds {name.removeprefix(MONEY)}" if name.startswith(MONEY) else name): float(v.sum())
        for name, v in columns.items()
    }


def prices(ready: Ready) -> dict[str, float]:
    """Return every price of a scenario, by name."""
    return {n: p.value for n, p in ready.parameters.items() if p.unit.startswith("£")}


def take_ups(ready: Ready, of: float) -> dict[str, float]:
    """Return one take-up for every support, by name of the parameter."""
    given = [s.take_up for s in ready.scenario.supports.values()]
    return {name: of for name in given if isinstance(name, str)}


def pounds(totals: Totals) -> dict[str, float]:
    """Return what was paid for each item."""
    return {k.removeprefix("pounds "): v for k, v in totals.items() if k.startswith("pounds ")}


def rest_of(totals: Totals, item: str) -> Totals:
    """Return what was paid for everything but an item, as `rest`."""
    own = pounds(totals)
    return {"rest": sum(own[name] for name in sorted(own) if name != item)}
