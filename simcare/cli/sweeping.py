"""`simcare sweep`."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simcare.cli.screen import duration, say_if_new, show, show_command
from simcare.engine.engines import Wanted, choose
from simcare.experiment.sweep.pools import Kind, pool
from simcare.experiment.sweep.reading import read_experiment
from simcare.experiment.sweep.run import Far, Swept, Tell
from simcare.experiment.sweep.run import sweep as run_sweep

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_QUIET_SECONDS = 20.0
"""Where there is no terminal, a line about progress comes at most so often."""


@dataclass(frozen=True)
class SweepOrder:
    """What was asked for, as typed; None where the experiment or the machine decides."""

    experiment: str
    executor: Kind
    scheduler: str | None
    workers: int | None
    out: Path | None
    resume: bool
    engine: Wanted

    def to_go_on(self) -> str:
        """Return what to type to finish what was begun."""
        words = ["simcare", "sweep", self.experiment, "--executor", self.executor]
        for name in ("scheduler", "workers", "out"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        return shlex.join([*words, *(["--engine", self.engine] if self.engine != "auto" else []),
                           "--resume"])  # fmt: skip


def sweep(order: SweepOrder) -> None:
    """Run an experiment, keep its results as they come and show what they say."""
    start = time.monotonic()
    opener = pool(order.executor, order.workers, order.scheduler)
    plan = read_experiment(order.experiment)
    say_if_new(choose(order.engine, plan.ready.arrays.values(), plan.lives).engine)
    folder = order.out if order.out is not None else Path("results", plan.name)
    reached = Far(0, plan.count, 0.0, 1.0)

    def note(far: Far) -> None:
        nonlocal reached
        reached = far
        tell(far)

    if order.executor == "dask":
        # Nothing is written unless somebody is there to run it.
        with opener():
            pass
    try:
        with _progress(f"Running {plan.name}") as tell:
            swept = run_sweep(
                plan, folder, executor=opener, resume=order.resume, engine=order.engine,
                progress=note,
            )  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; {reached.units:,} of {plan.count:,} units are done and kept in "
            f"{folder}. Go on with: {order.to_go_on()}"
        ) from None
    _show(swept, folder, time.monotonic() - start)


def _show(swept: Swept, folder: Path, seconds: float) -> None:
    plan = swept.plan
    done = f"{swept.new:,} of them run now, in {duration(seconds)}"
    if swept.new == 0:
        done = "all of them there already, so nothing was run"
    show(*_warnings(swept), _table(swept), "", plan.source)
    units = f"{plan.count:,} units: {_many(len(plan.draws), 'draw')}"
    units += f" x {_many(len(plan.settings), 'set of settings', 'sets of settings')}"
    units += f" x {_many(len(plan.seeds), 'seed')}"
    show(f"Results are in {folder}/dataset/ ({units}; {done}).", "Read them as one table:")
    show_command(
        f'python -c "import pandas; print(pandas.read_parquet({str(folder / "dataset")!r}))"'
    )


def _warnings(swept: Swept) -> Iterator[Text]:
    """Say first where children are less safe, because no saving is worth reading without it."""
    from rich.text import Text

    from simcare.experiment.sweep.overview import less_safe, overview
    from simcare.report.words import short

    scenario = swept.plan.ready.scenario
    for row in less_safe(swept, overview(swept)).to_dict("records"):
        title, unit = scenario.outcomes[row["outcome"]].title, row["unit"]
        yield Text(
            f"LESS SAFE under {scenario.policies[row['policy']].title}: {title}, "
            f"{short(abs(row['difference']))} {unit} worse in the mean of the draws, which is more "
            f"than chance explains (Monte Carlo standard error {short(row['monte_carlo_error'])}).",
            style="bold",
        )


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _table(swept: Swept) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    from simcare.experiment.sweep.overview import SETTINGS, headline, overview
    from simcare.report.words import NONE, decimals_for, plain

    found = overview(swept)
    scenario = swept.plan.ready.scenario
    varied = [s for s in SETTINGS if found[s].nunique() > 1]
    kind = str(found["range_over_draws"].iloc[0]) if len(found) else "none"
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0),
        title=escape(swept.plan.title), title_justify="left", title_style="bold",
        caption=escape(
            f"Difference: policy minus “{scenario.policies[scenario.reference].title}” on the same "
            f"families, mean over the draws. Range: {kind}. Monte Carlo: standard error of one "
            "draw; more draws do not lessen it, because all have the same families. Gain: how "
            "many times less variance pairing leaves (median over draws)."
        ),
        caption_justify="left", caption_style="dim",
    )  # fmt: skip
    table.add_column("Outcome\nand policy", ratio=1)
    for heading in (*(s.replace("_", " ") for s in varied), "Difference", "Range", "Monte Carlo",
                    "Gain"):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    for outcome in headline(swept):
        rows = found[found["outcome"] == outcome]
        if rows.empty:
            continue
        title = scenario.outcomes[outcome].title if outcome in scenario.outcomes else "Cost in all"
        table.add_row(Text(f"{title} ({rows['unit'].iloc[0]})", style="bold"))
        decimals = decimals_for(rows[["difference", "low", "high"]].to_numpy().ravel())
        for row in rows.to_dict("records"):
            low, high = (plain(row[end], decimals, "+") for end in ("low", "high"))
            table.add_row(
                Text(f"  {scenario.policies[row['policy']].title}"),
                *(str(row[s]) for s in varied),
                plain(row["difference"], decimals, "+"),
                NONE if low == high == NONE else f"{low} to {high}",
                plain(row["monte_carlo_error"], decimals),
                _gain(row["variance_gain"]),
            )
    return table


def _gain(gain: float) -> str:
    from simcare.report.words import short

    # Beyond that it says no more than that hardly a family differs.
    return "over 1,000" if gain > 1_000.0 else short(gain)


@contextmanager
def _progress(doing: str) -> Iterator[Tell]:
    """Show on standard error how many units are done and about how long the rest will take.

    The estimate is from the units finished since the first, weighed by their family-weeks: what
    came before the first is mostly the workers' own start.
    """
    clock = _Clock(doing)
    if not sys.stderr.isatty():
        yield clock.line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None, said="")
        yield lambda far: bar.update(
            task, completed=far.work, total=far.of_work, said=clock.said(far)
        )


class _Clock:
    """What there is to say about progress, and when it was last said."""

    def __init__(self, doing: str) -> None:
        self.doing, self.last = doing, time.monotonic()
        self.begun: float | None = None
        self.first: tuple[float, float] | None = None

    def said(self, far: Far) -> str:
        """Return the units done and about how long the rest will take."""
        now = time.monotonic()
        if self.begun is None:
            self.begun = far.work
        elif self.first is None and far.work > self.begun:
            self.first = now, far.work
        units = f"{far.units:,} of {far.of_units:,} units"
        if self.first is None or far.work <= self.first[1]:
            return units
        left = (now - self.first[0]) * (far.of_work - far.work) / (far.work - self.first[1])
        return f"{units}, about {duration(left)} left"

    def line(self, far: Far) -> None:
        """Print a line, if it is time for one."""
        said, now = self.said(far), time.monotonic()
        if now - self.last >= _QUIET_SECONDS and far.units < far.of_units:
            self.last = now
            typer.echo(f"{self.doing}: {said}", err=True)
