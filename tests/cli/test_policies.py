"""`simcare policies`: what can be compared, and how strong its evidence is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcare.experiment.compare import choose_policies
from simcare.experiment.ready import make_ready
from simcare.report.policies import MEANINGS
from simcare.scenario.load import load
from simcare.scenario.shipped import names
from simcare.scenario.strength import STRENGTHS, sizes_of, strength_of
from tests.cli.command import simcare
from tests.cli.test_bad_input import sentence, tells
from tests.cli.test_commands import flat


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("name", [None, *names()])
def test_every_policy_is_listed_at_eighty_columns(name: str | None) -> None:
    said = simcare("policies", *([] if name is None else [name]))
    assert (said.code, said.err) == (0, "")
    scenario = load(name or "menu").scenario
    assert f"{scenario.title}: {len(scenario.policies)} policies" in flat(said.out)
    rows = re.findall(r"^ ([a-z]\w+) ", said.out, re.MULTILINE)
    assert rows == list(scenario.policies)
    table = [line for line in said.out.splitlines() if not line.startswith("  simcare")]
    assert max(map(len, table)) <= 80


def test_each_has_its_strength_and_the_reference_none() -> None:
    said = simcare("policies", "england").out
    scenario = load("england").scenario
    assert strength_of(scenario, "funded_psychotherapy") == "before-after"
    for line in said.splitlines():
        if line.startswith(" funded_psychotherapy "):
            assert line.rstrip().endswith("before-after")
        if line.startswith(" usual_practice "):
            assert line.rstrip().endswith("(reference)")
    assert "A lasting, light-touch key person" in flat(said)


def test_where_the_size_of_an_effect_is_assumed_the_list_says_so() -> None:
    scenario = load("menu").scenario
    lines = simcare("policies", "menu").out.splitlines()
    at = {name: i for name in scenario.policies for i, x in enumerate(lines) if f" {name} " in x}
    for name in ("course_for_everyone", "safecare"):
        below = lines[at[name] + 1]
        assert below.rstrip().endswith("size assumed") == bool(sizes_of(scenario, name))
    assert sizes_of(scenario, "course_for_everyone")


def test_each_has_its_title_before_its_plain_line() -> None:
    said = flat(re.sub("(some )?sizes? assumed", "", simcare("policies", "menu").out))
    for spec in load("menu").scenario.policies.values():
        plain = "" if spec.plain.startswith(spec.title) else f": {spec.plain}"
        assert " ".join(f"{spec.title}{plain}".split()) in said


@pytest.mark.parametrize("name", names())
def test_what_is_recommended_can_be_run(name: str) -> None:
    lines = simcare("policies", name).out.splitlines()
    commands = [line.split() for line in lines if line.startswith("  simcare compare")]
    assert commands
    for words in commands:
        ready = make_ready(words[2], words[4].split(","))
        assert choose_policies(ready, words[4].split(","))


def test_what_each_strength_means_is_told() -> None:
    assert tuple(MEANINGS) == STRENGTHS
    said = flat(simcare("policies", "england").out)
    for strength, meaning in MEANINGS.items():
        assert f"{strength} {meaning}" in said


def test_an_unknown_scenario(here: Path) -> None:
    said = sentence(here, "policies", "three_family")
    tells(said, "no such scenario file", "did you mean `three_families`?")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('reference = "as_then"', "no policy `as_then`"),
        ('[policies.treatment]\nextends = "as_new"', "no policy `as_new`"),
        ('[policies.treatment]\noffers = [{ support = "tea", at = ["plan"] }]', "no support `tea`"),
        ('[policies.treatment]\nplane = "x"', "key `policies.treatment.plane` is unknown"),
    ],
)
def test_a_name_that_leads_nowhere(here: Path, text: str, told: str) -> None:
    path = here / "bad.toml"
    path.write_text(f'extends = "three_families"\n{text}\n', encoding="utf-8")
    tells(sentence(here, "policies", path), "bad.toml: ", told)
