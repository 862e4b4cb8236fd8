"""How many families are needed before a difference is known closely enough.

A sequential rule: the half-width of the 95 % Monte Carlo interval of the paired difference is
looked at again and again while families are added, until it is small enough and stays so (Law
2015, section 9.4.1; Robinson 2014, chapter 9). A half-width that is small once may be so by luck,
so the rule looks ahead before it stops: five looks further, or 5 % of the looks taken so far
where those are more (Hoad, Robinson and Davies 2010).

Families are keyed by their number, so the first n of a larger run are those of a run of n. How
far was run at a time is therefore not seen in what is found.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.errors import UserError, unknown
from simcare.experiment.compare import (
    Comparison,
    Size,
    choose_policies,
    compare,
    sampling_of,
)
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.statistics import Estimate, mean_of, ratio_difference
from simcare.experiment.summary import FEW_REACHED, MONEY
from simcare.experiment.workers import Progress
from simcare.scenario.load import Loaded
from simcare.units import WEEKS_PER_YEAR

Floats = NDArray[np.float64]
Unit = Literal["families", "replications"]
Verdict = Literal["met", "unconfirmed", "short", "few"]
"""Small enough and stayed so; small enough at the last looks, too few of them; still too wide;
too few families differ for an interval to say anything."""

LOOKS_AHEAD = 5
SHARE_AHEAD = 0.05
FEWEST = 3
"""Independent observations before which no interval is believed (Hoad, Robinson and Davies)."""
STEP = {"families": 100, "replications": 1}
MOST = {"families": 100_000, "replications": 1_000}
FIRST_LOOKS = 10
FARTHEST = 4
"""A run is at most so many times larger than the one before: early variances may be far off."""


@dataclass(frozen=True)
class Aim:
    """What is to be known how closely.

    half_width: in the unit of the outcome. step, most: families, or replications where families
    share places: between looks, and in all.
    """

    policy: str
    outcome: str
    half_width: float
    unit: Unit
    step: int
    most: int


@dataclass(frozen=True)
class Precision:
    """What was found.

    path: one row for each look: `families` or `replications` so far, `difference` (policy minus
    reference, paired), `standard_error`, `low`, `high`, `half_width` (95 % Monte Carlo) and
    `differing`, the families so far whose outcome differs at all. needed: the first look at
    which the half-width is small enough and stays so, in families or replications; None: there
    is none among those that were run.
    """

    ready: Ready
    aim: Aim
    size: Size
    path: pd.DataFrame
    needed: int | None

    @property
    def verdict(self) -> Verdict:
        """What the rule lets one say."""
        if self.needed is not None:
            return "met"
        last = self.path.iloc[-1]
        if last["differing"] < FEW_REACHED:
            return "few"
        return "unconfirmed" if last["half_width"] <= self.aim.half_width else "short"

    @property
    def at(self) -> pd.Series:
        """The look that counts: the one at `needed`, or else the last."""
        found = self.path[self.path[self.aim.unit] == self.needed]
        return self.path.iloc[-1] if found.empty else found.iloc[0]

    @property
    def forecast(self) -> int:
        """How many the half-width at `at` makes one expect to need, by the square-root rule."""
        return by_square_root(int(self.at[self.aim.unit]), self.at["half_width"], self.aim)


def look_ahead(looks: int) -> int:
    """Return how many looks further a half-width must stay small after so many."""
    return max(LOOKS_AHEAD, math.ceil(SHARE_AHEAD * looks))


def first_to_stay(met: Sequence[bool] | NDArray[np.bool_]) -> int | None:
    """Return the first look that met the aim and all those ahead of which did so too.

    met: whether each look did, in order. None if there is none, or if those ahead were not all
    taken.
    """
    start: int | None = None
    for i, good in enumerate(met):
        if not good:
            start = None
            continue
        start = i if start is None else start
        if i - start >= look_ahead(start + 1):
            return start
    return None


def by_square_root(count: int, half_width: float, aim: Aim) -> int:
    """Return how many observations bring a half-width down to the one that is wanted.

    A half-width shrinks with the square root of their number.
    """
    ratio = float(half_width) / float(aim.half_width)
    needed = count * ratio * ratio
    return math.ceil(needed) if math.isfinite(needed) else sys.maxsize


def precision(
    scenario: str | Path | Loaded | Ready,
    policy: str,
    half_width: float,
    outcome: str = "cost",
    *,
    step: int | None = None,
    most: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Precision:
    """Find how many families bring the half-width of a difference down to `half_width`.

    The difference is that of an outcome under a policy from the same families under the
    reference; `half_width` is in the unit of the outcome. Where families share places, whole
    replications are counted instead. step: how many are added between looks; most: when to give
    up (default: 100 of 100,000 families, or one of 1,000 replications). Raises UserError for a
    mistake in the scenario or the arguments.
    """
    ready = scenario if isinstance(scenario, Ready) else make_ready(scenario, [policy])
    aim = choose_aim(ready, policy, half_width, outcome, step, most)
    count = min(FIRST_LOOKS * aim.step, aim.most)
    while True:
        run = compare(
            ready,
            [policy],
            families=count if aim.unit == "families" else None,
            replications=count if aim.unit == "replications" else 1,
            seed=seed,
            workers=workers,
            progress=progress,
        )
        path = _path(run, aim)
        met = _met(path, aim)
        found = first_to_stay(met)
        if found is not None:
            seen = path.iloc[: found + look_ahead(found + 1) + 1]
            return Precision(ready, aim, run.size, seen, int(path[aim.unit].iloc[found]))
        if count == aim.most:
            return Precision(ready, aim, run.size, path, None)
        count = min(_next(path, met, aim), aim.most)


def choose_aim(
    ready: Ready,
    policy: str,
    half_width: float,
    outcome: str,
    step: int | None = None,
    most: int | None = None,
) -> Aim:
    """Return what is to be known how closely; UserError for everything that makes no sense."""
    scenario, name = ready.scenario, ready.loaded.path.name
    if isinstance(scenario.families_, list):
        raise UserError(
            f"{name} lists its families by name, so nothing is sampled and there is no interval "
            "to narrow; use a scenario whose families are drawn."
        )
    problems = _of_policy(ready, policy)
    known = [*MONEY, *scenario.outcomes]
    if outcome not in known:
        problems.append(f"option --outcome: {unknown('outcome', outcome, known, f'in {name}')}")
    if not (math.isfinite(half_width) and half_width > 0.0):
        problems.append(
            f"option --half-width: {half_width:g} cannot be reached; give a number above 0, in the "
            "unit of the outcome."
        )
    unit: Unit = "replications" if ready.shares_places else "families"
    if unit == "replications" and step is not None:
        problems.append(
            f"option --families-step: families of {name} share places, so whole replications are "
            "added, one at a time; leave the option out."
        )
    own = STEP[unit] if step is None else step
    furthest = MOST[unit] if most is None else most
    for option, value, least in (("families-step", own, 1), ("most", furthest, max(own, FEWEST))):
        if value < least:
            problems.append(
                f"option --{option}: {value} is too small; give {least} {unit} or more."
            )
    if problems:
        raise UserError(problems)
    return Aim(policy, outcome, half_width, unit, own, furthest)


def _of_policy(ready: Ready, policy: str) -> list[str]:
    try:
        choose_policies(ready, [policy])
    except UserError as error:
        return [f"option --policy: {problem}" for problem in error.problems]
    if policy != ready.scenario.reference:
        return []
    others = ", ".join(f"`{p}`" for p in ready.scenario.policies if p != policy)
    return [
        f"option --policy: `{policy}` is the reference, which others are compared with; name one "
        f"of them: {others or 'there is none in this scenario'}."
    ]


def _next(path: pd.DataFrame, met: NDArray[np.bool_], aim: Aim) -> int:
    """Return how many to run next, not to find the answer late and not to run far past it."""
    last = int(path[aim.unit].iloc[-1])
    if met[-1]:
        start = len(met) - int(np.argmin(met[::-1])) if not met.all() else 0
        wanted = (start + 1 + look_ahead(start + 1)) * aim.step
    elif path["differing"].iloc[-1] < FEW_REACHED:
        wanted = 2 * last
    else:
        expected = by_square_root(last, float(path["half_width"].iloc[-1]), aim)
        looks = math.ceil(1.05 * expected / aim.step)
        wanted = (looks + look_ahead(looks)) * aim.step
    return min(max(wanted, last + aim.step), FARTHEST * last)


def _met(path: pd.DataFrame, aim: Aim) -> NDArray[np.bool_]:
    counts = path[aim.unit].to_numpy()
    small: NDArray[np.bool_] = path["half_width"].to_numpy(np.float64) <= aim.half_width
    enough = (counts >= FEWEST) & (path["differing"].to_numpy() >= FEW_REACHED)
    return small & enough


def _path(run: Comparison, aim: Aim) -> pd.DataFrame:
    """Return what each look at a run shows."""
    pairs = _Pairs.of(run, aim)
    count = getattr(run.size, aim.unit)
    looks = np.unique(np.append(np.arange(aim.step, count + 1, aim.step), count))
    rows = [pairs.estimate(n) for n in looks]
    each = run.size.families if aim.unit == "replications" else 1
    differing = np.cumsum(pairs.differ)[looks * each - 1]
    return pd.DataFrame(
        {
            aim.unit: looks,
            "difference": [x.mean for x in rows],
            "standard_error": [x.standard_error for x in rows],
            "low": [x.low for x in rows],
            "high": [x.high for x in rows],
            "half_width": [(x.high - x.low) / 2.0 for x in rows],
            "differing": differing,
        }
    )


@dataclass(frozen=True)
class _Pairs:
    """An outcome of the same independent observations under a policy and the reference.

    bottoms: what a ratio is divided by under the two, in years (None: the outcome is no ratio).
    differ: whether each family's outcome does.
    """

    own: Floats
    reference: Floats
    bottoms: tuple[Floats, Floats] | None
    differ: NDArray[np.bool_]

    @staticmethod
    def of(run: Comparison, aim: Aim) -> _Pairs:
        measure = run.ready.scenario.outcomes.get(aim.outcome)
        sampling = sampling_of(run.ready, run.size)
        policies = (aim.policy, run.reference)
        own, ref = (_column(run, p, aim.outcome) for p in policies)
        differ = own != ref
        bottoms = None
        if measure is not None and measure.per_year_of is not None:
            years, years_ref = (_column(run, p, measure.per_year_of) for p in policies)
            differ |= years != years_ref
            bottoms = (
                sampling.observations(years / WEEKS_PER_YEAR),
                sampling.observations(years_ref / WEEKS_PER_YEAR),
            )
        return _Pairs(sampling.observations(own), sampling.observations(ref), bottoms, differ)

    def estimate(self, count: int) -> Estimate:
        """Estimate the difference from the first so many observations."""
        own, ref = self.own[:count], self.reference[:count]
        if self.bottoms is None:
            return mean_of(own - ref)
        return ratio_difference(own, self.bottoms[0][:count], ref, self.bottoms[1][:count])


def _column(run: Comparison, policy: str, name: str) -> Floats:
    families = run.families
    if name not in families.columns:  # a payer or a category that nobody pays
        return np.zeros(run.size.families * run.size.replications)
    return families.loc[families["policy"] == policy, name].to_numpy(np.float64)
