"""`simcare validate`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.cli.screen import duration, kept, progress, say_if_new, show
from simcare.errors import UserError
from simcare.experiment.compare import choose_engine, choose_size
from simcare.experiment.predictive import DRAWS, Predicted, can_draw, predicted
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.studies.run import ready_studies, validate_studies
from simcare.experiment.studies.terms import study_of
from simcare.experiment.validation import validate_targets
from simcare.report.studies.folder import TABLE, write_studies
from simcare.report.studies.folder import check_folder as check_studies_folder
from simcare.report.targets.folder import TABLE as TARGETS
from simcare.report.targets.folder import check_folder, write_targets
from simcare.scenario.load import load

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ValidateOrder:
    """What was asked for, as typed; None where it was left to the studies."""

    scenario: str
    supports: bool
    only: tuple[str, ...] | None
    families: int | None
    workers: int | None
    out: Path | None
    draws: int | None = None

    def command(self) -> list[str]:
        """Return what to type to have the same answer again."""
        words = ["simcare", "validate", *(["--supports"] if self.supports else [self.scenario])]
        if self.only is not None:
            words += ["--only", ",".join(self.only)]
        if self.families is not None:
            words += ["--families", str(self.families)]
        if self.draws is not None:
            words += ["--draws", str(self.draws)]
        return words


def validate(order: ValidateOrder) -> None:
    """Hold usual practice to its targets, or supports to their studies; write it and show it."""
    if order.supports:
        if order.scenario != "england":
            raise UserError(
                "option --supports: each study is its own scenario, named by --only; leave "
                f"`{order.scenario}` out."
            )
        if order.draws is not None:
            raise UserError("option --draws: it is for usual practice; leave out --supports.")
        _validate_supports(order)
        return
    if order.only is not None:
        raise UserError("option --only: it names studies; add --supports, or leave it out.")
    start = time.monotonic()
    loaded = load(order.scenario)
    ready = make_ready(loaded, [loaded.scenario.reference])
    folder = order.out if order.out is not None else Path("results", "validation")
    size = choose_size(ready, families=order.families, workers=order.workers)
    check_folder(folder, ready)
    say_if_new(choose_engine(ready, [ready.scenario.reference], size, "auto").engine)
    drawn = _predicted(ready, order)
    with progress("Running usual practice") as tell:
        table = validate_targets(
            ready, families=order.families, workers=order.workers, progress=tell,
            draws=None if drawn is None else drawn.values,
        )  # fmt: skip
    write_targets(table, ready, folder, order.command(), drawn)
    with kept("the table is", folder):
        _show_targets(table, drawn, folder, time.monotonic() - start)
        if order.scenario == "england":
            from simcare.report.targets.trials import trials

            show("", trials())


def _predicted(ready: Ready, order: ValidateOrder) -> Predicted | None:
    count = DRAWS if order.draws is None else order.draws
    if count == 0:
        return None
    if not can_draw(ready):
        if order.draws is not None:
            raise UserError(
                f"option --draws: no posterior sample ships for {ready.loaded.path.name}, or its "
                "families are listed; leave --draws out."
            )
        show("No posterior sample is run for this scenario: values in use only, Monte Carlo.")
        return None
    if count == 1:
        raise UserError("option --draws: one draw has no spread; give 0, or 2 or more.")
    with progress("Running draws of the posterior") as tell:
        return predicted(ready, count, workers=order.workers, progress=tell)


def _show_targets(
    table: pd.DataFrame, drawn: Predicted | None, folder: Path, seconds: float
) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from simcare.report.targets.page import explained, targets_tables
    from simcare.report.targets.words import intervals, summary

    show(*targets_tables(table))
    show(intervals(table), *([] if drawn is None else [drawn.sentence()]))
    show("", "Misses, left so on purpose:", "")
    for said in explained(table):
        show(Padding(Text(said), (0, 0, 1, 0)))
    show(
        summary(table),
        f"The table is {folder / TARGETS}, drawn in {folder / 'figures' / 'targets.png'} "
        f"({duration(seconds)}).",
    )


def _validate_supports(order: ValidateOrder) -> None:
    start = time.monotonic()
    studies = ready_studies(order.only)
    folder = order.out if order.out is not None else Path("results", "studies")
    first = next(iter(studies.values()))
    size = choose_size(first, families=order.families, workers=order.workers)
    check_studies_folder(folder, studies)
    policies = [first.scenario.reference, study_of(first).policy]
    say_if_new(choose_engine(first, policies, size, "auto").engine)
    with progress("Running studies") as tell:
        table = validate_studies(
            studies, families=order.families, workers=order.workers, progress=tell
        )
    write_studies(table, studies, folder, order.command())
    with kept("the table is", folder):
        _show(table, folder, time.monotonic() - start)


def _show(table: pd.DataFrame, folder: Path, seconds: float) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from simcare.report.studies.page import DAGGER, explained, studies_tables
    from simcare.report.studies.words import summary

    show(*studies_tables(table))
    show(DAGGER, "Intervals of what is simulated: 95 % Monte Carlo.", "")
    for said in explained(table):
        show(Padding(Text(said), (0, 0, 1, 0)))
    show(
        summary(table),
        f"The table is {folder / TABLE}, drawn in {folder / 'figures' / 'studies.png'} "
        f"({duration(seconds)}).",
    )
