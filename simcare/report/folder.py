"""The whole results folder, figures and all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simcare.experiment.compare import Comparison
from simcare.experiment.store import write as write_tables


def write(comparison: Comparison, folder: str | Path, command: Sequence[str] = ()) -> Path:
    """Write a comparison's tables, manifest and figures to a folder and return it.

    command: what to type to have these results again. The same comparison gives the same
    bytes. Raises UserError if the folder cannot be written to or holds anything but earlier
    results of the same scenario.
    """
    return write_tables(
        comparison, Path(folder), command, draw=lambda made: _draw(comparison, made)
    )


def _draw(comparison: Comparison, folder: Path) -> None:
    from simcare.report.figures import draw_all

    draw_all(comparison, folder)
