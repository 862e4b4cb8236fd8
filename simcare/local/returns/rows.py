"""Rows of a return from its CSV files, however they were exported.

Messages name the file, the line and the column, and never what stands there.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simcare.errors import UserError

_TIME = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
_DATES = (
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), (1, 2, 3)),
)
_MOST_NAMED = 10
_FIRST_YEAR = 1900
"""Before it a year is a slip of the pen, such as 0024."""


@dataclass(frozen=True)
class Row:
    """One row of a file: its line, and its columns by their names in capitals."""

    line: int
    cells: dict[str, str]

    def code(self, column: str) -> str:
        """Return a code in capitals, "" where there is none."""
        return self.cells.get(column, "").upper()


@dataclass(frozen=True)
class Sheet:
    """A file of a return: its name, its columns, and its rows."""

    name: str
    columns: frozenset[str]
    rows: tuple[Row, ...]


def read_sheet(path: Path, needed: Sequence[str]) -> Sheet:
    """Read a CSV file with at least some columns, in any order and in any case.

    Empty rows are left out. Raises UserError if the file cannot be read, is no CSV file, or lacks
    columns; the columns that it has are not told, as they may be a child's if the first line is.
    """
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        names = [cell.strip().upper() for cell in next(lines, [])]
        _check_columns(path, names, needed)
        rows = [
            Row(lines.line_num, {n: c.strip() for n, c in zip(names, cells, strict=False)})
            for cells in lines
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        raise UserError(
            f"{path.name}: line {lines.line_num} is no line of a CSV file (a quotation mark may be "
            "missing); export it again."
        ) from None
    return Sheet(path.name, frozenset(names), tuple(rows))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror}).") from None
    if b"\0" in data:
        raise UserError(
            f"{path.name}: it is not a CSV file of plain text; save it as “CSV UTF-8”, not as a "
            "workbook or as Unicode text."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _check_columns(path: Path, names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [n for n in needed if n not in names]
    if missing:
        one = len(missing) == 1
        raise UserError(
            f"{path.name}: the column{'' if one else 's'} {', '.join(missing)} "
            f"{'is' if one else 'are'} missing; its first line must name the columns as the "
            "SSDA903 specification does, with commas between them."
        )
    twice = sorted({n for n in needed if names.count(n) > 1})
    if twice:
        raise UserError(f"{path.name}: the column {twice[0]} is there twice; keep one of them.")


def date_of(text: str) -> datetime.date | None:
    """Return a date written as 31/12/2024 or 2024-12-31, at midnight if at any time; else None."""
    plain = _TIME.sub("", text.strip())
    for pattern, (year, month, day) in _DATES:
        found = pattern.fullmatch(plain)
        if found:
            try:
                if int(found[year]) < _FIRST_YEAR:
                    return None
                return datetime.date(*(int(found[i]) for i in (year, month, day)))
            except ValueError:
                return None
    return None


class Faults:
    """What is wrong with the rows of a file, by column and kind, as numbers of lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lines: dict[str, list[int]] = {}

    def add(self, what: str, line: int) -> None:
        """Note that something is wrong in a line. what: a sentence's end that names no value."""
        self._lines.setdefault(what, []).append(line)

    def sentences(self) -> Iterator[str]:
        """Yield a sentence for each kind of mistake, with the first lines it is in."""
        for what, lines in self._lines.items():
            named = ", ".join(str(n) for n in lines[:_MOST_NAMED])
            more = f" and {len(lines) - _MOST_NAMED} more" if len(lines) > _MOST_NAMED else ""
            word = "line" if len(lines) == 1 else "lines"
            yield f"{self.name}: {word} {named}{more}: {what}"
