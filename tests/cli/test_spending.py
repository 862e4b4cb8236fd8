"""`simcare validate --spending`, as a person would type it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from tests.cli.command import simcare, tree

ASK = ("validate", "--spending", "--families", "100")
FILES = ["figures", "figures/spending.png", "figures/spending.svg", "items.csv", "manifest.json",
         "spending.csv"]  # fmt: skip


def test_it_shows_what_is_spent_beside_what_the_model_spends(here: Path) -> None:
    said = simcare(*ASK)
    assert said.code == 0, said
    assert "£3,810m" in said.out
    assert "95 % Monte Carlo" in said.out
    folder = here / "results" / "spending"
    assert list(tree(folder)) == FILES
    table = pd.read_csv(folder / "spending.csv")
    assert {"residential", "fostering", "safeguarding", "council"} <= set(table["line"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == ["simcare", *ASK]
    assert manifest["families"] == 100
    assert simcare(*ASK).code == 0


def test_mistakes_are_told_and_nothing_is_written(here: Path) -> None:
    (here / "full").mkdir()
    (here / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    for words, expected in (
        (("--supports",), "do not go together"),
        (("--only", "safecare"), "do not go together"),
        (("--families", "0"), "option --families: 0 is too small"),
        (("--out", "full"), "holds something else"),
    ):
        said = simcare(*ASK, *words)
        assert said.code == 2
        assert expected in said.err
    assert sorted(p.name for p in here.iterdir()) == ["full"]


def test_it_is_englands_spending_that_is_published(here: Path) -> None:
    said = simcare("validate", "menu", "--spending")
    assert said.code == 2
    assert "leave `menu` out" in said.err
    assert not (here / "results").exists()
