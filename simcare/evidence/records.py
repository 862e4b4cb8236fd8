"""What the register holds: one published number, or one published curve, with its source."""

from __future__ import annotations

from dataclasses import dataclass

RECALLED = "RECALLED"
"""The status of a figure that is remembered and was never seen."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One published figure and everything known about where it comes from.

    `value` is None when the source gives no single number; `text` then holds what it does give,
    such as "36.2 v 44.8", and `parts` the ids of the single numbers read out of it. `text` is also
    kept beside a number that the source hedges ("~66"). `low` and `high` are the source's interval
    or range, in the same `unit` as `value`. `price_year` is a financial year ("2012-13") or a
    calendar year ("2018"), and None unless the source states its prices in pounds. `status` is
    VERIFIED (seen, and quoted), VERIFIED_NOQUOTE (seen, the wording not kept), DERIVED or COMPUTED
    (arithmetic on seen figures; the working is in `quote` or `note`) or RECALLED. `rivals` are the
    ids of figures that answer the same question differently, and `disagreement` says in a sentence
    what they disagree about. `note` carries workings and cautions.
    """

    id: str
    topic: str
    quantity: str
    value: float | None
    text: str
    low: float | None
    high: float | None
    unit: str
    period: str
    price_year: str | None
    geography: str
    population: str
    followup: str
    source: str
    publisher: str
    year: str
    address: str
    status: str
    quote: str
    note: str
    derived_from: str
    parts: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    disagreement: str = ""

    @property
    def is_evidence(self) -> bool:
        """Whether a scenario may rest on it: not if it is only recalled."""
        return self.status != RECALLED


@dataclass(frozen=True, slots=True)
class Curve:
    """A published survival curve: the share of a group still in some state, week by week.

    `weeks`, `shares`, `low` and `high` have the same length; `weeks` rise from the first published
    point (the share is 1 at week 0, which is not repeated here), and `low` to `high` is the 95%
    interval. `counts` are the people still in, where they were published, and else empty. `n` is
    the size of the group at the start.
    """

    id: str
    quantity: str
    group: str
    label: str
    n: int
    weeks: tuple[float, ...]
    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    counts: tuple[int, ...]
    source: str
    publisher: str
    year: str
    address: str
    status: str
    quote: str

    @property
    def is_evidence(self) -> bool:
        """Whether a scenario may rest on it: not if it is only recalled."""
        return self.status != RECALLED
