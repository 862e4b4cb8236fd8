"""Statements about care: who comes into it, where they live, how they leave."""

from __future__ import annotations

from simcare.experiment.extremes.bench import Bench
from simcare.experiment.extremes.checks import Check, alike, fewer, more, none, same, share, when

NEVER = 1e9
AT_ONCE = 1e-9
_NO_AGREEMENT = {"voluntary_rate": 0.0, "breakdown_scale": NEVER, "guardianship_breakdown": 0.0}


@when("No removal under an interim order, in an emergency, by agreement or at a final hearing.")
def never_removed(bench: Bench) -> list[Check]:
    """Where courts leave all children at home, none is in care, and more come to harm."""
    home = {"interim_removal_share": 0.0, "home_if_improved": 1.0, "home_if_not": 1.0,
            "emergency_share": 0.0} | _NO_AGREEMENT  # fmt: skip
    usual, found = bench.run(), bench.run(home)
    return [
        none("removals", "removals", usual, found),
        none("weeks in care", "child_weeks_in_care", usual, found),
        none("pounds for foster care", "pounds in-house foster care", usual, found),
        more("incidents", "incidents_at_home", usual, found),
    ]


@when("No accommodation by agreement; no return and no special guardianship breaks down.")
def no_agreement(bench: Bench) -> list[Check]:
    """Where nobody agrees to care and nothing breaks down, none enters by agreement."""
    usual, found = bench.run(), bench.run(_NO_AGREEMENT)
    quiet = {"incident_rate": 0.0, "birth_rate": 0.0, "not_yet_born": 0.0}
    return [
        none("children accommodated by agreement", "voluntary_starts", usual, found),
        none("children back in care, where there are no incidents and no births either",
             "back_in_care", usual, bench.run(_NO_AGREEMENT | quiet)),
    ]  # fmt: skip


@when(
    "No returns, guardianship, adoption or supervision orders, and every emergency goes to court."
)
def nobody_leaves_care(bench: Bench) -> list[Check]:
    """Where no child goes home, to a guardian or to adopters, care ends at 18 and fills up."""
    stay = {"return_scale": NEVER, "guardianship_rate": 0.0, "guardianship_order": 0.0,
            "placement_order_share": 0.0, "home_if_improved": 0.0, "home_if_not": 0.0,
            "emergency_to_court": 1.0}  # fmt: skip
    usual, found = bench.run(), bench.run(stay)
    return [
        none("children who go home", "returns", usual, found),
        none("children adopted", "adoptions", usual, found),
        none("children with a special guardian", "guardianships", usual, found),
        alike("ends of care that are 18th birthdays", "care_ends", "turn_18_in_care", usual, found),
        more("weeks in care", "child_weeks_in_care", usual, found),
    ]


@when("The youngest child of every family is 16 or 17; none is expected or born later.")
def all_teenagers(bench: Bench) -> list[Check]:
    """Children of 16 and 17 are not adopted."""
    old = {"youngest_under_1": 0.0, "youngest_1_to_4": 0.0, "youngest_5_to_9": 0.0,
           "youngest_10_to_15": 0.0, "youngest_16_up": 1.0, "birth_rate": 0.0,
           "not_yet_born": 0.0}  # fmt: skip
    usual, found = bench.run(), bench.run(old)
    return [
        none("children adopted", "adoptions", usual, found),
        none("births", "births", usual, found),
        fewer("weeks in care", "child_weeks_in_care", usual, found),
    ]


@when("Placements never change.")
def no_moves(bench: Bench) -> list[Check]:
    """Where placements last, none has to be found anew."""
    usual, found = bench.run(), bench.run({"move_rate": 0.0})
    return [
        none("pounds for finding a new placement", "pounds finding a new placement", usual, found),
        same("weeks in care", "child_weeks_in_care", usual, found),
    ]


@when("All placements are with kin.")
def kin_only(bench: Bench) -> list[Check]:
    """Where all children in care live with kin, agencies and children's homes are paid nothing."""
    kin: dict[str, float] = {}
    for age in ("young", "middle", "old"):
        kin |= {f"{age}_kin": 1.0, f"{age}_in_house": 0.0, f"{age}_agency": 0.0}
    usual, found = bench.run(), bench.run(kin | {"old_residential": 0.0})
    return [
        none("pounds for agency foster care", "pounds agency foster care", usual, found),
        none("pounds for children's homes", "pounds children's home", usual, found),
        share("weeks in care that are with kin", "kin_weeks", "care_weeks", 1.0, 1.0,
              usual, found),
        fewer("cost", "cost", usual, found),
    ]  # fmt: skip


@when("No child is expected at the first referral or born after it.")
def no_births(bench: Bench) -> list[Check]:
    """Without later births fewer children are removed."""
    usual, found = bench.run(), bench.run({"birth_rate": 0.0, "not_yet_born": 0.0})
    return [
        none("births", "births", usual, found),
        fewer("children removed", "removals", usual, found),
        fewer("weeks at home", "child_weeks_at_home", usual, found),
    ]


@when("Returns break down at once.")
def returns_break_down(bench: Bench) -> list[Check]:
    """Where every return home breaks down at once, all who go home come back into care."""
    usual, found = bench.run(), bench.run({"breakdown_scale": AT_ONCE})
    return [
        share("returns home that end in care again within a year", "reentries_12", "returns", 0.99,
              1.0, usual, found),
        more("removals", "removals", usual, found),
    ]  # fmt: skip
