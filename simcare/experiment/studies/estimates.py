"""The quantities that studies publish, estimated from simulated families.

Every estimate comes with its Monte Carlo error. Both arms are the same families, so that error
is always that of the paired contrast. Of times until something happens, the horizon censors.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.statistics import (
    Estimate,
    linear_parts,
    multiplier,
    ratio_difference,
    ratio_of,
)
from simcare.scenario.parts import Number
from simcare.scenario.study import FindingSpec

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
UNKNOWN = Estimate(math.nan, math.nan, math.nan, math.nan)
BLOCKS = 50
"""Groups of families left out one by one to find the error of a hazard ratio."""


@dataclass(frozen=True)
class Arm:
    """What is counted of the n families of an arm.

    top, bottom: (n,) the counted over what it is counted of. event: (n,) whether it happened,
    for times. kept: (n,) which families are looked at.
    """

    top: Floats
    bottom: Floats
    event: Floats
    kept: NDArray[np.bool_]


def arm_of(columns: Columns, finding: FindingSpec, values: Mapping[str, float]) -> Arm:
    """Return what a finding counts of the families of one arm.

    columns: {outcome: (n,) numbers}; values: the number of every parameter.
    """
    top = columns[finding.outcome]
    if finding.capped_at is not None:
        top = np.minimum(top, _number(finding.capped_at, values))
    if finding.at_least is not None:
        # Sums of weeks come with errors in their last digits.
        top = (top >= _number(finding.at_least, values) - 1e-6).astype(np.float64)
    bottom = columns[finding.per] if finding.per is not None else np.ones_like(top)
    kept = np.ones(len(top), dtype=np.bool_)
    for among in finding.among:
        seen = columns[among.outcome]
        if among.above is not None:
            kept &= seen > _number(among.above, values)
        if among.up_to is not None:
            kept &= seen <= _number(among.up_to, values)
    event = columns[finding.event] if finding.event is not None else np.zeros_like(top)
    return Arm(top * kept, bottom * kept, (event > 0.0).astype(np.float64), kept)


def _number(given: Number, values: Mapping[str, float]) -> float:
    return float(given) if isinstance(given, int) else values[given]


def estimate(
    finding: FindingSpec, policy: Arm, control: Arm, values: Mapping[str, float]
) -> Estimate:
    """Estimate a finding's quantity: of one arm, or of the policy against the control.

    An estimate is nan where there is nothing to estimate it from.
    """
    arm, quantity = policy if finding.arm == "policy" else control, finding.quantity
    if quantity in ("share", "mean"):
        return ratio_of(arm.top, arm.bottom)
    if quantity == "median":
        return median(arm)
    if quantity == "cumulative incidence":
        return incidence(arm, _number(finding.by_weeks or 0, values))
    if quantity in ("difference", "no difference"):
        return ratio_difference(policy.top, policy.bottom, control.top, control.bottom)
    if quantity == "ratio":
        return _on_log_scale(policy, control, lambda share: share)
    if quantity == "odds ratio":
        return _on_log_scale(policy, control, lambda share: share * (1.0 - share))
    return hazard_ratio(policy, control)


def median(arm: Arm) -> Estimate:
    """Estimate the median time by Kaplan and Meier's curve (1958).

    Its interval is where the curve's own has a half in it (Brookmeyer and Crowley 1982). nan
    where the curve does not come down to a half.
    """
    curve = _survival(arm)
    if curve is None:
        return UNKNOWN
    band = _band(curve)

    def first(y: Floats) -> float:
        below = np.flatnonzero(y <= 0.5)
        return float(curve.quantiles[below[0]]) if len(below) else math.nan

    middle = first(curve.probabilities)
    low, high = first(band.low.probabilities), first(band.high.probabilities)
    if not math.isfinite(middle):
        return UNKNOWN
    return Estimate(middle, (high - low) / (2.0 * multiplier(int(arm.kept.sum()))), low, high)


def incidence(arm: Arm, by_weeks: float) -> Estimate:
    """Estimate the share to whom something happens within some weeks (Kaplan and Meier 1958).

    Its interval is Greenwood's on the scale of log(-log) (Kalbfleisch and Prentice 1980).
    """
    curve = _survival(arm)
    if curve is None:
        return UNKNOWN
    band = _band(curve)
    mean, low, high = (1.0 - float(one.evaluate(by_weeks)) for one in (curve, band.high, band.low))
    return Estimate(mean, (high - low) / (2.0 * multiplier(int(arm.kept.sum()))), low, high)


def _band(curve: Any) -> Any:
    """Return a curve's interval, which is not known where it is still 1 or already 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return curve.confidence_interval(method="log-log")


