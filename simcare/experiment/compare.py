"""Run policies side by side on the same families."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.errors import UserError, unknown
from simcare.experiment.published import against_published
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Sampling
from simcare.experiment.summary import summarise
from simcare.experiment.unit import Outcome, Unit
from simcare.experiment.weekly import break_even, weekly_costs
from simcare.experiment.workers import Progress, run_units
from simcare.scenario.load import Loaded

BLOCK = 100


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
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Run policies of a scenario on the same families and compare them with the reference.

    policies: names (default: those that the scenario's `compare` lists, or all); the reference
    is always run. workers: processes; None takes one for each core if there is enough to do,
    and then a script must call this below `if __name__ == "__main__":`. The result does not
    depend on their number. Raises UserError for a mistake in the scenario or the arguments.
    """
    ready = scenario if isinstance(scenario, Ready) else make_ready(scenario)
    chosen = choose_policies(ready, policies)
    size = choose_size(ready, families, replications, seed, workers)
    units = list(_units(ready, chosen, size))
    outcomes = run_units(ready, units, workers, progress)
    return _gather(ready, chosen, size, outcomes)


def choose_policies(ready: Ready, policies: Sequence[str] | None) -> tuple[str, ...]:
    """Return the policies to run, the reference first; UserError if one is unknown."""
    known = ready.scenario.policies
    missing = [p for p in policies or () if p not in known]
    if missing:
        where = f"in {ready.loaded.path.name}"
        raise UserError([unknown("policy", name, known, where) for name in missing])
    reference = ready.scenario.reference
    usual = ready.scenario.compare or list(known)
    wanted = usual if policies is None else list(policies)
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


def _with_reach(families: pd.DataFrame, outcomes: list[Outcome], reference: str) -> pd.DataFrame:
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
    table["cost_present_value"] = (
        by["present_value"].sum().reindex(index, fill_value=0.0).to_numpy()
    )
    for column in ("category", "payer"):
        wide = ledger.pivot_table(
            index=keys, columns=column, values="amount", aggfunc="sum", fill_value=0.0
        ).reindex(index, fill_value=0.0)
        for name in wide.columns:
            table[f"cost_{column}_{name}"] = wide[name].to_numpy()
    return table
