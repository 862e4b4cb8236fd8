"""`simcare validate --back-cast`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.cli.screen import duration, kept, progress, say_if_new, show
from simcare.engine.engines import choose
from simcare.errors import UserError
from simcare.experiment.backcast import DRAWS, FAMILIES, SCENARIO, back_cast, load_back_cast
from simcare.report.backcast.folder import SCORES, TABLE, check_folder, write_back_cast
from simcare.report.backcast.page import made_how, said_of, scores_table

if TYPE_CHECKING:
    from simcare.experiment.backcast import BackCast

ENGLAND = "england"


@dataclass(frozen=True)
class BackCastOrder:
    """What was asked for, as typed; None where it was left to the back-cast."""

    scenario: str
    supports: bool
    spending: bool
    only: tuple[str, ...] | None
    families: int | None
    workers: int | None
    out: Path | None

    def command(self) -> list[str]:
        """Return what to type to have the same answer again."""
        named = [] if self.scenario == ENGLAND else [self.scenario]
        size = [] if self.families is None else ["--families", str(self.families)]
        return ["simcare", "validate", *named, "--back-cast", *size]


def validate_back_cast(order: BackCastOrder) -> None:
    """Hold what was fitted to figures up to 2020 to those after it, write it and show it."""
    for given, name in (
        (order.supports, "supports"), (order.spending, "spending"), (order.only, "only"),
    ):  # fmt: skip
        if given:
            raise UserError(
                f"options --back-cast and --{name} do not go together; ask for one at a time."
            )
    start = time.monotonic()
    ready, posterior = load_back_cast(SCENARIO if order.scenario == ENGLAND else order.scenario)
    folder = order.out if order.out is not None else Path("results", "back-cast")
    check_folder(folder, ready.loaded)
    families = FAMILIES if order.families is None else order.families
    draws = min(DRAWS, len(posterior.numbers))
    reference = ready.arrays[ready.scenario.reference]
    say_if_new(choose("auto", [reference], draws * families).engine)
    with progress("Running usual practice") as tell:
        found = back_cast(
            ready, posterior, draws=draws, families=families, workers=order.workers, progress=tell
        )
    write_back_cast(found, folder, order.command())
    with kept("the table is", folder):
        _show(found, folder, time.monotonic() - start)


def _show(found: BackCast, folder: Path, seconds: float) -> None:
    from rich.padding import Padding
    from rich.text import Text

    show(scores_table(found))
    for said in said_of(found):
        show(Padding(Text(said), (0, 0, 1, 0)))
    show(
        made_how(found),
        f"Every figure is in {folder / TABLE}, the scores in {folder / SCORES}, and all are drawn "
        f"in {folder / 'figures' / 'backcast.png'} ({duration(seconds)}).",
    )
