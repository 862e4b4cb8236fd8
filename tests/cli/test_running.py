"""`simcare compare` and `simcare run`: what they show, what they write, and that it is the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from simcare.observe.compiled import can_compile
from simcare.report.sentences import sentence
from tests.cli.command import SAMPLED, environment, process, simcare, tree
from tests.cli.test_commands import flat

MENU = Path(__file__).parents[1] / "report" / "menu.toml"
TABLES = ["break_even", "harm", "menu", "published", "summary", "weekly"]


def manifest(folder: Path) -> dict[str, object]:
    held: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return held


# --- what is shown ---


@pytest.mark.usefixtures("here")
def test_compare_shows_the_table_then_a_sentence_for_each_policy_then_what_to_do() -> None:
    from simcare import compare

    said = simcare("compare", "three_families")
    assert said.code == 0, said.err
    assert said.err == ""
    comparison = compare("three_families")
    text = flat(said.out)
    places = [
        text.index(part)
        for part in (
            "Cost in all",
            "19,200",
            " ".join(sentence(comparison, "as_now").split()),
            " ".join(sentence(comparison, "treatment").split()),
            "Results are in results/three_families/: 3 families under 2 policies in ",
            "results/three_families/figures/weekly_costs.png",
            "simcare chronology three_families --family 0 --policies as_now,treatment",
        )
    ]
    assert places == sorted(places)


@pytest.mark.usefixtures("here")
def test_many_policies_are_shown_as_one_menu_with_those_less_safe_first() -> None:
    said = simcare("compare", MENU, "--workers", "1", "--out", "kept")
    assert said.code == 0, said.err
    assert max(len(line.rstrip()) for line in said.out.splitlines()) <= 100
    text = flat(said.out)
    places = [
        text.index(part)
        for part in (
            "CHILDREN MEASURABLY LESS SAFE",
            "Fewer weeks in care, beyond chance",
            "Warning: under “Treatment that leaves homes more dangerous”, ",
            "sentences.md",
            "120 families under 10 policies in ",
            "kept/figures/menu.png",
        )
    ]
    assert places == sorted(places)


@pytest.mark.usefixtures("here")
def test_every_command_that_is_recommended_stands_on_a_line_of_its_own_and_works() -> None:
    said = simcare("compare", "three_families", "--seed", "3")
    (line,) = [x for x in said.out.splitlines() if x.startswith("  simcare ")]
    words = line.split()[1:]
    assert words[-2:] == ["--seed", "3"]
    assert simcare(*words).code == 0


@pytest.mark.usefixtures("here")
def test_nothing_is_coloured_where_there_is_no_terminal() -> None:
    said = simcare("compare", "three_families")
    assert "\x1b" not in said.out + said.err


# --- what is written ---


def test_results_lie_in_a_folder_named_for_the_scenario(here: Path) -> None:
    assert simcare("compare", "three_families").code == 0
    folder = here / "results" / "three_families"
    held = {p.name for p in folder.iterdir()}
    wanted = {f"{n}.csv" for n in TABLES} | {"families.parquet"}
    assert held == wanted | {"manifest.json", "sentences.md", "figures"}
    assert (folder / "figures" / "weekly_costs.png").is_file()
    assert (folder / "figures" / "weekly_costs.svg").is_file()
    assert [p.name for p in (here / "results").iterdir()] == ["three_families"]


def test_the_log_is_written_if_it_is_asked_for_and_is_the_same_on_any_engine(here: Path) -> None:
    engines = ("simpy", "compiled") if can_compile() else ("simpy",)
    for engine in engines:
        words = ("compare", "three_families", "--log", "--engine", engine, "--out", engine)
        assert simcare(*words).code == 0
        held = manifest(here / engine)
        assert (held["engine"], held["log"]) == (engine, "kept")
        assert held["command"] == ["simcare", "compare", "three_families", "--log"]
    for name in ("ledger.parquet", "events.parquet", "families.parquet", "weekly.csv"):
        assert len({(here / engine / name).read_bytes() for engine in engines}) == 1


def test_one_policy_is_run_beside_the_reference_in_a_folder_of_its_own(here: Path) -> None:
    assert simcare("run", "three_families", "--policy", "treatment").code == 0
    folder = here / "results" / "three_families-treatment"
    assert manifest(folder)["policies"] == ["as_now", "treatment"]


def test_policies_that_are_chosen_leave_the_whole_comparison_as_it_was(here: Path) -> None:
    (here / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    assert simcare("compare", "sampled.toml", "--families", "5").code == 0
    before = tree(here / "results" / "sampled")
    words = ("compare", "sampled.toml", "--families", "5", "--policies", "as_now,treatment")
    said = simcare(*words)
    assert said.code == 0, said.err
    assert "results/sampled-as_now-treatment/" in flat(said.out)
    assert "replace" not in said.out
    assert tree(here / "results" / "sampled") == before
    assert len(list((here / "results").iterdir())) == 2


@pytest.mark.slow
def test_it_is_said_when_another_run_is_written_over_and_not_when_it_is_the_same(
    here: Path,
) -> None:
    (here / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    assert simcare("compare", "sampled.toml", "--families", "5").code == 0
    assert "replace" not in simcare("compare", "sampled.toml", "--families", "5").out
    said = flat(simcare("compare", "sampled.toml", "--families", "6").out)
    seed = manifest(here / "results" / "sampled")["seed"]
    told = f"They replace those that were there: 5 families under 2 policies, seed {seed}."
    assert told in said


def test_the_reference_is_run_alone(here: Path) -> None:
    said = simcare("run", "three_families", "--policy", "as_now", "--out", "kept")
    assert said.code == 0, said.err
    assert manifest(here / "kept")["policies"] == ["as_now"]
    assert set(pd.read_parquet(here / "kept" / "families.parquet")["policy"]) == {"as_now"}
    assert "1 policy" in said.out


def test_the_manifest_says_what_to_type_to_have_the_same_again(here: Path) -> None:
    (here / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    words = ["compare", "sampled.toml", "--policies", "treatment", "--families", "5"]
    assert simcare(*words, "--seed", "9", "--workers", "1", "--out", "one").code == 0
    command = manifest(here / "one")["command"]
    assert command == ["simcare", *words, "--seed", "9"]
    assert isinstance(command, list)
    assert simcare(*command[1:], "--out", "two").code == 0
    assert tree(here / "one") == tree(here / "two")


def test_no_file_says_where_or_when_it_was_made(here: Path) -> None:
    scenario = here / "sampled.toml"
    scenario.write_text(SAMPLED, encoding="utf-8")
    assert simcare("compare", scenario, "--families", "5", "--out", here / "kept").code == 0
    for path in (here / "kept").rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert str(here).encode() not in held, path
            assert time.strftime("%Y-%m-%d").encode() not in held, path
    command = manifest(here / "kept")["command"]
    assert command == ["simcare", "compare", "sampled.toml", "--families", "5"]


def test_results_of_the_same_scenario_are_written_over(here: Path) -> None:
    assert simcare("compare", "three_families", "--seed", "1").code == 0
    assert simcare("compare", "three_families", "--seed", "2").code == 0
    assert manifest(here / "results" / "three_families")["seed"] == 2
    assert [p.name for p in (here / "results").iterdir()] == ["three_families"]


def test_results_of_a_scenario_before_it_was_edited_are_written_over(here: Path) -> None:
    path = here / "mine.toml"
    for weeks in (104, 52):
        path.write_text(f'extends = "three_families"\nhorizon_weeks = {weeks}\n', encoding="utf-8")
        assert simcare("compare", "mine.toml").code == 0
    scenario = manifest(here / "results" / "mine")["scenario"]
    assert isinstance(scenario, dict)
    assert scenario["horizon_weeks"] == 52


# --- the same bytes ---


def test_neither_the_hash_seed_nor_the_number_of_workers_changes_a_byte(tmp_path: Path) -> None:
    trees = []
    for name, hash_seed, workers in (("one", "0", "1"), ("two", "4711", "2")):
        folder = tmp_path / name
        folder.mkdir()
        # So many that they are run in blocks.
        many = SAMPLED.replace("families = 120", "families = 300")
        (folder / "sampled.toml").write_text(many, encoding="utf-8")
        words = ("compare", "sampled.toml", "--log", "--workers", workers)
        said = process(*words, folder=folder, PYTHONHASHSEED=hash_seed)
        assert said.code == 0, said.err
        assert said.err == ""
        trees.append(tree(folder))
    assert trees[0] == trees[1]
    assert any(name.endswith(".svg") for name in trees[0])


# --- interrupted ---


def living(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    lines = subprocess.run(
        ["ps", "-e", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    parts = [line.split(maxsplit=2) for line in lines]
    return [p[2] for p in parts if int(p[0]) == group and not p[1].startswith("Z")]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs groups of processes")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("seconds", [1.5, 2.5, 4.0, 6.0])
def test_ctrl_c_gives_one_sentence_and_leaves_nothing_behind(
    tmp_path: Path, workers: str, seconds: float
) -> None:
    (tmp_path / "sampled.toml").write_text(SAMPLED, encoding="utf-8")
    before = tree(tmp_path)
    # On SimPy, which is busy with so many for minutes.
    words = ["compare", "sampled.toml", "--families", "300000", "--workers", workers]
    words += ["--engine", "simpy"]
    with subprocess.Popen(
        [sys.executable, "-m", "simcare.cli", *words],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        time.sleep(seconds)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err) == (130, "", "simcare: interrupted; nothing was written.\n")
    assert tree(tmp_path) == before
    deadline = time.monotonic() + 10.0
    while living(run.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert living(run.pid) == []


# --- which engine ---


def test_auto_says_why_it_does_not_take_the_compiled_engine(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "many.toml").write_text(SAMPLED.replace("120", "1100"), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "numba", None)
    said = simcare("compare", "many.toml", "--workers", "1")
    assert said.code == 0
    (line,) = said.lines
    assert "running on SimPy, because numba is not installed" in line
    assert manifest(here / "results" / "many")["engine"] == "simpy"


def test_the_compiled_engine_is_refused_by_name_and_nothing_is_written(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    said = simcare("compare", "three_families", "--engine", "compiled")
    assert said.code == 2
    (line,) = said.lines
    assert "option --engine" in line
    assert "numba is not installed" in line
    assert not (here / "results").exists()
