"""Events folded into one row of sums for each family, as they stream by.

Nothing of an event is kept but what the sums need, so that a run takes the memory of its
families, however long they live. `KeepingFold` keeps the lines of money too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simcare.engine.events import Events
from simcare.model.instances import Lives
from simcare.observe import kernel as k
from simcare.observe.books import Books
from simcare.observe.compiled import compiled

How = Literal["interpreted", "compiled"]
"""As plain Python, or compiled by numba: the sums are the same to the last bit."""
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
AT_ONCE = 1 << 16
"""Rows of events, or lines of money, that are handled at a time."""


@dataclass(frozen=True)
class Folded:
    """What became of n families.

    columns: names of `values`, (n, columns): pounds from week 0 to the horizon, in all, at
    present value, by category and by payer, and then what was measured. money: (n, groups,
    periods) pounds, not discounted. prints: (n,) fingerprints of the moves from week 0 on:
    families with the same one, under whatever policies, moved alike. decisions: how many clocks
    fired, those before week 0 included.
    """

    columns: tuple[str, ...]
    values: Floats
    money: Floats
    prints: Ints
    decisions: int


@dataclass(frozen=True)
class Lines:
    """Lines of money, in the order in which they closed; all columns have shape (lines,).

    source: place in `Books.sources`; slot: the child, or -1; start, end: weeks; amount: pounds;
    value: pounds at present value.
    """

    family: Ints
    slot: Ints
    source: Ints
    start: Floats
    end: Floats
    amount: Floats
    value: Floats


class Fold:
    """Sums for the families of one block under one policy.

    Hand it events with `take`, each family's in order, in pieces of any size; `finish` gives the
    sums. Raises ImportError where it is to be compiled and there is no numba.
    """

    def __init__(self, books: Books, lives: Lives, how: How = "interpreted") -> None:
        self.books, self.families = books, len(lives)
        self._steps: Any = k if how == "interpreted" else compiled(k.__name__)
        self._space: Callable[[Any], Any] = _list if how == "interpreted" else np.ravel
        self._rows, room = self._size()
        head = books.book
        life = np.zeros((self.families, head[k.LIFE]), dtype=np.int64)
        regions = slice(k.LIVED, k.LIVED + 2 * int(head[k.COUNT]))
        life[:, regions][:, 0::2], life[:, regions][:, 1::2] = lives.level, -1 - lives.level
        weeks = np.full((self.families, head[k.WEEKS]), -np.inf)
        weeks[:, : head[k.COUNT]] = lives.arrival[:, None]
        births = slice(int(head[k.BIRTHS]), int(head[k.BIRTHS]) + len(books.births))
        weeks[:, births] = lives.register[:, list(books.births)]
        self._life = self._space(life)
        self._sums = self._space(np.zeros((self.families, head[k.SUMS])))
        self._line = self._space(np.zeros(k.LINES + k.LINE * room, dtype=np.int64))
        self._line[1] = room
        self._paid = self._space(np.zeros(k.PAID * room))
        self._state = (self._space(books.book), self._space(books.price), self._life,
                       self._space(weeks), self._sums, self._line, self._paid)  # fmt: skip
        self._step(self._steps.begin, self.families, books.horizon)

    def take(self, events: Events) -> None:
        """Add events to the sums."""
        for first in range(0, len(events), AT_ONCE):
            week = np.ascontiguousarray(events.week[first : first + AT_ONCE])
            code = events.code[first : first + AT_ONCE].astype(np.int64)
            given = (week, week.view(np.int64), code)
            self._step(self._steps.fold, len(week), *map(self._space, given))

    def finish(self) -> Folded:
        """Close the accounts at the horizon and return the sums. Nothing may be taken after."""
        self._step(self._steps.finish, self.families, self.books.horizon)
        head, columns = self.books.book, self.books.columns
        sums = np.asarray(self._sums, dtype=np.float64).reshape(self.families, head[k.SUMS])
        values = np.ascontiguousarray(sums[:, : len(columns)])
        for i in self.books.capped:
            np.minimum(values[:, i], 1.0, out=values[:, i])
        shape = (self.families, len(self.books.groups), self.books.periods)
        life = np.asarray(self._life, dtype=np.int64).reshape(self.families, head[k.LIFE])
        return Folded(
            columns,
            values,
            sums[:, len(columns) :].reshape(shape),
            life[:, 0].copy(),
            int(self._line[k.DECISIONS]),
        )

    def _size(self) -> tuple[int, int]:
        """Rows that are taken at a time, and room for the lines that they write."""
        return AT_ONCE, 1

    def _step(self, step: Callable[..., None], count: int, *given: Any) -> None:
        for first in range(0, count, self._rows):
            step(first, min(first + self._rows, count), *given, *self._state)
            self._drain()

    def _drain(self) -> None:
        """Do something with the lines that were written: nothing, as they are not wanted."""


class KeepingFold(Fold):
    """A fold that keeps the lines of money: `lines` gives them, once it is finished."""

    def __init__(self, books: Books, lives: Lives, how: How = "interpreted") -> None:
        self._kept: list[tuple[Ints, Floats]] = []
        super().__init__(books, lives, how)

    def lines(self) -> Lines:
        """Return the lines."""
        whole = np.concatenate([line for line, _ in self._kept] or [np.zeros((0, k.LINE), int)])
        paid = np.concatenate([paid for _, paid in self._kept] or [np.zeros((0, k.PAID))])
        return Lines(*whole.T, *paid.T)

    def _size(self) -> tuple[int, int]:
        # One more than can be written, as the last is written over.
        rows = max(AT_ONCE // (self.books.most_lines + 1), 1)
        return rows, rows * self.books.most_lines + 1

    def _drain(self) -> None:
        count = int(self._line[0])
        line = np.array(self._line[k.LINES : k.LINES + k.LINE * count], dtype=np.int64)
        paid = np.array(self._paid[: k.PAID * count], dtype=np.float64)
        self._kept.append((line.reshape(count, k.LINE), paid.reshape(count, k.PAID)))
        self._line[0] = 0


def _list(values: NDArray[Any]) -> list[Any]:
    return values.ravel().tolist()
