"""The folder in which `simcare validate --spending` leaves what it found."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.errors import UserError
from simcare.experiment import store
from simcare.scenario.load import Loaded

if TYPE_CHECKING:
    from simcare.experiment.spending import Spending

TABLE, ITEMS = "spending.csv", "items.csv"
_OURS = {store.MANIFEST, TABLE, ITEMS, "figures", "figures/spending.png", "figures/spending.svg"}


def check_folder(folder: Path, loaded: Loaded) -> None:
    """Make sure that a folder may be written to; UserError if not.

    One that holds nothing but an earlier answer of the same kind is written over.
    """
    if folder.is_dir() and any(folder.iterdir()):
        inside = {p.relative_to(folder).as_posix() for p in folder.rglob("*")}
        strange = sorted(inside - _OURS)
        if strange or TABLE not in inside:
            raise UserError(
                f"option --out: the folder {folder} holds something else "
                f"({(strange or sorted(inside))[0]}); name another folder."
            )
        return
    store.check_folder(folder, loaded)


def write_spending(found: Spending, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write spending.csv, items.csv, manifest.json and the figure to a folder and return it.

    The folder is either whole or not there. The same answer gives the same bytes. command: what
    to type to have it again. Raises UserError as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.spending.figure import draw_spending

    check_folder(folder, found.ready.loaded)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "made"
            made.mkdir()
            store.write_csv(found.table, made / TABLE)
            store.write_csv(found.items, made / ITEMS)
            (made / store.MANIFEST).write_text(_manifest(found, command), encoding="utf-8")
            draw_spending(found, made)
            if folder.exists():
                folder.replace(Path(beside) / "before")
            made.replace(folder)
    except OSError as error:
        raise UserError(
            f"option --out: the table could not be written to {folder} ({error.strerror}); make "
            "room or name another folder."
        ) from None
    return folder


def _manifest(found: Spending, command: Sequence[str]) -> str:
    manifest = store.describe(found.ready, command) | {
        "families": found.families,
        "seed": found.seed,
        "standing_for": found.standing_for,
        "mapping": found.spec.model_dump(exclude_none=True),
    }
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
