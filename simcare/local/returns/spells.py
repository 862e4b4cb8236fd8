"""Episodes and periods of care, from the rows of a return's Header and Episodes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from simcare.errors import UserError
from simcare.local.form import Codes
from simcare.local.returns.rows import Faults, Row, Sheet, date_of, read_sheet

HEADER = ("CHILD", "DOB")
EPISODES = ("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC")
_YES = ("1", "Y", "YES", "TRUE")
_NO_DATE = "is no date; write it as 31/12/2024."


@dataclass(frozen=True)
class Episode:
    """One episode: from a day to another (None: it goes on), with its codes in capitals.

    child: a number that this run gave to the child, not the council's identifier.
    """

    child: int
    start: datetime.date
    end: datetime.date | None
    reason: str
    legal: str
    need: str
    place: str
    provider: str
    ceased: str


@dataclass(frozen=True)
class Care:
    """Everything that a return says, without the children it says it of.

    births: {child: date of birth}, of those whose Header was found. alone: children who came
    unaccompanied; how: in what the return marks them. overlaps, repeated: episodes that reached
    into the next one (their ends were brought forward), and that were there more than once.
    """

    episodes: tuple[Episode, ...]
    births: Mapping[int, datetime.date]
    alone: frozenset[int]
    how: str
    overlaps: int
    repeated: int
    without_header: int


def read_care(header: Path, episodes: Path, codes: Codes, uasc: Path | None = None) -> Care:
    """Read a return's files; UserError with a sentence for each kind of mistake in the rows."""
    first = read_sheet(header, HEADER)
    second = read_sheet(episodes, EPISODES)
    third = read_sheet(uasc, ("CHILD",)) if uasc is not None else None
    faults = [Faults(first.name), Faults(second.name)]
    numbers = _numbers(first, second)
    births = _births(first, numbers, faults[0])
    read = _episodes(second, numbers, births, faults[1])
    problems = [said for f in faults for said in f.sentences()]
    if not second.rows:
        problems.append(f"{second.name}: there is no episode in it.")
    if problems:
        raise UserError(problems)
    tidy, overlaps, repeated = _tidied(read)
    tidy = tuple(e for e in tidy if e.legal not in codes.short_breaks)
    if not tidy:
        raise UserError(f"{second.name}: there is no episode in it but series of short breaks.")
    alone, how = _alone(tidy, first, third, numbers, codes)
    without = len({e.child for e in tidy} - births.keys())
    return Care(tidy, births, frozenset(alone), how, overlaps, repeated, without)


def _numbers(*sheets: Sheet) -> dict[str, int]:
    """Give every child a number of this run, in the order of the files."""
    seen = dict.fromkeys(_child(row) for sheet in sheets for row in sheet.rows)
    return {child: i for i, child in enumerate(seen)}


def _child(row: Row) -> str:
    return row.code("CHILD")


def _births(sheet: Sheet, numbers: Mapping[str, int], faults: Faults) -> dict[int, datetime.date]:
    found: dict[int, datetime.date] = {}
    for row in sheet.rows:
        born = date_of(row.cells.get("DOB", ""))
        if not _child(row):
            faults.add("CHILD is empty.", row.line)
        elif born is None:
            faults.add(f"DOB {_NO_DATE}", row.line)
        elif found.setdefault(numbers[_child(row)], born) != born:
            faults.add("DOB is not that of an earlier line of the same child.", row.line)
    return found


def _episodes(
    sheet: Sheet,
    numbers: Mapping[str, int],
    births: Mapping[int, datetime.date],
    faults: Faults,
) -> list[Episode]:
    found = []
    for row in sheet.rows:
        start, ended = date_of(row.cells.get("DECOM", "")), row.cells.get("DEC", "")
        end = date_of(ended) if ended else None
        if not _child(row):
            faults.add("CHILD is empty.", row.line)
        if start is None:
            faults.add(f"DECOM {_NO_DATE}", row.line)
        if ended and end is None:
            faults.add(f"DEC {_NO_DATE}", row.line)
        if start is not None and end is not None and end < start:
            faults.add("DEC is before DECOM.", row.line)
        born = births.get(numbers[_child(row)])
        if start is not None and born is not None:
            if start < born:
                faults.add("DECOM is before the child's DOB in the Header.", row.line)
            elif start >= _birthday(born, 18):
                faults.add("DECOM is on or after the child's 18th birthday.", row.line)
        for column in ("RNE", "LS", "PLACE"):
            if not row.code(column):
                faults.add(f"{column} is empty.", row.line)
        if start is not None:
            codes = [row.code(c) for c in ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC")]
            found.append(Episode(numbers[_child(row)], start, end, *codes))
    return found


def _birthday(born: datetime.date, age: int) -> datetime.date:
    """Return a birthday; the day after the 28th of February where there is no 29th."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return datetime.date(born.year + age, 3, 1)


def _tidied(episodes: Sequence[Episode]) -> tuple[tuple[Episode, ...], int, int]:
    """Put episodes in order, once each, none reaching into the child's next one.

    Of several that start alike (an episode that was open in one year's return and has ended in
    the next), one that has ended is kept.
    """
    once: dict[tuple[object, ...], Episode] = {}
    for e in episodes:
        key = (e.child, e.start, e.reason, e.legal, e.place)
        if key not in once or _ends(e) < _ends(once[key]):
            once[key] = e
    ordered = sorted(once.values(), key=lambda e: (e.child, e.start, _ends(e)))
    kept, overlaps = list[Episode](), 0
    for _, group in groupby(ordered, key=lambda e: e.child):
        own = list(group)
        for one, following in pairwise(own):
            late = one.end is None or one.end > following.start
            overlaps += late
            kept.append(replace(one, end=following.start) if late else one)
        kept += own[-1:]
    return tuple(kept), overlaps, len(episodes) - len(kept)


def _ends(episode: Episode) -> datetime.date:
    return episode.end or datetime.date.max


def _alone(
    episodes: Sequence[Episode],
    header: Sheet,
    uasc: Sheet | None,
    numbers: Mapping[str, int],
    codes: Codes,
) -> tuple[set[int], str]:
    """Return who came unaccompanied, by the best mark that the return has, and which it is."""
    if "UASC" in header.columns:
        marked = {numbers[_child(r)] for r in header.rows if r.code("UASC") in _YES}
        return marked, "by the column UASC of the Header"
    if uasc is not None:
        marked = {numbers[_child(r)] for r in uasc.rows if _child(r) in numbers}
        return marked, "by the file of unaccompanied children"
    marked = {e.child for e in episodes if e.need in codes.unaccompanied}
    named = " or ".join(codes.unaccompanied)
    return marked, f"by category of need {named} (the files do not mark them otherwise)"
