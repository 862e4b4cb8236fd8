"""A scenario's usual practice held to its targets: what is hit, what is missed, and how many.

A target is hit if model and figure differ by less than twice the standard deviation of the
source, the stated model discrepancy and the model's own uncertainty together, in quadrature.
Nothing is tuned here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.statistics import multiplier
from simcare.experiment.targets import Target, modelled, shared_with_inputs, targets_of, widened
from simcare.experiment.usual import Usual, run_usual
from simcare.experiment.workers import Progress

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "target", "title", "theme", "role", "year", "unit", "published", "source_sd",
    "discrepancy_sd", "model", "model_sd", "low", "high", "interval", "in_use", "in_use_low",
    "in_use_high", "in_use_verdict", "inside", "inside_widened", "ratio", "sds_apart",
    "verdict", "rests_on_an_input", "if_missed", "mapping", "because", "evidence", "families",
    "seed",
)  # fmt: skip
FAMILIES = 40_000
"""So many that chance in the simulation decides almost nothing."""
HIT, MISS, NOTHING = "hit", "miss", "nothing happens"
WITHIN = 2.0
PREDICTIVE = "95 % predictive: parameter uncertainty and Monte Carlo"
Draws = Mapping[str, NDArray[np.float64]]
"""{target: (n,) model values over a sample of the uncertain parameters}."""


def validate_targets(
    ready: Ready,
    *,
    families: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
    draws: Draws | None = None,
) -> pd.DataFrame:
    """Run usual practice and hold it to every target: one row for each, with `COLUMNS`.

    families: default `FAMILIES`, or those that the scenario lists. draws: what the model gives
    under a sample of its uncertain parameters; with it, `model` is their mean, the interval is
    predictive and `model_sd` their standard deviation, and otherwise these are Monte Carlo. The
    two are never mixed: `interval` says which. Raises UserError if there are no targets, and as
    `compare` does.
    """
    if not targets_of(ready):
        raise UserError(
            f"{ready.loaded.path.name}: it has no published figures to be held to; add some to "
            '`[targets]`, or begin with `extends = "england"`.'
        )
    listed = isinstance(ready.scenario.families_, list)
    wanted = FAMILIES if families is None and not listed else families
    usual = run_usual(ready, families=wanted, seed=seed, workers=workers, progress=progress)
    return held(usual, draws)


@dataclass(frozen=True)
class _Given:
    """What the model gives for a target: a value, its standard deviation and its interval."""

    value: float
    sd: float
    low: float
    high: float
    kind: str

    def apart(self, target: Target) -> float:
        """Return how many standard deviations of all that may part them lie between the two."""
        spread = math.hypot(target.tolerance, 0.0 if math.isnan(self.sd) else self.sd)
        return abs(self.value - target.value) / spread if spread > 0.0 else math.inf

    def verdict(self, target: Target) -> str:
        """Say whether the figure is hit."""
        return verdict(self.value, self.apart(target))


def held(usual: Usual, draws: Draws | None = None) -> pd.DataFrame:
    """Return usual practice beside its targets; see `validate_targets`."""
    import pandas as pd

    targets = targets_of(usual.ready)
    found = modelled(usual.sums, targets, usual.sampling)
    wide = multiplier(n) if (n := _observations(usual)) > 1 else math.nan
    shared = shared_with_inputs(usual.ready)
    rows = []
    for target, model, error in zip(targets, found["model"], found["standard_error"], strict=True):
        half = wide * error
        in_use = _Given(model, error, model - half, model + half, usual.sampling.interval)
        drawn = None if draws is None or target.name not in draws else _drawn(draws[target.name])
        rows.append(_row(target, in_use, drawn, usual, target.name in shared))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _drawn(values: NDArray[np.float64]) -> _Given:
    own = values[np.isfinite(values)]
    own = own if len(own) > 1 else np.full(2, np.nan)
    low, high = (float(x) for x in np.quantile(own, (0.025, 0.975)))
    return _Given(float(own.mean()), float(own.std(ddof=1)), low, high, PREDICTIVE)


def _row(
    t: Target, in_use: _Given, drawn: _Given | None, usual: Usual, shared: bool
) -> tuple[object, ...]:
    given = in_use if drawn is None else drawn
    inside: tuple[object, object] = ("", "") if drawn is None else _inside(t, drawn)
    said, before = given.verdict(t), in_use.verdict(t)
    ratio = given.value / t.value if t.value else math.nan
    return (
        t.name, t.title, t.theme, t.role, t.year, t.unit, t.value, t.sd,
        t.discrepancy * abs(t.value), given.value, given.sd, given.low, given.high, given.kind,
        in_use.value, in_use.low, in_use.high, before, *inside, ratio, given.apart(t), said,
        shared,
        "" if said == before == HIT else t.if_missed, t.mapping, t.because, ", ".join(t.ids),
        usual.size.families * usual.size.replications, usual.size.seed,
    )  # fmt: skip


def verdict(value: float, apart: float) -> str:
    """Say whether a value that is so many standard deviations away from a figure hits it."""
    if not math.isfinite(value):
        return NOTHING
    return HIT if apart < WITHIN else MISS


def coverage(table: pd.DataFrame, column: str = "verdict") -> dict[str, tuple[int, int]]:
    """Return how many targets are hit, and how many there are, of each role in turn.

    column: "in_use_verdict" for what is hit with the values in use alone.
    """
    return {
        role: (int((rows[column] == HIT).sum()), len(rows))
        for role in ("check", "fit")
        if len(rows := table[table["role"] == role])
    }


def _inside(target: Target, drawn: _Given) -> tuple[bool, bool]:
    """Say whether a figure is in a predictive interval, bare and widened by what is tolerated."""
    low, high = widened(drawn.value, drawn.low, drawn.high, target.tolerance)
    return drawn.low <= target.value <= drawn.high, low <= target.value <= high


def predictive_coverage(table: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    """Return how many figures are in the bare and the widened predictive interval, and of all.

    By role, over targets that have a predictive interval; empty if none has.
    """
    table = table[table["interval"] == PREDICTIVE]
    return {
        role: (int(rows["inside"].sum()), int(rows["inside_widened"].sum()), len(rows))
        for role in ("check", "fit")
        if len(rows := table[table["role"] == role])
    }


def _observations(usual: Usual) -> int:
    """Return how many independent observations there are."""
    return len(usual.sampling.observations(next(iter(usual.sums.values()))))
