"""Whatever is wrong with what was given, a sentence says where and what to do, and nothing is
written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simcare.evidence import load as register
from simcare.scenario.shipped import folder
from tests.cli.command import Said, simcare, tree

SHIPPED = (folder() / "three_families.toml").read_text(encoding="utf-8")
RECALLED = next(e.id for e in register().numbers.values() if not e.is_evidence)


def bad(here: Path, text: str, extends: bool = True) -> Path:
    """A scenario that differs from the made-up council in one thing."""
    base = 'extends = "three_families"\n' if extends else ""
    path = here / "bad.toml"
    path.write_text(base + text, encoding="utf-8")
    return path


def refused(here: Path, *words: str | Path) -> Said:
    """Run a command that must fail cleanly: code 2, sentences only, nothing written."""
    before = tree(here)
    said = simcare(*words)
    assert said.code == 2, said
    assert said.out == ""
    assert said.lines
    assert all(line.startswith("simcare: ") and line[-1] in ".?)" for line in said.lines), said.err
    assert "Traceback" not in said.err
    assert tree(here) == before
    return said


def sentence(here: Path, *words: str | Path) -> str:
    """The one sentence of a command that must fail cleanly."""
    (line,) = refused(here, *words).lines
    return line


def faulty(here: Path, text: str, extends: bool = True) -> str:
    """The one sentence about a scenario; the same for a run as for a check."""
    path = bad(here, text, extends)
    said = sentence(here, "compare", path)
    assert said == sentence(here, "check", path)
    assert said.startswith("simcare: bad.toml: ")
    return said


def tells(said: str, *parts: str) -> None:
    for part in parts:
        assert part in said, f"{part!r} is not in {said!r}"


# --- files ---


def test_not_toml(here: Path) -> None:
    tells(faulty(here, "horizon_weeks = = 1\n"), "not TOML", "line 2", "mend that line")


def test_a_file_of_fifty_megabytes(here: Path) -> None:
    with bad(here, "").open("ab") as file:
        file.truncate(50_000_000)
    said = sentence(here, "check", "bad.toml")
    tells(said, "bad.toml", "50.0 MB", "at most 1 MB", "is it really a scenario file?")


def test_an_unknown_scenario(here: Path) -> None:
    said = sentence(here, "compare", "three_family")
    tells(said, "three_family", "did you mean `three_families`?", "england", "path of a .toml file")


def test_a_circle_of_files(here: Path) -> None:
    (here / "other.toml").write_text('extends = "bad"\n', encoding="utf-8")
    path = bad(here, 'extends = "other"\n', extends=False)
    said = sentence(here, "check", path)
    tells(said, "`extends`", "bad.toml -> other.toml -> bad.toml", "remove one of these links")


# --- keys ---


def test_an_unknown_key(here: Path) -> None:
    tells(
        faulty(here, "horison_weeks = 52\n"),
        "key `horison_weeks` is unknown",
        "did you mean `horizon_weeks`?",
        "choose from",
        "price_year",
    )


def test_an_unknown_key_deep_inside(here: Path) -> None:
    tells(
        faulty(here, '[policies.treatment]\noffer = "x"\n'),
        "key `policies.treatment.offer` is unknown",
        "did you mean `offers`?",
    )


def test_a_horizon_of_no_weeks(here: Path) -> None:
    tells(faulty(here, "horizon_weeks = 0\n"), "`horizon_weeks` is 0", "give a number above 0")


def test_a_scenario_without_a_price_year(here: Path) -> None:
    text = SHIPPED.replace('\nprice_year = "2024-25"', "")
    assert text != SHIPPED
    tells(
        faulty(here, text, extends=False),
        "key `price_year` is missing",
        'such as `price_year = "2024-25"`',
    )


def test_a_price_year_that_never_was(here: Path) -> None:
    tells(faulty(here, 'price_year = "1066"\n'), "price_year", "“1066”", "give a financial year")


def test_an_unknown_discount_schedule(here: Path) -> None:
    tells(faulty(here, 'discount = "greenbook"\n'), "discount", "greenbook-2026-standard", "none")


def test_a_reference_that_is_no_policy(here: Path) -> None:
    tells(
        faulty(here, 'reference = "as_then"\n'),
        "reference: there is no policy `as_then`",
        "did you mean `as_now`? choose from as_now, treatment",
    )


# --- numbers ---


def parameter(body: str) -> str:
    return f"[parameters]\nfoster_price = {{ {body} }}\n"


def test_a_probability_of_more_than_one(here: Path) -> None:
    text = '[parameters]\nlikely = { value = 1.4, unit = "share", source = "made up" }\n'
    tells(faulty(here, text), "parameters.likely", "1.4", "“share”", "from 0 to 1", "40 % is 0.4")


def test_a_negative_price(here: Path) -> None:
    body = 'value = -5, unit = "£/week", price_year = "2024-25", source = "made up"'
    tells(faulty(here, parameter(body)), "parameters.foster_price", "-5", "“£/week”", "0 or more")


def test_a_price_without_a_year(here: Path) -> None:
    tells(
        faulty(here, parameter('value = 5, unit = "£/week", source = "made up"')),
        "parameters.foster_price",
        "without a `price_year`",
        'add one, such as "2024-25"',
    )


def test_evidence_that_does_not_exist(here: Path) -> None:
    tells(
        faulty(here, parameter('evidence = "B-REHAB1212", unit = "£/week"')),
        "parameters.foster_price",
        "no figure “B-REHAB1212”",
        "did you mean",
        "B-REHAB1213",
    )


def test_evidence_that_was_only_recalled(here: Path) -> None:
    tells(
        faulty(here, parameter(f'evidence = "{RECALLED}", unit = "£/week"')),
        "parameters.foster_price",
        f"{RECALLED} has the status RECALLED",
        "name another id, or mark the number `assumed`",
    )


def test_a_number_from_nowhere(here: Path) -> None:
    tells(
        faulty(here, parameter('value = 5, unit = "£/week", price_year = "2024-25"')),
        "parameters.foster_price",
        "neither evidence nor a source",
        "`evidence`",
        "`source`",
        "`assumed`",
    )


def test_an_unknown_unit(here: Path) -> None:
    tells(
        faulty(here, parameter('value = 5, unit = "week", source = "made up"')),
        'key `parameters.foster_price.unit` is "week"',
        "did you mean `weeks`? choose from share, weeks, per week",
    )


def test_a_bare_number_in_the_model(here: Path) -> None:
    tells(
        faulty(here, "[regions.case.levels.plan.clocks.review]\nevery = 13\n"),
        "key `regions.case.levels.plan.clocks.review.every` is the bare 13",
        "name an entry of `[parameters]`",
        "only 0 and 1 may stand bare",
    )


def test_a_name_that_is_no_parameter(here: Path) -> None:
    tells(
        faulty(here, '[regions.case.levels.plan.clocks.review]\nevery = "reviev_weeks"\n'),
        "regions.case.levels.plan.clocks.review: `reviev_weeks` is not an entry of `[parameters]`",
        "did you mean `review_weeks`?",
    )


# --- the model ---

DECIDED = "regions.case.levels.referral.clocks.decided"


def decided(outcome: str) -> str:
    return f"[{DECIDED}]\noutcomes = [{outcome}]\n"


def test_a_level_that_can_never_be_left(here: Path) -> None:
    text = '[regions.case.levels.limbo]\ntitle = "Limbo"\n' + decided('{ to = "limbo" }')
    tells(
        faulty(here, text),
        "regions.case.levels.limbo",
        "can be entered but never left",
        "give it a clock",
        "group `final`",
    )


def test_a_level_that_is_meant_to_be_final_is_no_mistake(here: Path) -> None:
    text = (
        '[groups]\nfinal = ["foster", "order", "closed", "limbo"]\n'
        '[regions.case.levels.limbo]\ntitle = "Limbo"\n' + decided('{ to = "limbo" }')
    )
    assert simcare("check", bad(here, text)).code == 0


@pytest.mark.parametrize(
    ("rule", "wrong", "allowed"),
    [
        ("weeks in case >= 26", "`26` is a bare number", "name an entry of `[parameters]`"),
        ("seen >= one_week", "no register `seen`", "choose from birth"),
        ("weeks since seen >= one_week", "no register `seen`", "choose from birth"),
        ("cases is plan", "no region `cases`", "did you mean `case`? choose from case, placement"),
        ("weeks in cases >= one_week", "no region `cases`", "did you mean `case`?"),
        ("case is plans", "no level `plans` in region `case`", "did you mean `plan`?"),
        ("children in @hom >= 1", "no group `@hom` in `[groups]`", "did you mean `@home`?"),
        ("plainly wrong", "`plainly wrong` is not a rule", "write `<region> is <level>`"),
    ],
)
def test_a_wrong_word_in_a_rule(here: Path, rule: str, wrong: str, allowed: str) -> None:
    said = faulty(here, decided(f'{{ to = "closed", when = ["{rule}"] }}'))
    tells(said, f"{DECIDED}.outcomes[0]", wrong, allowed)


@pytest.mark.parametrize(
    ("effect", "wrong", "allowed"),
    [
        ("add seen", "no register `seen`", "choose from birth"),
        ("placement from @home to fostr", "no level `fostr`", "did you mean `foster`?"),
        ("plainly wrong", "`plainly wrong` is not an effect", "write `<region> to <level>`"),
    ],
)
def test_a_wrong_word_in_an_effect(here: Path, effect: str, wrong: str, allowed: str) -> None:
    said = faulty(here, decided(f'{{ to = "closed", do = ["{effect}"] }}'))
    tells(said, f"{DECIDED}.outcomes[0]", wrong, allowed)


def test_shares_of_more_than_one(here: Path) -> None:
    text = '[parameters]\nmost = { value = 0.6, unit = "share", source = "made up" }\n' + decided(
        '{ to = "closed", share = "most" }, { to = "plan", share = "most" }'
    )
    tells(faulty(here, text), DECIDED, "the shares", "1.2", "over 1")


@pytest.mark.parametrize("shares", ["[0.9, 0.95]", "[0.5, 0.6]"])
def test_a_retention_curve_that_rises(here: Path, shares: str) -> None:
    text = (
        f'[supports.treatment.retention]\nweeks = [4, 8]\nshares = {shares}\nsource = "made up"\n'
    )
    tells(
        faulty(here, text),
        "supports.treatment.retention",
        "rises",
        "at week 8",
        "can only fall",
    )


def test_a_retention_curve_that_is_not_published(here: Path) -> None:
    text = '[supports.treatment.retention]\ncurve = "UIS-RETENTION-AL"\n'
    tells(
        faulty(here, text),
        "supports.treatment.retention.curve",
        "no curve “UIS-RETENTION-AL”",
        "UIS-RETENTION-ALL",
    )


def test_a_policy_that_offers_an_unknown_support(here: Path) -> None:
    text = (
        '[policies.more]\ntitle = "More"\nplain = "More"\n'
        'offers = [{ support = "treatmnt", at = ["plan"] }]\n'
    )
    tells(
        faulty(here, text),
        "policies.more.offers[0].support",
        "no support `treatmnt`",
        "did you mean `treatment`?",
    )


def test_a_policy_that_offers_at_an_unknown_level(here: Path) -> None:
    text = '[policies.treatment]\noffers = [{ support = "treatment", at = ["plam"] }]\n'
    tells(
        faulty(here, text),
        "policies.treatment.offers[0]",
        "no level `plam` in region `case`",
        "did you mean `plan`?",
    )


def test_policies_that_extend_one_another_in_a_circle(here: Path) -> None:
    text = '[policies.as_now]\nextends = "treatment"\n[policies.treatment]\nextends = "as_now"\n'
    lines = refused(here, "check", bad(here, text)).lines
    assert len(lines) == 2
    tells(lines[0], "policies.as_now.extends", "circle", "remove one of these links")


def test_a_policy_that_extends_nothing(here: Path) -> None:
    text = '[policies.treatment]\nextends = "as_then"\n'
    tells(faulty(here, text), "policies.treatment.extends", "no policy `as_then`", "`as_now`")


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ('{ cas = "plan" }', "no region of a family `cas`; did you mean `case`?"),
        ('{ case = "plam" }', "no level `plam` in region `case`; did you mean `plan`?"),
        ('{ placement = "home" }', "no region of a family `placement`"),
    ],
)
def test_a_listed_family_that_stands_nowhere(here: Path, levels: str, said: str) -> None:
    text = (
        f'[[families]]\nname = "F"\narrival_week = 0\nchild_ages_weeks = [1]\nlevels = {levels}\n'
    )
    tells(faulty(here, text), "families[0].levels", said)


def test_families_drawn_from_nowhere(here: Path) -> None:
    tells(faulty(here, "families = 10\n"), "population", "missing", "`[population]`", "`[[families")


def test_an_outcome_of_nothing(here: Path) -> None:
    text = '[outcomes.removals]\nto = ["@caring"]\n'
    tells(faulty(here, text), "outcomes.removals", "no group `@caring`", "did you mean `@care`?")


# --- all at once ---


def test_every_problem_of_a_file_is_told_at_once(here: Path) -> None:
    text = (
        "colour = 1\nhorizon_weeks = 0\nreference = 'as_then'\n"
        "[parameters]\n"
        "likely = { value = 1.4, unit = 'share', source = 'made up' }\n"
        "nowhere = { value = 1, unit = 'share' }\n"
        "[policies.treatment]\n"
        "offers = [{ support = 'treatmnt', at = ['plan'] }]\n"
        + decided("{ to = 'closed', when = ['weeks in case >= 26'], share = 0.3 }")
        + "[outcomes.removals]\nregion = 'place'\n"
    )
    lines = refused(here, "check", bad(here, text)).lines
    wanted = [
        "`colour`",
        "`horizon_weeks` is 0",
        "no policy `as_then`",
        "parameters.likely",
        "parameters.nowhere",
        "policies.treatment.offers[0]",
        "`26` is a bare number",
        "share` is the bare 0.3",
        "outcomes.removals",
    ]
    assert len(lines) == len(wanted)
    for part in wanted:
        assert sum(part in line for line in lines) == 1, part


def test_every_file_is_checked_however_many_are_bad(here: Path) -> None:
    bad(here, "horizon_weeks = 0\n")
    (here / "worse.toml").write_text("= 1\n", encoding="utf-8")
    said = simcare("check", "bad.toml", "three_families", "worse.toml")
    assert said.code == 2
    assert said.out.startswith("ok  three_families.toml: ")
    assert [line.split(":")[1] for line in said.lines] == [" bad.toml", " worse.toml"]


def test_a_faulty_parameter_does_not_bring_false_alarms_with_it(here: Path) -> None:
    text = '[parameters]\nlikely = { value = 1.4, unit = "share", source = "made up" }\n' + decided(
        '{ to = "closed", share = "likely" }, { to = "plan", share = "likely" }'
    )
    tells(faulty(here, text), "parameters.likely")


# --- options ---


@pytest.mark.parametrize(
    ("option", "value", "least"),
    [
        ("families", "0", "1"),
        ("replications", "0", "1"),
        ("seed", "-1", "0"),
        ("workers", "0", "1"),
    ],
)
def test_a_number_that_makes_no_sense(here: Path, option: str, value: str, least: str) -> None:
    said = sentence(here, "compare", "three_families", f"--{option}", value)
    tells(said, f"option --{option}", value, f"give {least} or more")


def test_more_families_than_are_listed(here: Path) -> None:
    said = sentence(here, "compare", "three_families", "--families", "4")
    tells(said, "option --families", "lists its 3 families", "leave the option out")


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "three_families", "--policies", "as_now,treatmnt"),
        ("run", "three_families", "--policy", "treatmnt"),
        ("chronology", "three_families", "--family", "0", "--policies", "as_now,treatmnt"),
    ],
)
def test_an_unknown_policy(here: Path, words: tuple[str, ...]) -> None:
    said = sentence(here, *words)
    tells(said, "no policy `treatmnt`", "three_families.toml", "did you mean `treatment`?")


def test_no_policy_at_all(here: Path) -> None:
    tells(sentence(here, "compare", "three_families", "--policies", " , "), "--policies", "commas")


@pytest.mark.parametrize("number", ["-1", "3", "17"])
def test_an_unknown_family(here: Path, number: str) -> None:
    said = sentence(here, "chronology", "three_families", "--family", number)
    tells(said, "option --family", f"no family {number}", "from 0 to 2", "Family 3: two children")


@pytest.mark.parametrize("words", [("evidence", "B-REHAB1212"), ("evidence", "nothing-like-it")])
def test_an_unknown_figure(here: Path, words: tuple[str, ...]) -> None:
    tells(sentence(here, *words), f"“{words[1]}”")


def test_every_mistake_in_the_options_is_told_at_once(here: Path) -> None:
    said = refused(
        here, "compare", "three_families", "--policies", "x", "--seed", "-1", "--families", "0"
    )
    assert len(said.lines) == 3


# --- the folder for the results ---


def test_a_folder_under_a_file(here: Path) -> None:
    (here / "file").write_text("x", encoding="utf-8")
    said = sentence(here, "compare", "three_families", "--out", "file/child")
    tells(said, "option --out", "child cannot be a folder", "file is a file", "name another")


def test_a_folder_that_is_a_file(here: Path) -> None:
    (here / "file").write_text("x", encoding="utf-8")
    tells(sentence(here, "compare", "three_families", "--out", "file"), "--out", "is a file")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="no folder is closed to the superuser"
)
def test_a_folder_that_may_not_be_written_to(here: Path) -> None:
    closed = here / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    said = sentence(here, "compare", "three_families", "--out", "closed/results")
    tells(said, "option --out", "cannot be written to")


def test_a_folder_with_other_files(here: Path) -> None:
    (here / "papers").mkdir()
    (here / "papers" / "letter.txt").write_text("Dear", encoding="utf-8")
    said = sentence(here, "compare", "three_families", "--out", "papers")
    tells(said, "option --out", "holds no results of simcare", "letter.txt", "name another folder")


def test_the_folder_one_is_in(here: Path) -> None:
    tells(sentence(here, "compare", "three_families", "--out", "."), "--out", "that you are in")


def test_a_folder_with_the_results_of_another_scenario(here: Path) -> None:
    path = bad(here, 'title = "Another council"\nhorizon_weeks = 52\n')
    assert simcare("compare", path, "--out", "kept").code == 0
    said = sentence(here, "compare", "three_families", "--out", "kept")
    tells(said, "option --out", "results of another scenario", "Another council", "name another")


def test_a_file_of_ones_own_among_the_results_is_not_lost(here: Path) -> None:
    assert simcare("compare", "three_families", "--out", "kept").code == 0
    (here / "kept" / "notes.txt").write_text("mine", encoding="utf-8")
    said = sentence(here, "compare", "three_families", "--out", "kept")
    tells(said, "option --out", "notes.txt", "would be lost", "move it away")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare", "three_families", "--colour", "red"), "no such option: --colour"),
        (("compere", "three_families"), "Did you mean 'compare'? `simcare --help`"),
        (("compare",), "'SCENARIO'; `simcare compare --help`"),
        (("compare", "three_families", "--families", "many"), "'--families': give a whole number;"),
        (("compare", "three_families", "--engine", "steam"), "'steam' is not one of 'auto'"),
        (("run", "three_families"), "missing option '--policy'"),
    ],
)
def test_a_slip_in_what_is_typed_is_told_in_a_sentence(
    here: Path, words: tuple[str, ...], told: str
) -> None:
    tells(sentence(here, *words), told, "--help` says what can be given.")


def test_the_bare_command_shows_its_help(here: Path) -> None:
    said = simcare()
    assert "Usage: simcare" in said.out + said.err
    assert "precision" in said.out + said.err
    assert tree(here) == {}


def test_a_policy_that_is_called_by_something_like_its_title(here: Path) -> None:
    said = sentence(here, "compare", "menu", "--policies", "Every need srved")
    tells(said, "did you mean `needs_met` (Every need served)?", "`simcare policies menu` lists")


def test_a_page_is_no_scenario(here: Path) -> None:
    (here / "page.md").write_text("# Read me\n\nIn all, 40 % of parents\n", encoding="utf-8")
    tells(sentence(here, "compare", "page.md"), "page.md: ", "does not end in .toml")


def test_an_unknown_figure_says_how_to_search(here: Path) -> None:
    tells(sentence(here, "evidence", "NOPE"), "`simcare evidence --search WORD`")
