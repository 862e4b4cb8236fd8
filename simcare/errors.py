"""What goes wrong when a user's input is wrong, said in sentences."""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """A mistake in what a user gave, with one sentence for each problem found.

    The command line prints the sentences and exits with code 2; nothing has been written.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
