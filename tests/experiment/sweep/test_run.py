"""Experiments on executors of every kind: the same bytes, kept as they come, gone on with."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset
import pytest

from simcare.errors import UserError
from simcare.experiment.compare import compare
from simcare.experiment.ready import make_ready, with_settings, with_values
from simcare.experiment.sweep.overview import overview
from simcare.experiment.sweep.plan import Plan
from simcare.experiment.sweep.pools import pool
from simcare.experiment.sweep.reading import read_experiment
from simcare.experiment.sweep.run import Far, Swept, sweep
from simcare.experiment.sweep.table import COLUMNS
from tests.experiment.sweep.files import GRID, SAMPLED, SMALL, saved, tree


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return read_experiment(saved(tmp_path_factory.mktemp("plan"), SMALL))


@pytest.fixture(scope="module")
def whole(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """Run in this process, without disturbance."""
    return sweep(plan, tmp_path_factory.mktemp("whole") / "results")


# --- what is in the dataset ---


def test_it_is_one_table_whoever_reads_it(plan: Plan, whole: Swept) -> None:
    table = whole.table()
    names = list(COLUMNS)
    at = names.index("policy")
    assert list(table.columns) == [*names[:at], *plan.draws.names, *names[at:]]
    assert len(list(whole.dataset.iterdir())) == plan.count
    other = pyarrow.dataset.dataset(whole.dataset).to_table()
    assert not any(pyarrow.types.is_dictionary(t) for t in other.schema.types)
    pd.testing.assert_frame_equal(other.to_pandas(), table)
    assert other.schema.metadata[b"column difference"].startswith(b"policy minus reference")


def test_a_row_is_what_a_comparison_with_these_numbers_gives(plan: Plan, whole: Swept) -> None:
    unit = plan.units[-1]
    ready = with_settings(make_ready(SAMPLED), {"horizon_weeks": unit.settings.horizon_weeks})
    known = compare(
        with_values(ready, dict(unit.values)), ["treatment", "stay"], families=20, seed=2
    ).summary
    table = whole.table()
    rows = table[(table["draw"] == 1) & (table["seed"] == 2) & (table["horizon_weeks"] == 260)]
    for column in ("policy", "outcome", "unit", "mean", "standard_error", "difference",
                   "difference_standard_error", "variance_gain"):  # fmt: skip
        pd.testing.assert_series_equal(
            rows[column].reset_index(drop=True), known[column],
            check_exact=True, check_dtype=False, check_names=False,
        )  # fmt: skip
    for name, value in unit.values:
        assert (rows[name] == value).all()
    assert set(rows["error_kind"]) == {"Monte Carlo, over independent families"}


def test_what_cannot_be_known_is_missing_and_not_a_number(whole: Swept) -> None:
    table = pyarrow.dataset.dataset(whole.dataset).to_table()
    gain = table.column("variance_gain")
    assert gain.null_count > 0
    assert not np.isnan(gain.drop_null().to_numpy()).any()


def test_the_manifest_keeps_the_two_errors_apart(plan: Plan, whole: Swept) -> None:
    held = json.loads((whole.folder / "manifest.json").read_text(encoding="utf-8"))
    assert held["complete"] is True
    assert held["experiment_sha256"] == plan.digest
    assert "Monte Carlo" in held["standard_errors"]
    assert "parameter uncertainty" in held["spread_over_draws"]
    assert held["columns"] == COLUMNS


def test_all_draws_have_the_same_families_with_the_same_luck(tmp_path: Path) -> None:
    text = f"""
