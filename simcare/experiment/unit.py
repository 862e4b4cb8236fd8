"""The unit of work: one block of families, under every policy of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from simcare.engine.engines import Engine, EngineName, prepare
from simcare.engine.events import Events
from simcare.engine.simpy_engine import Change
from simcare.experiment.moments import Moments
from simcare.experiment.ready import Ready
from simcare.model.population import Population, draw
from simcare.observe.books import Books, make_books
from simcare.observe.fold import Fold, Folded, How, KeepingFold
from simcare.observe.kernel import PERIOD_WEEKS
from simcare.observe.measures import Measure, read_measures
from simcare.scenario.schema import OutcomeMeasure, Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GROUPS", "PERIOD_WEEKS", "Held", "Job", "Keep", "Lived", "Log", "Outcome", "Unit",
           "Who", "make_job", "population_of", "run_unit", "together"]  # fmt: skip

Floats = NDArray[np.float64]
Keep = Literal["sums", "log"]
"""What is kept of each life: sums and counts, or every event and every line of money as well."""
Held = Literal["published", "targets"]
"""Which figures the reference is held against: those shown with every comparison, or all."""
GROUPS = {
    "help": ("help", "meanwhile"),
    "care": ("care",),
    "work": ("casework", "proceedings"),
    "spared": ("spared",),
}
"""Headline groups of the ledger's categories. Placing children while a parent is in treatment
is part of what that help costs."""
_ATTENDED = "_attended_"


@dataclass(frozen=True)
class Unit:
    """Which families to run. Units are independent, and so are their results."""

    replication: int
    seed: int
    first: int
    families: int


@dataclass(frozen=True)
class Job:
    """What to do with every unit of a run.

    engine: name of what simulates. engines, books: each policy's, and what is added up, in the
    order to run them; the first policy is what the others are compared with.
    """

    engine: EngineName
    engines: dict[str, Engine]
    books: dict[str, Books]
    how: How
    keep: Keep

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the policies."""
        return tuple(self.books)


@dataclass(frozen=True)
class Who:
    """Families of a unit: number, week of arrival, type (place among `kinds`), and children."""

    replication: int
    number: NDArray[np.int64]
    arrival: Floats
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    children: NDArray[np.int64]


@dataclass(frozen=True)
class Log:
    """Every line of money and every event of the families of a unit under a policy."""

    ledger: pd.DataFrame
    events: pd.DataFrame


@dataclass(frozen=True)
class Lived:
    """What became of a unit's n families under a policy.

    columns: names of `values`, (n, columns), as in `Folded`. prints: (n,) fingerprints, equal
    under two policies only if nothing in the life differs. helped: (n,) whether any support was
    attended after week 0.
    """

    columns: tuple[str, ...]
    values: Floats
    prints: NDArray[np.int64]
    helped: NDArray[np.bool_]
    decisions: int
    log: Log | None


@dataclass(frozen=True)
class Outcome:
    """What one unit gives, by policy.

    money: pounds by [period, cumulative, saving], group (`GROUPS`, then all of it) and period,
    where the saving is that of this policy on the first one, cumulative; the observations are
    families or, where they are run together, their mean.
    """

    unit: Unit
    who: Who
    lived: dict[str, Lived]
    money: dict[str, Moments]


def together(ready: Ready) -> bool:
    """Say whether the families of a replication are one unit: they share places, or are listed."""
    return ready.shares_places or isinstance(ready.scenario.families_, list)


def make_job(
    ready: Ready,
    policies: Sequence[str],
    engine: EngineName = "simpy",
    how: How = "interpreted",
    keep: Keep = "sums",
    held: Held = "published",
) -> Job:
    """Return what to do with every unit of a run of some policies.

    A policy begins at week 0; until then all live under the scenario's reference. held: what the
    reference is held against, so that it must be counted.
    """
    usual, own = ready.arrays[ready.scenario.reference], ready.arrays
    return Job(
        engine,
        {policy: prepare(engine, usual, Change(0.0, own[policy])) for policy in policies},
        {policy: _books(ready, policy, held) for policy in policies},
        how,
        keep,
    )


def _books(ready: Ready, policy: str, held: Held) -> Books:
    scenario, statement = ready.scenario, ready.statements[policy]
    wanted = dict(scenario.outcomes)
    if policy == scenario.reference:
        wanted |= _counted(scenario, held)
    measures = read_measures(wanted, statement, scenario.groups, scenario.children_region)
    attended = {
        _ATTENDED + name: Measure("weeks", name, to=("attending",)) for name in scenario.supports
    }
    bands = tuple(zip(ready.schedule.until_years, ready.schedule.rates, strict=True))
    return make_books(
        statement,
        float(scenario.horizon_weeks),
        measures=measures | attended,
        groups=GROUPS,
        bands=bands,
    )


