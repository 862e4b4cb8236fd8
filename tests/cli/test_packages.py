"""Packages at the terminal: what is shown, what is written, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from simcare import compare
from simcare.report.packages.words import package_sentence
from tests.cli.command import SAMPLED, simcare
from tests.cli.test_commands import flat

STAY = (
    SAMPLED
    + """
[policies.court]
title = "Treatment in court"
plain = "Treatment in court"
offers = [{ support = "treatment", at = ["proceedings"] }]
"""
)
PACKAGE = "treatment+court"


@pytest.fixture
def scenario(here: Path) -> Path:
    path = here / "council.toml"
    path.write_text(STAY, encoding="utf-8")
    return path


def test_a_package_is_shown_written_and_written_over(scenario: Path) -> None:
    said = simcare("compare", scenario.name, "--policies", PACKAGE)
    assert said.code == 0, said.err
    text = flat(said.out)
    found = compare(scenario.name, [PACKAGE])
    places = [
        text.index(part)
        for part in (
            "Cost in all",
            "What makes up “Treatment on a plan with treatment in court”",
            " ".join(package_sentence(found, PACKAGE).split()),
            "under 4 policies",
        )
    ]
    assert places == sorted(places)
    folder = Path(f"results/council-{PACKAGE}")
    written = pd.read_csv(folder / "packages.csv")
    assert written.shape == found.packages.shape
    assert written["mean"].to_numpy() == pytest.approx(found.packages["mean"].to_numpy())
    assert (folder / "figures" / "packages.png").is_file()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["policies"] == ["as_now", "treatment", "court", PACKAGE]
    # The same folder again, without a package: what it said of one is gone.
    said = simcare("compare", scenario.name, "--policies", "court", "--out", folder)
    assert said.code == 0, said.err
    assert "They replace those that were there: 120 families under 4 policies, seed" in flat(
        said.out
    )
    assert not (folder / "packages.csv").exists()
    assert not (folder / "figures" / "packages.png").exists()


@pytest.mark.slow
def test_run_takes_a_package_too(scenario: Path) -> None:
    said = simcare("run", scenario.name, "--policy", PACKAGE)
    assert said.code == 0, said.err
    assert (Path(f"results/council-{PACKAGE}") / "packages.csv").is_file()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("treatment+treatment", "`treatment` stands there more than once; name it once."),
        ("as_now+treatment", "`as_now` is the reference"),
        ("treatment+cort", "there is no policy `cort` in council.toml; did you mean `court`?"),
        ("treatment+", "a policy's name is missing beside `+`; `simcare policies council.toml`"),
    ],
)
def test_a_package_that_makes_no_sense_is_refused(scenario: Path, name: str, says: str) -> None:
    said = simcare("compare", scenario.name, "--policies", name)
    assert said.code == 2
    assert says in said.err
    assert len(said.lines) == 1
    assert not Path("results").exists()


@pytest.mark.slow
def test_a_package_may_be_written_with_spaces_and_titles(scenario: Path) -> None:
    said = simcare("compare", scenario.name, "--policies", "Treatment on a PLAN + court")
    assert said.code == 0, said.err
    held = json.loads(Path(f"results/council-{PACKAGE}/manifest.json").read_text(encoding="utf-8"))
    assert held["command"][-1] == PACKAGE
