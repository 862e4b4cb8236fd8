"""The command line: one door for people at a terminal.

Whatever it does, a function of the package does; see `simcare --help`.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and exit with its code: 0, or 2 for a mistake in what was given."""
    for stream in (sys.stdout, sys.stderr):
        # Minus signs and arrows do not exist in every code page that output is sent through.
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
    try:
        from simcare.cli.app import app

        app(prog_name="simcare")
    except KeyboardInterrupt:  # before any command began
        sys.exit(130)
