"""The folder in which `simcare validate --back-cast` leaves what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.evidence import load
from simcare.experiment import store
from simcare.experiment.skill import scores
from simcare.experiment.validation import PREDICTIVE
from simcare.report.answer_folder import check_answer_folder, write_answer
from simcare.scenario.load import Loaded

if TYPE_CHECKING:
    from simcare.experiment.backcast import BackCast

TABLE, SCORES = "backcast.csv", "scores.csv"


def check_folder(folder: Path, loaded: Loaded) -> None:
    """Make sure that a folder may be written to; UserError if not."""
    check_answer_folder(folder, (TABLE, SCORES), loaded)


def write_back_cast(found: BackCast, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write backcast.csv, scores.csv, manifest.json and the figure to a folder and return it.

    The same answer gives the same bytes. command: what to type to have it again. Raises UserError
    as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.backcast.figure import draw_back_cast

    def fill(made: Path) -> None:
        store.write_csv(found.table, made / TABLE)
        store.write_csv(scores(found.table, found.seed), made / SCORES)
        draw_back_cast(found, made)

    manifest = store.describe(found.ready, command) | {
        "interval": PREDICTIVE,
        "draws": found.draws,
        "families": found.families,
        "seed": found.seed,
        "posterior": found.posterior.described(),
        "by_year": found.by_year.model_dump(),
        "evidence": {id: load().get(id).value for id in _ids(found)},
    }
    check_folder(folder, found.ready.loaded)
    return write_answer(folder, "table", manifest, fill)


def _ids(found: BackCast) -> list[str]:
    return list(dict.fromkeys(i for cell in found.table["evidence"] for i in cell.split(", ")))
