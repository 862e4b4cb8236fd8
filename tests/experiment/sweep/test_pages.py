"""What the pages on experiments promise: the example is in order, and the code on them runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from simcare.experiment.sweep.dataset import MANIFEST
from simcare.experiment.sweep.form import Kind, SettingsSpec, VariedSpec
from simcare.experiment.sweep.reading import read_experiment
from simcare.experiment.sweep.run import sweep
from simcare.experiment.sweep.table import COLUMNS
from tests.cli.command import environment
from tests.experiment.sweep.files import saved, tree

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "sweeps.md").read_text(encoding="utf-8")


def block(page: str, mark: str) -> str:
    (found,) = re.findall(rf"<!-- {mark} -->\n```[a-z]+\n(.*?)```", page, re.DOTALL)
    return str(found)


def test_the_pages_experiment_is_in_order(tmp_path: Path) -> None:
    plan = read_experiment(saved(tmp_path, block(PAGE, "experiment")))
    assert (len(plan.draws), plan.count) == (50, 50 * 2 * 2)
    assert set(plan.draws.names) == {"rt_take_up", "rt_price"}


def test_the_page_names_every_column_setting_and_kind() -> None:
    for name in (*COLUMNS, *SettingsSpec.model_fields, MANIFEST):
        assert f"`{name}`" in PAGE, name
    for name in get_args(Kind):
        assert f'`"{name}"`' in PAGE, name
    for name, field in VariedSpec.model_fields.items():
        assert (field.alias or name) in PAGE, name


@pytest.mark.parametrize("reader", ["pandas", "duckdb", "polars"])
def test_the_dataset_is_read_as_the_page_says(tmp_path: Path, reader: str) -> None:
    pytest.importorskip(reader)
    small = re.sub(r"draws = 50|families = 2000", lambda m: m[0].split("=")[0] + "= 4",
                   block(PAGE, "experiment"))  # fmt: skip
    sweep(saved(tmp_path, small), tmp_path / "results" / "mine")
    ran = subprocess.run(
        [sys.executable, "-c", block(PAGE, f"read: {reader}")],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) > 2


@pytest.mark.skipif(os.name != "posix", reason="the page speaks to a POSIX shell")
@pytest.mark.slow
def test_the_page_starts_a_dask_cluster_and_runs_on_it(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    commands = block((DOCS / "executors.md").read_text(encoding="utf-8"), "executors: dask")
    python = sys.executable
    for name, module in (("dask", "dask"), ("simcare", "simcare.cli")):
        commands = re.sub(rf"^{name} ", f"{python} -m {module} ", commands, flags=re.MULTILINE)
    ran = subprocess.run(
        ["bash", "-c", commands.replace("8786", "18786") + "wait\n"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert "Results are in results/other_prices/dataset/" in " ".join(ran.stdout.split()), (
        ran.stderr
    )
    here = sweep("other_prices", tmp_path / "here")
    assert tree(tmp_path / "results" / "other_prices") == tree(here.folder)
