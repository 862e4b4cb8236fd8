"""Statements about help and money: who is treated, what is paid."""

from __future__ import annotations

from simcare.experiment.extremes.bench import Bench, prices, rest_of, take_ups
from simcare.experiment.extremes.checks import (
    Check,
    fewer,
    more,
    never,
    none,
    same,
    some,
    times,
    when,
)

NEVER = 1e9
_PERFECT = {"rt_take_up": 1.0, "rt_gives_up": 0.0, "rt_remission_early": 1.0,
            "rt_remission_middle": 1.0, "rt_remission_full": 1.0, "worsening": 0.0,
            "relapse_scale_addiction": NEVER}  # fmt: skip
_TREATMENT = "residential_treatment"
_ADDED = {_TREATMENT: "residential treatment", "long_term_support": "long-term support"}


@when("Residential treatment is offered where places are limited, and there are none.")
def no_places(bench: Bench) -> list[Check]:
    """Without treatment places nobody is treated, and nothing is paid for it."""
    usual = bench.run(policy=_TREATMENT)
    found = bench.run({"places_few": 0.0}, ready=bench.few_places)
    return [
        none("families in residential treatment", "treated", usual, found),
        none("pounds for residential treatment", "pounds residential treatment", usual, found),
        none("pounds for children placed meanwhile",
             "pounds foster care during a parent's treatment", usual, found),
    ]  # fmt: skip


@when("The take-up of every support is 0.")
def nobody_takes_up(bench: Bench) -> list[Check]:
    """Where nobody takes help up, offering more of it changes nothing."""
    nobody = take_ups(bench.england, 0.0)
    usual = bench.run(nobody)
    found = []
    for policy, title in _ADDED.items():
        offered, reaches = bench.run(nobody, policy), f"families whose lives {title} changes"
        found += [
            none(reaches, "reached", bench.run(policy=policy), offered),
            same(f"cost with {title} offered", "cost", usual, offered),
            same(f"weeks in care with {title} offered", "child_weeks_in_care", usual, offered),
        ]
    return found


@when(
    "Everyone accepts residential treatment, everyone who leaves it is well, and nobody relapses."
)
def perfect_treatment(bench: Bench) -> list[Check]:
    """Where treatment always works and lasts, nobody is treated twice."""
    usual, found = bench.run(policy=_TREATMENT), bench.run(_PERFECT, _TREATMENT)
    return [
        some("families treated", "treated", usual, found),
        never("families treated a second time", "treated_again", usual, found),
        fewer("weeks with a severe drug need", "severe_drugs_weeks", usual, found),
        fewer("weeks with a severe alcohol need", "severe_alcohol_weeks", usual, found),
    ]


@when("Nobody is well on leaving residential treatment.")
def useless_treatment(bench: Bench) -> list[Check]:
    """Treatment that does not work costs money all the same."""
    useless = dict.fromkeys(("rt_remission_early", "rt_remission_middle", "rt_remission_full"), 0.0)
    usual, found = bench.run(policy=_TREATMENT), bench.run(useless, _TREATMENT)
    untreated = bench.run(useless)
    return [
        more("cost, against no treatment", "cost", untreated, found),
        more("weeks with a severe drug need", "severe_drugs_weeks", usual, found),
        more("weeks with a severe alcohol need", "severe_alcohol_weeks", usual, found),
    ]


@when("No family has any of the seven needs, and none lets a family support worker in.")
def nobody_in_need(bench: Bench) -> list[Check]:
    """Where no parent has a need, nobody is helped and nothing is paid for help."""
    healthy = {n: 0.0 for n in bench.england.scenario.parameters if n.startswith("share_")}
    healthy["fw_take_up"] = 0.0
    usual, found = bench.run(), bench.run(healthy)
    helped = [f"attending {name}" for name in bench.england.scenario.supports]
    return [
        none("weeks of help of any kind", "help",
             *({"help": sum(t[h] for h in helped)} for t in (usual, found))),
        none("pounds for community treatment", "pounds community drug and alcohol treatment",
             usual, found),
        fewer("incidents", "incidents_at_home", usual, found),
    ]  # fmt: skip


@when("All prices are 0.")
def no_prices(bench: Bench) -> list[Check]:
    """Where nothing has a price, nothing costs, and lives are the same."""
    usual, found = bench.run(), bench.run(dict.fromkeys(prices(bench.england), 0.0))
    return [
        none("pounds in all", "cost", usual, found),
        same("weeks in care", "child_weeks_in_care", usual, found),
        same("incidents", "incidents_at_home", usual, found),
    ]


@when("A week in a children's home costs twice as much.")
def one_price_doubled(bench: Bench) -> list[Check]:
    """Where one price doubles, its line doubles and nothing else moves."""
    price = prices(bench.england)["price_residential"]
    usual, found = bench.run(), bench.run({"price_residential": 2.0 * price})
    own = "children's home"
    rest = [rest_of(totals, own) for totals in (usual, found)]
    return [
        times("pounds for children's homes", f"pounds {own}", 2.0, usual, found),
        same("pounds for all else", "rest", *rest),
        same("weeks in care", "child_weeks_in_care", usual, found),
    ]


@when("All prices are doubled.")
def all_prices_doubled(bench: Bench) -> list[Check]:
    """Where everything costs twice as much, so does the whole."""
    twice = {name: 2.0 * price for name, price in prices(bench.england).items()}
    usual, found = bench.run(), bench.run(twice)
    return [
        times("pounds in all", "cost", 2.0, usual, found),
        same("removals", "removals", usual, found),
    ]


@when("The horizon is twice as long.")
def twice_as_long(bench: Bench) -> list[Check]:
    """Over twice the time, more is spent and more happens."""
    usual = bench.run()
    found = bench.run(horizon_weeks=2 * bench.england.scenario.horizon_weeks)
    return [
        more("cost", "cost", usual, found),
        more("weeks in care", "child_weeks_in_care", usual, found),
        more("incidents", "incidents_at_home", usual, found),
    ]
