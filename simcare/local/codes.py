"""What the codes of a looked-after return (SSDA903) stand for; the codes themselves are data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simcare.scenario.parts import Name, Strict


class Coded(Strict):
    """Codes of a return that stand for one thing; `provider`: who runs it (none: whoever)."""

    title: str
    codes: list[str]
    provider: list[str] = Field(default_factory=list)


class Codes(Strict):
    """What the codes of a looked-after return stand for, by the names of numbers.

    starts, moves, changes: reasons for a new episode, the last of which changes nothing that is
    counted. goes_on: reasons why an episode ceased that do not end a period of care.
    short_breaks: legal statuses of children who are not counted at all. with_parents: placements
    in which no council pays. unaccompanied: the category of need of children who came alone,
    where the return does not mark them otherwise. places, exits: parts of the stock and of those
    who leave; other_places, other_exits: codes that are known and belong to none of them.
    legal: statuses at the start, for show.
    """

    starts: list[str]
    moves: list[str]
    changes: list[str]
    goes_on: list[str]
    short_breaks: list[str]
    with_parents: list[str]
    unaccompanied: list[str]
    stock: str
    flow: str
    movement: str
    again: str
    returned: str
    per: Annotated[float, Field(gt=0)]
    adult_age: Annotated[int, Field(gt=0)]
    places: dict[Name, Coded]
    other_places: list[str]
    exits: dict[Name, Coded]
    other_exits: list[str]
    legal: dict[Name, Coded]

    def known(self) -> dict[str, frozenset[str]]:
        """Return the codes that may stand in each column of an episode."""
        return {
            "RNE": frozenset([*self.starts, *self.moves, *self.changes]),
            "LS": frozenset([*self.short_breaks, *_codes(self.legal)]),
            "PLACE": frozenset([*_codes(self.places), *self.with_parents, *self.other_places]),
            "REC": frozenset([*_codes(self.exits), *self.goes_on, *self.other_exits]),
        }

    def needs_provider(self) -> frozenset[str]:
        """Return the placements that stand for one thing or another by who runs them."""
        return frozenset(c for one in self.places.values() if one.provider for c in one.codes)


def _codes(coded: dict[str, Coded]) -> list[str]:
    return [code for one in coded.values() for code in one.codes]