def _survival(arm: Arm) -> Any:
    """Return scipy's empirical survival function of the times of an arm; None without events."""
    from scipy.stats import CensoredData, ecdf

    happened = arm.event > 0.0
    seen = CensoredData(
        uncensored=arm.top[arm.kept & happened], right=arm.top[arm.kept & ~happened]
    )
    return ecdf(seen).sf if (arm.kept & happened).any() else None


def _on_log_scale(policy: Arm, control: Arm, scale: Callable[[float], float]) -> Estimate:
    """Estimate a ratio of shares or, by `scale`, of their odds: the delta method on its log."""
    own, base = ratio_of(policy.top, policy.bottom).mean, ratio_of(control.top, control.bottom).mean
    if not (own > 0.0 and base > 0.0 and scale(own) > 0.0 and scale(base) > 0.0):
        return UNKNOWN
    parts = linear_parts(policy.top, policy.bottom) / scale(own)
    parts -= linear_parts(control.top, control.bottom) / scale(base)
    ratio = own * own / scale(own) / (base * base / scale(base))
    return _from_log(math.log(ratio), float(parts.std(ddof=1)) / math.sqrt(len(parts)), len(parts))


def hazard_ratio(policy: Arm, control: Arm) -> Estimate:
    """Estimate the hazard ratio of two arms by Cox's partial likelihood (Cox 1972).

    Its Monte Carlo error is that of the jackknife over blocks of families (Efron 1982), each
    left out of both arms at once, since the arms are the same families.
    """
    log = _cox(policy, control, np.ones(len(policy.top), dtype=np.bool_))
    block = np.arange(len(policy.top)) * BLOCKS // max(len(policy.top), 1)
    if not math.isfinite(log) or len(policy.top) < 2 * BLOCKS:
        return Estimate(math.exp(log), math.nan, math.nan, math.nan)
    without = np.array([_cox(policy, control, block != b) for b in range(BLOCKS)])
    error = math.sqrt((BLOCKS - 1) / BLOCKS * float(((without - without.mean()) ** 2).sum()))
    return _from_log(log, error, BLOCKS)


def _cox(policy: Arm, control: Arm, used: NDArray[np.bool_]) -> float:
    """Return the log hazard ratio; tied times count as Breslow (1974) has them."""
    own, base = policy.kept & used, control.kept & used
    time = np.concatenate([policy.top[own], control.top[base]])
    event = np.concatenate([policy.event[own], control.event[base]])
    treated = np.concatenate([np.ones(int(own.sum())), np.zeros(int(base.sum()))])
    order = np.argsort(-time, kind="stable")
    time, event, treated = time[order], event[order], treated[order]
    # Of those with equal times, each counts as at risk when the others have the event.
    last = np.searchsorted(-time, -time, side="right") - 1
    at_risk = np.cumsum(treated)[last], np.cumsum(1.0 - treated)[last]
    happened = event > 0.0
    mine, theirs = at_risk[0][happened], at_risk[1][happened]
    events = float((event * treated).sum())
    if events == 0.0 or events == float(event.sum()):
        return math.nan
    log = 0.0
    for _ in range(50):
        share = mine * math.exp(log) / (mine * math.exp(log) + theirs)
        step = (events - float(share.sum())) / float((share * (1.0 - share)).sum())
        log += step
        if abs(step) < 1e-10:
            break
    return log


def _from_log(log: float, error: float, observations: int) -> Estimate:
    half = multiplier(observations) * error
    mean = math.exp(log)
    return Estimate(mean, mean * error, math.exp(log - half), math.exp(log + half))
