"""Run policies side by side on the same families."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.errors import UserError, unknown
from simcare.experiment.published import against_published
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Sampling
from simcare.experiment.summary import summarise
from simcare.experiment.unit import Outcome, Unit, run_unit
from simcare.experiment.weekly import break_even, weekly_costs
from simcare.scenario.load import Loaded

BLOCK = 100
FEW_FAMILIES = 1000
"""So few, over all policies and replications, are not worth starting processes for unasked."""

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
    bands; break_even: when cumulative saving overtakes cumulative cost; published: stocks and
    flows under the reference beside the published ones.
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
    published: pd.DataFrame
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
    size = choose_size(ready, families, replications, seed, workers)
    units = list(_units(ready, chosen, size))
    outcomes = _run(ready, units, _processes(workers, units), progress)
    return _gather(ready, chosen, size, outcomes)


def choose_policies(ready: Ready, policies: Sequence[str] | None) -> tuple[str, ...]:
    """Return the policies to run, the reference first; UserError if one is unknown."""
    known = ready.scenario.policies
    missing = [p for p in policies or () if p not in known]
    if missing:
        where = f"in {ready.loaded.path.name}"
        raise UserError([unknown("policy", name, known, where) for name in missing])
    reference = ready.scenario.reference
    wanted = list(known) if policies is None else list(policies)
    return (reference, *dict.fromkeys(p for p in wanted if p != reference))


def choose_size(
    ready: Ready,
    families: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
) -> Size:
    """Return how much to run; UserError for every number that makes no sense."""
    scenario = ready.scenario
    listed = isinstance(scenario.families_, list)
    own = len(scenario.families_) if isinstance(scenario.families_, list) else scenario.families_
    problems = [
        f"option --{name}: {value} is too small; give {least} or more."
        for name, value, least in (
            ("families", families, 1),
            ("replications", replications, 1),
            ("seed", seed, 0),
            ("workers", workers, 1),
        )
        if value is not None and value < least
    ]
    if listed and families is not None and families != own and not problems:
        problems.append(
            f"option --families: {ready.loaded.path.name} lists its {own} families by name; "
            "leave the option out."
        )
    if problems:
        raise UserError(problems)
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


def _processes(workers: int | None, units: Sequence[Unit]) -> int:
    if workers is not None:
        return workers
    return 1 if sum(u.families for u in units) <= FEW_FAMILIES else os.cpu_count() or 1


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
    with _pool(min(workers, len(units)), ready) as pool:
        with _interrupts_held():
            waiting = _submit(pool, units)
        for future in as_completed(waiting):
            found[waiting[future]] = future.result()
            done += units[waiting[future]].families
            if progress is not None:
                progress(done, total)
    return [found[i] for i in range(len(units))]


@contextmanager
def _pool(workers: int, ready: Ready) -> Iterator[Executor]:
    """Give a pool of worker processes, none of which outlives an error or an interruption."""
    before = active_children()
    context = get_context("forkserver" if os.name == "posix" else "spawn")
    # Loaded once and inherited, or each process would load it all while the others wait.
    context.set_forkserver_preload(["__main__", run_unit.__module__])
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(ready,)
    ) as pool:
        try:
            yield pool
        except BaseException:
            # Without this the pool would wait until the units in hand are finished.
            for process in active_children():
                if process not in before:
                    process.terminate()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, and keep it from them for good.

    One that is interrupted half-way into starting would be known to nobody and never end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    # What is blocked here stays blocked in the processes that are started.
    masks = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if held:
        signal.raise_signal(signal.SIGINT)


_READY: list[Ready] = []
"""The scenario of a worker process, set once when it begins so that it is not sent with
every unit."""


def _begin(ready: Ready) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
    families = _with_money(_with_reach(families, outcomes, ready.scenario.reference), ledger)
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
        published=against_published(
            ready, [o.measures for o in outcomes if o.measures is not None], sampling
        ),
        decisions=sum(o.fired for o in outcomes),
    )


def sampling_of(ready: Ready, size: Size) -> Sampling:
    """Return what the independent observations of a run of this size are."""
    if isinstance(ready.scenario.families_, list):
        return Sampling("listed", 1)
    return Sampling("replications" if ready.shares_places else "families", size.replications)


def _with_reach(
    families: pd.DataFrame, outcomes: list[Outcome], reference: str
) -> pd.DataFrame:
    """Say which families' lives a policy changes in any way: 1 if it does."""
    lives: dict[str, list[NDArray[np.int64]]] = {}
    for outcome in outcomes:
        lives.setdefault(outcome.unit.policy, []).append(outcome.lives)
    usual = np.concatenate(lives[reference])
    reached = {p: (np.concatenate(parts) != usual).astype(np.float64) for p, parts in lives.items()}
    return families.assign(reached=np.concatenate([reached[p] for p in lives]))


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
