"""Run the benchmarks and write what they found.

    python -m benchmarks.run                 all (about six minutes)
    python -m benchmarks.run --quick         all, small and rough
    python -m benchmarks.run --only engines  one

The numbers go to benchmarks/results.json and the tables into docs/benchmarks.md. Quick ones are
only printed: nobody should quote them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.harness import FULL, QUICK, Benchmark, Table

MODULES = ("same", "engines", "against_c", "libraries", "memory", "scaling", "cores", "answers")
TOP = Path(__file__).parents[1]
RESULTS, PAGE = TOP / "benchmarks" / "results.json", TOP / "docs" / "benchmarks.md"
PACKAGES = ("numpy", "numba", "simpy", "ciw", "salabim", "dask")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    all_of_them = {b.name: b for b in map(_load, MODULES)}
    parser.add_argument("--only", metavar="NAME", choices=sorted(all_of_them), action="append")
    parser.add_argument("--quick", action="store_true", help="small, rough, and only printed")
    given = parser.parse_args(arguments)
    for name in given.only or all_of_them:
        benchmark = all_of_them[name]
        start = time.perf_counter()
        table = benchmark.run(QUICK if given.quick else FULL)
        taken = time.perf_counter() - start
        print(f"## {benchmark.title}\n\n{table.markdown()}\n\n({taken:.0f} s)\n", flush=True)
        if not given.quick:
            _keep(benchmark, table)
    return 0


def _load(module: str) -> Benchmark:
    found: Benchmark = import_module(f"benchmarks.{module}").BENCHMARK
    return found


def _keep(benchmark: Benchmark, table: Table) -> None:
    """Put one benchmark's numbers and table in the place of those of last time."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    kept[benchmark.name] = {"machine": machine(), "rows": table.numbers}
    text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    begin, end = f"<!-- benchmark: {benchmark.name} -->", "<!-- end -->"
    block = f"{begin}\n\n{benchmark.about}\n\n{table.markdown()}\n\n{machine()}.\n\n{end}"
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"{PAGE.name} has no line {begin}; add it and the line {end} after it.")
    PAGE.write_text(pattern.sub(lambda _: block, page), encoding="utf-8")


def machine() -> str:
    """Say on what it ran, in one line."""
    found = [f"{name} {_version(name)}" for name in PACKAGES if _version(name)]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {', '.join(found)}"
    )


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.is_file():
        for line in known.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
