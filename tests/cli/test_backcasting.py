"""`simcare validate --back-cast`, as a person would type it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from tests.cli.command import simcare, tree
from tests.experiment.back_casts import write_posterior

ASK = ("validate", "own.toml", "--back-cast", "--families", "30")
FILES = ["backcast.csv", "figures", "figures/backcast.png", "figures/backcast.svg",
         "manifest.json", "scores.csv"]  # fmt: skip


def test_it_says_whether_the_model_adds_anything(here: Path) -> None:
    write_posterior(here)
    said = simcare(*ASK, "--workers", "1")
    assert said.code == 0, said
    assert "as in 2020" in said.out
    assert "skill" in said.out
    assert "parameter uncertainty and Monte Carlo" in " ".join(said.out.split())
    folder = here / "results" / "back-cast"
    assert list(tree(folder)) == FILES
    table = pd.read_csv(folder / "backcast.csv")
    assert set(table["year"]) == {2021, 2022, 2023, 2024, 2025}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["simcare", *ASK]
    assert manifest["draws"] == 4


def test_mistakes_are_told_and_nothing_is_written(here: Path) -> None:
    write_posterior(here)
    (here / "full").mkdir()
    (here / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    before = sorted(p.name for p in here.iterdir())
    for words, expected in (
        (("--supports",), "do not go together"),
        (("--spending",), "do not go together"),
        (("--only", "safecare"), "do not go together"),
        (("--families", "1"), "option --families: 1 is too small"),
        (("--workers", "0"), "option --workers: 0 is too small"),
        (("--out", "full"), "holds something else"),
    ):
        said = simcare(*ASK, *words)
        assert said.code == 2, words
        assert expected in said.err
    assert sorted(p.name for p in here.iterdir()) == before


def test_a_scenario_that_knows_later_years_is_not_back_cast(here: Path) -> None:
    (here / "late.toml").write_text('extends = "england"\n', encoding="utf-8")
    said = simcare("validate", "late.toml", "--back-cast")
    assert said.code == 2
    assert "fitted to figures after 2020" in said.err
    assert sorted(p.name for p in here.iterdir()) == ["late.toml"]
