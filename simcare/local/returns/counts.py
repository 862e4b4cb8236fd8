"""What a year's return counts: who comes, who is there, who moves, who leaves and comes back."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simcare.local.codes import Coded, Codes
from simcare.local.returns.disclosure import Count, disclosed
from simcare.local.returns.spells import Care, Episode
from simcare.units import DAYS_PER_WEEK, WEEKS_PER_YEAR

_DAYS = WEEKS_PER_YEAR * DAYS_PER_WEEK
AGES = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (200, "16 and over"))
ENOUGH = 20.0
"""Of fewer children no share is worked out: two or three others would change it."""
_UNKNOWN = "not known"
_YEAR = datetime.timedelta(days=365)
_MONTH = datetime.timedelta(days=31)


@dataclass(frozen=True)
class Line:
    """One count of a group, such as the starts of one age."""

    group: str
    title: str
    count: Count


@dataclass(frozen=True)
class Counts:
    """The counts of a year, all suppressed and rounded: {name or title: count} by group.

    child_years: years that children spent in care (without those left out), to the nearest 5.
    """

    year_ending: datetime.date
    starts: Count
    stock: Count
    alone_stock: Count
    alone_starts: Count
    with_parents: Count
    by_age: Mapping[str, Count]
    by_legal: Mapping[str, Count]
    places: Mapping[str, Count]
    other_places: Count
    moves: Count
    child_years: Count
    ends: Count
    exits: Mapping[str, Count]
    other_exits: Count
    returned_before: Count
    back_within_a_year: Count

    @property
    def mean_stay_weeks(self) -> float | None:
        """Weeks in care for each start, as stock over flow; None where either is too small."""
        if min(self.child_years.value, self.starts.value) < ENOUGH:
            return None
        return self.child_years.value / self.starts.value * WEEKS_PER_YEAR


def latest_year(care: Care) -> datetime.date:
    """Return the 31 March that ends the last year which the return covers, all but a month."""
    last = max(d for e in care.episodes for d in (e.start, e.end) if d is not None)
    reached = last + _MONTH
    this = datetime.date(reached.year, 3, 31)
    return this if reached >= this else this.replace(year=this.year - 1)


def count(care: Care, codes: Codes, year_ending: datetime.date) -> Counts:
    """Count what happened in the twelve months to a day, and who was in care on it.

    Children who came unaccompanied are left out of all but `alone_stock` and `alone_starts`,
    and those placed with parents out of the stock, its places, moves and years.
    """
    first = year_ending.replace(year=year_ending.year - 1) + datetime.timedelta(days=1)
    after = year_ending + datetime.timedelta(days=1)
    own = [e for e in care.episodes if e.child not in care.alone]
    alone = [e for e in care.episodes if e.child in care.alone]
    starts = [e for e in own if e.reason in codes.starts and first <= e.start < after]
    there = [e for e in own if _is_open(e, year_ending)]
    away = [e for e in there if e.place not in codes.with_parents]
    left = [e for e in own if _leaves(e, codes) and e.end is not None and first <= e.end < after]
    paid = [e for e in own if e.place not in codes.with_parents]
    moves = [e for e in paid if e.reason in codes.moves and first <= e.start < after]
    days = sum(_overlap(e, first, after) for e in paid)
    gone, back = _returns(own, codes, first)
    return Counts(
        year_ending=year_ending,
        starts=disclosed(len(starts)),
        stock=disclosed(len(away)),
        alone_stock=disclosed(sum(_is_open(e, year_ending) for e in alone)),
        alone_starts=disclosed(
            sum(e.reason in codes.starts and first <= e.start < after for e in alone)
        ),
        with_parents=disclosed(len(there) - len(away)),
        by_age=_counted((_age(care, e) for e in starts), [*(t for _, t in AGES), _UNKNOWN]),
        by_legal=_counted((_named(codes.legal, e.legal, "") for e in starts), codes.legal),
        places=_counted((_named(codes.places, e.place, e.provider) for e in away), codes.places),
        other_places=disclosed(sum(not _named(codes.places, e.place, e.provider) for e in away)),
        moves=disclosed(len(moves)),
        child_years=disclosed(days / _DAYS),
        ends=disclosed(len(left)),
        exits=_counted((_named(codes.exits, e.ceased, "") for e in left), codes.exits),
        other_exits=disclosed(sum(not _named(codes.exits, e.ceased, "") for e in left)),
        returned_before=disclosed(gone),
        back_within_a_year=disclosed(back),
    )


def _is_open(episode: Episode, day: datetime.date) -> bool:
    return episode.start <= day and (episode.end is None or episode.end > day)


def _leaves(episode: Episode, codes: Codes) -> bool:
    return episode.end is not None and episode.ceased not in ("", *codes.goes_on)


def _overlap(episode: Episode, first: datetime.date, after: datetime.date) -> int:
    end = min(episode.end or after, after)
    return max((end - max(episode.start, first)).days, 0)


def _age(care: Care, episode: Episode) -> str:
    """Return the band of a child's age in completed years at the start of an episode."""
    born = care.births.get(episode.child)
    if born is None:
        return _UNKNOWN
    start = episode.start
    years = start.year - born.year - ((start.month, start.day) < (born.month, born.day))
    return next(title for end, title in AGES if years < end)


