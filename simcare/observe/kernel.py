"""The arithmetic of observing: events folded one by one into sums of money and counts.

These are plain functions of flat sequences and scalars, so that one source runs as ordinary
Python on lists and, compiled by `simcare.observe.compiled`, on arrays. `simcare.observe.books`
lays out `book` and `price`, `simcare.observe.fold` the rest. Nothing here knows what a region
or a price is about.

Contract (any other way of summing that is to agree to the last bit adds up in this order):

- A family's amounts are added in the order in which its lines close: first the sums due on
  arrival, in order of regions; then, event by event, what each closes and costs; at the horizon
  what is still running, in order of regions.
- A move closes the rates of the level that is left, in the order of the statement and, where a
  rate counts children, child by child; then, in order of regions, the rates that count the child
  that moves. It then pays the sums due on entering the new level. A clock that fires pays the
  costs of its outcome in the order of the statement.
- A line runs from the latest of week 0, the week when the region took its level and the week
  when the child counted took its own, to the present event or the horizon. One of no length, or
  of no pounds, is not a line.
- A measure of weeks counts the part of them at which the child is of the ages asked for.
- "Just before" a moment means at the level that the last earlier week left; at the moment of
  arrival, at the level of arrival.

Transcendental functions are those of `math`, and no power is written as a literal: compilers may
round others differently.
"""

from __future__ import annotations

import math
from collections.abc import MutableSequence

from simcare.units import WEEKS_PER_YEAR

Ints = MutableSequence[int]
Floats = MutableSequence[float]

PERIOD_WEEKS = 4
"""Money is added up in periods of so many weeks from week 0."""
INSTANT = 1e-12
"""Years within which a payment is a one-off, as in `simcare.economics.discounting`."""

# An event: the columns of simcare.engine.events.
EVENT = 7
_FAMILY, _KIND, _REGION, _BEFORE, _AFTER, _CLOCK, _OUTCOME = range(EVENT)
_FIRED = 0

# A book begins with these: positions in it (of bands: in its prices), numbers, and how many
# whole numbers, weeks and sums are kept for each family.
HEAD = 13
(REGIONS, OUTCOMES, CLOCKS, BANDS, BANDS_END, COUNT, CHILD_STEP, PERIODS, COLUMNS, LIFE, WEEKS,
 SUMS, BIRTHS) = range(HEAD)  # fmt: skip
# Where there is a first and an end, the end is the position after the last.
REGION = 13
(SLOT, ORDINAL, CELLS, OF_CHILD, MOVES, MOVES_END, WATCHERS, WATCHERS_END, MARKS, MARKS_END,
 UNBORN, LIMITED, LIMITED_END) = range(REGION)  # fmt: skip
CELL = 4
RATES, RATES_END, ENTRIES, ENTRIES_END = range(CELL)
PAIR = 2
CLOCK = 4
FIRES, FIRES_END, FIRES_LIMITED, FIRES_LIMITED_END = range(CLOCK)
PAYMENT = 8
CHILD, CHILDREN, MASK, PRICE, SOURCE, CATEGORY, PAYER, PERIOD = range(PAYMENT)
TALLY = 11
FROM, TO, NTH, ORDER, LIMITS, LATEST, COLUMN, ONLY = range(3, TALLY)  # the first: a payment's
# What else a tally asks for, where it does: rules of other regions, an age, and an earlier move
# (its week, the levels since, the limits of the gap, levels that must and must not be among them).
EXTRA = 8
RULES, RULES_END, AGED, MARKED, SEEN, GAPS, THROUGH, NOT_THROUGH = range(EXTRA)
RULE = 3
OF, STEP, AMONG = range(RULE)
MARK = 4
START, END, WHEN, BEEN = range(MARK)
BAND = 3
COST, PRESENT_VALUE = 0, 1
NONE = -1

# A family's life: a fingerprint, then level and level before of each region.
LIVED = 1
# Lines: how many, room for how many, how many clocks fired; then the lines' whole numbers.
DECISIONS = 2
LINES = 3
LINE, PAID = 3, 4

_PRIME = _LOW = 0x7FFF_FFFF
_A, _B = 0x3F58_476D, 0x14D0_49BB


