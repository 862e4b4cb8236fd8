"""The folder in which `simcare precision` leaves what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simcare.experiment import store
from simcare.experiment.precision import Precision
from simcare.report.answer_folder import check_answer_folder, write_answer
from simcare.scenario.load import Loaded

TABLE = "precision.csv"


def check_folder(folder: Path, loaded: Loaded) -> None:
    """Make sure that a folder may be written to; UserError if not."""
    check_answer_folder(folder, (TABLE,), loaded)


def write_precision(found: Precision, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write precision.csv, manifest.json and figures to a folder and return it.

    The same answer gives the same bytes. command: what to type to have it again. Raises UserError
    as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.precision.figure import draw_precision

    def fill(made: Path) -> None:
        store.write_csv(found.path, made / TABLE)
        draw_precision(found, made)

    check_folder(folder, found.ready.loaded)
    return write_answer(folder, "answer", _manifest(found, command), fill)


def _manifest(found: Precision, command: Sequence[str]) -> dict[str, Any]:
    aim = found.aim
    return store.describe(found.ready, command) | {
        "policy": aim.policy,
        "outcome": aim.outcome,
        "half_width": aim.half_width,
        "counted": aim.unit,
        "step": aim.step,
        "most": aim.most,
        "needed": found.needed,
        "verdict": found.verdict,
        "seed": found.size.seed,
    }