title = "A number that nothing uses, and one that only help uses"
scenario = "{SAMPLED}"
policies = ["treatment", "stay"]
[settings]
families = 40
[parameters]
return_weeks = {{ values = [300] }}
stay_price = {{ values = [60, 90] }}
harm_more = {{ values = [8, 12] }}
"""
    table = sweep(saved(tmp_path, text), tmp_path / "out").table()
    numbers = ["mean", "standard_error", "difference", "difference_standard_error"]
    wide = {key: rows.reset_index(drop=True) for key, rows in table.groupby(
        ["stay_price", "harm_more"])}  # fmt: skip
    # `harm_more` belongs to a policy that is not run: not one number moves.
    for price in (60, 90):
        pd.testing.assert_frame_equal(wide[price, 8][numbers], wide[price, 12][numbers])
    # A price moves money, under the policy that pays it, and nobody's life.
    cheap, dear = wide[60, 8], wide[90, 8]
    moved = cheap[~(cheap["mean"] == dear["mean"]) & cheap["mean"].notna()]
    assert set(moved["policy"]) == {"stay"}
    assert set(moved["unit"]) <= {"£ per family", "£ per family reached"}
    assert "cost" in set(moved["outcome"])


# --- executors ---


@pytest.mark.parametrize("kind", ["thread", pytest.param("process", marks=pytest.mark.slow)])
def test_the_bytes_do_not_depend_on_the_executor(
    plan: Plan, whole: Swept, tmp_path: Path, kind: Any
) -> None:
    swept = sweep(plan, tmp_path / "out", executor=pool(kind, 2))
    assert swept.new == plan.count
    assert tree(swept.folder) == tree(whole.folder)


def test_any_executor_will_do_and_is_left_open(plan: Plan, whole: Swept, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as mine:
        assert tree(sweep(plan, tmp_path / "out", executor=mine).folder) == tree(whole.folder)
        assert mine.submit(abs, -1).result() == 1


def test_progress_begins_at_nothing_and_ends_at_everything(plan: Plan, tmp_path: Path) -> None:
    told: list[Far] = []
    sweep(plan, tmp_path / "out", progress=told.append)
    assert [f.units for f in told] == list(range(plan.count + 1))
    assert told[0].work == 0.0
    assert told[-1].work == told[-1].of_work
    # A unit that follows families for longer is more work.
    assert len({later.work - f.work for f, later in pairwise(told)}) == 2


# --- interruptions ---


def stopped_after(units: int, error: type[BaseException]) -> Any:
    def tell(far: Far) -> None:
        if far.units >= units:
            raise error

    return tell


@pytest.mark.parametrize("kind", ["thread", "process"])
def test_an_interrupted_experiment_is_gone_on_with_to_the_same_bytes(
    plan: Plan, whole: Swept, tmp_path: Path, kind: Any
) -> None:
    out, children = tmp_path / "out", active_children()
    with pytest.raises(KeyboardInterrupt):
        sweep(plan, out, executor=pool(kind, 2), progress=stopped_after(5, KeyboardInterrupt))
    assert [p for p in active_children() if p not in children] == []
    kept = tree(out)
    assert 5 <= sum(name.endswith(".parquet") for name in kept) < plan.count
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["complete"] is False
    with pytest.raises(UserError, match=r"holds \d+ of the 8 units of this experiment"):
        sweep(plan, out)
    assert tree(out) == kept
    swept = sweep(plan, out, executor=pool(kind, 2), resume=True)
    assert swept.new < plan.count
    assert tree(out) == tree(whole.folder)


class Murdered(Executor):
    """A pool of one process, which is killed before it does what it is given."""

    def __init__(self, inner: Executor) -> None:
        self.inner = inner

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        os.kill(self.inner.submit(os.getpid).result(), signal.SIGKILL)
        return self.inner.submit(fn, *args, **kwargs)


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")
@pytest.mark.parametrize("again", [False, True])
def test_a_pool_whose_workers_are_killed_is_made_anew_a_few_times(
    tmp_path: Path, again: bool
) -> None:
    experiment, made = saved(tmp_path, GRID), []

    @contextmanager
    def opener() -> Iterator[Executor]:
        made.append(1)
        with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as inner:
            yield Murdered(inner) if again or len(made) == 1 else inner

    if not again:
        swept = sweep(experiment, tmp_path / "out", executor=opener)
        assert len(made) == 2
    else:
        with pytest.raises(UserError, match=r"0 of 6 units are done and kept in .*--resume"):
            sweep(experiment, tmp_path / "out", executor=opener)
        assert len(made) == 3
        swept = sweep(experiment, tmp_path / "out", resume=True)
    assert tree(swept.folder) == tree(sweep(experiment, tmp_path / "other").folder)


def test_an_executor_that_gives_up_its_work_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    class GivesUp(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ARG002
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(UserError, match=r"gave up what it had.*0 of 6 units.*--resume"):
        sweep(saved(tmp_path, GRID), tmp_path / "out", executor=GivesUp())


# --- the disk ---


@pytest.mark.parametrize("at", [0, 1, 4, 8])
def test_a_full_disk_is_told_of_and_what_is_done_is_kept(
    plan: Plan, whole: Swept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    files, real = [0], os.fsync

    def full(descriptor: int) -> None:
        # Each file is forced to the disk, and then its folder.
        if files[0] == 2 * at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        files[0] += 1
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    kept = max(at - 1, 0)
    with pytest.raises(UserError, match=f"No space left.*{kept} of 8 units are done and kept"):
        sweep(plan, tmp_path / "out")
    assert len(list((tmp_path / "out" / "dataset").glob("*"))) == kept
    assert list(tmp_path.rglob(".*")) == []
    monkeypatch.undo()
    assert tree(sweep(plan, tmp_path / "out", resume=True).folder) == tree(whole.folder)


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_real_limit_on_files_is_told_of_too(plan: Plan, tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))
    try:
        with pytest.raises(UserError, match="File too large"):
            sweep(plan, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_was_half_written_is_never_read_and_goes(
    plan: Plan, whole: Swept, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        sweep(plan, out, progress=stopped_after(3, KeyboardInterrupt))
    (out / "dataset" / ".part-00003.parquet.77.unfinished").write_bytes(b"half")
    (out / ".manifest.json.77.unfinished").write_bytes(b"half")
    assert pd.read_parquet(out / "dataset")["draw"].max() == 0
    assert tree(sweep(plan, out, resume=True).folder) == tree(whole.folder)


# --- folders ---


def test_a_complete_folder_is_left_as_it_is(plan: Plan, whole: Swept) -> None:
    before = {p: p.stat().st_mtime_ns for p in whole.folder.rglob("*")}
    assert sweep(plan, whole.folder).new == 0
    assert {p: p.stat().st_mtime_ns for p in whole.folder.rglob("*")} == before


def test_a_complete_folder_keeps_the_versions_that_made_it(plan: Plan, tmp_path: Path) -> None:
    path = sweep(plan, tmp_path / "out").folder / "manifest.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["versions"]["numpy"], held["platform"] = "0.1", "another"
    path.write_text(json.dumps(held), encoding="utf-8")
    before = path.read_bytes()
    assert sweep(plan, tmp_path / "out").new == 0
    assert path.read_bytes() == before


def test_another_experiments_folder_is_refused(whole: Swept, tmp_path: Path) -> None:
    before = tree(whole.folder)
    for resume in (False, True):
        with pytest.raises(UserError, match=r"another experiment \(A sampled council\)"):
            sweep(saved(tmp_path, GRID), whole.folder, resume=resume)
    assert tree(whole.folder) == before


def test_a_part_of_another_experiment_is_refused(plan: Plan, whole: Swept, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        sweep(plan, out, progress=stopped_after(3, KeyboardInterrupt))
    strange = sweep(saved(tmp_path, GRID), tmp_path / "other").dataset / "part-00005.parquet"
    for bad, name in ((strange.read_bytes(), "part-00005.parquet"), (b"PAR1", "part-00004.parquet"),
                      ((whole.dataset / "part-00006.parquet").read_bytes(), "part-00007.parquet"),
                      (b"mine", "notes.txt")):  # fmt: skip
        place = out / "dataset" / name
        place.write_bytes(bad)
        with pytest.raises(UserError, match=f"{name} is no part of this experiment's results"):
            sweep(plan, out, resume=True)
        place.unlink()


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json"])
def test_a_folder_that_holds_something_else_is_refused(
    plan: Plan, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="holds "):
        sweep(plan, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_file_is_no_folder(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="is a file; name another folder"):
        sweep(plan, tmp_path / "file" / "below")


@pytest.mark.skipif(os.name != "posix", reason="folders are not held elsewhere")
def test_two_runs_cannot_write_to_one_folder(plan: Plan, tmp_path: Path) -> None:
    def tell(far: Far) -> None:
        if far.units == 2:
            with pytest.raises(UserError, match="another simcare is writing to"):
                sweep(plan, tmp_path / "out", resume=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(plan, tmp_path / "out", progress=tell)


# --- in short ---


def test_the_overview_keeps_spread_over_draws_and_monte_carlo_error_apart(whole: Swept) -> None:
    found = overview(whole, ["cost"])
    assert len(found) == 4
    table = whole.table()
    rows = table[(table["horizon_weeks"] == 260) & (table["policy"] == "stay")
                 & (table["outcome"] == "cost")]  # fmt: skip
    by_draw = rows.groupby("draw")["difference"].mean()
    (row,) = found[(found["horizon_weeks"] == 260) & (found["policy"] == "stay")].to_dict("records")
    assert row["draws"] == 2
    assert row["difference"] == pytest.approx(by_draw.mean())
    # Two draws have no 95 % of them.
    assert (row["low"], row["high"]) == pytest.approx((by_draw.min(), by_draw.max()))
    errors = rows.groupby("draw")["difference_standard_error"].apply(
        lambda x: np.sqrt((x**2).sum()) / len(x)
    )
    assert row["monte_carlo_error"] == pytest.approx(errors.median())
    assert row["variance_gain"] == pytest.approx(rows["variance_gain"].median())
    assert row["range_over_draws"] == "least to greatest of 2 draws, too few for 95 % of them"


def test_enough_draws_have_a_range_that_holds_95_percent_of_them(tmp_path: Path) -> None:
    text = f'''
title = "Twenty draws"
scenario = "{SAMPLED}"
policies = ["stay"]
design = {{ kind = "latin_hypercube", draws = 20, seed = 1 }}
[settings]
families = 20
[assumed]
'''
    swept = sweep(saved(tmp_path, text), tmp_path / "out")
    (row,) = overview(swept, ["cost"]).to_dict("records")
    table = swept.table()
    costs = table[(table["outcome"] == "cost") & (table["policy"] == "stay")]["difference"]
    assert (row["low"], row["high"]) == pytest.approx(tuple(costs.quantile([0.025, 0.975])))
    assert row["range_over_draws"] == "95 % of draws (parameter uncertainty)"


def test_chosen_draws_have_ends_and_no_probabilities(tmp_path: Path) -> None:
    swept = sweep(saved(tmp_path, GRID), tmp_path / "out")
    (row,) = overview(swept, ["cost"]).to_dict("records")
    table = swept.table()
    costs = table[(table["outcome"] == "cost") & (table["policy"] == "treatment")]["difference"]
    assert (row["low"], row["high"]) == (costs.min(), costs.max())
    assert row["range_over_draws"].startswith("least to greatest")
    assert np.isnan(row["monte_carlo_error"])
