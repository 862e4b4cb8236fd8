"""The real command, as a person would type it, and what came of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from simcare.cli.app import app

ROOT = Path(__file__).parents[2]
SAMPLED = """
extends = "three_families"
title = "A hundred and twenty families in a made-up council"
families = 120
[parameters]
half = { value = 0.5, unit = "share", source = "made up" }
five_years = { value = 261, unit = "weeks", source = "made up" }
ten_years = { value = 522, unit = "weeks", source = "made up" }
[regions.case]
start = "referral"
[needs.drugs]
share = "half"
severe_share = "half"
[population]
child_shares = ["half", "half"]
age_ends = ["five_years", "ten_years"]
age_shares = ["half", "half"]
sibling_gap_weeks = "five_years"
[population.types.any]
title = "Any family"
share = 1
"""
"""A small scenario whose families are drawn."""


@dataclass(frozen=True)
class Said:
    """An exit code and the texts of the two outputs."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def simcare(*words: str | Path) -> Said:
    """Run a command in this process, in the current folder."""
    result = CliRunner().invoke(app, [str(w) for w in words], prog_name="simcare")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def environment(**more: str) -> dict[str, str]:
    """This process's environment, with the checkout on Python's path."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **more}


def process(*words: str | Path, folder: Path, **more: str) -> Said:
    """Run a command in a process of its own; `more` goes into its environment."""
    result = subprocess.run(
        [sys.executable, "-m", "simcare.cli", *map(str, words)],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Said(result.returncode, result.stdout, result.stderr)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the SHA-256 of its bytes, and every folder with none."""
    return {
        p.relative_to(folder).as_posix(): (
            hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else ""
        )
        for p in sorted(folder.rglob("*"))
    }
