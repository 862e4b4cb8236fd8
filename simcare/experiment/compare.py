"""Run policies side by side on the same families."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Sampling
from simcare.experiment.summary import summarise
from simcare.experiment.unit import Outcome, Unit, run_unit
from simcare.experiment.weekly import break_even, weekly_costs
from simcare.scenario.load import Loaded

BLOCK = 100
Progress = Callable[[int, int], None]
"""Called with families finished and families to run in all."""


@dataclass(frozen=True)
class Size:
    """How much to run: families in each of some replications, keyed by a seed."""

    families: int
    replications: int
    seed: int


@dataclass(frozen=True)
class Comparison:
    """Policies on the same families, as tidy tables.

    summary: one row for each policy and outcome; families: one for each policy, replication
    and family; ledger: dated money; events: the chronology; weekly: money by period with
    bands; break_even: when cumulative saving overtakes cumulative cost.
    """

    ready: Ready
    policies: tuple[str, ...]
    reference: str
    size: Size
    summary: pd.DataFrame
    families: pd.DataFrame
    ledger: pd.DataFrame
    events: pd.DataFrame
    weekly: pd.DataFrame
    break_even: pd.DataFrame
    decisions: int


def compare(
    scenario: str | Path | Loaded | Ready,
    policies: Sequence[str] | None = None,
    *,
    families: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run policies of a scenario on the same families and compare them with the reference.

    policies: names (default: all of the scenario's); the reference is always run. workers:
    processes (default: one for each core; 1 runs in this process). The result does not depend
    on their number. Raises UserError for a mistake in the scenario or in the arguments.
    """
    ready = scenario if isinstance(scenario, Ready) else make_ready(scenario)
    chosen = choose_policies(ready, policies)
    size = choose_size(ready, families, replications, seed)
    units = list(_units(ready, chosen, size))
    outcomes = _run(ready, units, workers or os.cpu_count() or 1, progress)
    return _gather(ready, chosen, size, outcomes)


def choose_policies(ready: Ready, policies: Sequence[str] | None) -> tuple[str, ...]:
    """Return the policies to run, the reference first; UserError if one is unknown."""
    known = ready.scenario.policies
    unknown = [p for p in policies or () if p not in known]
    if unknown:
        raise UserError(
            f"there is no policy `{unknown[0]}` in {ready.loaded.path.name}; "
            f"choose from {', '.join(known)}."
        )
    reference = ready.scenario.reference
    wanted = list(known) if policies is None else list(policies)
    return (reference, *dict.fromkeys(p for p in wanted if p != reference))


def choose_size(
    ready: Ready, families: int | None, replications: int | None, seed: int | None
) -> Size:
    """Return how much to run; UserError for a number that makes no sense."""
    scenario = ready.scenario
    listed = isinstance(scenario.families_, list)
    own = len(scenario.families_) if isinstance(scenario.families_, list) else scenario.families_
    if listed and families is not None and families != own:
        raise UserError(
            f"option --families: {ready.loaded.path.name} lists its {own} families by name; "
            "leave the option out."
        )
    for name, value, least in (
        ("families", families, 1),
        ("replications", replications, 1),
        ("seed", seed, 0),
    ):
        if value is not None and value < least:
            raise UserError(f"option --{name}: {value} is too small; give {least} or more.")
    return Size(
        own if families is None else families,
        scenario.replications if replications is None else replications,
        scenario.seed if seed is None else seed,
    )


def _units(ready: Ready, policies: Sequence[str], size: Size) -> Iterator[Unit]:
    together = ready.shares_places or isinstance(ready.scenario.families_, list)
    block = size.families if together else BLOCK
    for policy in policies:
        for replication in range(size.replications):
            for first in range(0, size.families, block):
                count = min(block, size.families - first)
                yield Unit(policy, replication, size.seed + replication, first, count)


def _run(
    ready: Ready, units: list[Unit], workers: int, progress: Progress | None
) -> list[Outcome]:
    total, done = sum(u.families for u in units), 0
    if progress is not None:
        progress(0, total)
    if workers == 1 or len(units) == 1:
        outcomes = []
        for unit in units:
            outcomes.append(run_unit(ready, unit))
            done += unit.families
            if progress is not None:
                progress(done, total)
        return outcomes
    found: dict[int, Outcome] = {}
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    with ProcessPoolExecutor(
        min(workers, len(units)), mp_context=context, initializer=_begin, initargs=(ready,)
    ) as pool:
        waiting = _submit(pool, units)
        try:
            for future in as_completed(waiting):
                found[waiting[future]] = future.result()
                done += units[waiting[future]].families
                if progress is not None:
                    progress(done, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [found[i] for i in range(len(units))]


_READY: list[Ready] = []
"""The scenario of a worker process, set once when it begins so that it is not sent with
every unit."""


def _begin(ready: Ready) -> None:
    _READY[:] = [ready]


def _run_here(unit: Unit) -> Outcome:
    return run_unit(_READY[0], unit)


def _submit(pool: Executor, units: list[Unit]) -> dict[Future[Outcome], int]:
    return {pool.submit(_run_here, unit): i for i, unit in enumerate(units)}


def _gather(
    ready: Ready, policies: tuple[str, ...], size: Size, outcomes: list[Outcome]
) -> Comparison:
    families = pd.concat([o.families for o in outcomes], ignore_index=True)
    ledger = pd.concat([o.ledger for o in outcomes], ignore_index=True)
    events = pd.concat([o.events for o in outcomes], ignore_index=True)
    families = _with_money(families, ledger)
    money: dict[str, dict[str, NDArray[np.float64]]] = {
        policy: {
            group: np.concatenate([o.money[group] for o in outcomes if o.unit.policy == policy])
            for group in outcomes[0].money
        }
        for policy in policies
    }
    sampling = sampling_of(ready, size)
    reference = ready.scenario.reference
    summary = summarise(families, policies, reference, ready.scenario, sampling)
    return Comparison(
        ready=ready,
        policies=policies,
        reference=reference,
        size=size,
        summary=summary,
        families=families,
        ledger=ledger,
        events=events,
        weekly=weekly_costs(money, policies, reference, sampling),
        break_even=break_even(money, policies, reference, sampling),
        decisions=sum(o.fired for o in outcomes),
    )


def sampling_of(ready: Ready, size: Size) -> Sampling:
    """Return what the independent observations of a run of this size are."""
    if isinstance(ready.scenario.families_, list):
        return Sampling("listed", 1)
    return Sampling("replications" if ready.shares_places else "families", size.replications)


def _with_money(families: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Add each family's cost in all, by category and by payer, and its present value."""
    keys = ["policy", "replication", "family"]
    index = pd.MultiIndex.from_frame(families[keys])
    by = ledger.groupby(keys)
    table = families.copy()
    table["cost"] = by["amount"].sum().reindex(index, fill_value=0.0).to_numpy()
    table["cost_present_value"] = by["present_value"].sum().reindex(index, fill_value=0.0).to_numpy()
    for column in ("category", "payer"):
        wide = ledger.pivot_table(
            index=keys, columns=column, values="amount", aggfunc="sum", fill_value=0.0
        ).reindex(index, fill_value=0.0)
        for name in wide.columns:
            table[f"cost_{column}_{name}"] = wide[name].to_numpy()
    return table
