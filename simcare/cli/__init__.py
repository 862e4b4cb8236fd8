"""The command line: one door for people at a terminal.

Whatever it does, a function of the package does; see `simcare --help`.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code: 0, or 2 for a mistake in what was given."""
    try:
        from simcare.cli.app import app

        app(prog_name="simcare")
    except KeyboardInterrupt:  # before any command began
        sys.exit(130)
