"""What a person sees: results on standard output, progress and mistakes on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from simcare.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console, RenderableType

MISTAKE = 2
INTERRUPTED = 130
_WIDTH = 100
"""Columns where there is no terminal to ask."""

_QUIET_SECONDS = 20.0
"""Where there is no terminal, a line about progress comes at most so often."""

Tell = Callable[[int, int], None]
"""Told how many families have been run, and how many there are in all."""


def show(*what: RenderableType) -> None:
    """Print tables and texts on standard output, each wrapped to the screen."""
    console = _console()
    for one in what:
        console.print(one, markup=False, highlight=False)


def show_command(text: str) -> None:
    """Print something to be typed, on a line of its own that is never broken."""
    typer.echo(f"  {text}")


def width() -> int:
    """Return how many columns standard output has."""
    return _console().width


def _console() -> Console:
    from rich.console import Console

    console = Console()
    if console.is_terminal or "COLUMNS" in os.environ:
        return console
    return Console(width=_WIDTH)


def complain(problems: tuple[str, ...]) -> None:
    """Print sentences about mistakes on standard error, one to a line."""
    for problem in problems:
        typer.echo(f"simcare: {problem}", err=True)


def remark(text: str) -> None:
    """Print something worth knowing that is no mistake, on standard error."""
    typer.echo(f"simcare: {text}", err=True)


def say_if_new(engine: str) -> None:
    """Say so where the compiled engine has to be compiled first, as it can look like a stop."""
    if engine != "compiled":
        return
    from simcare.engine.compiled import is_kept

    if not is_kept():
        remark("compiling the fast engine, once on this machine: some ten to twenty seconds.")


@contextmanager
def kept(what: str, folder: Path) -> Iterator[None]:
    """Say where what is shown was written, if showing it is interrupted. what: "the table is"."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; {what} in {folder}.") from None


@contextmanager
def for_people() -> Iterator[None]:
    """Turn mistakes and interruptions into a sentence and an exit code, without a traceback."""
    try:
        yield
    except UserError as error:
        complain(error.problems)
        _leave(MISTAKE)
    except KeyboardInterrupt as stop:
        complain((str(stop) or "interrupted; nothing was written.",))
        _leave(INTERRUPTED)


def _leave(code: int) -> NoReturn:
    raise typer.Exit(code) from None


@contextmanager
def progress(doing: str) -> Iterator[Tell]:
    """Show how far a run is and how long it will take, on standard error.

    A bar on a terminal; elsewhere a line now and then, and none for a short run.
    """
    if not sys.stderr.isatty():
        yield _lines(doing)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("family runs, time left"),
        Remaining(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(doing: str) -> Tell:
    start = last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _QUIET_SECONDS or not 0 < done < total:
            return
        last = now
        left = (now - start) * (total - done) / done
        typer.echo(
            f"{doing}: {done:,} of {total:,} family runs, about {duration(left)} left", err=True
        )

    return tell


def duration(seconds: float) -> str:
    """Write a length of time as people say it: 0.4 s, 12 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 10.0:
        return f"{seconds:.1f} s"
    if seconds < 60.0:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
