"""What the pages say agrees with the package: links, names, the results folder, the tutorial."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from pydantic import BaseModel

from simcare.cli.naming import folder_name
from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.remarks import remarks
from simcare.report.folder import write
from simcare.scenario.domain import LeavingBand, OfferSpec, PolicySpec, RollOutSpec, SupportSpec
from simcare.scenario.load import load
from simcare.scenario.parts import Category, Payer, PlaceSpec

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england")


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare("three_families", workers=1, keep="log")


# --- links ---


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_to_files_that_exist(page: Path) -> None:
    broken = [x for x in LINK.findall(text_of(page)) if not (page.parent / x).exists()]
    assert broken == []


def test_the_contents_name_every_page() -> None:
    linked = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    pages = {p.name for p in DOCS.glob("*.md")} - {"README.md"}
    assert pages <= linked


def text_of(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


# --- the model's page ---

OTHER_NAMES = {
    "cost_present_value",
    "saving_per_family_reached",
    "short_staffed",
    "simcare",
    "treatment_places",
    "variance_gain",
}
"""Names on the page that are outcomes of every scenario, columns of results, or scenarios."""


def test_every_name_on_the_models_page_is_in_the_england_scenario(england: Ready) -> None:
    known = set(words(england.loaded.tables)) | OTHER_NAMES
    for shape in (SupportSpec, LeavingBand, PolicySpec, RollOutSpec):
        known |= set(shape.model_fields)
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9…]+)`", page))
    assert len(named) > 80
    strange = [name for name in sorted(named) if not is_known(name, known)]
    assert strange == []


def is_known(name: str, known: set[str]) -> bool:
    """`share_…` stands for all names that begin so, `…_speeds` for all that end so."""
    if name.endswith("…"):
        return any(k.startswith(name[:-1]) for k in known)
    if name.startswith("…"):
        return any(k.endswith(name[1:]) for k in known)
    return name in known


def words(table: Any) -> Iterator[str]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield key
            yield from words(value)
    elif isinstance(table, list):
        for value in table:
            yield from words(value)
    elif isinstance(table, str):
        yield table


# --- the results folder ---


def columns_on_page(file: str) -> set[str]:
    page = (DOCS / "results-folder.md").read_text(encoding="utf-8")
    part = page.split(f"\n## {file}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \|", part, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


@pytest.fixture(scope="module")
def folder(result: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(result, tmp_path_factory.mktemp("out") / "results")


SOMETIMES = {"packages.csv", "scaled.csv", "backcast.csv", "scores.csv"}
"""Files that only some comparisons have, or another command writes."""


def test_the_page_names_every_file_and_no_other(folder: Path) -> None:
    page = (DOCS / "results-folder.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+\.(?:json|csv|parquet))`", page))
    assert named - SOMETIMES == {p.name for p in folder.iterdir() if p.suffix not in ("", ".md")}


def test_the_page_names_every_key_of_the_manifest_and_no_other(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert columns_on_page("manifest.json") == set(manifest)


@pytest.mark.parametrize(
    "file",
    [
        "summary.csv",
        "break_even.csv",
        "published.csv",
        "harm.csv",
        "menu.csv",
        "ledger.parquet",
        "events.parquet",
    ],
)
def test_the_page_names_every_column_and_no_other(folder: Path, file: str) -> None:
    assert columns_on_page(file) == set(read(folder / file).columns)


def test_the_page_names_every_column_of_packages(result: Comparison) -> None:
    assert columns_on_page("packages.csv") == set(result.packages.columns)


def test_the_page_names_every_column_of_scaled(result: Comparison) -> None:
    assert columns_on_page("scaled.csv") == set(result.scaled.columns)


def test_the_page_names_every_column_of_the_weekly_file(folder: Path) -> None:
    named = columns_on_page("weekly.csv")
    parts = {f"{n}_{s}" for n in ("weekly", "cumulative", "saving") for s in SPREAD}
    assert named | parts == set(read(folder / "weekly.csv").columns)


SPREAD = ("standard_error", "low", "high")


def test_the_page_names_every_column_of_the_families_but_the_outcomes(
    result: Comparison, folder: Path
) -> None:
    named = columns_on_page("families.parquet")
    assert {"cost_category_…", "cost_payer_…"} <= named
    columns = set(read(folder / "families.parquet").columns)
    outcomes = set(result.ready.scenario.outcomes)
    assert outcomes <= columns
    assert all(is_known(name, columns) for name in named)
    assert {c for c in columns - outcomes if not starts(c, named)} == set()


def starts(column: str, named: set[str]) -> bool:
    return column in named or any(n.endswith("…") and column.startswith(n[:-1]) for n in named)


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


# --- the tutorial ---

TUTORIAL = DOCS / "adding-a-support.md"
RENAMED = {
    "ps_": "fg_",
    "peer_support_groups": "fathers_groups",
    "peer_group": "fathers_group",
    '"../england"': '"england"',
}


@pytest.fixture(scope="module")
def tutorial() -> str:
    page = TUTORIAL.read_text(encoding="utf-8")
    found = re.findall(r"<!-- scenario -->\n```toml\n(.*?)```", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def saved(text: str, folder: Path) -> Path:
    path = folder / "fathers_group.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_tutorials_file_is_a_copy_of_the_one_it_names(tutorial: str) -> None:
    text = (ROOT / "scenarios" / "menu" / "peer_support.toml").read_text(encoding="utf-8")
    page = TUTORIAL.read_text(encoding="utf-8")
    for was, now in RENAMED.items():
        assert was in text
        assert was in page
        assert now in page
        text = text.replace(was, now)
    original, copy = tomllib.loads(text), tomllib.loads(tutorial)
    assert copy["extends"] == original["extends"]
    for part in ("supports", "policies"):
        for name, body in original[part].items():
            assert body.keys() <= copy[part][name].keys()
    kept = [name for name, body in original["parameters"].items() if name in copy["parameters"]]
    assert len(kept) >= 4


def test_the_tutorials_scenario_is_in_order_and_can_be_run(tutorial: str, tmp_path: Path) -> None:
    ready = make_ready(saved(tutorial, tmp_path))
    assert remarks(ready.loaded) == []
    assert ready.loaded.changes == {}
    assert ready.scenario.families_ == 1000
    ran = compare(ready, ["fathers_groups"], families=150, workers=1, keep="log")
    own = ran.events[ran.events["region"] == "fathers_group"]
    assert set(own[own["after"] == "attending"]["policy"]) == {"fathers_groups"}


def test_the_tutorials_usual_practice_is_that_of_england(tutorial: str, tmp_path: Path) -> None:
    own = compare(saved(tutorial, tmp_path), ["usual_practice"], families=60, workers=1)
    base = compare("england", ["usual_practice"], families=60, workers=1)
    pd.testing.assert_frame_equal(own.families, base.families)


def test_the_tutorials_mistake_is_refused_with_the_sentence_it_promises(
    tutorial: str, tmp_path: Path
) -> None:
    wrong = tutorial.replace('take_up = "fg_take_up"', "take_up = 0.2")
    assert wrong != tutorial
    with pytest.raises(UserError, match="so that the number has a source"):
        make_ready(saved(wrong, tmp_path))


def test_the_tutorials_menu_holds_its_support_and_all_others(tutorial: str, tmp_path: Path) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    (text,) = re.findall(r"```toml\n(extends = .*?)```", page, re.DOTALL)
    saved(tutorial, tmp_path)
    path = tmp_path / "wider_menu.toml"
    path.write_text(text, encoding="utf-8")
    known = load(path).scenario.policies.keys()
    asked = re.findall(r"--policies ([a-z_]+)[,+]([a-z_]+)`", page)
    assert len(asked) == 2
    assert {name for pair in asked for name in pair} <= known
    assert load("menu").scenario.policies.keys() == known - {"fathers_groups"}


def test_the_tutorial_lists_every_word_that_may_stand_there(england: Ready) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    scenario = england.scenario
    for key, words in (
        ("serves", scenario.needs),
        ("at", scenario.regions[scenario.case_region].levels),
        ("payer", get_args(Payer)),
        ("category", get_args(Category)),
    ):
        (row,) = re.findall(rf"^\| [^|]*\(`{key}`\) \| (.*) \|$", page, re.MULTILINE)
        assert set(re.findall("`([a-z_0-9]+)`", row)) == set(words)


def test_the_tutorial_names_the_folder_that_its_command_writes() -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    assert f"`results/{folder_name('fathers_group', ('fathers_groups',))}`" in page


@pytest.mark.parametrize(
    ("part", "models"),
    [("support", (SupportSpec, PlaceSpec)), ("policy", (PolicySpec, OfferSpec))],
)
def test_the_tutorials_lines_are_keys_of_what_they_are_said_of(
    part: str, models: tuple[type[BaseModel], ...]
) -> None:
    page = TUTORIAL.read_text(encoding="utf-8")
    table = page.split(f"## More that a {part} can say")[1].split("\n## ")[0]
    keys = re.findall(r"(?:\| |, )`([a-z_]+)(?:\.[a-z_]+)? = ", table)
    known = {name for model in models for name in model.model_fields}
    assert len(keys) >= 8
    assert [k for k in keys if k not in known] == []
