"""The results folder: a contract that other programs may rely on.

Written beside its place first and then moved there, so that a folder is either whole or not
there at all.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import simcare
from simcare.errors import UserError
from simcare.experiment.compare import Comparison
from simcare.experiment.ready import Ready

MANIFEST = "manifest.json"
_PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "simpy", "pydantic")
_NAMES = ("policy", "payer", "category", "item", "price_year", "kind", "region", "before",
          "after", "clock", "outcome", "type")  # fmt: skip


def check_folder(folder: Path, digest: str) -> None:
    """Make sure that results may be written to a folder; UserError if not.

    A folder that holds results of the same scenario is written over; one that holds anything
    else is left alone.
    """
    parent = folder.parent if not folder.exists() else folder
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UserError(
            f"option --out: the folder {folder} cannot be written to; name one that can."
        )
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        held = manifest["scenario_sha256"]
    except (OSError, ValueError, KeyError):
        raise UserError(
            f"option --out: the folder {folder} is not empty and holds no results of simcare; "
            "name another folder."
        ) from None
    if held != digest:
        raise UserError(
            f"option --out: the folder {folder} already holds the results of another scenario "
            f"({manifest.get('title', 'untitled')}); name another folder."
        )


def write(comparison: Comparison, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write a comparison's results to a folder and return it.

    manifest.json, summary.csv, weekly.csv, break_even.csv, families.parquet, ledger.parquet,
    events.parquet and figures/ (PNG and SVG). Raises UserError as `check_folder` does.
    """
    check_folder(folder, comparison.ready.loaded.digest)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        made = Path(beside) / "results"
        made.mkdir()
        _write_tables(comparison, made)
        manifest = describe(comparison.ready, command) | {
            "policies": list(comparison.policies),
            "reference": comparison.reference,
            "families": comparison.size.families,
            "replications": comparison.size.replications,
            "seed": comparison.size.seed,
            "decisions": comparison.decisions,
        }
        text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str)
        (made / MANIFEST).write_text(text + "\n", encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        made.replace(folder)
    return folder


def _write_tables(comparison: Comparison, folder: Path) -> None:
    for name in ("summary", "weekly", "break_even"):
        table: pd.DataFrame = getattr(comparison, name)
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    for name in ("families", "ledger", "events"):
        table = getattr(comparison, name)
        for column in table.columns.intersection(list(_NAMES)):
            table = table.assign(**{column: table[column].astype("category")})
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def describe(ready: Ready, command: Sequence[str]) -> dict[str, Any]:
    """Return what a reader needs to know how results were made."""
    return {
        "title": ready.scenario.title,
        "fictional": ready.scenario.fictional,
        "scenario": ready.loaded.tables,
        "scenario_sha256": ready.loaded.digest,
        "files": [Path(f).name for f in ready.loaded.files],
        "parameters": {
            name: {
                "value": p.value,
                "unit": p.unit,
                "status": p.status,
                "origin": p.origin,
                "price_year_of_source": p.price_year,
            }
            for name, p in ready.parameters.items()
        },
        "arrays_sha256": {name: a.digest() for name, a in ready.arrays.items()},
        "engine": "simpy",
        "interval": "95 % Monte Carlo; parameter uncertainty is not in it",
        "command": list(command),
        "versions": {
            "simcare": simcare.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "platform": f"{platform.system()} {platform.machine()} {sys.byteorder}",
    }
