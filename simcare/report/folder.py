"""The whole results folder, figures and all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simcare.experiment.compare import Comparison
from simcare.experiment.store import write as write_tables
from simcare.experiment.store import write_csv


def write(comparison: Comparison, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write a comparison's tables, manifest, sentences and figures to a folder and return it.

    command: what to type to have these results again. The same comparison gives the same
    bytes. Raises UserError if the folder cannot be written to or holds anything but earlier
    results of the same scenario.
    """
    return write_tables(comparison, Path(folder), command, draw=lambda made: _add(comparison, made))


def _add(comparison: Comparison, folder: Path) -> None:
    from simcare.report.figures import draw_all
    from simcare.report.menu.rows import menu_frame
    from simcare.report.shown import page

    write_csv(menu_frame(comparison), folder / "menu.csv")
    (folder / "sentences.md").write_text(page(comparison), encoding="utf-8", newline="\n")
    draw_all(comparison, folder)
