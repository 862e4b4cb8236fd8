"""`simcare local`, as a finance officer would type it."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.command import ROOT, simcare

SYNTHETIC = ROOT / "docs" / "synthetic-return"
FEW = ("--families", "600")
SMALL = """
council = "Exampleton (made up)"
source = "made-up returns for a test"
price_year = "2024-25"
fictional = true
[numbers]
children = 20_000
referrals = 580
plans = 50
vacancies = 0.2
"""


@pytest.fixture
def numbers(here: Path) -> Path:
    place = here / "numbers.toml"
    place.write_text(SMALL, encoding="utf-8")
    return place


@pytest.fixture
def synthetic(here: Path) -> Path:
    return Path(shutil.copytree(SYNTHETIC, here / "return"))


def return_of(folder: Path) -> tuple[str | Path, ...]:
    return (
        "--header", folder / "header.csv", "--episodes", folder / "episodes.csv",
        "--uasc", folder / "uasc.csv",
    )  # fmt: skip


def test_the_example_is_shown_to_be_copied(here: Path) -> None:
    shown = simcare("local", "--example")
    assert shown.code == 0
    assert 'council = "Exampleshire (made up)"' in shown.out
    (here / "copied.toml").write_text(shown.out, encoding="utf-8")
    again = simcare("local", "copied.toml", "--out", "own.toml", "--families", "100")
    assert again.code == 0
    assert simcare("check", "own.toml").code == 0


def test_a_councils_numbers_become_a_scenario(here: Path, numbers: Path) -> None:
    said = simcare("local", numbers, "--out", "own.toml", *FEW)
    assert said.code == 0
    assert re.search(r"plans +reached +50", said.out)
    assert "section_47_if_severe, share" in said.out
    assert "`vacancies` is not taken over." in said.err
    assert said.out.rstrip().endswith("simcare compare own.toml")
    first = (here / "own.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# Written by: simcare local numbers.toml --out own.toml --families 600"
    # What was written here may be written over.
    assert simcare("local", numbers, "--out", "own.toml", *FEW).code == 0


@pytest.mark.slow
def test_a_councils_scenario_is_compared_for_the_whole_council(here: Path, numbers: Path) -> None:
    assert simcare("local", numbers, "--out", "own.toml", *FEW).code == 0
    said = simcare("compare", "own.toml", "--policies", "long_term_support", "--families", "200")
    assert said.code == 0
    assert "Exampleton (made up), in a year" in said.out
    assert "Every number is made up." in " ".join(said.out.split())
    with (here / "results/own-long_term_support/scaled.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {r["policy"] for r in rows} == {"usual_practice", "long_term_support"}
    assert {"cost", "child_weeks_in_care"} <= {r["outcome"] for r in rows}


@pytest.mark.slow
def test_nothing_of_a_child_is_on_the_screen_or_in_any_file(here: Path, synthetic: Path) -> None:
    said = simcare(
        "local", synthetic / "numbers.toml", *return_of(synthetic), "--out", "own.toml", *FEW
    )
    assert said.code == 0
    assert "The return, year to 31 March 2025" in said.out
    assert "Unaccompanied children are known by the file of unaccompanied" in said.out
    assert (
        simcare("compare", "own.toml", "--policies", "long_term_support", "--families", "50").code
        == 0
    )
    told = [said.out, said.err]
    for file in [here / "own.toml", *(here / "results").rglob("*")]:
        if file.is_file():
            told.append(file.read_bytes().decode("utf-8", errors="replace"))
    everything = "\n".join(told)
    for row in csv.DictReader((synthetic / "episodes.csv").read_text().splitlines()):
        for secret in (row["CHILD"], row["DECOM"], row["DEC"], row["HOME_POST"]):
            assert not secret or secret not in everything
    for row in csv.DictReader((synthetic / "header.csv").read_text().splitlines()):
        assert row["DOB"] not in everything
        day, month, year = row["DOB"].split("/")
        assert f"{year}-{month}-{day}" not in everything


def test_nothing_of_a_child_is_told_of_a_return_full_of_mistakes(
    here: Path, synthetic: Path
) -> None:
    """Whatever an analyst's files have wrong, the screen names lines and columns alone."""
    spoilt = {
        "first line gone": (1, "", ""),
        "a date": (0, "/2024,", "/20245,"),
        "an end before its start": (0, "/2025,X1", "/1999,X1"),
        "a code gone": (0, ",C2,", ",,"),
        "quotation mark": (0, "SYNTHETIC0003,", '"SYNTHETIC0003,'),
        "semicolons": (0, ",", ";"),
        "beyond today": (0, "/2025,", "/2093,"),
    }
    good = (synthetic / "episodes.csv").read_text(encoding="utf-8")
    header = (synthetic / "header.csv").read_text(encoding="utf-8")
    (synthetic / "header.csv").write_text(header.replace("UN1", "H801200001001"))
    secrets = {c for line in (good + header).splitlines()[1:] for c in line.split(",")}
    secrets = {s for s in secrets if len(s) > 3 and s not in ("CHILD", "DECOM", "CARPL")}
    for what, (skip, old, new) in spoilt.items():
        text = "\n".join(good.splitlines()[skip:])
        (synthetic / "episodes.csv").write_text(text.replace(old, new) if old else text)
        said = simcare(
            "local", synthetic / "numbers.toml", *return_of(synthetic), "--out", "own.toml", *FEW
        )
        assert said.code == 2, what
        assert said.out == "", what
        told = said.err.replace("write it as 31/12/2024", "")
        for secret in (*secrets, "H801200001001"):
            assert secret not in told, what
        assert not (here / "own.toml").exists(), what


