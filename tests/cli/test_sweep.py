"""`simcare sweep`: what it shows and writes, and that nothing done is lost, whatever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.command import environment, process, simcare
from tests.experiment.sweep.files import GRID, LONG, SMALL, saved, tree

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals of POSIX")


# --- what is shown and written ---


def test_sweep_says_where_the_results_are_and_what_they_say(here: Path) -> None:
    saved(here, SMALL)
    said = simcare("sweep", "mine.toml", "--executor", "thread", "--workers", "1")
    assert said.code == 0, said.err
    assert said.err == ""
    flat = " ".join(said.out.split())
    places = [
        flat.index(part)
        for part in (
            "A sampled council",
            "Cost in all (£ per family)",
            "Long-term family support",
            "least to greatest of 2 draws, too few for 95 % of them",
            "Monte Carlo: standard error of one draw",
            "Results are in results/mine/dataset/ (8 units: 2 draws x 2 sets of settings x 2",
        )
    ]
    assert places == sorted(places)
    assert len(pd.read_parquet(here / "results" / "mine" / "dataset")["draw"].unique()) == 2


def test_the_command_that_is_recommended_reads_the_dataset(here: Path) -> None:
    saved(here, GRID)
    said = simcare("sweep", "mine.toml", "--executor", "thread", "--out", "kept it")
    (line,) = [x for x in said.out.splitlines() if x.startswith("  python -c ")]
    code = line.removeprefix('  python -c "').removesuffix('"')
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[174 rows x 18 columns]" in ran.stdout


def test_a_second_start_says_that_all_is_there(here: Path) -> None:
    saved(here, GRID)
    assert simcare("sweep", "mine", "--executor", "thread").code == 0
    before = tree(here / "results")
    said = simcare("sweep", "mine", "--executor", "thread")
    assert said.code == 0
    assert "all of them there already" in " ".join(said.out.split())
    assert tree(here / "results") == before


def test_an_experiment_that_ships_runs_by_its_name(here: Path) -> None:
    assert simcare("sweep", "other_prices", "--executor", "thread").code == 0
    assert (here / "results" / "other_prices" / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none"], "none: there is no such experiment file"),
        (["mine", "--executor", "dask"], "option --scheduler: it is missing"),
        (["mine", "--scheduler", "tcp://x"], "option --scheduler: only --executor dask has one"),
        (["mine", "--workers", "0"], "option --workers: 0 is too small; give 1 or more."),
        (
            ["mine", "--executor", "dask", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"],
            "option --workers: the workers of a Dask cluster are started beside its scheduler",
        ),
        (["mine", "--out", "."], "is not empty and holds something that is no result"),
        (["wrong"], "wrong.toml: key `sedes` is unknown; did you mean `seeds`?"),
    ],
)
def test_a_mistake_is_a_sentence_and_nothing_is_written(
    here: Path, words: list[str], says: str
) -> None:
    saved(here, GRID)
    saved(here, GRID.replace("[parameters]", "sedes = 1\n[parameters]"), "wrong.toml")
    before = tree(here)
    said = simcare("sweep", *words)
    assert said.code == 2
    assert says in said.err
    assert all(line.startswith("simcare: ") for line in said.lines)
    assert said.out == ""
    assert tree(here) == before
    assert not (here / "results").exists()


@pytest.mark.parametrize("word", ["--executor", "--engine"])
def test_the_allowed_names_are_listed(here: Path, word: str) -> None:
    saved(here, GRID)
    said = simcare("sweep", "mine", word, "nothing")
    assert said.code == 2
    assert "'thread'" in said.err or "'simpy'" in said.err


# --- what is killed ---

SLOWLY = ("--engine", "simpy")
"""So that there is time to kill something."""


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Begin the long experiment in a process of its own."""
    saved(folder, LONG, "long.toml")
    return subprocess.Popen(
        [sys.executable, "-m", "simcare.cli", "sweep", "long", *SLOWLY, *words],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "dataset").glob("*.parquet"))


def wait_for(what: Callable[[], object], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


def wait_for_parts(folder: Path, count: int) -> None:
    wait_for(lambda: len(parts(folder)) >= count)


def wait_for_end_of(processes: list[int]) -> None:
    wait_for(lambda: not any(alive(pid) for pid in processes))


def alive(pid: int) -> bool:
    """Say whether a process is there, and not only its name."""
    said = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return said.strip()[:1] not in ("", "Z")


def children(of: int) -> list[int]:
    """The processes that run below one, and below those."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout.split()
    below, pairs = [of], list(zip(listed[::2], listed[1::2], strict=True))
    for one in below:
        below += [int(pid) for pid, parent in pairs if int(parent) == one]
    return below[1:]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The bytes of an experiment that nothing befell."""
    folder = tmp_path_factory.mktemp("whole")
    saved(folder, LONG, "long.toml")
    said = process("sweep", "long", *SLOWLY, "--out", "whole", folder=folder)
    assert said.code == 0, said.err
    return tree(folder / "whole")


@POSIX
@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    here: Path, undisturbed: dict[str, str]
) -> None:
    running = start(here, "--workers", "2", "--out", "cut")
    wait_for_parts(here / "cut", 3)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    (line,) = err.splitlines()
    assert "of 40 units are done and kept in cut. Go on with: simcare sweep long " in line
    words = line.partition("simcare sweep ")[2].split()
    said = process("sweep", *words, folder=here)
    assert said.code == 0, said.err
    assert tree(here / "cut") == undisturbed


