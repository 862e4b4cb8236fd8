"""What the notebooks show: sums worked out elsewhere, and figures that hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.legend import Legend

from simcare.economics.unit_costs import Retention, Weibull
from simcare.errors import UserError
from simcare.evidence import load
from simcare.experiment.compare import Comparison
from simcare.report.notebook_figures import (
    Picture,
    Prose,
    expected_price_frame,
    retention_curves,
    rivals_frame,
    told,
    weekly_price_frame,
    weeks_that_pay_frame,
)
from simcare.report.sentences import sentences

PNG = b"\x89PNG\r\n"


@pytest.fixture
def curves() -> dict[str, Retention]:
    return {
        "early": Weibull(0.5, 0.5, 12),
        "evenly": Weibull(1.0, 0.5, 12),
        "published": load().curve("UIS-RETENTION-PLAN180PLUS"),
    }


def test_the_sum_behind_a_week_of_care_is_shown_from_both_ends() -> None:
    frame = weekly_price_frame()
    assert frame["pounds"].tolist() == [1_094.38, 1_098.12, 1_013.0, 52_676.0]
    assert frame["sum"].tolist() == [
        "£57,102 / 52.1775 weeks",
        "£57,102 / 52 weeks",
        "£1,013",
        "£1,013 × 52 weeks",
    ]


def test_one_stay_is_paid_for_by_half_as_many_weeks_of_two_children() -> None:
    frame = weeks_that_pay_frame([10_000, 12_000], [1_013, 1_098])
    assert frame.index.tolist() == ["£1,013", "£1,098"]
    assert frame.to_numpy().tolist() == [[9.9, 4.9, 11.8, 5.9], [9.1, 4.6, 10.9, 5.5]]
    assert frame.columns.get_level_values("in care").tolist() == ["one child", "2 children"] * 2


def test_the_notebooks_expected_prices(curves: dict[str, Retention]) -> None:
    frame = expected_price_frame(11_000, 12, curves)
    assert frame["expected price, £"].tolist() == [7_025, 7_935, 8_298]
    assert frame["share left"].tolist() == [0.5, 0.5, 0.551]
    assert frame.index.tolist() == list(curves)


def test_the_retention_figure_has_a_line_for_each_curve_and_names_its_source(
    curves: dict[str, Retention],
) -> None:
    figure = retention_curves(curves, 12)
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert isinstance(legend, Legend)
    assert [t.get_text() for t in legend.get_texts()] == list(curves)
    said = " ".join(t.get_text().replace("\n", " ") for t in figure.texts)
    assert "UIS-RETENTION-PLAN180PLUS" in said
    assert "The other curves are made up" in said
    drawn = {str(line.get_label()): line for line in axes.get_lines()}
    last = [np.asarray(drawn[name].get_ydata(), dtype=np.float64)[180] for name in curves]
    assert last == pytest.approx([0.5, 0.5, 0.5506], abs=1e-4)


def test_a_picture_is_a_png_and_the_same_each_time(curves: dict[str, Retention]) -> None:
    pictures = [Picture(retention_curves(curves, 12))._repr_png_() for _ in range(2)]
    assert pictures[0].startswith(PNG)
    assert pictures[0] == pictures[1]


def test_what_is_told_is_the_sentence_of_every_policy(sampled: Comparison) -> None:
    text = told(sampled)
    assert isinstance(text, Prose)
    assert text.split("\n\n") == list(sentences(sampled).values())
    assert text._repr_markdown_() == text


def test_rival_scenarios_stand_side_by_side(sampled: Comparison) -> None:
    frame = rivals_frame({"one": sampled, "other": sampled}, "stay")
    assert frame.index.tolist() == ["one", "other"]
    row = frame.iloc[0]
    assert row.equals(frame.iloc[1])
    cost = sampled.families.groupby("policy")["cost"].mean()
    assert row["net saving, £"] == round(cost["as_now"] - cost["stay"])
    assert row["more help, £"] > 0
    assert "change in: Incidents at home" in frame.columns


def test_a_policy_that_was_not_run_has_no_rivals(sampled: Comparison) -> None:
    with pytest.raises(UserError, match="`nobody`"):
        rivals_frame({"one": sampled}, "nobody")
