"""Peak memory of a run, each in a process of its own.

`python -m benchmarks.memory ENGINE HOW FAMILIES` runs one and prints its peak in bytes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import SEED, Benchmark, Count, Effort, Table, ready_to_run, world
from simcare.engine.engines import prepare
from simcare.engine.simpy_engine import Change, simulate
from simcare.model.population import draw

BLOCK = 10_000
POLICY = "residential_treatment"


def run(effort: Effort) -> Table:
    table = Table(["engine", "families", "peak, MB", "a million families more, MB"])
    most, few = effort.most, effort.families
    for what, engine, how, sizes in (
        ("compiled, in blocks of 10,000", "compiled", "blocks", (most // 10, most)),
        ("compiled, all at once", "compiled", "whole", (most // 10, most)),
        ("compiled, sharing places", "compiled", "places", (few, 10 * few)),
        ("SimPy, all events kept", "simpy", "whole", (few, 4 * few)),
    ):
        peaks = [_peak(engine, how, n) for n in sizes]
        slope = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
        table.add(
            [what, f"{sizes[1]:,}", f"{peaks[1] / 1e6:,.0f}", f"{max(slope, 0.0):,.0f}"],
            what=what, families=sizes[1], peak_bytes=peaks[1], bytes_per_family=slope,
        )  # fmt: skip
    return table


def _peak(engine: str, how: str, families: int) -> int:
    command = [sys.executable, "-m", "benchmarks.memory", engine, how, str(families)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def main(engine: str, how: str, families: int) -> None:
    if how == "blocks":
        _in_blocks(families)
    else:
        scenario, policy = (
            ("treatment_places", "more_places") if how == "places" else ("england", POLICY)
        )
        all_of_them = world(scenario, families, policy)
        if engine == "simpy":
            kept = simulate(
                all_of_them.arrays, all_of_them.lives, seed=SEED, horizon=all_of_them.horizon,
                change=all_of_them.change,
            )  # fmt: skip
            assert kept
        else:
            prepare("compiled", all_of_them.arrays, all_of_them.change).stream(
                all_of_them.lives, Count(), seed=SEED, horizon=all_of_them.horizon
            )
    print(_high_water())


def _in_blocks(families: int) -> None:
    ready = ready_to_run("england")
    scenario = ready.scenario
    statement = ready.statements[scenario.reference]
    change = Change(0.0, ready.arrays[POLICY])
    engine = prepare("compiled", ready.arrays[scenario.reference], change)
    for first in range(0, families, BLOCK):
        count = min(BLOCK, families - first)
        part = draw(scenario, ready.values, statement, seed=SEED, families=count, first=first)
        horizon = float(scenario.horizon_weeks)
        engine.stream(part.lives, Count(), seed=SEED, horizon=horizon)


def _high_water() -> int:
    """Peak resident bytes of this process. On Linux getrusage counts its parent's too."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


BENCHMARK = Benchmark(
    "memory",
    "Peak memory",
    "Resident memory at its highest, Python and its libraries included (about 200 MB with numba). "
    "The last column is the slope between two sizes. In blocks is how a comparison runs: the "
    "families of a block are drawn, lived and counted, and forgotten.",
    run,
)

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
