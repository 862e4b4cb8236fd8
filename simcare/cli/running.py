"""`simcare compare` and `simcare run`."""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import dataclass, replace
from pathlib import Path

from simcare.cli.naming import by_name, folder_name
from simcare.cli.screen import (
    duration,
    kept,
    progress,
    remark,
    say_if_new,
    show,
    show_command,
    width,
)
from simcare.engine.engines import Wanted
from simcare.errors import UserError
from simcare.experiment.compare import Comparison, choose_engine, choose_policies, choose_size
from simcare.experiment.compare import compare as compare_policies
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.store import MANIFEST, check_folder
from simcare.experiment.unit import Keep
from simcare.report.folder import write


@dataclass(frozen=True)
class Order:
    """What was asked for, as typed; None where the scenario or the machine decides."""

    scenario: str
    policies: tuple[str, ...] | None
    families: int | None
    seed: int | None
    replications: int | None
    workers: int | None
    out: Path | None
    engine: Wanted = "auto"
    keep: Keep = "sums"

    def command(self, verb: str) -> list[str]:
        """Return what to type to have the same results again.

        Where they lie and what made them, on how many processes, does not change them and is left
        out.
        """
        scenario = Path(self.scenario)
        words = ["simcare", verb, scenario.name if scenario.is_absolute() else self.scenario]
        if self.policies is not None:
            option = "--policy" if verb == "run" else "--policies"
            words += [option, ",".join(self.policies)]
        for name in ("families", "seed", "replications"):
            if getattr(self, name) is not None:
                words += [f"--{name}", str(getattr(self, name))]
        if self.keep == "log":
            words.append("--log")
        return words


def compare(order: Order) -> None:
    """Compare policies with the reference, write the results and show them."""
    _go(order, "compare")


def run(order: Order) -> None:
    """Run one policy, beside the reference if it is another."""
    _go(order, "run")


def _go(order: Order, verb: str) -> None:
    start = time.monotonic()
    order = replace(order, policies=by_name(order.scenario, order.policies))
    ready = make_ready(order.scenario, order.policies)
    name = folder_name(ready.loaded.path.stem, order.policies)
    folder = order.out if order.out is not None else Path("results", name)
    _check(order, ready, folder)
    _say_what_runs(order, ready)
    with progress(f"Running {ready.loaded.path.stem}") as tell:
        comparison = compare_policies(
            ready,
            order.policies,
            families=order.families,
            replications=order.replications,
            seed=order.seed,
            workers=order.workers,
            progress=tell,
            engine=order.engine,
            keep=order.keep,
        )
    before = _replaced(comparison, folder)
    write(comparison, folder, order.command(verb))
    with kept("the results are", folder):
        _show(comparison, order, folder, time.monotonic() - start, before)


def _check(order: Order, ready: Ready, folder: Path) -> None:
    """Find every mistake in the options before anything is run."""
    problems: list[str] = []
    for check in (
        lambda: choose_policies(ready, order.policies),
        lambda: choose_size(ready, order.families, order.replications, order.seed, order.workers),
        lambda: check_folder(folder, ready.loaded),
    ):
        try:
            check()
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)


def _say_what_runs(order: Order, ready: Ready) -> None:
    """Say what may keep somebody waiting: an engine to compile first, or the slower one."""
    policies = choose_policies(ready, order.policies)
    size = choose_size(ready, order.families, order.replications, order.seed, order.workers)
    choice = choose_engine(ready, policies, size, order.engine)
    say_if_new(choice.engine)
    if choice.why_not_compiled is not None:
        remark(
            f"running on SimPy, because {choice.why_not_compiled}; the results are the same, and "
            "take longer."
        )


def _replaced(comparison: Comparison, folder: Path) -> str:
    """Say what lies in a folder that is about to be written over, if it was another run."""
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        size = (held["families"], held["replications"], held["seed"])
        policies = [str(name) for name in held["policies"]]
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    now = comparison.size
    if (size, policies) == ((now.families, now.replications, now.seed), [*comparison.policies]):
        return ""
    families, replications, seed = size
    times = f", {replications} times" if replications > 1 else ""
    many = f"{len(policies)} {'policy' if len(policies) == 1 else 'policies'}"
    return (
        f"They replace those that were there: {families:,} families{times} under {many}, seed "
        f"{seed}. With --out they go elsewhere."
    )


def _show(comparison: Comparison, order: Order, folder: Path, seconds: float, before: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from simcare.report.shown import figure_first, paragraphs, tables

    for table in tables(comparison, width()):
        show(table, "")
    for said in paragraphs(comparison):
        show(Padding(Text(said), (0, 0, 1, 0)))
    size, number = comparison.size, len(comparison.policies)
    families = f"{size.families:,} {'family' if size.families == 1 else 'families'}"
    times = f", {size.replications} times" if size.replications > 1 else ""
    show(
        f"Results are in {folder}{_sep(folder)}: {families}{times} under {number} "
        f"{'policy' if number == 1 else 'policies'} in {duration(seconds)}.",
        *filter(None, [before]),
        f"Next, look at {folder / 'figures' / figure_first(comparison)}, or read one family's "
        "story:",
    )
    show_command(_story_of_one(comparison, order))


def _sep(folder: Path) -> str:
    return "" if str(folder).endswith(("/", "\\")) else "/"


def _story_of_one(comparison: Comparison, order: Order) -> str:
    """Return what to type to read the story of one family of this run."""
    words = ["simcare", "chronology", order.scenario, *_example(comparison)]
    for name in ("families", "seed"):
        if getattr(order, name) is not None:
            words += [f"--{name}", str(getattr(order, name))]
    return shlex.join(words)


def _example(comparison: Comparison) -> list[str]:
    """Choose a family to read about, and policies: one of those that a policy reaches."""
    first = comparison.size.families
    for policy in comparison.policies[1:]:
        # The first replication's families come first, by number.
        changed = comparison.columns[policy]["reached"][:first].nonzero()[0]
        if len(changed):
            policies = f"{comparison.reference},{policy}"
            return ["--family", str(int(changed[0])), "--policies", policies]
    return ["--family", "0"]