def begin(
    first: int, last: int, horizon: float, book: Ints, price: Floats, life: Ints, weeks: Floats,
    sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Pay what is due when families from `first` up to `last` arrive."""
    for family in range(first, last):
        for region in range(book[COUNT]):
            now = weeks[family * book[WEEKS] + region]
            if 0.0 <= now <= horizon:
                _enter(family, region, now, book, price, life, weeks, sums, line, paid)


def fold(
    first: int, last: int, week: Floats, bits: Ints, code: Ints, book: Ints, price: Floats,
    life: Ints, weeks: Floats, sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Take the events from `first` up to `last`; `bits` are those of `week`."""
    for at in range(first, last):
        now, row = week[at], EVENT * at
        family, region = code[row + _FAMILY], code[row + _REGION]
        before, after = code[row + _BEFORE], code[row + _AFTER]
        kind = code[row + _KIND]
        if kind == _FIRED:
            line[DECISIONS] += 1
            outcome = code[row + _OUTCOME]
            if now >= 0.0 and outcome >= 0:
                pair = book[OUTCOMES] + PAIR * outcome
                _pay(family, region, now, book[pair], book[pair + 1], book, price, life, weeks,
                     sums, line, paid)  # fmt: skip
            record = book[CLOCKS] + CLOCK * code[row + _CLOCK]
            _count(family, region, now, before, after, book[record + FIRES],
                   book[record + FIRES_END], book, price, life, weeks, sums)  # fmt: skip
            first_limited, end = book[record + FIRES_LIMITED], book[record + FIRES_LIMITED_END]
            if first_limited < end:
                count_limited(family, region, now, before, after, first_limited, end, book, price,
                              life, weeks, sums)  # fmt: skip
            continue
        record = book[REGIONS] + REGION * region
        _count(family, region, now, before, after, book[record + MOVES], book[record + MOVES_END],
               book, price, life, weeks, sums)  # fmt: skip
        first_limited, end = book[record + LIMITED], book[record + LIMITED_END]
        if first_limited < end:
            count_limited(family, region, now, before, after, first_limited, end, book, price,
                          life, weeks, sums)  # fmt: skip
        if book[record + MARKS] < book[record + MARKS_END] or book[record + UNBORN] == before:
            mark(family, record, now, before, after, book, life, weeks)
        if now > 0.0:
            _close(family, region, now, book, price, life, weeks, sums, line, paid)
            _close_child(family, region, now, book, price, life, weeks, sums, line, paid)
        _move(family, region, now, after, book, life, weeks)
        if now >= 0.0:
            what = ((region * 64 + before) * 64 + after) * 4 + kind
            seen = _print(_print(life[family * book[LIFE]], bits[at] >> 32), bits[at] & 0xFFFF_FFFF)
            life[family * book[LIFE]] = _print(seen, what)
            _enter(family, region, now, book, price, life, weeks, sums, line, paid)


def finish(
    first: int, last: int, horizon: float, book: Ints, price: Floats, life: Ints, weeks: Floats,
    sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Close what still runs at the horizon, of families from `first` up to `last`."""
    for family in range(first, last):
        for region in range(book[COUNT]):
            _close(family, region, horizon, book, price, life, weeks, sums, line, paid)


def _move(
    family: int, region: int, now: float, after: int, book: Ints, life: Ints, weeks: Floats
) -> None:
    """Note where a region now stands. Until it first moves, its level before is -1 - level."""
    level = family * book[LIFE] + LIVED + 2 * region
    since = family * book[WEEKS] + region
    if weeks[since] < now:
        life[level + 1] = life[level]
    elif life[level + 1] < 0:
        life[level + 1] = -1 - life[level + 1]
    life[level], weeks[since] = after, now


def _just_before(
    family: int, region: int, now: float, book: Ints, life: Ints, weeks: Floats
) -> int:
    """Return the level at which a region stood just before a moment."""
    level = family * book[LIFE] + LIVED + 2 * region
    if weeks[family * book[WEEKS] + region] < now:
        return life[level]
    before = life[level + 1]
    return before if before >= 0 else -1 - before


def _enter(
    family: int, region: int, now: float, book: Ints, price: Floats, life: Ints, weeks: Floats,
    sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Pay what is due on entering the level where a region now stands."""
    level = life[family * book[LIFE] + LIVED + 2 * region]
    cell = book[book[REGIONS] + REGION * region + CELLS] + CELL * level
    _pay(family, region, now, book[cell + ENTRIES], book[cell + ENTRIES_END], book, price, life,
         weeks, sums, line, paid)  # fmt: skip


def _pay(
    family: int, region: int, now: float, first: int, last: int, book: Ints, price: Floats,
    life: Ints, weeks: Floats, sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Pay one-off sums: once, or for each child who stood at some levels just before."""
    for at in range(first, last, PAYMENT):
        amount = price[book[at + PRICE]]
        if book[at + CHILD] < 0:
            _write(family, region, now, now, amount, at, book, price, sums, line, paid)
            continue
        for k in range(book[at + CHILDREN]):
            child = book[at + CHILD] + k * book[CHILD_STEP]
            if book[at + MASK] >> _just_before(family, child, now, book, life, weeks) & 1:
                _write(family, child, now, now, amount, at, book, price, sums, line, paid)


def _close(
    family: int, region: int, now: float, book: Ints, price: Floats, life: Ints, weeks: Floats,
    sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Close the rates of the level where a region stands."""
    levels, entered = family * book[LIFE] + LIVED, family * book[WEEKS]
    cell = book[book[REGIONS] + REGION * region + CELLS] + CELL * life[levels + 2 * region]
    since = weeks[entered + region] if weeks[entered + region] > 0.0 else 0.0
    for at in range(book[cell + RATES], book[cell + RATES_END], PAYMENT):
        if book[at + CHILD] < 0:
            _run(family, region, since, now, at, book, price, weeks, sums, line, paid)
            continue
        for k in range(book[at + CHILDREN]):
            child = book[at + CHILD] + k * book[CHILD_STEP]
            if book[at + MASK] >> life[levels + 2 * child] & 1:
                start = weeks[entered + child] if weeks[entered + child] > since else since
                _run(family, child, start, now, at, book, price, weeks, sums, line, paid)


def _close_child(
    family: int, child: int, now: float, book: Ints, price: Floats, life: Ints, weeks: Floats,
    sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Close a child's part of the rates of other regions that count it."""
    levels, entered = family * book[LIFE] + LIVED, family * book[WEEKS]
    record = book[REGIONS] + REGION * child
    since = weeks[entered + child] if weeks[entered + child] > 0.0 else 0.0
    for i in range(book[record + WATCHERS], book[record + WATCHERS_END]):
        region = book[i]
        if region == child:
            continue
        start = weeks[entered + region] if weeks[entered + region] > since else since
        cell = book[book[REGIONS] + REGION * region + CELLS] + CELL * life[levels + 2 * region]
        for at in range(book[cell + RATES], book[cell + RATES_END], PAYMENT):
            counts = book[at + CHILD] == book[record + OF_CHILD]
            if counts and book[at + MASK] >> life[levels + 2 * child] & 1:
                _run(family, child, start, now, at, book, price, weeks, sums, line, paid)


def _run(
    family: int, region: int, start: float, end: float, at: int, book: Ints, price: Floats,
    weeks: Floats, sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Add a rate over a time: a line of money, or the weeks of a measure, at some age perhaps."""
    if end <= start:
        return
    if book[at + SOURCE] < 0:
        if book[at + PAYER] >= 0:
            ordinal = book[book[REGIONS] + REGION * region + ORDINAL]
            born = weeks[family * book[WEEKS] + book[BIRTHS] + ordinal]
            start = max(start, born + price[book[at + PAYER]])
            end = min(end, born + price[book[at + PAYER] + 1])
            if end <= start:
                return
        sums[family * book[SUMS] + book[at + CATEGORY]] += end - start
        return
    amount = price[book[at + PRICE]] * (end - start)
    _write(family, region, start, end, amount, at, book, price, sums, line, paid)


def _write(
    family: int, region: int, start: float, end: float, amount: float, at: int, book: Ints,
    price: Floats, sums: Floats, line: Ints, paid: Floats,
) -> None:  # fmt: skip
    """Add a line of money to a family's sums, and write it down.

    Where nobody reads the lines there is room for one, and each is written over the last.
    """
    if amount == 0.0:
        return
    value = amount * _worth(start, end, book, price)
    column = family * book[SUMS]
    sums[column + COST] += amount
    sums[column + PRESENT_VALUE] += value
    sums[column + book[at + CATEGORY]] += amount
    sums[column + book[at + PAYER]] += amount
    if book[at + PERIOD] >= 0:
        _spread(start, end, amount, column + book[at + PERIOD], book[PERIODS], sums)
    k = line[0]
    line[LINES + LINE * k] = family
    line[LINES + LINE * k + 1] = book[book[REGIONS] + REGION * region + SLOT]
    line[LINES + LINE * k + 2] = book[at + SOURCE]
    paid[PAID * k] = start
    paid[PAID * k + 1] = end
    paid[PAID * k + 2] = amount
    paid[PAID * k + 3] = value
    if k + 1 < line[1]:
        line[0] = k + 1


def _spread(
    start: float, end: float, amount: float, place: int, periods: int, sums: Floats
) -> None:
    """Spread an amount evenly over periods; a one-off falls in its own."""
    first = min(int(start / PERIOD_WEEKS), periods - 1)
    last = max(first, min(math.ceil(end / PERIOD_WEEKS), periods) - 1)
    if first == last:
        sums[place + first] += amount
        return
    rate = amount / (end - start)
    sums[place + first] += rate * ((first + 1) * PERIOD_WEEKS - start)
    for period in range(first + 1, last):
        sums[place + period] += rate * PERIOD_WEEKS
    sums[place + last] += rate * (end - last * PERIOD_WEEKS)


def _worth(start: float, end: float, book: Ints, price: Floats) -> float:
    """Return what a pound paid evenly from one week to another is worth at week 0.

    As `simcare.economics.discounting.present_value` has it. A band of rates: the year until
    which it holds, the force of interest, and what a pound at its start is worth.
    """
    first, last = start / WEEKS_PER_YEAR, end / WEEKS_PER_YEAR
    total, begun = 0.0, 0.0
    for at in range(book[BANDS], book[BANDS_END], BAND):
        until, force = price[at], price[at + 1]
        if first < until:
            since = first if first > begun else begun
            worth = price[at + 2] * math.exp(-force * (since - begun))
            if last - first <= INSTANT:
                return worth
            length = (last if last < until else until) - since
            total += worth * (-math.expm1(-force * length) / force if force > 0.0 else length)
            if last <= until:
                break
        begun = until
    return total / (last - first)


def _count(
    family: int, region: int, now: float, before: int, after: int, first: int, last: int,
    book: Ints, price: Floats, life: Ints, weeks: Floats, sums: Floats,
) -> None:  # fmt: skip
    """Count an event in those of the tallies from `first` up to `last` that it belongs to."""
    for at in range(first, last, TALLY):
        if not (book[at + FROM] >> before & 1 and book[at + TO] >> after & 1):
            continue
        if book[at + NTH] > 0:
            ordinal = book[book[REGIONS] + REGION * region + ORDINAL]
            place = family * book[LIFE] + book[at + ORDER] + ordinal
            life[place] += 1
            if life[place] < book[at + NTH]:
                continue
        if _stayed(family, region, now, book, life, weeks) > price[book[at + LIMITS]]:
            continue
        if book[at + LATEST] >= 0:
            place = family * book[WEEKS] + book[at + LATEST]
            gap, weeks[place] = now - weeks[place], now
            if gap > price[book[at + LIMITS] + 1]:
                continue
        if now >= 0.0:
            number = 1
            if book[at + CHILD] >= 0:
                number = 0
                for k in range(book[at + CHILDREN]):
                    child = book[at + CHILD] + k * book[CHILD_STEP]
                    level = _just_before(family, child, now, book, life, weeks)
                    number += book[at + MASK] >> level & 1
            sums[family * book[SUMS] + book[at + COLUMN]] += number


# What follows is called only where a tally is limited: small functions whose names begin with a
# line are made part of their callers when they are compiled, and these would slow those.


def count_limited(
    family: int, region: int, now: float, before: int, after: int, first: int, last: int,
    book: Ints, price: Floats, life: Ints, weeks: Floats, sums: Floats,
) -> None:  # fmt: skip
    """Count an event as `_count` does, in tallies that have rules, ages or an earlier move."""
    for at in range(first, last, TALLY):
        if not (book[at + FROM] >> before & 1 and book[at + TO] >> after & 1):
            continue
        ordinal = book[book[REGIONS] + REGION * region + ORDINAL]
        if book[at + NTH] > 0:
            place = family * book[LIFE] + book[at + ORDER] + ordinal
            life[place] += 1
            if life[place] < book[at + NTH]:
                continue
        extra = book[at + ONLY]
        alone = book[at + CHILD] < 0
        if alone and not holds(family, ordinal, now, extra, book, price, life, weeks):
            continue
        if book[extra + MARKED] >= 0 and not follows(
            family, ordinal, now, extra, book, price, life, weeks
        ):
            continue
        if _stayed(family, region, now, book, life, weeks) > price[book[at + LIMITS]]:
            continue
        if book[at + LATEST] >= 0:
            place = family * book[WEEKS] + book[at + LATEST]
            gap, weeks[place] = now - weeks[place], now
            if gap > price[book[at + LIMITS] + 1]:
                continue
        if now >= 0.0:
            number = 1
            if not alone:
                number = 0
                for k in range(book[at + CHILDREN]):
                    child = book[at + CHILD] + k * book[CHILD_STEP]
                    level = _just_before(family, child, now, book, life, weeks)
                    if book[at + MASK] >> level & 1:
                        number += holds(family, k, now, extra, book, price, life, weeks)
            sums[family * book[SUMS] + book[at + COLUMN]] += number


def follows(
    family: int, ordinal: int, now: float, extra: int, book: Ints, price: Floats, life: Ints,
    weeks: Floats,
) -> int:  # fmt: skip
    """Say whether an event follows the earlier move that its tally asks for, and as it asks."""
    place = family * book[WEEKS] + book[extra + MARKED] + ordinal
    seen = life[family * book[LIFE] + book[extra + SEEN] + ordinal]
    must = book[extra + THROUGH]
    if (must >= 0 and seen & must == 0) or seen & book[extra + NOT_THROUGH] != 0:
        return 0
    since, gap = weeks[place], now - weeks[place]
    # Whatever comes of it, it is the first such event since.
    weeks[place] = -math.inf
    limits = book[extra + GAPS]
    return 1 if since > -math.inf and price[limits] <= gap <= price[limits + 1] else 0


def holds(
    family: int, slot: int, now: float, extra: int, book: Ints, price: Floats, life: Ints,
    weeks: Floats,
) -> int:  # fmt: skip
    """Say whether rules hold of a child (or of its family) just before, and its age is right."""
    for rule in range(book[extra + RULES], book[extra + RULES_END], RULE):
        region = book[rule + OF] + book[rule + STEP] * slot
        if not book[rule + AMONG] >> _just_before(family, region, now, book, life, weeks) & 1:
            return 0
    if book[extra + AGED] < 0:
        return 1
    age = now - weeks[family * book[WEEKS] + book[BIRTHS] + slot]
    return 1 if price[book[extra + AGED]] <= age < price[book[extra + AGED] + 1] else 0


def mark(
    family: int, record: int, now: float, before: int, after: int, book: Ints, life: Ints,
    weeks: Floats,
) -> None:  # fmt: skip
    """Note when a region last made the moves that tallies look back to, and a child's birth."""
    if before == book[record + UNBORN]:
        weeks[family * book[WEEKS] + book[BIRTHS] + book[record + ORDINAL]] = now
    for at in range(book[record + MARKS], book[record + MARKS_END], MARK):
        seen = family * book[LIFE] + book[at + BEEN] + book[record + ORDINAL]
        if book[at + START] >> before & 1 and book[at + END] >> after & 1:
            weeks[family * book[WEEKS] + book[at + WHEN] + book[record + ORDINAL]] = now
            life[seen] = 1 << after
        else:
            life[seen] |= 1 << after


def _stayed(family: int, region: int, now: float, book: Ints, life: Ints, weeks: Floats) -> float:
    """Return how long a region has stood at its level; endless if it has not moved yet."""
    if life[family * book[LIFE] + LIVED + 2 * region + 1] < 0:
        return math.inf
    return now - weeks[family * book[WEEKS] + region]


def _print(value: int, word: int) -> int:
    """Add a word, under 2 ** 33, to a fingerprint of 62 bits.

    Two polynomials over the whole numbers below a prime (Carter and Wegman 1979). Nothing
    overflows, which compilers leave undefined.
    """
    one = ((value >> 31) * _A + word) % _PRIME
    other = ((value & _LOW) * _B + word) % _PRIME
    return one << 31 | other
