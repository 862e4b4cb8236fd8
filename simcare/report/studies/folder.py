"""The folder in which `simcare validate --supports` leaves what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.experiment import store
from simcare.experiment.ready import Ready
from simcare.report.answer_folder import check_answer_folder, write_answer

if TYPE_CHECKING:
    import pandas as pd

TABLE = "studies.csv"


def check_folder(folder: Path, studies: Mapping[str, Ready]) -> None:
    """Make sure that a folder may be written to; UserError if not."""
    check_answer_folder(folder, (TABLE,), next(iter(studies.values())).loaded)


def write_studies(
    table: pd.DataFrame, studies: Mapping[str, Ready], folder: Path, command: Sequence[str] = ()
) -> Path:
    """Write studies.csv, manifest.json and the figure to a folder and return it.

    The same answer gives the same bytes. command: what to type to have it again. Raises UserError
    as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.studies.figure import draw_studies

    def fill(made: Path) -> None:
        store.write_csv(table, made / TABLE)
        draw_studies(table, made)

    check_folder(folder, studies)
    return write_answer(folder, "table", _manifest(studies, command), fill)


def _manifest(studies: Mapping[str, Ready], command: Sequence[str]) -> dict[str, Any]:
    described = {name: store.describe(ready, command) for name, ready in studies.items()}
    shared = ("command", "interval", "versions", "platform")
    first = next(iter(described.values()))
    return {key: first[key] for key in shared} | {
        "studies": {
            name: {key: body[key] for key in body if key not in shared}
            for name, body in described.items()
        }
    }
