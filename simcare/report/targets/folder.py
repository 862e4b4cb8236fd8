"""The folder in which `simcare validate` leaves what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.experiment import store
from simcare.experiment.ready import Ready
from simcare.report.answer_folder import check_answer_folder, write_answer

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.predictive import Predicted

TABLE = "targets.csv"


def check_folder(folder: Path, ready: Ready) -> None:
    """Make sure that a folder may be written to; UserError if not."""
    check_answer_folder(folder, (TABLE,), ready.loaded)


def write_targets(
    table: pd.DataFrame,
    ready: Ready,
    folder: Path,
    command: Sequence[str] = (),
    drawn: Predicted | None = None,
) -> Path:
    """Write targets.csv, manifest.json and the figure to a folder and return it.

    The same answer gives the same bytes. command: what to type to have it again. drawn: of what
    it was predicted. Raises UserError as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.targets.figure import draw_targets

    def fill(made: Path) -> None:
        store.write_csv(table, made / TABLE)
        draw_targets(table, ready, made)

    check_folder(folder, ready)
    manifest = store.describe(ready, command) | ({} if drawn is None else drawn.described())
    return write_answer(folder, "table", manifest, fill)
