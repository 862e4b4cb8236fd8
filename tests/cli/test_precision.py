"""`simcare precision`, as a person would type it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.command import ROOT, SAMPLED, simcare, tree

ASK = ("--policy", "treatment", "--half-width")
FILES = ["figures", "figures/precision.png", "figures/precision.svg", "manifest.json",
         "precision.csv"]  # fmt: skip


@pytest.fixture
def scenario(here: Path) -> Path:
    path = here / "sampled.toml"
    path.write_text(SAMPLED, encoding="utf-8")
    return path


def test_it_says_how_many_are_needed_and_leaves_how_it_knows(here: Path, scenario: Path) -> None:
    said = simcare("precision", scenario.name, *ASK, "20000", "--families-step", "20",
                   "--most", "400")  # fmt: skip
    assert said.code == 0, said
    assert said.err == ""
    words = " ".join(said.out.split())
    assert "families are needed. With them the difference in “cost in all”" in words
    assert "(95 % Monte Carlo interval)" in words
    assert "parameter uncertainty) is not in it" in words
    folder = here / "results" / "sampled-precision"
    assert list(tree(folder)) == FILES
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["verdict"] == "met"
    path = pd.read_csv(folder / "precision.csv")
    row = path[path["families"] == manifest["needed"]].iloc[0]
    assert row["half_width"] <= 20_000.0
    advised = shlex.split(said.out.strip().splitlines()[-1])
    assert advised == ["simcare", "compare", "sampled.toml", "--policies", "treatment",
                       "--families", str(manifest["needed"])]  # fmt: skip
    assert simcare(*advised[1:], "--out", "as_advised").code == 0


def test_the_page_names_every_column_and_every_key_of_its_own(here: Path, scenario: Path) -> None:
    page = (ROOT / "docs" / "precision.md").read_text(encoding="utf-8")
    assert (
        simcare("precision", scenario.name, *ASK, "500", "--most", "100", "--out", "one").code == 0
    )
    columns = pd.read_csv(here / "one" / "precision.csv").columns
    assert [c for c in columns if f"`{c}`" not in page] == []
    assert simcare("compare", scenario.name, "--families", "5", "--out", "other").code == 0
    mine, theirs = (
        json.loads((here / out / "manifest.json").read_text(encoding="utf-8"))
        for out in ("one", "other")
    )
    assert [key for key in mine.keys() - theirs.keys() if f"`{key}`" not in page] == []


def test_its_command_gives_the_same_bytes_again_over_the_first(here: Path, scenario: Path) -> None:
    words = ("precision", scenario.name, *ASK, "500", "--most", "100", "--seed", "3")
    assert simcare(*words, "--out", "one").code == 0
    before = tree(here / "one")
    command = json.loads((here / "one" / "manifest.json").read_text(encoding="utf-8"))["command"]
    assert simcare(*command[1:], "--out", "one", "--workers", "2").code == 0
    assert tree(here / "one") == before


def test_results_of_another_kind_are_left_alone(here: Path, scenario: Path) -> None:
    assert simcare("compare", scenario.name, "--families", "5", "--out", "kept").code == 0
    before = tree(here / "kept")
    said = simcare("precision", scenario.name, *ASK, "500", "--most", "100", "--out", "kept")
    assert said.code == 2
    assert "kept holds something else" in said.err
    assert tree(here / "kept") == before


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--half-width", "0"), ("--half-width", "0 cannot be reached", "above 0")),
        (("--half-width", "nan"), ("--half-width", "nan", "above 0")),
        (("--policy", "treatmant"), ("--policy", "did you mean `treatment`?")),
        (("--policy", "as_now"), ("--policy", "is the reference", "`treatment`")),
        (("--outcome", "costs"), ("--outcome", "costs", "did you mean `cost`?")),
        (("--families-step", "0"), ("--families-step", "0 is too small", "1 families or more")),
        (("--most", "99"), ("--most", "99 is too small", "100 families or more")),
        (("--seed", "-1"), ("--seed", "-1 is too small")),
        (("--workers", "0"), ("--workers", "0 is too small")),
    ],
)
def test_a_mistake_gets_one_sentence_and_nothing_is_written(
    here: Path, scenario: Path, words: tuple[str, str], parts: tuple[str, ...]
) -> None:
    before = tree(here)
    said = simcare("precision", scenario.name, *ASK, "500", *words)
    assert (said.code, said.out) == (2, "")
    (line,) = said.lines
    assert line.startswith("simcare: ")
    for part in parts:
        assert part in line
    assert tree(here) == before


def test_all_mistakes_are_told_at_once(scenario: Path) -> None:
    said = simcare(
        "precision", scenario.name, "--policy", "x", "--half-width", "-1", "--seed", "-1"
    )
    assert len(said.lines) == 3


def test_listed_families_are_refused(here: Path) -> None:
    said = simcare("precision", "three_families", *ASK, "500")
    assert said.code == 2
    assert "lists its families by name, so nothing is sampled" in said.err
    assert tree(here) == {}
