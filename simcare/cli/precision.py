"""`simcare precision`."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, replace
from pathlib import Path

from simcare.cli.naming import by_name
from simcare.cli.screen import duration, kept, progress, show, show_command
from simcare.errors import UserError
from simcare.experiment.compare import choose_size
from simcare.experiment.precision import Precision, choose_aim
from simcare.experiment.precision import precision as find
from simcare.experiment.ready import Ready, make_ready
from simcare.report.precision.folder import check_folder, write_precision


@dataclass(frozen=True)
class PrecisionOrder:
    """What was asked for, as typed; None where the scenario or the machine decides."""

    scenario: str
    policy: str
    half_width: float
    outcome: str
    step: int | None
    most: int | None
    seed: int | None
    workers: int | None
    out: Path | None

    def command(self) -> list[str]:
        """Return what to type to have the same answer again."""
        scenario = Path(self.scenario)
        words = ["simcare", "precision", scenario.name if scenario.is_absolute() else self.scenario]
        words += ["--policy", self.policy, "--half-width", f"{self.half_width:g}"]
        words += ["--outcome", self.outcome]
        for option, value in (
            ("families-step", self.step),
            ("most", self.most),
            ("seed", self.seed),
        ):
            if value is not None:
                words += [f"--{option}", str(value)]
        return words


def precision(order: PrecisionOrder) -> None:
    """Find how many families are needed, write the path to the answer and say it."""
    start = time.monotonic()
    (policy,) = by_name(order.scenario, (order.policy,)) or (order.policy,)
    order = replace(order, policy=policy)
    ready = make_ready(order.scenario, [order.policy])
    name = f"{ready.loaded.path.stem}-precision"
    folder = order.out if order.out is not None else Path("results", name)
    _check(order, ready, folder)
    with progress(f"Running {ready.loaded.path.stem} in ever larger runs") as tell:
        found = find(
            ready,
            order.policy,
            order.half_width,
            order.outcome,
            step=order.step,
            most=order.most,
            seed=order.seed,
            workers=order.workers,
            progress=tell,
        )
    write_precision(found, folder, order.command())
    with kept("the answer is", folder):
        _show(found, order, folder, time.monotonic() - start)


def _check(order: PrecisionOrder, ready: Ready, folder: Path) -> None:
    """Find every mistake in the options before anything is run."""
    problems: list[str] = []
    aim = (order.policy, order.half_width, order.outcome, order.step, order.most)
    for check in (
        lambda: choose_aim(ready, *aim),
        lambda: choose_size(ready, seed=order.seed, workers=order.workers),
        lambda: check_folder(folder, ready.loaded),
    ):
        try:
            check()
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)


def _show(found: Precision, order: PrecisionOrder, folder: Path, seconds: float) -> None:
    from simcare.report.precision.words import sentences

    for said in sentences(found):
        show(said, "")
    show(
        f"How it came to be known is in {folder / 'precision.csv'}, drawn in "
        f"{folder / 'figures' / 'precision.png'} ({duration(seconds)})."
    )
    if found.needed is not None:
        show("Run as many with:")
        words = ["simcare", "compare", order.scenario, "--policies", order.policy]
        words += [f"--{found.aim.unit}", str(found.needed)]
        words += [] if order.seed is None else ["--seed", str(order.seed)]
        show_command(shlex.join(words))
