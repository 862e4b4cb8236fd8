"""The folder of an experiment's results: a Parquet dataset that grows by whole files.

`manifest.json` says what is run; `dataset/part-00000.parquet` and so on hold the results. A file
is written under another name first and forced to the disk, and only then given its own, so that
whatever is killed and whenever, a file with its own name is whole.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import simcare
from simcare.errors import UserError
from simcare.experiment.sweep.place import (
    DISK,
    UNFINISHED,
    alone,
    check_place,
    put,
    sweep_out,
)
from simcare.experiment.sweep.plan import Plan
from simcare.experiment.sweep.table import COLUMNS, is_part

MANIFEST, PARTS = "manifest.json", "dataset"
_PART = re.compile(r"part-(\d{5})\.parquet")
_PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "simpy", "pydantic")


class Dataset:
    """The results of one experiment in one folder. Made by `opened`."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.parts = folder / PARTS
        self.done: set[int] = set()

    def path(self, part: int) -> Path:
        """Return where a part lies."""
        return self.parts / f"part-{part:05d}.parquet"

    def units_done(self) -> int:
        """Return how many units have their results on the disk."""
        return sum(len(self.plan.parts[p]) for p in self.done)

    def add(self, part: int, data: bytes) -> None:
        """Put a finished part on the disk; UserError if there is no room."""
        with self._errors():
            put(self.path(part), data)
        self.done.add(part)

    def begin(self) -> None:
        """Make the folder, and say in it what will be run."""
        with self._errors():
            self.parts.mkdir(parents=True, exist_ok=True)
            put(self.folder / MANIFEST, _text(describe(self.plan, complete=False)))

    def finish(self) -> None:
        """Say that everything is there, if it has not been said yet."""
        path = self.folder / MANIFEST
        with self._errors():
            held = json.loads(path.read_text(encoding="utf-8"))
            # The versions stay those of the run that made the results.
            if held.get("complete") is not True:
                put(path, _text({**held, "complete": True}))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in DISK:
                raise
            kept = f"{self.units_done()} of {self.plan.count} units are done and kept"
            raise UserError(
                f"the results could not be written to {self.folder} ({error.strerror}); {kept}. "
                "Make room and go on with `--resume`."
            ) from None


@contextmanager
def opened(folder: Path, plan: Plan, *, resume: bool) -> Iterator[Dataset]:
    """Give the dataset of a plan in a folder that is new or holds results of the same plan.

    resume: whether a folder whose results are incomplete is gone on with. Raises UserError for
    a folder that holds anything else, or that another process is writing to. Whatever was left
    half-written is removed.
    """
    folder = folder.resolve()
    dataset = Dataset(folder, plan)
    with ExitStack() as held:
        try:
            check_place(folder)
            if _holds_experiment(folder):
                _check_manifest(folder, plan)
                dataset.done = _parts_of(dataset)
            if dataset.done and len(dataset.done) < len(plan.parts) and not resume:
                raise UserError(
                    f"option --out: the folder {folder} holds {dataset.units_done()} of the "
                    f"{plan.count} units of this experiment; finish it with `--resume`, or name "
                    "another folder."
                )
            folder.mkdir(parents=True, exist_ok=True)
            held.enter_context(alone(folder))
            sweep_out(folder, PARTS)
        except OSError as error:
            raise UserError(
                f"option --out: the folder {folder} cannot be used ({error.strerror}); name "
                "another."
            ) from None
        yield dataset


def _holds_experiment(folder: Path) -> bool:
    """Say whether a folder holds an experiment; UserError if it holds anything else."""
    if not folder.exists():
        return False
    names = sorted(p.name for p in folder.iterdir() if not UNFINISHED.fullmatch(p.name))
    strange = [n for n in names if n not in (MANIFEST, PARTS)]
    if names == [PARTS] and any((folder / PARTS).iterdir()):
        strange = [PARTS]
    if strange:
        raise UserError(
            f"option --out: the folder {folder} is not empty and holds something that is no "
            f"result of an experiment (it has {strange[0]}); name another folder."
        )
    return MANIFEST in names


def _check_manifest(folder: Path, plan: Plan) -> None:
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digest, title = held["experiment_sha256"], held["title"]
    except (ValueError, LookupError, TypeError):
        raise UserError(
            f"option --out: the folder {folder} holds no results of an experiment, but another "
            f"{MANIFEST}; name another folder."
        ) from None
    if digest != plan.digest:
        raise UserError(
            f"option --out: the folder {folder} holds the results of another experiment "
            f"({title}), or of this one before it, its scenario or simcare was changed; name "
            "another folder."
        )


def _parts_of(dataset: Dataset) -> set[int]:
    """Return the parts that are on the disk; UserError if one is not this experiment's."""
    done: set[int] = set()
    for path in sorted(dataset.parts.iterdir()) if dataset.parts.is_dir() else ():
        if UNFINISHED.fullmatch(path.name):
            continue
        match = _PART.fullmatch(path.name)
        if match is None or not is_part(path, dataset.plan.digest, int(match[1])):
            raise UserError(
                f"option --out: {path} is no part of this experiment's results; move it away, or "
                "name another folder."
            )
        done.add(int(match[1]))
    return done


def _text(manifest: dict[str, Any]) -> bytes:
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    return (text + "\n").encode()


def describe(plan: Plan, *, complete: bool) -> dict[str, Any]:
    """Return what a reader needs to know of an experiment's results."""
    ready = plan.ready
    return {
        "title": plan.title,
        "complete": complete,
        "experiment_sha256": plan.digest,
        "scenario": ready.loaded.tables,
        "scenario_sha256": ready.loaded.digest,
        "files": [Path(f).name for f in ready.loaded.files],
        "policies": list(plan.policies),
        "reference": ready.scenario.reference,
        "draws": len(plan.draws),
        "draws_are": "a sample" if plan.sampled else "chosen one by one",
        "draws_from": plan.source,
        "seeds": list(plan.seeds),
        "settings": [asdict(s) for s in plan.settings],
        "units": plan.count,
        "parts": len(plan.parts),
        "parameters": {n: ready.parameters[n].unit for n in plan.draws.names},
        "columns": COLUMNS,
        "standard_errors": "Monte Carlo; parameter uncertainty is not in them",
        "spread_over_draws": "parameter uncertainty; families and seeds are the same in each draw",
        "versions": {
            "simcare": simcare.__version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "platform": f"{platform.system()} {platform.machine()} {sys.byteorder}",
    }
