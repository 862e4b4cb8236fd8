"""Statements about the pathway: what is seen, who is helped, when it ends, who goes to court."""

from __future__ import annotations

from simcare.experiment.extremes.bench import Bench, rest_of
from simcare.experiment.extremes.checks import Check, alike, fewer, more, none, share, when

NEVER = 1e9
_NO_ONE_SEVERE = {"severe_share": 0.0, "severe_share_disability": 0.0, "worsening": 0.0,
                  "relapse_severe": 0.0}  # fmt: skip
_NO_HARM_OF_NEEDS = dict.fromkeys(
    ("harm_moderate", "harm_severe", "harm_minor", "harm_minor_severe"), 1.0
)
_NOTHING_SEEN = {"seen_when_open": 0.0, "seen_when_closed": 0.0, "emergency_share": 0.0}
_NO_BABIES = {"birth_rate": 0.0, "not_yet_born": 0.0}
_ALL_ASSESSED = {"no_further_action": 0.0, "not_in_need_if_severe": 0.0, "not_in_need_if_not": 0.0}


@when("No need is severe, worsens or relapses severely; all harm ratios are 1.")
def no_danger(bench: Bench) -> list[Check]:
    """Without danger nobody is taken into emergency protection, and far fewer are removed."""
    usual, found = bench.run(), bench.run(_NO_ONE_SEVERE | _NO_HARM_OF_NEEDS)
    return [
        none("emergencies", "emergencies", usual, found),
        none("weeks with a severe drug need", "severe_drugs_weeks", usual, found),
        fewer("removals", "removals", usual, found),
        fewer("incidents", "incidents_at_home", usual, found),
    ]


@when("The rate of incidents is 0; no child is expected or born.")
def no_incidents(bench: Bench) -> list[Check]:
    """Where no child comes to harm, no family goes to court or comes back."""
    usual, found = bench.run(), bench.run({"incident_rate": 0.0} | _NO_BABIES)
    return [
        none("incidents", "incidents_at_home", usual, found),
        none("families in care proceedings", "court_starts", usual, found),
        none("emergencies", "emergencies", usual, found),
        none("children who come into care under an interim order", "interim_starts", usual, found),
        none("families who are referred again", "come_back", usual, found),
    ]


@when("No incident is seen, whether a case is open or closed; no child is expected or born.")
def nothing_seen(bench: Bench) -> list[Check]:
    """Where nobody sees anything, nobody is referred again, and children come to harm unseen."""
    usual, found = bench.run(_NO_BABIES), bench.run(_NOTHING_SEEN | _NO_BABIES)
    return [
        none("families who are referred again", "come_back", usual, found),
        none("families in pre-proceedings", "to_pre_proceedings", usual, found),
        more("incidents, which go on unseen", "incidents_at_home", usual, found),
    ]


@when("Nearly every incident is seen.")
def all_seen(bench: Bench) -> list[Check]:
    """Where more is seen, more families come back and more work is done."""
    usual, found = bench.run(), bench.run({"seen_when_open": 0.95, "seen_when_closed": 1.0})
    return [
        more("families who are referred again", "come_back", usual, found),
        more("weeks under statutory involvement", "statutory_weeks", usual, found),
    ]


@when(
    "No referral is closed, nobody is found not in need, and every assessment leads to an "
    "enquiry, a conference and a plan."
)
def no_threshold(bench: Bench) -> list[Check]:
    """Without thresholds, everyone who is referred is assessed and gets a child protection plan."""
    everyone = {"section_47_if_severe": 1.0, "section_47_if_not": 1.0, "conference_share": 1.0,
                "plan_share": 1.0}  # fmt: skip
    usual, found = bench.run(), bench.run(_ALL_ASSESSED | everyone)
    return [
        none("children whose referral is closed at once", "no_further_action", usual, found),
        none("children found not in need", "not_in_need", usual, found),
        alike("plans of all conferences", "plans", "conferences", usual, found),
        share("assessments for each referral", "assessments", "referrals_of_families", 0.99, 1.01,
              usual, found),
        more("plans", "plans_of_families", usual, found),
    ]  # fmt: skip


@when(
    "Help never ends because it is quiet or short, nobody is turned away, and supervision orders "
    "do not end; no child is expected or born."
)
def never_closed(bench: Bench) -> list[Check]:
    """Where no case is ever closed, there is no revolving door."""
    never = {"cin_quiet_weeks": NEVER, "plan_end_first": 0.0, "plan_step_down": 0.0,
             "plan_close": 0.0, "supervision_weeks": NEVER, "brief_help_if_severe": 0.0,
             "brief_help_if_not": 0.0}  # fmt: skip
    usual, found = bench.run(), bench.run(_ALL_ASSESSED | never | _NO_BABIES)
    return [
        none("families who are referred again", "come_back", usual, found),
        none("re-referrals within a year", "rereferrals", usual, found),
        more("weeks under statutory involvement", "statutory_weeks", usual, found),
    ]


@when("No enquiry leads to a conference.")
def no_conferences(bench: Bench) -> list[Check]:
    """Without conferences there are no child protection plans."""
    usual, found = bench.run(), bench.run({"conference_share": 0.0})
    return [
        none("conferences", "conferences", usual, found),
        none("plans", "plans", usual, found),
        none("pounds for plans, where no child is born later either",
             "pounds child protection plan", usual,
             bench.run({"conference_share": 0.0, "birth_rate": 0.0})),
    ]  # fmt: skip


@when("Every family is diverted, and no court sits because of a birth.")
def always_diverted(bench: Bench) -> list[Check]:
    """Where pre-proceedings always divert and there are no emergencies, nobody goes to court."""
    usual, found = bench.run(), bench.run(
        {"diverted_share": 1.0, "emergency_share": 0.0, "court_at_birth": 0.0,
         "court_at_birth_in_need": 0.0}
    )  # fmt: skip
    return [
        none("families in care proceedings", "court_starts", usual, found),
        none("pounds for psychological assessments", "pounds psychological assessment",
             usual, found),
        fewer("weeks in care", "child_weeks_in_care", usual, found),
    ]  # fmt: skip


@when("The mean length of care proceedings is doubled.")
def slow_courts(bench: Bench) -> list[Check]:
    """Where courts take twice as long, children wait longer under interim orders."""
    mean = bench.england.values["proceedings_mean"]
    usual, found = bench.run(), bench.run({"proceedings_mean": 2.0 * mean})
    longer = {"weeks": found["court_weeks"] / found["court_starts"]}
    before = {"weeks": usual["court_weeks"] / usual["court_starts"]}
    return [
        more("weeks in court for each case", "weeks", before, longer),
        more("weeks under an interim order", "interim_weeks", usual, found),
    ]


@when("All referrals end in no further action; there are no emergencies.")
def all_turned_away(bench: Bench) -> list[Check]:
    """Where every referral is closed at once, only referrals cost, and more children are harmed."""
    usual, found = bench.run(), bench.run({"no_further_action": 1.0, "emergency_share": 0.0})
    return [
        none("assessments", "assessments", usual, found),
        none("weeks under statutory involvement", "statutory_weeks", usual, found),
        none("pounds for anything but referrals", "rest",
             rest_of(usual, "contact and referral"), rest_of(found, "contact and referral")),
        more("incidents", "incidents_at_home", usual, found),
    ]  # fmt: skip
