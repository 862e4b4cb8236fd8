"""What a worker does, wherever it is: a few units, from plain arguments to the bytes of a file."""

from __future__ import annotations

import pickle
import threading
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcare.engine.engines import Wanted, choose
from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.ready import Ready, make_ready, with_values
from simcare.experiment.sweep.plan import Plan, SweepUnit
from simcare.experiment.sweep.table import columns_of, encode
from simcare.scenario.load import Loaded
from simcare.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


class Stopped(Exception):  # noqa: N818 (not a mistake: the experiment has ended)
    """Ends a unit that nobody waits for any more."""


_HERE = threading.local()
"""Of the thread that works: what says whether anybody still waits for it."""


def listen(stopped: Callable[[], bool]) -> None:
    """Let what this thread runs end early once `stopped` says so."""
    _HERE.stopped = stopped


def packed(ready: Ready) -> bytes:
    """Return a scenario as few bytes, to be sent with every part: about 20 kB for England."""
    said = (ready.loaded.tables, ready.loaded.files, ready.loaded.path.name)
    return zlib.compress(pickle.dumps(said, protocol=5))


def arguments(plan: Plan, given: bytes, part: int, engine: Wanted) -> tuple[Any, ...]:
    """Return the arguments of `run_part` for a part of a plan."""
    units, names = plan.parts[part], plan.draws.names
    return given, plan.policies, units, names, plan.digest, part, engine, plan.lives


def run_part(
    given: bytes,
    policies: Sequence[str],
    units: Sequence[SweepUnit],
    names: Sequence[str],
    digest: str,
    part: int,
    engine: Wanted = "auto",
    lives: int = 0,
) -> bytes:
    """Run units and return their rows as the bytes of a Parquet file.

    given: the scenario, as `packed`. names: the parameters that vary. lives: of the whole
    experiment, by which "auto" chooses an engine. A process that runs several parts of a
    scenario reads it once.
    """
    import pandas as pd

    rows = [_rows(_run(given, policies, unit, engine, lives), unit) for unit in units]
    table = pd.concat(rows, ignore_index=True)
    return encode(table[columns_of(names)], names, digest, part)


def _run(
    given: bytes, policies: Sequence[str], unit: SweepUnit, engine: Wanted, lives: int
) -> Comparison:
    settings = unit.settings
    try:
        ready = settings.of(_varied(given, unit.values, tuple(policies)))
        return compare(
            ready,
            policies,
            families=settings.families,
            replications=settings.replications,
            seed=unit.seed,
            workers=1,
            progress=go_on,
            engine=choose(engine, ready.arrays.values(), lives).engine,
        )
    except UserError as error:
        raise UserError([f"draw {unit.draw}: {p}" for p in error.problems]) from None


def go_on(done: int, total: int) -> None:  # noqa: ARG001 (a progress is told both)
    """End this unit of work if nobody waits for it any more; a progress that says nothing."""
    stopped = getattr(_HERE, "stopped", None)
    if stopped is not None and stopped():
        raise Stopped


@lru_cache(maxsize=2)
def _base(given: bytes) -> Ready:
    tables, files, name = pickle.loads(zlib.decompress(given))
    scenario = Scenario.model_validate(tables)
    return make_ready(Loaded(scenario, files, tables, Path(name)))


@lru_cache(maxsize=2)
def _varied(
    given: bytes, values: tuple[tuple[str, float], ...], policies: tuple[str, ...]
) -> Ready:
    return with_values(_base(given), dict(values), policies)


def _rows(comparison: Comparison, unit: SweepUnit) -> pd.DataFrame:
    import pandas as pd

    summary, settings = comparison.summary, unit.settings
    front = {
        "draw": unit.draw,
        "seed": unit.seed,
        "replications": settings.replications,
        "families": settings.families,
        "horizon_weeks": settings.horizon_weeks,
        "warm_up_weeks": settings.warm_up_weeks,
        "discount": settings.discount,
        **dict(unit.values),
        "error_kind": summary["interval"].str.removeprefix("95 % "),
    }
    return pd.concat([summary, pd.DataFrame(front, index=summary.index)], axis=1)
