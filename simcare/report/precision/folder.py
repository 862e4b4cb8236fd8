"""The folder in which `simcare precision` leaves what it found."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from simcare.errors import UserError
from simcare.experiment import store
from simcare.experiment.precision import Precision
from simcare.scenario.load import Loaded

TABLE = "precision.csv"
_OURS = {store.MANIFEST, TABLE, "figures", "figures/precision.png", "figures/precision.svg"}


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


def write_precision(found: Precision, folder: Path, command: Sequence[str] = ()) -> Path:
    """Write precision.csv, manifest.json and figures to a folder and return it.

    The folder is either whole or not there. The same answer gives the same bytes. command: what
    to type to have it again. Raises UserError as `check_folder` does, and if it cannot be written.
    """
    from simcare.report.precision.figure import draw_precision

    check_folder(folder, found.ready.loaded)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "made"
            made.mkdir()
            found.path.to_csv(made / TABLE, index=False, lineterminator="\n", encoding="utf-8-sig")
            (made / store.MANIFEST).write_text(_manifest(found, command), encoding="utf-8")
            draw_precision(found, made)
            if folder.exists():
                folder.replace(Path(beside) / "before")
            made.replace(folder)
    except OSError as error:
        raise UserError(
            f"option --out: the answer could not be written to {folder} ({error.strerror}); make "
            "room or name another folder."
        ) from None
    return folder


def _manifest(found: Precision, command: Sequence[str]) -> str:
    aim = found.aim
    manifest = store.describe(found.ready, command) | {
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
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