def _counted(scenario: Scenario, held: Held) -> dict[str, OutcomeMeasure]:
    """Return the measures to count: without those that only targets need, unless they are held."""
    if held == "targets":
        return scenario.measures
    shown = {name for p in scenario.published.values() for name in (p.top, p.bottom)}
    only = {name for p in scenario.targets.values() for name in (p.top, p.bottom)} - shown
    return {name: m for name, m in scenario.measures.items() if name not in only}


def population_of(ready: Ready, unit: Unit) -> Population:
    """Return the unit's families: the same under every policy."""
    return draw(
        ready.scenario,
        ready.values,
        ready.statements[ready.scenario.reference],
        seed=unit.seed,
        families=unit.families,
        first=unit.first,
    )


def run_unit(
    ready: Ready, job: Job, unit: Unit, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Run one unit under every policy.

    progress: told how many families have been finished, under each policy anew.
    """
    population = population_of(ready, unit)
    lived: dict[str, Lived] = {}
    spent: dict[str, Moments] = {}
    usual: Floats | None = None
    for policy in job.policies:
        folded, log = _live(ready, job, policy, population, unit, progress)
        money = _with_all(folded.money)
        cumulative = money.cumsum(axis=2)
        usual = cumulative if usual is None else usual
        spent[policy] = _moments(money, cumulative, usual, together(ready))
        lived[policy] = _lived(folded, log)
    who = Who(
        unit.replication, population.lives.number, population.lives.arrival, population.kind,
        population.kinds, population.children,
    )  # fmt: skip
    return Outcome(unit, who, lived, spent)


def _live(
    ready: Ready,
    job: Job,
    policy: str,
    population: Population,
    unit: Unit,
    progress: Callable[[int], None] | None,
) -> tuple[Folded, Log | None]:
    """Run the families under one policy, adding up as they go."""
    books, lives = job.books[policy], population.lives
    run = partial(
        job.engines[policy].stream,
        lives,
        seed=unit.seed,
        horizon=books.horizon,
        progress=progress,
    )
    if job.keep == "sums":
        fold = Fold(books, lives, job.how)
        run(fold.take)
        return fold.finish(), None
    keeping, seen = KeepingFold(books, lives, job.how), list[Events]()

    def take(events: Events) -> None:
        keeping.take(events)
        # An engine may use the same space again.
        seen.append(Events(events.week.copy(), events.code.copy()))

    run(take)
    folded = keeping.finish()
    return folded, _log(ready, policy, unit, keeping, _joined(seen))


def _joined(seen: Sequence[Events]) -> Events:
    """Return all events in order of families."""
    week = np.concatenate([np.zeros(0), *(e.week for e in seen)])
    code = np.concatenate([Events.of([]).code, *(e.code for e in seen)])
    order = np.argsort(code[:, 0], kind="stable")
    return Events(week[order], code[order])


def _log(ready: Ready, policy: str, unit: Unit, fold: KeepingFold, events: Events) -> Log:
    from simcare.observe.chronology import chronology
    from simcare.observe.ledger import ledger

    statement, arrays = ready.statements[policy], ready.arrays[policy]
    money = ledger(fold.lines(), fold.books).assign(price_year=ready.scenario.price_year)
    return Log(
        _numbered(money, policy, unit),
        _numbered(chronology(events, statement, arrays), policy, unit),
    )


def _numbered(table: pd.DataFrame, policy: str, unit: Unit) -> pd.DataFrame:
    numbered = table.assign(family=table["family"].to_numpy() + unit.first)
    numbered.insert(0, "replication", unit.replication)
    numbered.insert(0, "policy", policy)
    return numbered


def _lived(folded: Folded, log: Log | None) -> Lived:
    attended = np.array([name.startswith(_ATTENDED) for name in folded.columns])
    return Lived(
        tuple(name for name in folded.columns if not name.startswith(_ATTENDED)),
        folded.values[:, ~attended],
        folded.prints,
        np.asarray((folded.values[:, attended] > 0.0).any(axis=1)),
        folded.decisions,
        log,
    )


def _with_all(money: Floats) -> Floats:
    """Return the money of (n, groups, periods) with one more group: all of it."""
    return np.concatenate([money, money.sum(axis=1, keepdims=True)], axis=1)


def _moments(money: Floats, cumulative: Floats, usual: Floats, together: bool) -> Moments:
    """Return the moments of money by period, of its running sum, and of what that saves."""
    parts = []
    for values in (money, cumulative, usual - cumulative):
        parts.append(Moments.of(values.mean(axis=0, keepdims=True) if together else values))
    mean, squares = ([getattr(p, name) for p in parts] for name in ("mean", "squares"))
    return Moments(parts[0].count, np.stack(mean), np.stack(squares))
