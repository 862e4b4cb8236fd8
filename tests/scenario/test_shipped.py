from __future__ import annotations

from pathlib import Path

import pytest

from simcare.errors import UserError
from simcare.scenario.shipped import find, folder, names


def test_the_made_up_council_and_england_ship() -> None:
    assert {"three_families", "england"} <= set(names())


def test_names_are_in_order_and_each_can_be_found() -> None:
    assert names() == sorted(names())
    assert all(find(name) == folder() / f"{name}.toml" for name in names())


def test_layers_in_folders_are_not_scenarios_of_their_own() -> None:
    assert any(path.is_dir() for path in folder().iterdir())
    assert not any("/" in name for name in names())


def test_a_file_of_ones_own_goes_before_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "england.toml").write_text("", encoding="utf-8")
    assert find("england") == Path("england.toml")
    assert find("three_families") == folder() / "three_families.toml"


def test_a_path_is_found_with_or_without_its_ending(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    assert find(tmp_path / "mine.toml") == find(tmp_path / "mine") == tmp_path / "mine.toml"


@pytest.mark.parametrize("name", ["englnd", "", ".", "..", "/", "no/such/england", "x" * 5000])
def test_what_is_not_there_is_told_with_what_ships(name: str) -> None:
    with pytest.raises(UserError, match="three_families"):
        find(name)


def test_a_slip_of_the_pen_is_seen() -> None:
    with pytest.raises(UserError, match="did you mean `england`"):
        find("englnd")
