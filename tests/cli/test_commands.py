"""The quick commands: check, evidence, scenarios, chronology and what they have in common."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import simcare as package
from simcare.cli.screen import duration
from simcare.evidence import load as register
from simcare.scenario.shipped import names
from tests.cli.command import SAMPLED, environment, process, simcare, tree

HEAVY = {"pandas", "pyarrow", "matplotlib", "simpy", "scipy"}


def flat(text: str) -> str:
    """A text on one line, however it was wrapped."""
    return " ".join(text.split())


# --- in common ---


def test_the_version_is_the_packages() -> None:
    assert simcare("--version").out == f"simcare {package.__version__}\n"


def test_help_names_every_command() -> None:
    said = simcare("--help")
    assert said.code == 0
    for name in ("compare", "run", "chronology", "check", "evidence", "scenarios", "policies"):
        assert f" {name} " in said.out


def test_a_command_alone_shows_help() -> None:
    said = simcare()
    assert "Usage: simcare" in said.out + said.err


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["check", "three_families"],
        ["evidence", "B-REHAB1213"],
        ["evidence", "--search", "rehabilitation"],
        ["scenarios"],
        ["policies"],
    ],
)
def test_quick_commands_do_not_load_what_they_do_not_need(words: list[str]) -> None:
    code = (
        "import sys\nfrom simcare.cli import main\n"
        f"sys.argv = ['simcare', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"loaded = {sorted(HEAVY)!r}\n"
        "assert not [m for m in loaded if m in sys.modules], loaded\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], env=environment(), check=True, stdout=subprocess.DEVNULL
    )


def test_importing_the_package_loads_next_to_nothing() -> None:
    heavy = HEAVY | {"numpy", "pydantic", "typer"}
    code = f"import simcare, sys\nassert not {heavy!r} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], env=environment(), check=True)


def test_output_that_is_sent_on_is_utf8_whatever_the_code_page(tmp_path: Path) -> None:
    words = ["chronology", "three_families", "--family", "0"]
    plain = process(*words, folder=tmp_path)
    other = process(*words, folder=tmp_path, PYTHONIOENCODING="cp1252")
    assert other == plain
    assert "→" in plain.out


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.44, "0.4 s"), (12.3, "12 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 5 min")],
)
def test_lengths_of_time_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


# --- check ---


def test_check_counts_what_the_parameters_rest_on(here: Path) -> None:
    path = here / "mixed.toml"
    path.write_text(
        'extends = "three_families"\ntitle = "Mixed"\n[parameters]\n'
        'foster_price = { evidence = "B-REHAB1213", unit = "£/week" }\n'
        'plan_price = { value = 1, evidence = "B-REHAB1213", how = "made up", unit = "£/week" }\n'
        'harm = { value = 1, unit = "ratio", '
        'assumed = { low = 0, high = 2, reason = "nobody knows this" } }\n',
        encoding="utf-8",
    )
    said = simcare("check", path, "three_families")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "ok  mixed.toml: Mixed; 12 parameters (1 evidence, 1 derived, 9 stated, 1 assumed)",
        "    changes parameters.foster_price (three_families.toml), parameters.plan_price "
        "(three_families.toml), parameters.harm (three_families.toml)",
        "ok  three_families.toml: Three families in a made-up council; 12 parameters "
        "(0 evidence, 0 derived, 12 stated, 0 assumed)",
    ]
    assert list(tree(here)) == ["mixed.toml"]


@pytest.mark.parametrize("name", names())
def test_every_scenario_that_ships_is_in_order(name: str) -> None:
    said = simcare("check", name)
    assert (said.code, said.err) == (0, "")


# --- scenarios ---


def test_every_scenario_that_ships_is_listed_with_its_title() -> None:
    said = simcare("scenarios")
    assert said.code == 0
    for name in names():
        assert f" {name} " in said.out
    assert "Three families in a made-up council" in flat(said.out)
    assert "every number is made up" in flat(said.out)


# --- evidence ---


@pytest.mark.parametrize("id", ["B-REHAB1213", "b-rehab1213"])
def test_a_figure_is_shown_with_its_source_words_rivals_and_uses(id: str) -> None:
    said = simcare("evidence", id)
    assert said.code == 0
    figure = register().get("B-REHAB1213")
    assert f"{figure.id}: {figure.quantity}" in flat(said.out)
    assert figure.quote[:40] in flat(said.out)
    assert "669 £/week" in said.out
    for rival in figure.rivals:
        assert rival in said.out
    assert "supports.residential_treatment.per_week[0].amount" in said.out
    assert "england" in said.out


def test_the_uses_of_a_figure_can_be_asked_of_one_scenario(here: Path) -> None:
    (here / "own.toml").write_text(
        'extends = "three_families"\n[parameters]\n'
        'foster_price = { evidence = "B-REHAB1213", unit = "£/week" }\n',
        encoding="utf-8",
    )
    said = simcare("evidence", "B-REHAB1213", "--scenario", "own.toml")
    assert "foster_price" in said.out
    assert "regions.placement.levels.foster.weekly[0].amount" in said.out
    assert "england" not in said.out.split("Where the model uses it")[1]
    listed = simcare("evidence", "--scenario", "own.toml")
    assert "1 figure." in listed.out
    assert "nothing yet" in simcare("evidence", "B-REHAB1213", "--scenario", "three_families").out


def test_figures_are_found_by_a_word() -> None:
    said = simcare("evidence", "--search", "residential rehab")
    found = register().search("residential rehab")
    assert f"{len(found)} figures." in said.out
    assert found[0].id in said.out


def test_a_word_that_nothing_mentions_is_no_mistake() -> None:
    said = simcare("evidence", "--search", "xyzzy")
    assert said.code == 0
    assert "no published figure in the register that mentions “xyzzy”" in flat(said.out)


def test_a_curve_is_shown_by_its_points() -> None:
    said = simcare("evidence", "UIS-RETENTION-ALL")
    assert said.code == 0
    assert "96% at 1" in flat(said.out)


def test_without_a_word_the_ways_to_look_are_told() -> None:
    said = simcare("evidence")
    assert f"{len(register().numbers):,} published figures" in flat(said.out)
    assert "simcare evidence --search" in said.out


# --- chronology ---


def test_the_story_of_a_listed_family_is_told_under_both_policies(here: Path) -> None:
    said = simcare("chronology", "three_families", "--family", "0")
    assert (said.code, said.err) == (0, "")
    for part in ("Family 1: one child", "As now", "Treatment on a plan", "£58,100", "£25,800"):
        assert part in said.out
    assert tree(here) == {}


def test_one_family_of_many_lives_as_it_does_among_all_of_them(here: Path) -> None:
    (here / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    assert simcare("compare", "sampled.toml", "--workers", "1").code == 0
    import pandas as pd

    families = pd.read_parquet(here / "results" / "sampled" / "families.parquet")
    dearest = families.sort_values("cost").iloc[-1]
    said = simcare("chronology", "sampled.toml", "--family", str(dearest["family"]))
    assert f"£{dearest['cost']:,.0f}" in said.out


def test_families_that_share_places_are_all_run_for_the_story_of_one(here: Path) -> None:
    (here / "short.toml").write_text(
        SAMPLED.replace("families = 120", "families = 30").replace(
            "[population]",
            '[places.beds]\ntitle = "Beds"\ncapacity = "one_bed"\n'
            '[supports.treatment]\nplace = "beds"\n[population]',
        )
        + '[parameters.one_bed]\nvalue = 1\nunit = "count"\nsource = "made up"\n',
        encoding="utf-8",
    )
    assert simcare("compare", "short.toml", "--workers", "1").code == 0
    import pandas as pd

    families = pd.read_parquet(here / "results" / "short" / "families.parquet")
    own = families[families["policy"] == "treatment"].sort_values("cost").iloc[-1]
    said = simcare("chronology", "short.toml", "--family", str(own["family"]))
    assert f"£{own['cost']:,.0f}" in said.out


@pytest.mark.usefixtures("here")
def test_a_family_that_no_policy_reaches_is_said_to_live_the_same_life() -> None:
    said = simcare("chronology", "three_families", "--family", "1")
    assert "lives the same life under all of them" in said.out


def test_policies_are_told_in_the_order_asked_for() -> None:
    said = simcare(
        "chronology", "three_families", "--family", "0", "--policies", "treatment,as_now"
    )
    assert said.out.index("Treatment on a plan") < said.out.index("As now")
