"""The folder of a calibration: its runs as they come, and then what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from simcare.errors import UserError
from simcare.experiment.calibration.plan import BATCH, CalibrationPlan
from simcare.experiment.sweep.place import (
    DISK,
    UNFINISHED,
    alone,
    check_place,
    put,
    sweep_out,
)

MANIFEST, RUNS = "manifest.json", "runs"
POSTERIOR, PROVENANCE = "posterior.csv", "posterior.toml"
TABLES = ("numbers.csv", "targets.csv", "informs.csv", "correlations.csv", "waves.csv",
          "predictions.csv", "nearest.csv", "recovery.csv")  # fmt: skip
_OURS = {MANIFEST, RUNS, POSTERIOR, PROVENANCE, "figures", *TABLES}
_BATCH = re.compile(r"wave-(\d+)-(\d{5})\.npy")


class CalibrationFolder:
    """The folder of one calibration. Made by `opened`."""

    def __init__(self, folder: Path, plan: CalibrationPlan) -> None:
        self.folder, self.plan = folder, plan
        self.runs = folder / RUNS

    def path(self, wave: int, batch: int) -> Path:
        """Return where a batch of runs lies."""
        return self.runs / f"wave-{wave}-{batch:05d}.npy"

    def batches(self, wave: int) -> range:
        """Return the numbers of a wave's batches."""
        return range(-(-self.plan.sizes[wave] // BATCH))

    def done(self) -> int:
        """Return how many runs have their results on the disk."""
        found = 0
        for wave, size in enumerate(self.plan.sizes):
            for batch in self.batches(wave):
                if self.path(wave, batch).is_file():
                    found += min(BATCH, size - batch * BATCH)
        return found

    def begin(self, manifest: dict[str, Any]) -> None:
        """Make the folder, and say in it what is run."""
        with self.errors():
            self.runs.mkdir(parents=True, exist_ok=True)
            self.write(MANIFEST, as_json(manifest))

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole, or not at all; UserError if there is no room."""
        with self.errors():
            put(self.folder / name, data)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn a full disk and its like into a sentence."""
        try:
            yield
        except OSError as error:
            if error.errno not in DISK:
                raise
            raise UserError(
                f"the calibration could not be written to {self.folder} ({error.strerror}); "
                f"{self.done()} of {self.plan.total} runs are done and kept. Make room and go on "
                "with `--resume`."
            ) from None


@contextmanager
def opened(folder: Path, plan: CalibrationPlan, *, resume: bool) -> Iterator[CalibrationFolder]:
    """Give the folder of a calibration: new, or one that holds the same.

    resume: whether one that is not complete is gone on with. Raises UserError for a folder that
    holds anything else, or that another process is writing to.
    """
    folder = folder.resolve()
    held = CalibrationFolder(folder, plan)
    with ExitStack() as stack:
        try:
            check_place(folder)
            if _holds_calibration(folder):
                complete = _check_manifest(folder, plan)
                if not complete and held.done() and not resume:
                    raise UserError(
                        f"option --out: the folder {folder} holds {held.done()} of the "
                        f"{plan.total} runs of this calibration; finish it with `--resume`, or "
                        "name another folder."
                    )
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(alone(folder))
            sweep_out(folder, RUNS)
        except OSError as error:
            raise UserError(
                f"option --out: the folder {folder} cannot be used ({error.strerror}); name "
                "another."
            ) from None
        yield held


def _holds_calibration(folder: Path) -> bool:
    if not folder.exists():
        return False
    names = {p.name for p in folder.iterdir() if not UNFINISHED.fullmatch(p.name)}
    runs = folder / RUNS
    strange = sorted(names - _OURS)
    if runs.is_dir():
        strange += sorted(
            f"{RUNS}/{p.name}"
            for p in runs.iterdir()
            if not _BATCH.fullmatch(p.name) and not UNFINISHED.fullmatch(p.name)
        )
    if strange or (names and MANIFEST not in names):
        raise UserError(
            f"option --out: the folder {folder} is not empty and holds something that is no "
            f"result of a calibration (it has {(strange or sorted(names))[0]}); name another "
            "folder."
        )
    return MANIFEST in names


def _check_manifest(folder: Path, plan: CalibrationPlan) -> bool:
    """Say whether the calibration in a folder is complete; UserError if it is another one."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digest = held["calibration_sha256"]
    except (ValueError, LookupError, TypeError):
        raise UserError(
            f"option --out: the folder {folder} holds no results of a calibration, but another "
            f"{MANIFEST}; name another folder."
        ) from None
    if digest != plan.digest:
        raise UserError(
            f"option --out: the folder {folder} holds another calibration, or this one before its "
            "options, its scenario or simcare was changed; name another folder."
        )
    return bool(held.get("complete"))


def as_json(said: dict[str, Any]) -> bytes:
    """Return the bytes of a JSON file: the same for the same."""
    return (json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def as_csv(table: Any) -> bytes:
    """Return the bytes of a CSV file; numbers have six significant digits."""
    text: str = table.to_csv(index=False, lineterminator="\n", float_format="%.6g")
    return text.encode()
