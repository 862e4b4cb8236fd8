from __future__ import annotations

import json
from pathlib import Path

import pytest

from simcare import compare
from simcare.errors import UserError
from simcare.experiment.compare import Comparison
from simcare.experiment.store import check_folder, write
from simcare.scenario.load import load


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare("three_families", seed=1)


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


def test_figures_are_drawn_before_the_folder_is_moved_into_place(
    result: Comparison, tmp_path: Path
) -> None:
    seen: list[tuple[bool, bool]] = []

    def draw(made: Path) -> None:
        (made / "figures").mkdir()
        (made / "figures" / "one.svg").write_text("<svg/>", encoding="utf-8")
        seen.append(((made / "manifest.json").is_file(), (tmp_path / "kept").exists()))

    write(result, tmp_path / "kept", draw=draw)
    assert seen == [(True, False)]
    assert "figures/one.svg" in names(tmp_path / "kept")
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_goes_wrong_while_writing_leaves_the_earlier_results_as_they_were(
    result: Comparison, tmp_path: Path, error: type[BaseException]
) -> None:
    folder = write(result, tmp_path / "kept", ["simcare", "earlier"])
    before = {name: (folder / name).stat().st_mtime_ns for name in names(folder)}

    def draw(made: Path) -> None:
        assert (made / "summary.csv").is_file()
        raise error

    with pytest.raises(error):
        write(result, folder, ["simcare", "later"], draw)
    assert {name: (folder / name).stat().st_mtime_ns for name in names(folder)} == before
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_the_manifest_holds_the_command_the_files_and_every_number(
    result: Comparison, tmp_path: Path
) -> None:
    folder = write(result, tmp_path / "kept", ["simcare", "compare", "three_families"])
    held = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert held["command"] == ["simcare", "compare", "three_families"]
    assert held["files"] == ["three_families.toml"]
    assert held["fictional"] is True
    assert held["engine"] == "simpy"
    assert held["log"] == "not kept"
    assert not (folder / "ledger.parquet").exists()
    assert held["parameters"]["foster_price"]["value"] == 1000
    assert held["scenario_sha256"] == load("three_families").digest


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"scenario_sha256": "x", "files": []}'])
def test_a_manifest_of_something_else_is_not_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="holds no results of simcare"):
        check_folder(tmp_path, load("three_families"))


def test_an_empty_folder_and_one_that_is_not_there_yet_are_both_welcome(tmp_path: Path) -> None:
    check_folder(tmp_path, load("three_families"))
    check_folder(tmp_path / "a" / "b", load("three_families"))
    assert list(tmp_path.iterdir()) == []
