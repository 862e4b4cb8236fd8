"""Episodes and periods of care, from the rows of a return's Header and Episodes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path

from simcare.errors import UserError
from simcare.local.codes import Codes
from simcare.local.returns.oddities import Oddities
from simcare.local.returns.rows import Faults, Row, Sheet, date_of, read_sheet

HEADER = ("CHILD", "DOB")
EPISODES = ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC")
_YES = ("1", "Y", "YES", "TRUE")
_NO_DATE = "is no date; write it as 31/12/2024."
_AHEAD = "is later than today."


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
    unaccompanied; how: in what the return marks them. oddities: what was mended or left out.
    """

    episodes: tuple[Episode, ...]
    births: Mapping[int, datetime.date]
    alone: frozenset[int]
    how: str
    oddities: Oddities


def read_care(header: Path, episodes: Path, codes: Codes, uasc: Path | None = None) -> Care:
    """Read a return's files; UserError with a sentence for each kind of mistake in the rows."""
    first = read_sheet(header, HEADER)
    second = read_sheet(episodes, EPISODES)
    third = read_sheet(uasc, ("CHILD",)) if uasc is not None else None
    faults = [Faults(first.name), Faults(second.name)]
    numbers = _numbers(first, second)
    births = _births(first, numbers, faults[0])
    read = _episodes(second, numbers, births, codes, faults[1])
    problems = [said for f in faults for said in f.sentences()]
    if not second.rows:
        problems.append(f"{second.name}: there is no episode in it.")
    if problems:
        raise UserError(problems)
    read = [e for e in read if e.legal not in codes.short_breaks]
    if not read:
        raise UserError(f"{second.name}: there is no episode in it but series of short breaks.")
    tidy, overlaps, repeated = _tidied(read)
    tidy, past = _of_children(tidy, births, codes.adult_age)
    alone, how = _alone(tidy, first, third, numbers, codes)
    oddities = Oddities(
        overlaps=overlaps,
        repeated=repeated,
        past_adult=past,
        half_ended=sum((e.end is None) != (e.ceased == "") for e in read),
        no_provider=_no_provider(tidy, codes),
        strange=_strange(tidy, codes),
        without_header=len({e.child for e in tidy} - births.keys()),
    )
    return Care(tidy, births, frozenset(alone), how, oddities)


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
        elif born > datetime.date.today():
            faults.add(f"DOB {_AHEAD}", row.line)
        elif found.setdefault(numbers[_child(row)], born) != born:
            faults.add("DOB is not that of an earlier line of the same child.", row.line)
    return found


def _episodes(
    sheet: Sheet,
    numbers: Mapping[str, int],
    births: Mapping[int, datetime.date],
    codes: Codes,
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
        for column, day in (("DECOM", start), ("DEC", end)):
            if day is not None and day > datetime.date.today():
                faults.add(f"{column} {_AHEAD}", row.line)
        born = births.get(numbers[_child(row)])
        if start is not None and born is not None and start <= datetime.date.today():
            if start < born:
                faults.add("DECOM is before the child's DOB in the Header.", row.line)
            elif start >= _birthday(born, codes.adult_age):
                what = f"DECOM is on or after the child's {codes.adult_age}th birthday."
                faults.add(what, row.line)
        for column in ("RNE", "LS", "PLACE"):
            # Of short breaks less is asked, and nothing is counted.
            if not row.code(column) and row.code("LS") not in codes.short_breaks:
                faults.add(f"{column} is empty.", row.line)
        if start is not None:
            said = [row.code(c) for c in ("RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "REC")]
            found.append(Episode(numbers[_child(row)], start, end, *said))
    return found


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


def _of_children(
    episodes: Sequence[Episode], births: Mapping[int, datetime.date], adult: int
) -> tuple[tuple[Episode, ...], int]:
    """End on a birthday what goes on after it, and return how many episodes do.

    Of what is open, only what is open beyond the last day that the return speaks of.
    """
    last = max(d for e in episodes for d in (e.start, e.end) if d is not None)
    kept, past = list[Episode](), 0
    for e in episodes:
        birthday = _birthday(births[e.child], adult) if e.child in births else datetime.date.max
        late = (e.end or last) > birthday
        past += late
        kept.append(replace(e, end=birthday) if late else e)
    return tuple(kept), past


def _birthday(born: datetime.date, age: int) -> datetime.date:
    """Return a birthday; the day after the 28th of February where there is no 29th."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return datetime.date(born.year + age, 3, 1)


def _no_provider(episodes: Sequence[Episode], codes: Codes) -> int:
    known = frozenset(p for one in codes.places.values() for p in one.provider)
    needs = codes.needs_provider()
    return sum(e.place in needs and e.provider not in known for e in episodes)


def _strange(episodes: Sequence[Episode], codes: Codes) -> dict[str, int]:
    known = codes.known()
    return {
        "RNE": sum(e.reason not in known["RNE"] for e in episodes),
        "LS": sum(e.legal not in known["LS"] for e in episodes),
        "PLACE": sum(e.place not in known["PLACE"] for e in episodes),
        "REC": sum(e.ceased not in ("", *known["REC"]) for e in episodes),
    }


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
