"""Run policies side by side on the same families."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.draws import replication_seed
from simcare.engine.engines import FEW_LIVES, Choice, Wanted, choose
from simcare.errors import UserError, unknown
from simcare.experiment.families import families_table, family_columns, sums
from simcare.experiment.harm import harm
from simcare.experiment.moments import Moments
from simcare.experiment.packages import decompose
from simcare.experiment.published import against_published
from simcare.experiment.ready import Ready, chosen_policies, make_ready
from simcare.experiment.scaled import in_a_year
from simcare.experiment.statistics import Sampling
from simcare.experiment.summary import summarise
from simcare.experiment.unit import Job, Keep, Log, Outcome, Unit, Who, make_job, together
from simcare.experiment.weekly import break_even, weekly_costs
from simcare.experiment.workers import Progress, run_units
from simcare.observe.compiled import can_compile
from simcare.observe.fold import How
from simcare.scenario.load import Loaded
from simcare.scenario.narrow import JOIN
from simcare.scenario.shipped import names

BLOCK = 250
"""Families in a unit: of any other number results would differ in their last digits."""


@dataclass(frozen=True)
class Size:
    """How much to run: families in each of some replications, keyed by a seed."""

    families: int
    replications: int
    seed: int


@dataclass(frozen=True)
class Comparison:
    """Policies on the same families, as tidy tables.

    summary: one row for each policy and outcome; columns: {policy: {name: (n,) numbers}} of the
    n families that `who` names, unit by unit; weekly: money by period with bands; break_even:
    when cumulative saving overtakes cumulative cost; published: stocks and flows under the
    reference beside the published ones; scaled: outcomes in a year of the whole population that
    the scenario's `scale` names (no rows: it names none).
    helped: {policy: whether each family attended any support after week 0}, in the order of
    `columns`. choice: the engine that simulated it, and why. log: every
    event and line of money, if they were to be kept.
    """

    ready: Ready
    policies: tuple[str, ...]
    reference: str
    size: Size
    summary: pd.DataFrame
    columns: dict[str, dict[str, NDArray[np.float64]]]
    who: tuple[Who, ...]
    weekly: pd.DataFrame
    break_even: pd.DataFrame
    published: pd.DataFrame
    scaled: pd.DataFrame
    helped: dict[str, NDArray[np.bool_]]
    decisions: int
    choice: Choice
    log: Log | None

    @cached_property
    def families(self) -> pd.DataFrame:
        """One row for each policy, replication and family (made when it is first asked for)."""
        return families_table(self.who, self.columns)

    @cached_property
    def harm(self) -> pd.DataFrame:
        """How many of the families that each policy reaches are better off, and worse off."""
        sampling = sampling_of(self.ready, self.size)
        return harm(self.columns, self.reference, self.ready.scenario.outcomes, sampling)

    @cached_property
    def packages(self) -> pd.DataFrame:
        """What each package does, part by part (no rows: none was run); see `decompose`."""
        sampling = sampling_of(self.ready, self.size)
        return decompose(self.columns, self.reference, self.ready.scenario, sampling)

    @property
    def ledger(self) -> pd.DataFrame:
        """Dated money, line by line; UserError if it was not kept."""
        return self._kept().ledger

    @property
    def events(self) -> pd.DataFrame:
        """The chronology of every family; UserError if it was not kept."""
        return self._kept().events

    def _kept(self) -> Log:
        if self.log is None:
            raise UserError(
                "the events and the ledger of this comparison were not kept; run it again with "
                'keep="log".'
            )
        return self.log


def compare(
    scenario: str | Path | Loaded | Ready,
    policies: Sequence[str] | None = None,
    *,
    families: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
    engine: Wanted = "auto",
    keep: Keep = "sums",
) -> Comparison:
    """Run policies of a scenario on the same families and compare them with the reference.

    policies: names (default: those that the scenario's `compare` lists, or all), such as `a+b`
    for both at once; the reference is always run. workers: processes for SimPy, threads for the
    compiled engine; None takes one for each core if there is enough to do, and a script that may
    start processes must call this below `if __name__ == "__main__":`. engine: what simulates
    ("auto": the fastest that can). keep: "log" keeps every event and line of money too, which
    takes time and memory. The result depends neither on the workers nor on the engine. Raises
    UserError for a mistake in the scenario or the arguments.
    """
    ready = scenario if isinstance(scenario, Ready) else make_ready(scenario, policies)
    chosen = choose_policies(ready, policies)
    size = choose_size(ready, families, replications, seed, workers)
    lives = len(chosen) * size.families * size.replications
    choice = choose_engine(ready, chosen, size, engine)
    job = make_job(ready, chosen, choice.engine, choose_fold(choice, lives), keep)
    outcomes, money = [], dict[str, Moments]()
    for outcome in run_units(ready, job, units_of(ready, size), workers, progress):
        # Merged at once, so that memory does not grow with families times periods.
        for policy, spent in outcome.money.items():
            money[policy] = money[policy].with_more(spent) if policy in money else spent
        outcomes.append(replace(outcome, money={}))
    return _gather(ready, job, size, choice, outcomes, money)


def choose_fold(choice: Choice, lives: int) -> How:
    """Return how to add up the events of so many lives (families times policies)."""
    many = choice.engine == "compiled" or lives > FEW_LIVES
    return "compiled" if many and can_compile() else "interpreted"


def choose_policies(ready: Ready, policies: Sequence[str] | None) -> tuple[str, ...]:
    """Return the policies to run, the reference first; UserError if one is unknown."""
    known = ready.scenario.policies
    parts = [part for p in policies or () if p not in known for part in p.split(JOIN)]
    missing = [part for part in parts if part not in known]
    if missing:
        raise UserError([_unknown_policy(ready, name) for name in missing])
    if parts:
        raise UserError(
            f"{' and '.join(p for p in policies or () if p not in known)}: a ready scenario has "
            "no such package; name the policies to `make_ready`, or give the scenario itself."
        )
    return chosen_policies(ready.scenario, policies)


def _unknown_policy(ready: Ready, name: str) -> str:
    """Say that there is no such policy, which was probably meant, and what lists them."""
    known, path = ready.scenario.policies, ready.loaded.path
    listed = f"`simcare policies {path.stem if path.stem in names() else path.name}` lists them."
    if not name:
        return f"a policy's name is missing beside `{JOIN}`; {listed}"
    titles = {spec.title.casefold(): policy for policy, spec in known.items()}
    close = difflib.get_close_matches(name.casefold(), titles, 1)
    where = f"in {path.name}"
    if close and not difflib.get_close_matches(name, known):
        meant = titles[close[0]]
        said = f"did you mean `{meant}` ({known[meant].title})?"
        return f"there is no policy `{name}` {where}; {said} {listed}"
    return f"{unknown('policy', name, known, where)} {listed}"


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


def choose_engine(ready: Ready, policies: Sequence[str], size: Size, wanted: Wanted) -> Choice:
    """Return the engine to use; UserError if the one that is wanted cannot run this."""
    lives = len(policies) * size.families * size.replications
    return choose(wanted, [ready.arrays[policy] for policy in policies], lives)


def units_of(ready: Ready, size: Size) -> list[Unit]:
    """Return the units of a run of this size."""
    return list(_units(ready, size))


def _units(ready: Ready, size: Size) -> Iterator[Unit]:
    block = size.families if together(ready) else BLOCK
    for replication in range(size.replications):
        for first in range(0, size.families, block):
            count = min(block, size.families - first)
            yield Unit(replication, replication_seed(size.seed, replication), first, count)


def _gather(
    ready: Ready,
    job: Job,
    size: Size,
    choice: Choice,
    outcomes: list[Outcome],
    money: dict[str, Moments],
) -> Comparison:
    reference, policies = ready.scenario.reference, job.policies
    sampling, horizon = sampling_of(ready, size), float(ready.scenario.horizon_weeks)
    columns = family_columns(outcomes, reference, ready.scenario)
    return Comparison(
        ready=ready,
        policies=policies,
        reference=reference,
        size=size,
        summary=summarise(columns, reference, ready.scenario, sampling),
        columns=columns,
        who=tuple(o.who for o in outcomes),
        weekly=weekly_costs(money, sampling, horizon),
        break_even=break_even(money, reference, sampling, horizon),
        published=against_published(ready, sums(outcomes, reference), sampling),
        scaled=in_a_year(ready, columns, sums(outcomes, reference), sampling),
        helped={p: np.concatenate([o.lived[p].helped for o in outcomes]) for p in policies},
        decisions=sum(x.decisions for o in outcomes for x in o.lived.values()),
        choice=choice,
        log=_log(outcomes, policies) if job.keep == "log" else None,
    )


def _log(outcomes: list[Outcome], policies: Sequence[str]) -> Log:
    logs = [log for p in policies for o in outcomes if (log := o.lived[p].log) is not None]
    return Log(
        pd.concat([log.ledger for log in logs], ignore_index=True),
        pd.concat([log.events for log in logs], ignore_index=True),
    )


def sampling_of(ready: Ready, size: Size) -> Sampling:
    """Return what the independent observations of a run of this size are."""
    if isinstance(ready.scenario.families_, list):
        return Sampling("listed", 1)
    return Sampling("replications" if ready.shares_places else "families", size.replications)
