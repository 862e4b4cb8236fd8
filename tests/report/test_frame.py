"""The results side by side."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.experiment.compare import Comparison
from simcare.report.frame import STATISTICS, helped, summary_frame


def _row(comparison: Comparison, outcome: str, policy: str, statistic: str) -> float:
    frame = summary_frame(comparison).droplevel(["section", "title", "unit"])
    return float(frame.loc[outcome, (policy, statistic)])  # type: ignore[arg-type]


def test_three_families_side_by_side(listed: Comparison) -> None:
    assert _row(listed, "cost", "as_now", "mean") == pytest.approx(40_900.0)
    assert _row(listed, "cost", "treatment", "mean") == pytest.approx(21_700.0)
    assert _row(listed, "cost", "treatment", "difference") == pytest.approx(-19_200.0)
    assert _row(listed, "saving", "treatment", "mean") == pytest.approx(19_200.0)
    assert _row(listed, "break_even", "treatment", "mean") == 88.0
    assert _row(listed, "reached", "treatment", "mean") == pytest.approx(2.0 / 3.0)
    assert _row(listed, "saving_per_family_reached", "treatment", "mean") == pytest.approx(28_800.0)
    assert _row(listed, "families_helped", "treatment", "mean") == pytest.approx(200.0 / 3.0)


def test_each_policy_has_each_statistic(sampled: Comparison) -> None:
    columns = [tuple(c) for c in summary_frame(sampled).columns]
    assert columns == [(p, s) for p in sampled.policies for s in STATISTICS]


def test_payers_without_money_are_left_out(listed: Comparison, sampled: Comparison) -> None:
    names = [summary_frame(c).index.get_level_values("outcome") for c in (listed, sampled)]
    assert "cost_payer_nhs" not in names[0]
    assert "cost_payer_nhs" in names[1]


def test_every_outcome_of_the_scenario_is_there(sampled: Comparison) -> None:
    names = summary_frame(sampled).index.get_level_values("outcome")
    assert set(sampled.ready.scenario.outcomes) <= set(names)


def test_payers_and_categories_each_add_up_to_the_cost(sampled: Comparison) -> None:
    frame = summary_frame(sampled).xs("mean", axis=1, level="statistic")
    names = frame.index.get_level_values("outcome")
    means = frame.to_numpy(np.float64)
    cost = means[names == "cost"][0]
    for part in ("cost_payer_", "cost_category_"):
        total = means[names.str.startswith(part)].sum(axis=0)
        np.testing.assert_allclose(total, cost, rtol=1e-9)


def test_helped_families_are_those_who_attended(listed: Comparison) -> None:
    assert helped(listed, "as_now").tolist() == [0.0, 0.0, 0.0]
    assert helped(listed, "treatment").tolist() == [1.0, 0.0, 1.0]


def test_whoever_has_a_bill_for_help_was_helped(sampled: Comparison) -> None:
    families = sampled.families
    for policy in ("stay", "dear", "treatment"):
        own = families[families["policy"] == policy]
        billed = own["cost_category_help"].to_numpy() > 0.0
        assert helped(sampled, policy)[billed].all()
