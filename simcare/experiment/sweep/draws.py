"""Draws of parameters, and the CSV files that hold some."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.scenario.load import LARGEST_FILE_BYTES

Floats = NDArray[np.float64]


class Draws:
    """The draws of an experiment: names of parameters, and numbers of shape (draws, names)."""

    def __init__(self, names: Sequence[str], numbers: Floats) -> None:
        self.names, self.numbers = tuple(names), numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def values(self, draw: int) -> dict[str, float]:
        """Return the numbers of one draw by name."""
        return dict(zip(self.names, self.numbers[draw].tolist(), strict=True))


def read_draws(path: Path) -> list[dict[str, float]]:
    """Return the rows of a CSV file with a column for each parameter; UserError if it is none."""
    try:
        if path.stat().st_size > 100 * LARGEST_FILE_BYTES:
            raise UserError("the file is too large for a table of draws; is it really one?")
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if line]
    except OSError as error:
        raise UserError(
            f"it cannot be read ({error.strerror}); put it beside the experiment."
        ) from None
    except (UnicodeDecodeError, csv.Error):
        raise UserError("it is not a CSV file in UTF-8; save it as one.") from None
    names = [name.strip() for name in lines[0]] if lines else []
    if len(set(names)) < len(names):
        raise UserError("two of its columns have the same name; rename one.")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(names):
            raise UserError(
                f"line {number} has {len(line)} fields, but there are {len(names)} columns."
            )
        try:
            rows.append({n: float(text) for n, text in zip(names, line, strict=True)})
        except ValueError:
            raise UserError(
                f"line {number} holds something that is not a number; write 0.6, not 0,6 or 60%."
            ) from None
    return rows
