"""The summary table: every outcome of every policy, with its paired difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.statistics import (
    Estimate,
    Sampling,
    mean_of,
    ratio_difference,
    ratio_of,
    variance_gain,
)
from simcare.scenario.schema import Scenario
from simcare.units import WEEKS_PER_YEAR

Floats = NDArray[np.float64]
COLUMNS = (
    "policy", "outcome", "title", "unit", "better", "mean", "standard_error", "low", "high",
    "interval", "difference", "difference_standard_error", "difference_low", "difference_high",
    "variance_gain",
)  # fmt: skip
MONEY = {
    "reached": "Families whose lives the policy changes",
    "cost": "Cost in all",
    "cost_present_value": "Cost in all, present value",
    "cost_category_help": "Help",
    "cost_category_meanwhile": "Placing children while a parent is in treatment",
    "cost_category_care": "Care",
    "cost_category_casework": "Casework",
    "cost_category_proceedings": "Proceedings",
    "cost_payer_childrens_services": "Paid by children's services",
    "cost_payer_adult_services": "Paid by adult services",
    "cost_payer_nhs": "Paid by the NHS",
    "cost_payer_courts_legal_aid": "Paid by courts and legal aid",
    "cost_payer_police_justice": "Paid by police and justice",
    "cost_payer_benefits": "Paid in benefits",
    "cost_payer_family": "Paid by families",
}


FEW_REACHED = 30
"""With fewer families than this whose lives differ, a mean over them is not reported."""

_UNITS = {"reached": ("share of families", "neither")}


def summarise(
    families: pd.DataFrame,
    policies: Sequence[str],
    reference: str,
    scenario: Scenario,
    sampling: Sampling,
) -> pd.DataFrame:
    """Return one row for each policy and outcome.

    Differences are paired: policy minus reference on the same families; `variance_gain` is the
    unpaired variance over the paired.
    """
    observed = {p: _observations(families, p, sampling) for p in policies}
    kind = sampling.interval
    rows: list[tuple[object, ...]] = []
    for policy in policies:
        own, ref = observed[policy], observed[reference]
        for name, title, unit, better, bottom in _outcomes(scenario, families):
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
        if policy != reference and "reached" in own:
            few = sampling.unit != "listed" and _reached(families, policy) < FEW_REACHED
            rows.append(_per_family_reached(policy, own, ref, kind, few))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _reached(families: pd.DataFrame, policy: str) -> float:
    return float(families.loc[families["policy"] == policy, "reached"].sum())


def _per_family_reached(
    policy: str, own: pd.DataFrame, ref: pd.DataFrame, kind: str, few: bool
) -> tuple[object, ...]:
    """Net saving in all over the number of families whose lives the policy changes.

    few: there are too few of them for their mean to say anything; it is left out.
    """
    saving = (ref["cost"] - own["cost"]).to_numpy(np.float64)
    x = Estimate(np.nan, np.nan, np.nan, np.nan)
    if not few:
        x = ratio_of(saving, own["reached"].to_numpy(np.float64))
    return (
        policy, "saving_per_family_reached", "Net saving for each family whose life it changes",
        "£ per family reached", "higher", x.mean, x.standard_error, x.low, x.high, kind,
        *(np.nan,) * 5,
    )  # fmt: skip


def _observations(families: pd.DataFrame, policy: str, sampling: Sampling) -> pd.DataFrame:
    own = families[families["policy"] == policy]
    numbers = own.select_dtypes("number").drop(columns=["family", "arrival_week", "replication"])
    return pd.DataFrame(
        {name: sampling.observations(numbers[name].to_numpy(np.float64)) for name in numbers}
    )


def _outcomes(
    scenario: Scenario, families: pd.DataFrame
) -> list[tuple[str, str, str, str, str | None]]:
    """(column, title, unit, better, denominator) of every outcome, money first."""
    money: list[tuple[str, str, str, str, str | None]] = [
        (name, title, *_UNITS.get(name, ("£ per family", "lower")), None)
        for name, title in MONEY.items()
        if name in families.columns
    ]
    return money + [
        (name, m.title, m.unit, m.better, m.per_year_of) for name, m in scenario.outcomes.items()
    ]


def _estimates(
    own: pd.DataFrame, ref: pd.DataFrame, name: str, bottom: str | None
) -> tuple[Estimate, Estimate, float]:
    x, y = own[name].to_numpy(np.float64), ref[name].to_numpy(np.float64)
    if bottom is None:
        return mean_of(x), mean_of(x - y), variance_gain(x, y)
    years = own[bottom].to_numpy(np.float64) / WEEKS_PER_YEAR
    years_ref = ref[bottom].to_numpy(np.float64) / WEEKS_PER_YEAR
    return ratio_of(x, years), ratio_difference(x, years, y, years_ref), np.nan
