"""Which family of those who share places is next: a heap by week and number."""

from __future__ import annotations

from simcare.engine.kernel.building import U, inner
from simcare.engine.kernel.layout import (
    F_NUMBER,
    F_SPOT,
    FAMILY,
    I_HEAP,
    W_DUE,
    WEEKS,
    Places,
    Scratch,
    State,
)


@inner
def sooner(s: State, f: int, g: int) -> bool:
    """Say whether a family is due before another."""
    one, other = s.week[U(f * WEEKS + W_DUE)], s.week[U(g * WEEKS + W_DUE)]
    if one != other:
        return one < other
    return s.family[U(f * FAMILY + F_NUMBER)] < s.family[U(g * FAMILY + F_NUMBER)]


@inner
def seat(s: State, p: Places, at: int, f: int) -> None:
    """Put a family at a place of the heap."""
    p.heap[U(at)] = f
    s.family[U(f * FAMILY + F_SPOT)] = at


@inner
def settle_at(s: State, p: Places, at: int, f: int, length: int) -> None:
    """Put a family into the heap at a place, above it or below it (four below each)."""
    while at > 0 and sooner(s, f, p.heap[U((at - 1) >> 2)]):
        seat(s, p, at, p.heap[U((at - 1) >> 2)])
        at = (at - 1) >> 2
    while True:
        first = 4 * at + 1
        if first >= length:
            break
        best = first
        for other in range(first + 1, min(first + 4, length)):
            if sooner(s, p.heap[U(other)], p.heap[U(best)]):
                best = other
        if not sooner(s, p.heap[U(best)], f):
            break
        seat(s, p, at, p.heap[U(best)])
        at = best
    seat(s, p, at, f)


@inner
def wait_until(s: State, x: Scratch, p: Places, f: int, week: float) -> None:
    """Put a family where its next week belongs; out of the heap if nothing is to come."""
    at, length = s.family[U(f * FAMILY + F_SPOT)], x.note[I_HEAP]
    if week <= x.horizon[0]:
        s.week[U(f * WEEKS + W_DUE)] = week
        if at < 0:
            at, length = length, length + 1
        x.note[I_HEAP] = length
        settle_at(s, p, at, f, length)
    elif at >= 0:
        last = p.heap[U(length - 1)]
        x.note[I_HEAP] = length - 1
        s.family[U(f * FAMILY + F_SPOT)] = -1
        if last != f:
            settle_at(s, p, at, last, length - 1)
