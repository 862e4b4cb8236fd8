"""The mistakes of someone who copies a file and changes it: each is told in one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import simcare
from tests.cli.test_bad_input import RECALLED, sentence, tells

COPIED = """\
extends = "three_families"
title = "A parent advocate"

[parameters]
ad_take_up = { value = 0.6, unit = "share", assumed = { low = 0.3, high = 0.9, reason = "nobody has counted" } }
ad_wait = { value = 2, unit = "weeks", source = "made up" }
ad_weeks = { value = 40, unit = "weeks", source = "made up" }
ad_worse = { value = 0.7, unit = "share", source = "made up" }
ad_speeds = { value = 1.2, unit = "ratio", source = "made up" }
ad_price = { value = 60, unit = "£/week", price_year = "2024-25", source = "made up" }

[supports.advocate]
title = "Parent advocate"
serves = ["drugs"]
severity = ["moderate", "severe"]
take_up = "ad_take_up"
wait_weeks = "ad_wait"
planned_weeks = "ad_weeks"
worsens = "ad_speeds"
leaving = [{ up_to_weeks = "ad_wait", remission = 0, worse = "ad_worse" }, { remission = "ad_take_up" }]
ends_at = ["closed", "order"]
per_week = [{ amount = "ad_price", payer = "childrens_services", category = "help", item = "advocate" }]
evidence_strength = "argument only"
cannot_show = "That it helps."

