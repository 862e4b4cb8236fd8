"""The command line: one door for people at a terminal.

Whatever it does, a function of the package does; see `simcare --help`.
"""

from __future__ import annotations

import gc
import sys
from io import TextIOWrapper

_LOOSE = 100_000
"""Objects made before Python looks for circles among them that nobody needs. A command makes many
that live to its end, and looking through them as often as Python does by itself takes a tenth of
its time."""


def main() -> None:
    """Run the command line and exit with its code: 0, or 2 for a mistake in what was given."""
    gc.set_threshold(_LOOSE)
    for stream in (sys.stdout, sys.stderr):
        # Minus signs and arrows do not exist in every code page that output is sent through.
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
    try:
        from simcare.cli.app import app

        app(prog_name="simcare")
    except KeyboardInterrupt:  # before any command began
        sys.exit(130)
    finally:
        # The process ends now and gives everything back; to look through it first takes a while.
        gc.freeze()
