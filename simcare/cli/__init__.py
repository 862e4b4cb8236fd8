"""The command line: one door for people at a terminal.

Whatever it does, a function of the package does; see `simcare --help`.
"""

from simcare.cli.app import main

__all__ = ["main"]
