"""What a calibration found, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.calibration.emulate import informed_by

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.calibration.found import Calibrated

Floats = NDArray[np.float64]
NARROWED, MOVED = 0.1, 0.25
"""The data tell something of a number if its standard deviation is so much smaller than before
(as a share), or its mean has moved by so many of the earlier standard deviations."""

SILENT = "the data cannot tell"
WORTH_TELLING = 0.25
"""Correlations below this are left out of the table."""

MISSED = 2.0
_TOLD = 3


def numbers_table(found: Calibrated) -> pd.DataFrame:
    """Return each number before and after: one row for each that was calibrated.

    Columns: parameter, unit, value (in use), prior_low, prior_high, prior_mean, prior_sd, mean,
    sd, low and high (95 % of the posterior), narrowed (1 less the ratio of the standard
    deviations), moved (of the mean, in earlier standard deviations), says, informed_by (the
    targets that move most with it, over the whole prior).
    """
    import pandas as pd

    prior, draws = found.plan.prior, found.draws
    known = found.plan.ready.scenario.parameters
    mean, sd = draws.mean(axis=0), draws.std(axis=0, ddof=1)
    low, high = np.quantile(draws, (0.025, 0.975), axis=0)
    narrowed, moved = 1.0 - sd / prior.sd, (mean - prior.mean) / prior.sd
    return pd.DataFrame(
        {
            "parameter": prior.names,
            "unit": [known[n].unit for n in prior.names],
            "value": prior.value,
            "prior_low": prior.low,
            "prior_high": prior.high,
            "prior_mean": prior.mean,
            "prior_sd": prior.sd,
            "mean": mean,
            "sd": sd,
            "low": low,
            "high": high,
            "narrowed": narrowed,
            "moved": moved,
            "says": [_says(n, m) for n, m in zip(narrowed, moved, strict=True)],
            "informed_by": _informers(found),
        }
    )


def _says(narrowed: float, moved: float) -> str:
    if narrowed < NARROWED and abs(moved) < MOVED:
        return SILENT
    words = []
    if abs(moved) >= MOVED:
        words.append("higher than the middle" if moved > 0.0 else "lower than the middle")
    if narrowed >= NARROWED:
        words.append(f"range {round(100 * narrowed)} % narrower")
    return ", ".join(words)


def _informers(found: Calibrated) -> list[str]:
    shares, names = found.wide.shares(), found.plan.observed.names
    told = []
    for i in range(shares.shape[1]):
        order = np.argsort(-shares[:, i], kind="stable")[:_TOLD]
        told.append("; ".join(names[j] for j in order if shares[j, i] >= 0.02))
    return told


def targets_table(found: Calibrated) -> pd.DataFrame:
    """Return each target before and after: one row for each, fit and check.

    Columns: target, title, role, published, tolerance (one standard deviation), present and
    present_error (at the numbers in use, Monte Carlo standard error), prior_mean, prior_low,
    prior_high, mean, low, high (over the posterior draws, of real runs, 95 %), off and off_before
    (distance of the mean, and of the numbers in use, in standard deviations of tolerance and
    spread), missed.
    """
    import pandas as pd

    plan, waves = found.plan, found.waves
    value = np.array([t.value for t in plan.targets])
    tolerance = np.array([t.tolerance for t in plan.targets])
    present = waves[0].model.mean(axis=0)
    error = np.sqrt((waves[0].error ** 2).sum(axis=0)) / len(waves[0].model)
    before, after = waves[1].model, waves[-1].model[found.chosen]
    mean, spread = np.nanmean(after, axis=0), np.nanstd(after, axis=0, ddof=1)
    off = (mean - value) / np.hypot(tolerance, spread)
    off_before = (present - value) / np.hypot(tolerance, np.nan_to_num(error))
    prior_low, prior_high = np.nanquantile(before, (0.025, 0.975), axis=0)
    low, high = np.nanquantile(after, (0.025, 0.975), axis=0)
    return pd.DataFrame(
        {
            "target": [t.name for t in plan.targets],
            "title": [t.title for t in plan.targets],
            "role": [t.role for t in plan.targets],
            "published": value,
            "tolerance": tolerance,
            "present": present,
            "present_error": error,
            "prior_mean": np.nanmean(before, axis=0),
            "prior_low": prior_low,
            "prior_high": prior_high,
            "mean": mean,
            "low": low,
            "high": high,
            "off_before": off_before,
            "off": off,
            "missed": np.abs(off) > MISSED,
        }
    )


def informs_table(found: Calibrated) -> pd.DataFrame:
    """Return which target depends on which number, over the whole prior; see `informed_by`."""
    table: pd.DataFrame = informed_by(found.wide, found.plan.observed.names, found.plan.prior.names)
    return table


def correlations_table(found: Calibrated) -> pd.DataFrame:
    """Return the rank correlations (Spearman) of pairs in the posterior that are worth telling.

    Columns: one, other, correlation; the strongest first.
    """
    import pandas as pd

    names = found.plan.prior.names
    ranks = pd.DataFrame(found.draws).rank().to_numpy()
    with np.errstate(invalid="ignore"):
        all_pairs = np.nan_to_num(np.corrcoef(ranks.T)).reshape(len(names), len(names))
    rows = [
        (names[i], names[j], float(all_pairs[i, j]))
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if abs(all_pairs[i, j]) >= WORTH_TELLING
    ]
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["one", "other", "correlation"])


def waves_table(found: Calibrated) -> pd.DataFrame:
    """Return one row for each wave: what was run, and how much of it is not ruled out.

    Columns: wave, drawn (how), runs, not_ruled_out (share of the runs that no target rules out),
    drift and turns (of the chains that drew it), explained (median over the targets of what the
    emulators that drew it explain in cross-validation).
    """
    import pandas as pd

    plan = found.plan
    rows = []
    for wave in found.waves:
        chains, emulators = wave.chains, wave.emulators
        rows.append(
            (
                wave.number, _drawn(found, wave.number), len(wave.values), wave.not_ruled_out,
                np.nan if chains is None else chains.drift,
                np.nan if chains is None else chains.turns,
                np.nan if emulators is None else float(np.median(emulators.explained)),
            )
        )  # fmt: skip
    columns = ["wave", "drawn", "runs", "not_ruled_out", "drift", "turns", "explained"]
    assert len(rows) == len(plan.sizes)
    return pd.DataFrame(rows, columns=columns)


def _drawn(found: Calibrated, wave: int) -> str:
    if wave == 0:
        return "the numbers in use"
    if wave == 1:
        return "the prior, evenly spread"
    widened = found.plan.widened(wave)
    if wave > found.plan.waves:
        return "proposals: the posterior by the emulators"
    return f"the posterior by the emulators, variances times {widened:g}"


def draws_table(found: Calibrated) -> pd.DataFrame:
    """Return the posterior sample: a column for each number, in random order."""
    import pandas as pd

    return pd.DataFrame(found.draws, columns=list(found.plan.prior.names))


def predictions_table(found: Calibrated) -> pd.DataFrame:
    """Return what the model gave at each posterior draw, in its order: a column for each target.

    Each is one run of `families` families, so its Monte Carlo noise is in it.
    """
    import pandas as pd

    names = [t.name for t in found.plan.targets]
    return pd.DataFrame(found.waves[-1].model[found.chosen], columns=names)
