"""The page of the back-cast, its tables, its sentences and its figure."""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pytest

from simcare.errors import UserError
from simcare.experiment.backcast import FORECAST, BackCast, back_cast, load_back_cast
from simcare.report.backcast import page as pages
from simcare.report.backcast.figure import back_cast_figure
from simcare.report.backcast.folder import check_folder, write_back_cast
from simcare.report.backcast.page import page, said_of, scores_table
from simcare.report.backcast.words import counted, interval, number, share, skill, verdict
from tests.experiment.back_casts import write_posterior

KEPT = Path(__file__).parents[3] / "docs" / "back-cast.md"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> BackCast:
    ready, posterior = load_back_cast(write_posterior(tmp_path_factory.mktemp("own")))
    return back_cast(ready, posterior, draws=4, families=60)


def test_every_figure_of_every_year_is_on_the_page(found: BackCast) -> None:
    said = page(found)
    for row in found.table[found.table["kind"] == FORECAST].to_dict("records"):
        put_in = " (put in)" if row["put_in"] else ""
        value = number(row["published"], row["unit"])
        assert f"| {row['title']}{put_in} | {row['year']} | {value} | " in said
    for year, note in found.by_year.notes.items():
        assert f"- {year}: {note}" in said
    for sentence in said_of(found):
        assert f"- {sentence}\n" in said
    assert "95 % predictive: parameter uncertainty and Monte Carlo" in said
    assert "95 % bootstrap over targets" in said


def test_the_scores_are_shown_year_by_year_and_in_all(found: BackCast) -> None:
    assert scores_table(found).row_count == 3 * (len(found.by_year.years) + 1)
    assert len(said_of(found)) == 3


def test_words() -> None:
    row: dict[Hashable, Any] = {"model": 0.2, "low": 0.1, "high": 0.31, "unit": "share"}
    row |= {"inside": False, "inside_tolerated": True}
    assert interval(row) == "20.0 % (10.0 to 31.0)*"
    assert interval({**row, "inside_tolerated": False}).endswith("**")
    assert interval({**row, "inside": True}) == "20.0 % (10.0 to 31.0)"
    assert interval({**row, "model": float("nan")}) == "–"
    assert number(0.00541, "ratio") == "0.0054"
    assert number(0.25, "share") == "25.0 %"
    assert share(3.0, 4) == "3 of the 4 figures (75 %)"
    assert counted(float("nan"), 4) == "–"
    assert skill({"skill": -0.5, "low": -1.0, "high": -0.25}) == "−0.50 (−1.00 to −0.25)"
    assert verdict({"low": -1.0, "high": -0.25}) == "the naive forecast is better"
    assert verdict({"low": 0.1, "high": 0.2}) == "the model is better"
    assert verdict({"low": -0.1, "high": 0.2}) == "the two cannot be told apart"


def test_the_figure_has_a_panel_for_each_target(found: BackCast) -> None:
    figure = back_cast_figure(found)
    shown = [at for at in figure.axes if at.axison]
    assert len(shown) == found.table["target"].nunique()
    titles = " ".join(at.get_title(loc="left").replace("\n", " ") for at in shown)
    assert "Section 47 enquiries for each referral" in titles
    assert any("predictive" in text.get_text() for text in figure.texts)


@pytest.mark.slow
def test_the_folder_is_the_same_bytes_each_time(found: BackCast, tmp_path: Path) -> None:
    one, two = (write_back_cast(found, tmp_path / name, ["simcare"]) for name in ("a", "b"))
    files = sorted(p.relative_to(one).as_posix() for p in one.rglob("*") if p.is_file())
    assert files == ["backcast.csv", "figures/backcast.png", "figures/backcast.svg",
                     "manifest.json", "scores.csv"]  # fmt: skip
    assert all((one / f).read_bytes() == (two / f).read_bytes() for f in files)
    manifest = json.loads((one / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["draws"], manifest["families"]) == (4, 60)
    assert manifest["interval"].startswith("95 % predictive")
    assert manifest["evidence"]["A-REF-2021"] == 597_760
    assert write_back_cast(found, one, ["simcare"]) == one
    (one / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="holds something else"):
        check_folder(one, found.ready.loaded)


@pytest.mark.slow
@pytest.mark.skipif(not KEPT.is_file(), reason="the page is written once a posterior ships")
def test_the_page_in_the_documents_is_what_a_run_gives() -> None:
    assert page(back_cast(*load_back_cast())) == KEPT.read_text(encoding="utf-8")


@pytest.mark.skipif(not KEPT.is_file(), reason="the page is written once a posterior ships")
def test_the_page_in_the_documents_has_the_words_of_today() -> None:
    assert pages._INTRODUCTION in KEPT.read_text(encoding="utf-8")