@pytest.mark.slow
def test_numbers_of_the_return_carry_its_source(here: Path, synthetic: Path) -> None:
    words = ("local", synthetic / "numbers.toml", *return_of(synthetic), "--out", "own.toml", *FEW)
    assert simcare(*words, "--year-ending", "2024").code == 0
    text = (here / "own.toml").read_text(encoding="utf-8")
    assert "looked-after return (SSDA903), year to March 2024" in text
    assert "--year-ending 2024" in text.splitlines()[0]


def test_a_bad_row_is_named_by_its_line(here: Path, synthetic: Path) -> None:
    episodes = synthetic / "episodes.csv"
    lines = episodes.read_text().splitlines()
    child, start = lines[4].split(",")[:2]
    episodes.write_text("\n".join(lines).replace(f"{child},{start}", f"{child},99/99/2023"))
    said = simcare(
        "local", synthetic / "numbers.toml", *return_of(synthetic), "--out", "own.toml", *FEW
    )
    assert said.code == 2
    assert said.lines == [
        "simcare: episodes.csv: line 5: DECOM is no date; write it as 31/12/2024."
    ]
    assert not (here / "own.toml").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "no file of numbers is named"),
        (("gone.toml", "--out", "own.toml"), "gone.toml: there is no such file"),
        (("numbers.toml",), "option --out is missing"),
        (("numbers.toml", "--out", "own.csv"), "own.csv does not end in .toml"),
        (("numbers.toml", "--out", "numbers.toml"), "numbers.toml is there already"),
        (("numbers.toml", "--out", "own.toml", "--header", "h.csv"), "a return needs both"),
        (("numbers.toml", "--out", "own.toml", "--year-ending", "2025"), "go with --header"),
        (("numbers.toml", "--out", "own.toml", "--families", "3"), "give 100 or more"),
        (
            ("numbers.toml", "--out", "own.toml", "--header", "h.csv", "--episodes", "e.csv"),
            "h.csv: the file cannot be read",
        ),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    here: Path, numbers: Path, words: tuple[str, ...], problem: str
) -> None:
    before = numbers.read_bytes()
    said = simcare("local", *words)
    assert said.code == 2
    assert problem in said.err
    assert numbers.read_bytes() == before
    assert [p.name for p in here.iterdir()] == ["numbers.toml"]
