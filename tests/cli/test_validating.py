"""`simcare validate`, as a person would type it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.command import simcare, tree

ASK = ("validate", "--supports", "--only", "motivational_interviewing", "--families", "200")
FILES = ["figures", "figures/studies.png", "figures/studies.svg", "manifest.json", "studies.csv"]


def test_it_shows_what_was_published_beside_what_the_model_gives(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    said = simcare(*ASK)
    assert said.code == 0, said
    assert said.err == ""
    words = " ".join(said.out.split())
    assert "0.0 points (0.0 to 0.0) agrees" in words
    assert "95 % Monte Carlo" in words
    folder = here / "results" / "studies"
    assert list(tree(folder)) == FILES
    assert pd.read_csv(folder / "studies.csv")["verdict"].tolist() == ["agrees"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["simcare", *ASK]
    assert list(manifest["studies"]) == ["motivational_interviewing"]


def test_the_same_command_gives_the_same_bytes(here: Path) -> None:
    assert simcare(*ASK, "--out", "a").code == simcare(*ASK, "--out", "b").code == 0
    assert tree(here / "a") == tree(here / "b")


def test_a_miss_is_a_finding_and_no_mistake(here: Path) -> None:
    said = simcare("validate", "--supports", "--only", "family_preservation", "--families", "400")
    assert said.code == 0
    assert "Left so on purpose" in said.out
    assert (here / "results" / "studies" / "studies.csv").is_file()


def test_usual_practice_is_held_to_what_is_published(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ask = ("validate", "--families", "400", "--draws", "0")
    said = simcare(*ask)
    assert said.code == 0, said
    assert said.err == ""
    words = " ".join(said.out.split())
    assert "figures that it was only held against" in words
    assert "95 % Monte Carlo" in words
    folder = here / "results" / "validation"
    files = ["figures", "figures/targets.png", "figures/targets.svg", "manifest.json"]
    assert list(tree(folder)) == [*files, "targets.csv"]
    table = pd.read_csv(folder / "targets.csv")
    assert set(table["verdict"]) <= {"hit", "miss", "nothing happens"}
    assert set(table["role"]) == {"fit", "check"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["simcare", "validate", "england", *ask[1:]]
    assert simcare(*ask, "--out", "again").code == 0
    assert tree(folder) == tree(here / "again")


def test_draws_of_the_posterior_give_predictive_intervals(here: Path) -> None:
    ask = ("validate", "--families", "400", "--draws", "2")
    said = simcare(*ask, "--workers", "1")
    assert said.code == 0, said
    words = " ".join(said.out.split())
    assert "95 % predictive: parameter uncertainty and Monte Carlo" in words
    assert "Trials of the supports" in words
    assert simcare(*ask, "--workers", "2", "--out", "again").code == 0
    assert tree(here / "results" / "validation") == tree(here / "again")


def test_mistakes_about_usual_practice(here: Path) -> None:
    for words, expected in (
        (("three_families",), "no published figures to be held to"),
        (("--only", "safecare"), "add --supports"),
        (("england", "--families", "0"), "option --families: 0 is too small"),
        (("--draws", "1"), "one draw has no spread"),
        (("--draws", "100000"), "are asked for"),
        (("--spending", "--draws", "5"), "usual practice alone"),
        (("menu", "--supports"), "leave `menu` out"),
        (("engand",), "did you mean `england`"),
    ):
        said = simcare("validate", *words)
        assert said.code == 2, words
        assert expected in " ".join(said.err.split())
        assert list(here.iterdir()) == []


def test_mistakes_are_told_and_nothing_is_written(here: Path) -> None:
    for words, expected in (
        (("--only", "safecar"), "did you mean `safecare`"),
        (("--only", "england"), "no table `[study]`"),
        (("--only", ","), "option --only: no name is given"),
        (("--families", "0"), "option --families: 0 is too small"),
    ):
        said = simcare("validate", "--supports", *words)
        assert said.code == 2, words
        assert expected in said.err
    assert list(here.iterdir()) == []


def test_a_folder_that_holds_something_else_is_left_alone(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    said = simcare(*ASK, "--out", "mine")
    assert said.code == 2
    assert "letter.txt" in said.err
    assert [p.name for p in (here / "mine").iterdir()] == ["letter.txt"]
