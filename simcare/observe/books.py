"""What one policy costs and what is counted, laid out flat for `simcare.observe.kernel`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcare.model.instances import Instances
from simcare.model.statement import Level, OneOff, Region, Stamp, Statement, Weekly
from simcare.observe import kernel as k
from simcare.observe.measures import Measure

Bands = Sequence[tuple[float, float]]
"""A discount schedule: (year until which it holds, yearly rate); the last until infinity."""
NOT_DISCOUNTED: Bands = ((math.inf, 0.0),)
_Span = list[int]
"""First position of some rows, and the position after the last."""
_ANY = -1


@dataclass(frozen=True)
class Books:
    """One policy's prices and measures as flat arrays, and what their numbers mean.

    horizon: the last week. book: (n,) whole numbers, laid out as the kernel's constants say;
    price: (m,) pounds, limits in weeks, and discounting. births: numbers of the registers of
    each child's week of birth, where ages are asked for. columns: names of what is added up for
    each family; capped: which of them are 1 at most; groups: names of the money by period;
    sources: every price, in the order of the statement. births: registers of the children's weeks
    of birth, where ages are asked for. most_lines: more than one event, or one
    family's arrival or horizon, can ever write.
    """

    horizon: float
    book: NDArray[np.int64]
    price: NDArray[np.float64]
    columns: tuple[str, ...]
    capped: tuple[int, ...]
    groups: tuple[str, ...]
    sources: tuple[Weekly | OneOff, ...]
    most_lines: int
    births: tuple[int, ...] = ()

    @property
    def periods(self) -> int:
        """Number of periods of `PERIOD_WEEKS` weeks from week 0 to the horizon."""
        return int(self.book[k.PERIODS])


def make_books(
    statement: Statement,
    horizon: float,
    *,
    measures: Mapping[str, Measure] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    bands: Bands = NOT_DISCOUNTED,
) -> Books:
    """Lay out a statement's prices and what is to be measured.

    horizon: the last week. measures: by the names of their columns. groups: categories of money
    to be added up by period, by name of the group; a category is in one at most. bands: how
    money is discounted from week 0.
    """
    return _Layout(statement, horizon, measures or {}, groups or {}, bands).books()


class _Layout:
    """Writes a book: rows first, then the tables that say where they are."""

    def __init__(
        self,
        statement: Statement,
        horizon: float,
        measures: Mapping[str, Measure],
        groups: Mapping[str, Sequence[str]],
        bands: Bands,
    ) -> None:
        self.statement, self.horizon = statement, horizon
        self.measures, self.groups = measures, groups
        self.index = Instances(statement)
        self.count = len(self.index.regions())
        self.book: list[int] = [0] * k.HEAD
        self.price = _discounting(bands)
        self.book[k.BANDS_END] = len(self.price)
        self.sources: list[Weekly | OneOff] = []
        self.columns = _columns(statement, measures)
        self.periods = math.ceil(horizon / k.PERIOD_WEEKS)
        self.orders = self.repeats = 0
        self.marks: dict[str, list[list[int]]] = {}
        self.births = self._births()

    def books(self) -> Books:
        """Write it all. Prices are numbered rates first, then sums on entry, then outcomes'."""
        regions, clocks = self.statement.regions, self.statement.clocks
        rates = {r.name: [self._rates(r, x) for x in r.levels] for r in regions}
        entries = {r.name: [self._payments(x.on_entry) for x in r.levels] for r in regions}
        costs = [[self._payments(o.costs) for o in c.outcomes] for c in clocks]
        fires = [
            self._tallies("fires", c.region, c.name) + self._limited("fires", c.region, c.name)
            for c in clocks
        ]
        limited = {r.name: self._limited("moves", r.name, None) for r in regions}
        of_region = {
            r.name: [
                self._put(map(_joined, rates[r.name], entries[r.name]))[0],
                self.index.region(r.name, 0),
                *self._tallies("moves", r.name, None),
                *self._watchers(r),
                *self._marked(r),
                self._unborn(r),
                *limited[r.name],
            ]
            for r in regions
        }
        numbers = [n for n, _, _ in self.index.clocks()]
        self.book[k.OUTCOMES] = self._put(pair for n in numbers for pair in costs[n])[0]
        self.book[k.CLOCKS] = self._put(fires[n] for n in numbers)[0]
        self.book[k.REGIONS] = self._put(
            [slot, max(slot, 0), *of_region[r.name]] for r, slot in self.index.regions()
        )[0]
        most = max((self._lines(span) for spans in costs for span in spans), default=0)
        for r, _ in self.index.regions():
            most += max(map(self._lines, rates[r.name])) + max(map(self._lines, entries[r.name]))
        return self._bound(most)

    def _bound(self, most_lines: int) -> Books:
        self.book[k.COUNT] = self.count
        self.book[k.CHILD_STEP] = len(self.index.child_regions)
        self.book[k.PERIODS] = self.periods
        self.book[k.COLUMNS] = len(self.columns)
        self.book[k.LIFE] = k.LIVED + 2 * self.count + self.orders
        self.book[k.WEEKS] = self.count + self.repeats
        self.book[k.SUMS] = len(self.columns) + len(self.groups) * self.periods
        return Books(
            horizon=self.horizon,
            book=np.array(self.book, dtype=np.int64),
            price=np.array(self.price, dtype=np.float64),
            columns=self.columns,
            capped=tuple(self.columns.index(n) for n, m in self.measures.items() if m.capped),
            groups=tuple(self.groups),
            sources=tuple(self.sources),
            most_lines=most_lines,
            births=self.births,
        )

    def _births(self) -> tuple[int, ...]:
        """Keep room for the week of birth of every child, if any measure asks for ages."""
        self.book[k.BIRTHS] = self.count
        if all(m.ages is None for m in self.measures.values()):
            return ()
        slots = range(self.statement.children)
        self.repeats = len(slots)
        return tuple(self.index.register("birth", slot) for slot in slots)

    def _unborn(self, region: Region) -> int:
        """Level from which children are born: where a week of birth is stamped, or the first."""
        if all(m.ages is None or m.ages.region != region.name for m in self.measures.values()):
            return k.NONE
        stamped = [
            level
            for clock in self.statement.clocks
            if clock.region == region.name
            and any(Stamp("birth") in outcome.effects for outcome in clock.outcomes)
            for level in clock.levels
        ]
        return self.index.level(region.name, stamped[0] if stamped else region.start)

    def _put(self, rows: Iterable[Sequence[int]]) -> _Span:
        """Write rows one after the other."""
        first = len(self.book)
        for row in rows:
            self.book += row
        return [first, len(self.book)]

    def _price(self, *numbers: float) -> int:
        self.price += numbers
        return len(self.price) - len(numbers)

    def _rates(self, region: Region, level: Level) -> _Span:
        """Write what runs at a level: its prices, then the weeks that are measured."""
        first, _ = self._payments(level.weekly)
        _, end = self._put(
            [
                *self._which(m.each_child_in),
                0,
                k.NONE,
                self.columns.index(name),
                self._ages(m),
                k.NONE,
            ]
            for name, m in self._measured("weeks", region.name)
            if level.name in (m.to or ())
        )
        return [first, end]

    def _payments(self, prices: Sequence[Weekly | OneOff]) -> _Span:
        return self._put([self._payment(money) for money in prices])

    def _payment(self, money: Weekly | OneOff) -> list[int]:
        self.sources.append(money)
        group = next((i for i, g in enumerate(self.groups.values()) if money.category in g), None)
        return [
            *self._which(money.each_child_in),
            self._price(money.amount),
            len(self.sources) - 1,
            self.columns.index(f"cost_category_{money.category}"),
            self.columns.index(f"cost_payer_{money.payer}"),
            k.NONE if group is None else len(self.columns) + group * self.periods,
        ]

    def _which(self, which: tuple[str, Sequence[str]] | None) -> list[int]:
        """First instance of the region that is counted, number of instances, levels."""
        if which is None:
            return [k.NONE, 0, 0]
        of_child = self.index.by_name[which[0]].per == "child"
        number = self.statement.children if of_child else 1
        return [self.index.region(which[0], 0), number, self.index.mask(*which)]

    def _tallies(self, kind: str, region: str, clock: str | None) -> _Span:
        """Write the counts of moves of a region, or of firings of a clock of it."""
        found = [(n, m) for n, m in self._measured(kind, region) if m.clock == clock]
        return self._put([self._tally(name, m) for name, m in found if m.plain])

    def _limited(self, kind: str, region: str, clock: str | None) -> _Span:
        """Write the counts that have rules, ages or an earlier move."""
        found = [(n, m) for n, m in self._measured(kind, region) if m.clock == clock]
        return self._put([self._tally(name, m) for name, m in found if not m.plain])

    def _tally(self, name: str, m: Measure) -> list[int]:
        order = latest = k.NONE
        if m.nth > 0:
            order = k.LIVED + 2 * self.count + self.orders
            self.orders += max(self.statement.children, 1)
        if m.again_weeks is not None:
            latest = self.count + self.repeats
            self.repeats += 1
        limits = [math.inf if x is None else x for x in (m.stay_weeks, m.again_weeks)]
        levels = [_ANY if x is None else self.index.mask(m.region, x) for x in (m.start, m.to)]
        return [
            *self._which(m.each_child_in), *levels, m.nth, order, self._price(*limits), latest,
            self.columns.index(name), self._extra(m),
        ]  # fmt: skip

    def _ages(self, m: Measure) -> int:
        return k.NONE if m.ages is None else self._price(m.ages.low, m.ages.high)

    def _extra(self, m: Measure) -> int:
        """Write what else a tally asks for; returns where, or nowhere."""
        if m.plain:
            return k.NONE
        rules = self._put([*self._of(region), self.index.mask(region, x)] for region, x in m.when)
        return self._put([[*rules, self._ages(m), *self._since(m)]])[0]

    def _of(self, region: str) -> list[int]:
        of_child = self.index.by_name[region].per == "child"
        return [self.index.region(region, 0), len(self.index.child_regions) if of_child else 0]

    def _since(self, m: Measure) -> list[int]:
        """Keep a place for the earlier move of every child, and return how to look at it."""
        if m.since is None:
            return [k.NONE, k.NONE, k.NONE, k.NONE, 0]
        levels = [
            _ANY if x is None else self.index.mask(m.region, x) for x in (m.since.start, m.since.to)
        ]
        number = max(self.statement.children, 1)
        when, seen = self.count + self.repeats, k.LIVED + 2 * self.count + self.orders
        self.repeats += number
        self.orders += number
        self.marks.setdefault(m.region, []).append([*levels, when, seen])
        through = k.NONE if m.since.through is None else self.index.mask(m.region, m.since.through)
        return [
            when, seen, self._price(m.since.least, m.since.most), through,
            self.index.mask(m.region, m.since.not_through),
        ]  # fmt: skip

    def _marked(self, region: Region) -> _Span:
        return self._put(self.marks.get(region.name, []))

    def _measured(self, kind: str, region: str) -> list[tuple[str, Measure]]:
        return [x for x in self.measures.items() if (x[1].kind, x[1].region) == (kind, region)]

    def _watchers(self, counted: Region) -> _Span:
        """Write which region instances have rates that count this region."""

        def counts(region: Region) -> bool:
            rates = [rate.each_child_in for level in region.levels for rate in level.weekly]
            rates += [m.each_child_in for _, m in self._measured("weeks", region.name)]
            return any(which is not None and which[0] == counted.name for which in rates)

        watching = {r.name for r in self.statement.regions if counts(r)}
        instances = enumerate(self.index.regions())
        return self._put([i] for i, (r, _) in instances if r.name in watching)

    def _lines(self, span: _Span) -> int:
        """Return how many lines some payments can make at most."""
        return sum(max(self.book[at + k.CHILDREN], 1) for at in range(span[0], span[1], k.PAYMENT))


def _joined(one: _Span, other: _Span) -> _Span:
    return one + other


def _columns(statement: Statement, measures: Mapping[str, Measure]) -> tuple[str, ...]:
    prices: list[Weekly | OneOff] = []
    for region in statement.regions:
        for level in region.levels:
            prices += [*level.weekly, *level.on_entry]
    for clock in statement.clocks:
        for outcome in clock.outcomes:
            prices += outcome.costs
    return (
        "cost",
        "cost_present_value",
        *(f"cost_category_{name}" for name in sorted({money.category for money in prices})),
        *(f"cost_payer_{name}" for name in sorted({money.payer for money in prices})),
        *measures,
    )


def _discounting(bands: Bands) -> list[float]:
    """Return each band's end (years), force of interest, and what a pound at its start is worth."""
    laid: list[float] = []
    begun, worth = 0.0, 1.0
    for until, rate in bands:
        force = math.log1p(rate)
        laid += [until, force, worth]
        worth *= math.exp(-force * (until - begun)) if math.isfinite(until) else 1.0
        begun = until
    return laid
