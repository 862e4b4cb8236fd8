"""What goes wrong when a user's input is wrong, said in sentences."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class UserError(Exception):
    """A mistake in what a user gave, with one sentence for each problem found.

    The command line prints the sentences and exits with code 2; nothing has been written.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (
            (problems,) if isinstance(problems, str) else tuple(problems)
        )
        super().__init__("\n".join(self.problems))


FEW = 40
"""At most so many allowed names are listed in one sentence."""


def hint(given: str, known: Iterable[str]) -> str:
    """Say which name was probably meant and which names are allowed, to follow a semicolon."""
    names = list(known)
    close = difflib.get_close_matches(str(given), names, 3 if len(names) > FEW else 1)
    meant = f"did you mean {' or '.join(f'`{c}`' for c in close)}?" if close else ""
    if not names:
        return "there are none here, so define one or leave it out."
    if len(names) > FEW:
        return meant or f"choose one of the {len(names)} defined there."
    return f"{meant}{' ' if meant else ''}choose from {', '.join(names)}."


def unknown(kind: str, given: str, known: Iterable[str], where: str = "") -> str:
    """Return the sentence for a name that does not exist.

    kind: "policy", "region" and so on. where: in what there is none, such as "in england.toml".
    """
    place = f" {where}" if where else ""
    return f"there is no {kind} `{given}`{place}; {hint(given, known)}"
