"""`simcare validate --spending`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from simcare.cli.screen import duration, kept, progress, say_if_new, show
from simcare.errors import UserError
from simcare.experiment.compare import choose_engine, choose_size
from simcare.experiment.ready import make_ready
from simcare.experiment.spending import check_spending
from simcare.report.spending.folder import TABLE, check_folder, write_spending
from simcare.report.spending.page import spending_table

SCENARIO = "england"


@dataclass(frozen=True)
class SpendingOrder:
    """What was asked for, as typed; None where it was left to the scenario."""

    scenario: str
    supports: bool
    only: tuple[str, ...] | None
    families: int | None
    workers: int | None
    out: Path | None

    def command(self) -> list[str]:
        """Return what to type to have the same answer again."""
        size = [] if self.families is None else ["--families", str(self.families)]
        return ["simcare", "validate", "--spending", *size]


def validate_spending(order: SpendingOrder) -> None:
    """Hold England's modelled spending to published spending, write it and show it."""
    for given, name in ((order.supports, "supports"), (order.only, "only")):
        if given:
            raise UserError(
                f"options --spending and --{name} do not go together; ask for one at a time."
            )
    if order.scenario != SCENARIO:
        raise UserError(
            f"option --spending: it is {SCENARIO} whose spending is published; leave "
            f"`{order.scenario}` out."
        )
    start = time.monotonic()
    ready = make_ready(SCENARIO)
    folder = order.out if order.out is not None else Path("results", "spending")
    size = choose_size(ready, families=order.families, workers=order.workers)
    check_folder(folder, ready.loaded)
    say_if_new(choose_engine(ready, [ready.scenario.reference], size, "auto").engine)
    with progress("Running usual practice") as tell:
        found = check_spending(ready, families=order.families, workers=order.workers, progress=tell)
    write_spending(found, folder, order.command())
    with kept("the table is", folder):
        show(
            spending_table(found),
            f"England, a year, prices of {ready.scenario.price_year}; intervals: 95 % Monte Carlo.",
            "What each line covers, and what explains the difference, is in "
            f"docs/spending-check.md and {folder / TABLE}; it is drawn in "
            f"{folder / 'figures' / 'spending.png'} ({duration(time.monotonic() - start)}).",
        )
