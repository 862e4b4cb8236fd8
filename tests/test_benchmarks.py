"""The C kernel of the benchmarks, which is a second reading of the contract, agrees with SimPy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no C compiler")
def test_an_independent_engine_in_c_gives_the_same_events() -> None:
    pytest.importorskip("numba")
    command = [sys.executable, "-m", "benchmarks.run", "--only", "same", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("|")]
    found = {row[0].strip(): [cell.strip() for cell in row[2:]] for row in rows[2:]}
    assert set(found) == {"england", "treatment_places", "few_therapists", "short_staffed"}
    for events, *differ in found.values():
        assert int(events.replace(",", "")) > 1000
        assert differ == ["0", "0", "0"]