@POSIX
@pytest.mark.slow
def test_the_program_may_be_killed_at_any_moment(here: Path, undisturbed: dict[str, str]) -> None:
    for moment in (1, 8, 20):
        running = start(here, "--workers", "2", "--out", "cut", "--resume")
        wait_for_parts(here / "cut", moment)
        workers = children(running.pid)
        running.kill()
        running.communicate(timeout=60)
        wait_for_end_of(workers)
        for path in parts(here / "cut"):
            assert tree(here / "cut")[f"dataset/{path.name}"] == undisturbed[f"dataset/{path.name}"]
    assert process("sweep", "long", "--out", "cut", folder=here).code == 2
    assert process("sweep", "long", "--out", "cut", "--resume", folder=here).code == 0
    assert tree(here / "cut") == undisturbed


@POSIX
@pytest.mark.slow
def test_a_worker_may_be_killed(here: Path, undisturbed: dict[str, str]) -> None:
    running = start(here, "--workers", "2", "--out", "cut")
    wait_for_parts(here / "cut", 3)
    # Below the program is the server that forks, and below that the workers.
    server = [pid for pid in children(running.pid) if children(pid)]
    os.kill(children(server[0])[-1], signal.SIGKILL)
    _, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert tree(here / "cut") == undisturbed


# --- a Dask cluster ---

Running = subprocess.Popen[bytes]


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, Running, list[Running]]]:
    """A scheduler and two workers on this machine: the address, the one and the others."""
    pytest.importorskip("distributed")
    said = folder / "scheduler.json"

    def begin(*words: str) -> Running:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=folder, env=environment(), stderr=subprocess.DEVNULL,
        )  # fmt: skip

    scheduler = begin("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                      "--scheduler-file", str(said))  # fmt: skip
    workers: list[Running] = []
    try:
        wait_for(lambda: said.is_file() and said.read_text().endswith("}"))
        address = json.loads(said.read_text())["address"]
        workers = [
            begin("worker", address, "--nthreads", "1", "--no-dashboard", "--local-directory",
                  str(folder / f"worker-{i}")) for i in range(2)
        ]  # fmt: skip
        yield address, scheduler, workers
    finally:
        # A keeper of workers that has just lost one takes long to be talked into ending.
        begun = [pid for one in (*workers, scheduler) for pid in (one.pid, *children(one.pid))]
        for pid in begun:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        for one in (*workers, scheduler):
            one.wait(timeout=60)


@POSIX
@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bytes_and_may_lose_a_worker(
    here: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    saved(here, LONG, "long.toml")
    with cluster(tmp_path) as (address, _, workers):
        on = ["--executor", "dask", "--scheduler", address]
        said = process("sweep", "long", *on, "--out", "dask", folder=here)
        assert said.code == 0, said.err
        assert "distributed" not in said.err
        assert tree(here / "dask") == undisturbed

        running = start(here, *on, "--out", "cut")
        wait_for_parts(here / "cut", 3)
        for pid in children(workers[0].pid):
            os.kill(pid, signal.SIGKILL)
        _, err = running.communicate(timeout=120)
        assert running.returncode == 0, err
        assert tree(here / "cut") == undisturbed


@POSIX
@pytest.mark.slow
def test_the_scheduler_may_be_killed_and_another_goes_on(
    here: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    with cluster(one) as (address, scheduler, _):
        running = start(here, "--executor", "dask", "--scheduler", address, "--out", "cut")
        wait_for_parts(here / "cut", 3)
        scheduler.kill()
        _, err = running.communicate(timeout=120)
    assert running.returncode == 2
    (line,) = err.splitlines()
    assert "as one does whose scheduler is lost" in line
    assert "--resume" in line
    done = len(parts(here / "cut"))
    assert f"{done} of 40 units are done and kept" in line

    said = process("sweep", "long", "--executor", "dask", "--scheduler", address, "--out", "cut",
                   "--resume", folder=here)  # fmt: skip
    assert said.code == 2
    assert "no Dask scheduler answers at" in said.err
    with cluster(other) as (address, _, _):
        said = process("sweep", "long", "--executor", "dask", "--scheduler", address, "--out",
                       "cut", "--resume", folder=here)  # fmt: skip
    assert said.code == 0, said.err
    assert tree(here / "cut") == undisturbed


def test_it_is_said_first_where_children_are_less_safe(here: Path) -> None:
    scenario = Path(__file__).parents[1] / "report" / "sampled.toml"
    (here / "harm.toml").write_text(
        f'title = "Harm"\nscenario = "{scenario.as_posix()}"\npolicies = ["harmful", "stay"]\n'
        'design = { kind = "grid" }\n[settings]\nfamilies = 400\n'
        "[parameters]\ntreatment_price = { values = [500, 1000] }\n",
        encoding="utf-8",
    )
    said = simcare("sweep", "harm.toml", "--executor", "thread", "--workers", "1")
    assert said.code == 0, said.err
    first = " ".join(said.out.split())
    assert first.startswith("LESS SAFE under ")
    assert first.count("LESS SAFE") == 1


def test_nothing_is_written_where_no_scheduler_answers(here: Path) -> None:
    pytest.importorskip("distributed")
    saved(here, GRID)
    said = simcare("sweep", "mine.toml", "--executor", "dask", "--scheduler", "banana")
    assert said.code == 2
    assert "no Dask scheduler answers at banana" in said.err
    assert not (here / "results").exists()
