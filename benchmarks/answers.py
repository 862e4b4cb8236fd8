"""What a person waits for: a comparison from the terminal, and an answer after one change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.harness import Benchmark, Effort, Table, ready_to_run
from simcare.experiment.compare import compare
from simcare.experiment.ready import with_values

MOVED, POLICY = "incident_rate", "residential_treatment"


def run(effort: Effort) -> Table:
    table = Table(["what is waited for", "seconds (median, min to max)"])
    few = effort.most < 100_000
    size = ["--families", str(effort.crowd)] if few else []
    told = f"`simcare compare england {' '.join(size)}`".replace(" `", "`")
    _add(table, f"{told} on one core", lambda: _command(size), 1 if few else 3)
    for families in (500, 2000):
        what = f"one parameter changed: {families:,} families, two policies, one core"
        _add(table, what, _slider(families), effort.repetitions)
    return table


def _slider(families: int) -> Callable[[], float]:
    """Return what changes a parameter, by a little more each time, and answers again."""
    ready, turn = ready_to_run("england"), count()

    def answer() -> float:
        start = time.perf_counter()
        moved = with_values(ready, {MOVED: ready.values[MOVED] * (1.0 + 0.01 * next(turn))})
        compare(moved, [POLICY], families=families, engine="compiled")
        return time.perf_counter() - start

    answer()
    return answer


def _command(size: list[str]) -> float:
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    with tempfile.TemporaryDirectory() as folder:
        command = [*pinned, sys.executable, "-m", "simcare.cli", "compare", "england", *size]
        command += ["--workers", "1", "--out", str(Path(folder) / "out")]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))
        return time.perf_counter() - start


def _add(table: Table, what: str, work: Callable[[], float], repetitions: int) -> None:
    times = [work() for _ in range(repetitions)]
    table.add(
        [what, f"{median(times):.2f} ({min(times):.2f} to {max(times):.2f})"],
        what=what, median=median(times), low=min(times), high=max(times),
    )  # fmt: skip


BENCHMARK = Benchmark(
    "answers",
    "What a person waits for",
    "By the clock on the wall, with everything: starting Python, drawing families, simulating, "
    "statistics, tables and figures. After a change of one parameter nothing is started again.",
    run,
)
