"""`simcare calibrate`."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.cli.screen import duration, progress, remark, say_if_new, show, show_command
from simcare.engine.engines import Wanted, choose
from simcare.experiment.calibration.found import Calibrated
from simcare.experiment.calibration.plan import CalibrationPlan, plan_calibration
from simcare.experiment.calibration.prior import Shape
from simcare.experiment.calibration.run import calibrate as run_calibration
from simcare.experiment.sweep.pools import Kind, pool

if TYPE_CHECKING:
    from rich.table import Table

_SHOWN = 12


@dataclass(frozen=True)
class CalibrateOrder:
    """What was asked for, as typed; None where the scenario or the machine decides."""

    scenario: str
    waves: int
    runs: int | None
    draws: int
    families: int
    seed: int | None
    prior: Shape
    executor: Kind
    scheduler: str | None
    workers: int | None
    out: Path | None
    resume: bool
    engine: Wanted

    def to_go_on(self) -> str:
        """Return what to type to finish what was begun."""
        words = ["simcare", "calibrate", self.scenario]
        words += ["--executor", self.executor, "--prior", self.prior]
        for name in ("waves", "runs", "draws", "families", "seed", "scheduler", "workers", "out"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        return shlex.join([*words, *(["--engine", self.engine] if self.engine != "auto" else []),
                           "--resume"])  # fmt: skip


def calibrate(order: CalibrateOrder) -> None:
    """Calibrate a scenario, keep its runs as they come and show what they say."""
    from simcare.report.calibration.figures import draw_calibration

    start = time.monotonic()
    opener = pool(order.executor, order.workers, order.scheduler)
    plan = plan_calibration(
        order.scenario, waves=order.waves, runs=order.runs, draws=order.draws,
        families=order.families, seed=order.seed, prior=order.prior,
    )  # fmt: skip
    folder = (
        order.out
        if order.out is not None
        else Path("results", f"{plan.name.replace('/', '-')}-calibration")
    )
    _say_what_runs(plan, order.engine)
    if order.executor == "dask":
        # Nothing is written unless somebody is there to run it.
        with opener():
            pass
    reached = 0

    def note(done: int, total: int) -> None:
        nonlocal reached
        reached = done // plan.families
        tell(done, total)

    try:
        with progress(f"Calibrating {plan.name}") as tell:
            found = run_calibration(
                plan, folder, executor=opener, resume=order.resume, engine=order.engine,
                progress=note, say=remark,
            )  # fmt: skip
            draw_calibration(found, folder)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; {reached:,} of {plan.total:,} runs are done and kept in {folder}. "
            f"Go on with: {order.to_go_on()}"
        ) from None
    _show(found, folder, time.monotonic() - start)


def _say_what_runs(plan: CalibrationPlan, engine: Wanted) -> None:
    reference = plan.ready.arrays[plan.ready.scenario.reference]
    choice = choose(engine, [reference], plan.total * plan.families)
    say_if_new(choice.engine)
    if choice.why_not_compiled is not None:
        remark(f"running on SimPy, because {choice.why_not_compiled}; it takes far longer.")
    remark(
        f"{len(plan.prior.names)} assumed numbers, {len(plan.fitted)} targets to meet, "
        f"{plan.total:,} runs of {plan.families:,} families."
    )


def _show(found: Calibrated, folder: Path, seconds: float) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from simcare.report.calibration.words import sentences

    show(_targets(found), "", _numbers(found), "")
    for said in sentences(found):
        show(Padding(Text(said), (0, 0, 1, 0)))
    show(
        f"The posterior is {folder / 'posterior.csv'}, every table and figure beside it "
        f"({found.new:,} of {found.plan.total:,} runs now, in {duration(seconds)}). An experiment "
        "takes its draws from it with:"
    )
    show_command(f'design = {{ kind = "posterior", file = "{folder / "posterior.csv"}" }}')


def _targets(found: Calibrated) -> Table:
    from simcare.experiment.calibration.tables import targets_table
    from simcare.report.words import short

    table = _table("Targets calibrated to, before and after", "Target", "Published", "± 2 sd",
                   "In use", "Calibrated", "95 % of draws", "Off by, sd")  # fmt: skip
    rows = targets_table(found)
    for row in rows[rows["role"] == "fit"].to_dict("records"):
        table.add_row(
            row["title"], short(row["published"]), short(2.0 * row["tolerance"]),
            short(row["present"]), short(row["mean"]), _range(row["low"], row["high"]),
            f"{row['off']:+.1f}" + (" missed" if row["missed"] else ""),
        )  # fmt: skip
    table.caption = (
        "Tolerance: the source's own error and the model's discrepancy. 95 % of draws: parameter "
        "uncertainty with the Monte Carlo noise of one run."
    )
    return table


def _numbers(found: Calibrated) -> Table:
    from simcare.experiment.calibration.tables import SILENT, numbers_table
    from simcare.report.words import short

    rows = numbers_table(found)
    told = rows[rows["says"] != SILENT].copy()
    told["tells"] = told["narrowed"].clip(lower=0.0) + told["moved"].abs() / 4.0
    told = told.sort_values("tells", ascending=False, kind="stable")
    table = _table(
        "What the targets say of the assumed numbers", "Number", "In use", "Assumed",
        "Calibrated", "95 % of draws", "Says",
    )  # fmt: skip
    for row in told.head(_SHOWN).to_dict("records"):
        table.add_row(
            row["parameter"], short(row["value"]), _range(row["prior_low"], row["prior_high"]),
            short(row["mean"]), _range(row["low"], row["high"]), row["says"],
        )  # fmt: skip
    table.caption = (
        f"Those that the targets say most of; numbers.csv has all {len(rows)}. Of "
        f"{len(rows) - len(told)} the data cannot tell."
    )
    return table


def _range(low: float, high: float) -> str:
    from simcare.report.words import short

    return f"{short(low)} to {short(high)}"


def _table(title: str, *headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), title=title,
        title_justify="left", title_style="bold", caption_justify="left", caption_style="dim",
    )  # fmt: skip
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="left" if i == 0 or heading == "Says" else "right")
    return table
