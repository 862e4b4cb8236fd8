"""The summary table: every outcome of every policy, with its paired difference."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.statistics import (
    Estimate,
    Sampling,
    linear_parts,
    mean_of,
    ratio_difference,
    ratio_of,
    variance_gain,
)
from simcare.scenario.schema import Scenario
from simcare.units import WEEKS_PER_YEAR

Columns = Mapping[str, NDArray[np.float64]]
COLUMNS = (
    "policy", "outcome", "title", "unit", "better", "mean", "standard_error", "low", "high",
    "interval", "difference", "difference_standard_error", "difference_low", "difference_high",
    "variance_gain",
)  # fmt: skip
MONEY = {
    "reached": "Families that the policy reaches",
    "cost": "Cost in all",
    "cost_present_value": "Cost in all, present value",
    "cost_category_help": "Help",
    "cost_category_meanwhile": "Placing children while a parent is in treatment",
    "cost_category_care": "Care",
    "cost_category_casework": "Casework",
    "cost_category_proceedings": "Proceedings",
    "cost_category_spared": "What others are spared while help lasts",
    "cost_payer_childrens_services": "Paid by children's services",
    "cost_payer_adult_services": "Paid by adult services",
    "cost_payer_nhs": "Paid by the NHS",
    "cost_payer_courts_legal_aid": "Paid by courts and legal aid",
    "cost_payer_police_justice": "Paid by police and justice",
    "cost_payer_benefits": "Paid in benefits",
    "cost_payer_family": "Paid by families",
}


FEW_REACHED = 30
"""With fewer families reached than this, a mean over them is not reported."""

_UNITS = {"reached": ("share of families", "neither")}


def summarise(
    families: Mapping[str, Columns], reference: str, scenario: Scenario, sampling: Sampling
) -> pd.DataFrame:
    """Return one row for each policy and outcome.

    families: {policy: {name: (n,) numbers}}, of the same families in the same order under
    every policy, replication by replication. Differences are paired: policy minus reference on
    the same families; `variance_gain` is the unpaired variance over the paired (of a ratio, the
    variances of its linear parts).
    """
    observed = {
        policy: {name: sampling.observations(column) for name, column in columns.items()}
        for policy, columns in families.items()
    }
    kind, ref = sampling.interval, observed[reference]
    rows: list[tuple[object, ...]] = []
    for policy, own in observed.items():
        for name, title, unit, better, bottom in outcomes_of(scenario, own):
            estimate, difference, gain = _estimates(own, ref, name, bottom)
            same = policy == reference
            rows.append(
                (
                    policy, name, title, unit, better,
                    estimate.mean, estimate.standard_error, estimate.low, estimate.high, kind,
                    *((0.0, 0.0, 0.0, 0.0, np.nan) if same else (
                        difference.mean, difference.standard_error,
                        difference.low, difference.high, gain,
                    )),
                )
            )  # fmt: skip
        if policy != reference:
            reached = float(families[policy]["reached"].sum())
            few = sampling.unit != "listed" and reached < FEW_REACHED
            rows.append(_per_family_reached(policy, own, ref, kind, few))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _per_family_reached(
    policy: str, own: Columns, ref: Columns, kind: str, few: bool
) -> tuple[object, ...]:
    """Net saving in all over the number of families that the policy reaches.

    few: there are too few of them for their mean to say anything; it is left out.
    """
    x = Estimate(np.nan, np.nan, np.nan, np.nan)
    if not few:
        x = ratio_of(ref["cost"] - own["cost"], own["reached"])
    return (
        policy, "saving_per_family_reached", "Net saving for each family that it reaches",
        "£ per family reached", "higher", x.mean, x.standard_error, x.low, x.high, kind,
        *(np.nan,) * 5,
    )  # fmt: skip


def outcomes_of(
    scenario: Scenario, families: Columns
) -> list[tuple[str, str, str, str, str | None]]:
    """Return (column, title, unit, better, denominator) of every outcome, money first."""
    money: list[tuple[str, str, str, str, str | None]] = [
        (name, title, *_UNITS.get(name, ("£ per family", "lower")), None)
        for name, title in MONEY.items()
        if name in families
    ]
    return money + [
        (name, m.title, m.unit, m.better, m.per_year_of) for name, m in scenario.outcomes.items()
    ]


def _estimates(
    own: Columns, ref: Columns, name: str, bottom: str | None
) -> tuple[Estimate, Estimate, float]:
    x, y = own[name], ref[name]
    if bottom is None:
        return mean_of(x), mean_of(x - y), variance_gain(x, y)
    years, years_ref = own[bottom] / WEEKS_PER_YEAR, ref[bottom] / WEEKS_PER_YEAR
    gain = np.nan
    if years.sum() > 0.0 and years_ref.sum() > 0.0:
        gain = variance_gain(linear_parts(x, years), linear_parts(y, years_ref))
    return ratio_of(x, years), ratio_difference(x, years, y, years_ref), gain
