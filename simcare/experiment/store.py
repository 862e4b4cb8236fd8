"""The results folder: a contract that other programs may rely on.

Written beside its place first and then moved there, so that a folder is either whole or not
there at all.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import simcare
from simcare.errors import UserError
from simcare.experiment.compare import Comparison
from simcare.experiment.ready import Ready
from simcare.scenario.load import Loaded

MANIFEST = "manifest.json"
_CSV = ("summary", "weekly", "break_even", "published", "harm")
_SOMETIMES_CSV = ("packages", "scaled")
_PARQUET = ("families", "ledger", "events")
_OURS = {
    MANIFEST, *(f"{n}.csv" for n in (*_CSV, *_SOMETIMES_CSV)),
    *(f"{n}.parquet" for n in _PARQUET), "figures", "menu.csv", "sentences.md",
}  # fmt: skip
_FIGURE = re.compile(r"figures/[a-z0-9_]+\.(png|svg)")
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
_PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "simpy", "pydantic")
_NAMES = ("policy", "payer", "category", "item", "price_year", "kind", "region", "before",
          "after", "clock", "outcome", "type")  # fmt: skip


def check_folder(folder: Path, loaded: Loaded) -> None:
    """Make sure that a scenario's results may be written to a folder; UserError if not.

    A folder that holds nothing but results of the same scenario, perhaps before it was edited,
    is written over; one that holds anything else is left alone. A scenario is the same if its
    file has the same name or if it says the same.
    """
    try:
        _check_folder(folder.resolve(), loaded)
    except OSError as error:
        raise UserError(
            f"option --out: the folder {folder} cannot be used ({error.strerror}); name another."
        ) from None


def _check_folder(folder: Path, loaded: Loaded) -> None:
    parent = folder
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise UserError(
            f"option --out: {folder} cannot be a folder, because {parent} is a file; name another "
            "folder."
        )
    # A folder is replaced whole, so it is the one above that must let itself be changed.
    if not all(os.access(p, os.W_OK | os.X_OK) for p in {parent, _above(folder, parent)}):
        raise UserError(
            f"option --out: the folder {folder} cannot be written to; name one that can, or see "
            "to its permissions."
        )
    if not folder.exists():
        return
    if folder in (Path.cwd(), *Path.cwd().parents):
        raise UserError(
            f"option --out: {folder} is the folder that you are in, or above it; name one inside "
            "it, such as results."
        )
    if any(folder.iterdir()):
        _check_contents(folder, loaded)


def _above(folder: Path, existing: Path) -> Path:
    return folder.parent if existing == folder else existing


def _check_contents(folder: Path, loaded: Loaded) -> None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        held, name = manifest["scenario_sha256"], manifest["files"][-1]
    except (OSError, ValueError, LookupError, TypeError):
        raise UserError(
            f"option --out: the folder {folder} is not empty and holds no results of simcare "
            f"(it has {min(p.name for p in folder.iterdir())}); name another folder."
        ) from None
    inside = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))
    strange = [name for name in inside if name not in _OURS and not _FIGURE.fullmatch(name)]
    if strange:
        raise UserError(
            f"option --out: the folder {folder} also holds a file that simcare did not write "
            f"({strange[0]}), which would be lost; move it away or name another folder."
        )
    if held != loaded.digest and name != loaded.path.name:
        raise UserError(
            f"option --out: the folder {folder} already holds the results of another scenario "
            f"({name}: {manifest.get('title', 'untitled')}); name another folder."
        )


def write(
    comparison: Comparison,
    folder: Path,
    command: Sequence[str] = (),
    draw: Callable[[Path], object] | None = None,
) -> Path:
    """Write a comparison's results to a folder and return it.

    manifest.json, summary.csv, weekly.csv, break_even.csv, published.csv, families.parquet;
    packages.csv if a package was run; scaled.csv if the scenario has a `scale`; ledger.parquet
    and events.parquet if they were kept. command: what to type to have these results again.
    draw: called with the folder before it is moved into place, to add figures to it. The same
    comparison gives the same bytes. Raises UserError as `check_folder` does.
    """
    check_folder(folder, comparison.ready.loaded)
    folder = folder.resolve()
    with _errors_of(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "results"
            made.mkdir()
            _write_tables(comparison, made)
            _write_manifest(comparison, made, command)
            if draw is not None:
                draw(made)
            if folder.exists():
                folder.replace(Path(beside) / "before")
            made.replace(folder)
    return folder


@contextmanager
def _errors_of(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise UserError(
            f"option --out: the results could not be written to {folder} ({error.strerror}), and "
            "nothing was left there; make room or name another folder."
        ) from None


def _write_manifest(comparison: Comparison, folder: Path, command: Sequence[str]) -> None:
    manifest = describe(comparison.ready, command) | {
        "policies": list(comparison.policies),
        "reference": comparison.reference,
        "families": comparison.size.families,
        "replications": comparison.size.replications,
        "seed": comparison.size.seed,
        "decisions": comparison.decisions,
        "engine": comparison.choice.engine,
        "log": "not kept" if comparison.log is None else "kept",
    }
    if comparison.choice.engine == "compiled":
        manifest["versions"] |= {name: version(name) for name in ("llvmlite", "numba")}
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _write_tables(comparison: Comparison, folder: Path) -> None:
    for name in (*_CSV, *(n for n in _SOMETIMES_CSV if len(getattr(comparison, n)))):
        write_csv(getattr(comparison, name), folder / f"{name}.csv")
    tables = {"families": comparison.families}
    if comparison.log is not None:
        tables |= {"ledger": comparison.ledger, "events": comparison.events}
    for name, table in tables.items():
        for column in table.columns.intersection(list(_NAMES)):
            table = table.assign(**{column: table[column].astype("category")})
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def write_csv(table: pd.DataFrame, place: Path) -> None:
    """Write a table as all tables of a results folder are written."""
    # With a byte order mark, or Excel takes the pound signs for something else.
    table.to_csv(place, index=False, lineterminator="\n", encoding="utf-8-sig")


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
        "interval": "95 % Monte Carlo; parameter uncertainty is not in it",
        "command": list(command),
        "versions": {
            "simcare": simcare.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "platform": f"{platform.system()} {platform.machine()} {sys.byteorder}",
    }