def _named(coded: Mapping[str, Coded], code: str, provider: str) -> str:
    """Return the name of what a code (of a provider) stands for, "" for nothing."""
    for name, one in coded.items():
        if code in one.codes and (not one.provider or provider in one.provider):
            return name
    return ""


def _counted(found: Iterable[str], names: Iterable[str]) -> dict[str, Count]:
    counts = Counter(found)
    return {name: disclosed(counts[name]) for name in names}


def _returns(episodes: list[Episode], codes: Codes, first: datetime.date) -> tuple[int, int]:
    """Return how many went home in the year before this one, and came back within a year of it."""
    home = codes.exits[codes.returned].codes
    began: dict[int, list[datetime.date]] = {}
    for e in episodes:
        if e.reason in codes.starts:
            began.setdefault(e.child, []).append(e.start)
    before = first - _YEAR
    gone = [
        (e.child, e.end)
        for e in episodes
        if e.end is not None and e.ceased in home and before <= e.end < first
    ]
    back = sum(any(end <= s < end + _YEAR for s in began.get(child, [])) for child, end in gone)
    return len(gone), back


def lines_of(counts: Counts, codes: Codes) -> Iterator[Line]:
    """Yield every count that may be shown, group by group."""
    yield Line("Looked after on the day", "away from home, not unaccompanied", counts.stock)
    yield Line("", "placed with parents (left out)", counts.with_parents)
    yield Line("", "unaccompanied (left out)", counts.alone_stock)
    yield from _lines("Where they live", counts.places, codes.places)
    yield Line("", "elsewhere (left out of the mix)", counts.other_places)
    yield Line("Starting in the year", "not unaccompanied", counts.starts)
    yield Line("", "unaccompanied (left out)", counts.alone_starts)
    for title, number in counts.by_age.items():
        yield Line("Their ages" if title == AGES[0][1] else "", title, number)
    yield from _lines("Their legal status", counts.by_legal, codes.legal)
    yield Line("In the year", "changes of placement", counts.moves)
    yield Line("", "child-years in care", counts.child_years)
    yield Line("Leaving in the year", "in all", counts.ends)
    yield from _lines("How they leave", counts.exits, codes.exits)
    yield Line("", "otherwise", counts.other_exits)
    yield Line("Home in the year before", "in all", counts.returned_before)
    yield Line("", "back within a year", counts.back_within_a_year)


def _lines(group: str, counts: Mapping[str, Count], coded: Mapping[str, Coded]) -> Iterator[Line]:
    for i, (name, number) in enumerate(counts.items()):
        yield Line(group if i == 0 else "", coded[name].title, number)
