"""A folder that holds one answer: tables, the manifest and a figure, whole or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simcare.errors import UserError
from simcare.experiment import store
from simcare.scenario.load import Loaded


def check_answer_folder(folder: Path, tables: tuple[str, ...], loaded: Loaded) -> None:
    """Make sure that an answer may be written to a folder; UserError if not.

    tables: the names of its tables; the first one, without its ending, is the figure's name too.
    One that holds nothing but an earlier answer of the same kind is written over.
    """
    if folder.is_dir() and any(folder.iterdir()):
        figure = f"figures/{Path(tables[0]).stem}"
        ours = {store.MANIFEST, *tables, "figures", f"{figure}.png", f"{figure}.svg"}
        inside = {p.relative_to(folder).as_posix() for p in folder.rglob("*")}
        strange = sorted(inside - ours)
        if strange or tables[0] not in inside:
            raise UserError(
                f"option --out: the folder {folder} holds something else "
                f"({(strange or sorted(inside))[0]}); name another folder."
            )
        return
    store.check_folder(folder, loaded)


def write_answer(
    folder: Path, what: str, manifest: Mapping[str, Any], fill: Callable[[Path], object]
) -> Path:
    """Write an answer to a folder and return it: what `fill` puts there, and the manifest.

    what: the answer in a word, for messages. The folder is either whole or not there. Raises
    UserError if it cannot be written.
    """
    folder = folder.resolve()
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "made"
            made.mkdir()
            (made / store.MANIFEST).write_text(text + "\n", encoding="utf-8")
            fill(made)
            if folder.exists():
                folder.replace(Path(beside) / "before")
            made.replace(folder)
    except OSError as error:
        raise UserError(
            f"option --out: the {what} could not be written to {folder} ({error.strerror}); make "
            "room or name another folder."
        ) from None
    return folder