[policies.advocate]
title = "Parent advocate"
plain = "An advocate on a plan"
extends = "as_now"
offers = [{ support = "advocate", at = ["plan"] }]
stops = [{ support = "treatment", at = ["referral"] }]
[policies.advocate.roll_out.advocate]
starts = "ad_wait"
ends = "ad_weeks"
"""  # noqa: E501 (a file as it is written)


def copied(here: Path, was: str, now: str) -> Path:
    """The copied file with one thing changed."""
    assert was in COPIED
    path = here / "mine.toml"
    path.write_text(COPIED.replace(was, now, 1), encoding="utf-8")
    return path


def test_the_copied_file_is_in_order(here: Path) -> None:
    said = simcare("check", copied(here, "0.6", "0.6"))
    assert (said.code, said.err) == (0, "")
    assert len(said.out.splitlines()) == 1


POLICY, SUPPORT = "policies.advocate", "supports.advocate"
MISTAKES = {
    # names
    "support in an offer": (
        'offers = [{ support = "advocate"', 'offers = [{ support = "advocat"',
        f"{POLICY}.offers[0].support", "no support `advocat`", "did you mean `advocate`?",
    ),
    "support in a stop": (
        '"treatment"', '"treatmnt"', f"{POLICY}.stops[0].support", "did you mean `treatment`?",
    ),
    "support in a roll-out": (
        "roll_out.advocate]", "roll_out.advocat]",
        f"{POLICY}.roll_out", "no support `advocat`", "did you mean `advocate`?",
    ),
    "roll-out of a support that is not offered": (
        "roll_out.advocate]", "roll_out.treatment]",
        f"{POLICY}.roll_out", "`treatment` is not offered under this policy", "advocate",
    ),
    "need": ('["drugs"]', '["drug"]', f"{SUPPORT}.serves", "no need `drug`", "`drugs`"),
    "need in an offer": (
        'at = ["plan"]', 'at = ["plan"], needs = ["drug"]', "offers[0].needs", "no need `drug`",
    ),
    "severity": ('"severe"]', '"sever"]', "severity[1]", "`severe`", "moderate, severe, remitted"),
    "stage in an offer": (
        'at = ["plan"]', 'at = ["plam"]', f"{POLICY}.offers[0]", "no level `plam`", "`plan`",
    ),
    "stage in a stop": (
        'at = ["referral"]', 'at = ["referal"]', f"{POLICY}.stops[0].at", "mean `referral`?",
    ),
    "stage where it ends": ('"order"]', '"ordr"]', f"{SUPPORT}.ends_at", "no level `ordr`"),
    "policy that it extends": (
        'extends = "as_now"', 'extends = "as_new"', f"{POLICY}.extends", "no policy `as_new`",
    ),
    "policy that it puts together": (
        'extends = "as_now"', 'together = ["as_now", "treat"]', f"{POLICY}.together", "no policy",
    ),
    "file that it extends": (
        '"three_families"', '"three_family"', "key `extends`", "mean `three_families`?",
    ),
    "path of a file that is elsewhere": (
        '"three_families"', '"../three_families"', "key `extends`", "mean `three_families`?",
    ),
    "no file that it extends": (
        'extends = "three_families"\n', "", "key `extends` is missing", 'begin with `extends = "',
    ),
    "place": ("ends_at", 'place = "desks"\nends_at', f"{SUPPORT}.place", "no place `desks`"),
    "clock": (
        "ends_at", 'speeds = [{ clock = "case/plan/revew", by = "ad_speeds" }]\nends_at',
        f"{SUPPORT}.speeds[0]", "no clock `case/plan/revew`", "did you mean `case/plan/review`",
    ),
    "clock of fixed length": (
        "ends_at", 'speeds = [{ clock = "case/plan/review", by = "ad_speeds" }]\nends_at',
        f"{SUPPORT}.speeds[0]", "has a fixed length",
    ),
    "outcome": (
        "ends_at",
        'chances = [{ clock = "case/plan/review", outcome = "shut", share = "ad_worse" }]\nends_at',
        f"{SUPPORT}.chances[0]", "no outcome `shut` of clock `case/plan/review`", "closed",
    ),
    "support to give way to": ("ends_at", 'gives_way_to = ["x"]\nends_at', "no support `x`"),
    "way to itself": ("ends_at", 'gives_way_to = ["advocate"]\nends_at', "give way to itself"),
    "capitals": ("[supports.advocate]", "[supports.Advocate]", "`Advocate`", "lower-case letters"),
    "name of a need": (
        "[parameters]", '[needs.advocate]\ntitle = "x"\nsevere_share = 0\nmoderate_remission = 0\n'
        "severe_remission = 0\nharm_moderate = 1\nharm_severe = 1\n[parameters]",
        SUPPORT, "there is a need of this name", "choose another",
    ),
    "key": ("wait_weeks =", "wait_week =", f"`{SUPPORT}.wait_week`", "did you mean `wait_weeks`?"),
    "key of the scenario under a table": (
        'ends = "ad_weeks"', 'ends = "ad_weeks"\nseed = 3', "move `seed` to the top of the file",
    ),
    # numbers
    "bare number": ('"ad_take_up"', "0.6", f"`{SUPPORT}.take_up` is the bare 0.6", "[parameters]"),
    "bare number in quotes": ('"ad_take_up"', '"0.6"', f"{SUPPORT}.take_up", "is a bare number"),
    "bare places": ("ends_at", "places = 12\nends_at", f"`{SUPPORT}.places` is the bare 12"),
    "bare week": ('starts = "ad_wait"', "starts = 52", "starts` is the bare 52"),
    "date for a week": ('starts = "ad_wait"', "starts = 2026-04-01", "is the bare 2026-04-01"),
    "bare number to use": (
        "[policies.advocate.roll_out", "[policies.advocate.use]\nad_wait = 3\n"
        "[policies.advocate.roll_out", f"`{POLICY}.use.ad_wait` is 3", "name the parameter",
    ),
    "parameter": (
        'take_up = "ad_take_up"', 'take_up = "ad_takeup"',
        f"{SUPPORT}.take_up", "`ad_takeup` is not an entry", "did you mean `ad_take_up`?",
    ),
    "percentage as a number": ("0.6", "60", "parameters.ad_take_up", "from 0 to 1", "40 % is 0.4"),
    "number in quotes": ("value = 60,", 'value = "60",', "ad_price.value`", "without quotes"),
    "true for a number": ("value = 60,", "value = true,", "is true; give a number"),
    "range turned round": (
        "low = 0.3, high = 0.9", "low = 0.9, high = 0.3", "0.9, is above its `high`, 0.3", "round",
    ),
    "percentage in quotes": ("0.6", '"60%"', "`parameters.ad_take_up.value`", "40 % is 0.4"),
    "share above one": (
        'take_up = "ad_take_up"', 'take_up = "ad_speeds"', f"{SUPPORT}.take_up", "between 0 and 1",
    ),
    "remission and worse above one": (
        "remission = 0, worse", 'remission = "ad_take_up", worse', "leaving[0]", "add to 1.3",
    ),
    "band that is never reached": (
        'up_to_weeks = "ad_wait", ', "", f"{SUPPORT}.leaving[0]", "put it last",
    ),
    "bands that do not rise": (
        '{ remission = "ad_take_up" }', '{ up_to_weeks = "ad_wait", remission = 0 }',
        f"{SUPPORT}.leaving[1]", "let them rise",
    ),
    "roll-out that ends first": (
        'ends = "ad_weeks"', 'ends = "ad_wait"', f"{POLICY}.roll_out.advocate", "ends before",
    ),
    "what goes on after leaving, for no time": (
        "ends_at", 'lasting_protects = "ad_speeds"\nends_at', f"{SUPPORT}.lasting_protects",
        "add `lasting_weeks`",
    ),
    "unit": ('"£/week"', '"pounds"', "`parameters.ad_price.unit`", "share, weeks, per week"),
    "weeks for money": (
        '"ad_price", payer', '"ad_weeks", payer', "per_week[0].amount", "“£/week” is wanted here",
    ),
    "money for weeks": (
        'planned_weeks = "ad_weeks"', 'planned_weeks = "ad_price"',
        f"{SUPPORT}.planned_weeks", "in the unit “£/week”", "“weeks” is wanted here",
    ),
    "sum for a weekly price": ('"£/week"', '"£"', "per_week[0].amount", "“£/week” is wanted here"),
    "name of another's number": (
        "ad_worse = {", 'harm = { value = 1, unit = "weeks", source = "x" }\nad_worse = {',
        "`parameters.harm`", "takes the place of one in “ratio” of three_families.toml",
    ),
    "other unit to use": (
        "[policies.advocate.roll_out", '[policies.advocate.use]\nad_wait = "ad_speeds"\n'
        "[policies.advocate.roll_out", f"{POLICY}.use.ad_wait", "cannot take the place",
    ),
    "negative price": ("value = 60,", "value = -60,", "parameters.ad_price", "0 or more"),
    "price without a year": ('price_year = "2024-25", ', "", "without a `price_year`", "add one"),
    "year of no prices": ('"2024-25"', '"2024/25"', "“2024/25”", "written like 2004-05"),
    "payer": ('"childrens_services"', '"council"', "payer`", "choose from childrens_services"),
    "category": ('"help"', '"support"', "category`", "choose from help"),
    # provenance
    "figure that does not exist": (
        'source = "made up" }\nad_weeks', 'evidence = "B-REHAB1212" }\nad_weeks',
        "parameters.ad_wait", "no figure “B-REHAB1212”", "did you mean",
    ),
    "figure that was only recalled": (
        'source = "made up" }\nad_weeks', f'evidence = "{RECALLED}", how = "x" }}\nad_weeks',
        "parameters.ad_wait", "has the status RECALLED",
    ),
    "no source": (', source = "made up" }\nad_weeks', " }\nad_weeks", "neither evidence nor"),
    "no reason": (', reason = "nobody has counted"', "", "assumed.reason` is missing", "such as"),
    "range that leaves the value out": ("high = 0.9", "high = 0.4", "outside its own range"),
    "range that no share can have": ("low = 0.3", "low = -3", "the value -3", "from 0 to 1"),
    "no strength": ('evidence_strength = "argument only"\n', "", "is missing", "one of trial"),
    "another word for a strength": ('"argument only"', '"RCT"', "choose from trial, matched"),
    "nothing that it cannot show": (
        'cannot_show = "That it helps."\n', "", f"`{SUPPORT}.cannot_show` is missing", "such as",
    ),
    "no line in plain words": ('plain = "An advocate on a plan"\n', "", "plain` is missing"),
    # lists and TOML
    "no list": ('["drugs"]', '"drugs"', f"`{SUPPORT}.serves`", "a list, in square brackets"),
    "no stage": ('at = ["plan"]', "at = []", "offers[0].at` is []", "give at least 1"),
    "curly quotes": ('"A parent advocate"', "“A parent advocate”", "line 2", "straight quotes"),
    "no closing quote": ('advocate"\n\n', "advocate\n\n", "line 2", "not closed with a quote"),
    "no closing bracket": ('"severe"]', '"severe"', "not closed with `]`"),
    "no closing brace": ('at = ["plan"] }', 'at = ["plan"] ', "not closed with `}`"),
    "brace closed on another line": (
        'at = ["plan"] }', 'at = ["plan"],\n }', "line 30", "not closed with `}` on the same line",
    ),
    "bracket closed nowhere": ('["drugs"]', '["drugs"', "line 14", "`]`"),
    "percent sign": ("0.6", "60%", "line 5", "0.4 for 40 %"),
    "pound sign": ("value = 60", "value = £60", "line 10", "without a pound sign"),
    "comma of thousands": ("value = 60", "value = 1,200", "line 10", "1200 and not 1,200"),
    "decimal comma": ("0.6", "0,6", "line 5", "0.6 and not 0,6"),
    "two parameters of one name": ("ad_wait = {", "ad_take_up = {", "line 6", "said twice"),
    "two tables of one name": ("[policies.advocate]", "[supports.advocate]", "said twice"),
    "space in a name": ("[supports.advocate]", "[supports.an advocate]", "lower-case letters"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_copied_file_is_told_in_one_sentence(mistake: str, here: Path) -> None:
    was, now, *told = MISTAKES[mistake]
    said = sentence(here, "check", copied(here, was, now))
    tells(said, "mine.toml: ", *told)


# --- what may not have been meant, though it is in order ---


REMARKS = {
    "number that nothing uses": (
        'worsens = "ad_speeds"\n', "", "parameters.ad_speeds: nothing uses this number",
    ),
    "support that nobody offers": (
        'offers = [{ support = "advocate"', 'offers = [{ support = "treatment"',
        "supports.advocate: no policy offers it",
    ),
    "policy that changes nothing": (
        'offers = [{ support = "advocate", at = ["plan"] }]\n'
        'stops = [{ support = "treatment", at = ["referral"] }]\n', "",
        "policies.advocate: it changes nothing that `as_now` does",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REMARKS)
def test_what_has_no_effect_is_remarked_on(what: str, here: Path) -> None:
    was, now, told = REMARKS[what]
    path = copied(here, was, now)
    if what != "number that nothing uses":
        text = path.read_text(encoding="utf-8").split("[policies.advocate.roll_out")[0]
        path.write_text(text, encoding="utf-8")
    said = simcare("check", path)
    assert said.code == 0
    assert f"mine.toml: {told}" in said.err


def test_a_policy_without_usual_help_is_remarked_on(here: Path) -> None:
    path = copied(here, 'extends = "as_now"\n', "")
    usual = '[policies.as_now]\noffers = [{ support = "treatment", at = ["plan"] }]\n'
    path.write_text(path.read_text(encoding="utf-8") + usual, encoding="utf-8")
    said = simcare("check", path)
    assert said.code == 0
    assert said.err.count("\n") == 1
    tells(said.err, "policies.advocate: it does not offer what `as_now` offers", "add `extends")


def test_what_a_file_changes_of_another_is_said(here: Path) -> None:
    path = copied(
        here, "[policies.advocate]", '[policies.treatment]\nplain = "x"\n[policies.advocate]'
    )
    said = simcare("check", path)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[1] == "    changes policies.treatment (three_families.toml)"


# --- a copy beside the original ---


def beside(here: Path, text: str) -> Path:
    """A menu of the original and its copy."""
    (here / "original.toml").write_text(COPIED, encoding="utf-8")
    (here / "mine.toml").write_text(text, encoding="utf-8")
    menu = here / "menu.toml"
    menu.write_text('extends = ["original", "mine"]\ntitle = "Both"\n', encoding="utf-8")
    return menu


def test_a_copy_that_keeps_a_name_but_not_its_number_is_refused_beside_the_original(
    here: Path,
) -> None:
    renamed = COPIED.replace("advocate", "lawyer").replace("0.6", "0.5")
    said = sentence(here, "check", beside(here, renamed))
    tells(said, "mine.toml: ", "`parameters.ad_take_up`", "stated otherwise in original.toml")
    tells(said, "give `ad_take_up` another name")


def test_a_copy_with_names_of_its_own_stands_beside_the_original(here: Path) -> None:
    renamed = COPIED.replace("advocate", "lawyer").replace("ad_", "la_").replace("0.6", "0.5")
    assert simcare("check", beside(here, renamed)).code == 0


def test_a_file_that_extends_both_may_say_which_holds(here: Path) -> None:
    renamed = COPIED.replace("advocate", "lawyer").replace("0.6", "0.5")
    menu = beside(here, renamed)
    settled = '[parameters]\nad_take_up = { value = 0.4, unit = "share", source = "made up" }\n'
    menu.write_text(menu.read_text(encoding="utf-8") + settled, encoding="utf-8")
    assert simcare("check", menu).code == 0
