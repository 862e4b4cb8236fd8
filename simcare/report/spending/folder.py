"""The folder in which `simcare validate --spending` leaves what it found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.experiment import store
from simcare.report.answer_folder import check_answer_folder, write_answer
from simcare.scenario.load import Loaded

if TYPE_CHECKING:
    from simcare.experiment.spending import Spending

TABLE, ITEMS = "spending.csv", "items.csv"


def check_folder(folder: Path, loaded: Loaded) -> None:
    """Make sure that a folder may be written to; UserError if not."""
    check_answer_folder(folder, (TABLE, ITEMS), loaded)


def write_spending(found: Spending, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write spending.csv, items.csv, manifest.json and the figure to a folder and return it.

    The same answer gives the same bytes. command: what to type to have it again. Raises UserError
    as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.spending.figure import draw_spending

    def fill(made: Path) -> None:
        store.write_csv(found.table, made / TABLE)
        store.write_csv(found.items, made / ITEMS)
        draw_spending(found, made)

    manifest = store.describe(found.ready, command) | {
        "families": found.families,
        "seed": found.seed,
        "standing_for": found.standing_for,
        "mapping": found.spec.model_dump(exclude_none=True),
    }
    check_folder(folder, found.ready.loaded)
    return write_answer(folder, "table", manifest, fill)
