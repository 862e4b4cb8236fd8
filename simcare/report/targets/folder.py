"""The folder in which `simcare validate` leaves what it found."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.errors import UserError
from simcare.experiment import store
from simcare.experiment.ready import Ready

if TYPE_CHECKING:
    import pandas as pd

TABLE = "targets.csv"
_OURS = {store.MANIFEST, TABLE, "figures", "figures/targets.png", "figures/targets.svg"}


def check_folder(folder: Path, ready: Ready) -> None:
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
    store.check_folder(folder, ready.loaded)


def write_targets(
    table: pd.DataFrame, ready: Ready, folder: Path, command: Sequence[str] = ()
) -> Path:
    """Write targets.csv, manifest.json and the figure to a folder and return it.

    The folder is either whole or not there. The same answer gives the same bytes. command: what
    to type to have it again. Raises UserError as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.targets.figure import draw_targets

    check_folder(folder, ready)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "made"
            made.mkdir()
            table.to_csv(made / TABLE, index=False, lineterminator="\n", encoding="utf-8-sig")
            described = store.describe(ready, command)
            text = json.dumps(described, indent=2, sort_keys=True, ensure_ascii=False, default=str)
            (made / store.MANIFEST).write_text(text + "\n", encoding="utf-8")
            draw_targets(table, ready, made)
            if folder.exists():
                folder.replace(Path(beside) / "before")
            made.replace(folder)
    except OSError as error:
        raise UserError(
            f"option --out: the table could not be written to {folder} ({error.strerror}); make "
            "room or name another folder."
        ) from None
    return folder
