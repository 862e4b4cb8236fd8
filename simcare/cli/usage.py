"""Mistakes in how a command was typed, each in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from simcare.cli.screen import MISTAKE, complain

_USAGE_ERROR: Any = typer.BadParameter.__mro__[1]
"""Typer brings it along under a name that it does not show."""
_PLAINER = (
    (r"Input should be a valid integer.*", "give a whole number"),
    (r"Input should be a valid number.*", "give a number"),
    (r"Value error, ", ""),
)


class OneSentence(TyperGroup):
    """A group of commands that tells a slip of its user's in a sentence, without a box."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read what was typed before the command."""
        with _in_a_sentence():
            return super().make_context(*given, **more)

    def invoke(self, ctx: Any) -> Any:
        """Read what was typed after the command, and run it."""
        with _in_a_sentence():
            return super().invoke(ctx)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except _USAGE_ERROR as error:
        # The bare command is no mistake: it shows its help.
        if type(error).__name__ == "NoArgsIsHelpError":
            raise
        complain((_sentence(error),))
        raise typer.Exit(MISTAKE) from None


def _sentence(error: Any) -> str:
    said = str(error.format_message()).strip()
    for jargon, plain in _PLAINER:
        said = re.sub(jargon, plain, said, flags=re.DOTALL)
    said = " ".join(said.replace("{", "").replace("}", "").split()).rstrip(".")
    path = error.ctx.command_path if error.ctx is not None else "simcare"
    stop = "" if said.endswith("?") else ";"
    return f"{said[:1].lower()}{said[1:]}{stop} `{path} --help` says what can be given."
