"""What is odd in a return and was mended or left out, in sentences that tell of no child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simcare.local.returns.disclosure import disclosed


@dataclass(frozen=True)
class Oddities:
    """How many episodes (or children) are odd in which way.

    overlaps: episodes that reach into the child's next one. repeated: episodes that are there
    more than once. past_adult: episodes that go on after the age at which care ends. half_ended:
    episodes with an end and no reason, or the other way round. no_provider: foster placements of
    which it is not known who runs them. strange: {column: episodes with a code that is not known}.
    without_header: children of whom there is no Header.
    """

    overlaps: int = 0
    repeated: int = 0
    past_adult: int = 0
    half_ended: int = 0
    no_provider: int = 0
    strange: Mapping[str, int] = field(default_factory=dict)
    without_header: int = 0

    def sentences(self) -> Iterator[str]:
        """Yield a sentence for each that there is, with a suppressed or rounded count."""
        for count, said in (
            (self.overlaps, "reach into the child's next one; their ends were brought forward"),
            (self.repeated, "are there more than once and were counted once"),
            (self.past_adult, "go on after the child is 18; they were ended on that birthday"),
            (
                self.half_ended,
                "have a DEC and no REC, or a REC and no DEC; DEC says when they end, and without "
                "a REC nobody is counted as leaving",
            ),
            (
                self.no_provider,
                "with foster carers have no PLACE_PROVIDER that says whose carers they are; they "
                "were left out of the mix",
            ),
            *((n, _strange(column)) for column, n in self.strange.items()),
        ):
            if count:
                yield f"{disclosed(count).words} episodes {said}."
        if self.without_header:
            children = disclosed(self.without_header).words
            yield f"{children} children of the episodes have no row in the Header, and so no age."


def _strange(column: str) -> str:
    lost = {
        "RNE": "they are counted as no start and no move",
        "LS": "they are left out of the legal statuses",
        "PLACE": "they are left out of the mix",
        "REC": "they are counted as leaving otherwise",
    }
    return f"have a code in {column} that is not known here; {lost[column]}"
