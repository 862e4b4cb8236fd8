"""Small tables and figures that the notebooks show, so that no logic lives in a notebook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from simcare.economics.unit_costs import (
    Retention,
    expected_price,
    expected_weeks,
    share_left,
    weekly,
    weeks_that_pay,
)
from simcare.evidence import Curve, load
from simcare.report import canvas, facts
from simcare.report.sentences import sentences
from simcare.report.words import pounds, short
from simcare.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

YEARLY, PRINTED = "B-PAUSE57102", "SEED-WEEK-1013"
"""Pause's yearly saving for each removal avoided, and the weekly price printed beside it."""
WEEKS_COUNTED = 52
_COLOURS = (canvas.ORANGE, canvas.GREEN, canvas.SKY, canvas.BLUE, canvas.VERMILLION)
_STYLES = ((0, (1, 1)), (0, (5, 1.5)), (0, (7, 1.5, 1, 1.5)), "-")


class Picture:
    """A figure as a picture, which a notebook shows whatever its plotting settings are."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def _repr_png_(self) -> bytes:
        made = io.BytesIO()
        with canvas.own_style():
            self.figure.savefig(made, format="png", dpi=110, metadata={"Software": None})
        return made.getvalue()


class Prose(str):
    """Text that a notebook shows as text, and anything else as a string."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def told(comparison: Comparison) -> Prose:
    """Return what a comparison says in words, one paragraph for each policy."""
    return Prose("\n\n".join(sentences(comparison).values()))


def weekly_price_frame() -> pd.DataFrame:
    """Return the sum behind a week of care, in the open: columns sum, pounds and what it is.

    From the register: the yearly saving, and the weekly price that is said to follow from it.
    """
    import pandas as pd

    register = load()
    year, printed = (register.get(i).value or 0.0 for i in (YEARLY, PRINTED))
    rows = [
        (f"{pounds(year)} / {WEEKS_PER_YEAR:g} weeks", weekly(year), "a year of 365.2425 days"),
        (
            f"{pounds(year)} / {WEEKS_COUNTED} weeks",
            weekly(year, WEEKS_COUNTED),
            f"a year of {WEEKS_COUNTED} weeks",
        ),
        (pounds(printed), printed, "the weekly price as printed"),
        (
            f"{pounds(printed)} × {WEEKS_COUNTED} weeks",
            printed * WEEKS_COUNTED,
            "the year that the printed price would make",
        ),
    ]
    return pd.DataFrame(rows, columns=["sum", "pounds", "what it is"]).round(2)


def weeks_that_pay_frame(
    stay_prices: Sequence[float], week_prices: Sequence[float], children: Sequence[int] = (1, 2)
) -> pd.DataFrame:
    """Return how many weeks of care cost as much as one stay, to a tenth of a week.

    One row for each price of a week of care for one child, one column for each price of a stay
    and number of children.
    """
    import pandas as pd

    index = pd.Index([pounds(w) for w in week_prices], name="a week of care")
    columns = {
        (pounds(price), "one child" if count == 1 else f"{count} children"): [
            round(weeks_that_pay(price, week, count), 1) for week in week_prices
        ]
        for price in stay_prices
        for count in children
    }
    frame = pd.DataFrame(columns, index=index)
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["a stay", "in care"])
    return frame


def expected_price_frame(
    stay_price: float, planned_weeks: float, retentions: Mapping[str, Retention]
) -> pd.DataFrame:
    """Return what a stay is expected to cost under several retention curves.

    One row for each curve: the share left just before the planned end, the mean number of weeks
    attended, and the expected price in whole pounds, where only weeks attended are paid.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "share left": [round(share_left(r, planned_weeks), 3) for r in retentions.values()],
            "mean weeks": [round(expected_weeks(r, planned_weeks), 2) for r in retentions.values()],
            "expected price, £": [
                round(expected_price(stay_price, planned_weeks, r)) for r in retentions.values()
            ],
        },
        index=pd.Index(list(retentions), name="who leaves when"),
    )


def retention_curves(retentions: Mapping[str, Retention], planned_weeks: float) -> Figure:
    """Draw the share still in treatment by week, up to a third beyond the planned end."""
    weeks = np.linspace(0.0, planned_weeks * 4.0 / 3.0, 241)
    with canvas.own_style():
        frame = canvas.Margins(left=0.75, top=0.95, bottom=1.05)
        figure, ((axes,),) = canvas.panels(1, 1, (5.6, 3.2), frame)
        axes.axvline(planned_weeks, color=canvas.GREY, linewidth=1.0)
        axes.annotate(
            f"planned end,\nweek {planned_weeks:g}", (planned_weeks, 1.0), (5, 0),
            "data", "offset points", va="top", size=canvas.SMALL,
        )  # fmt: skip
        looks = zip(cycle(_COLOURS), cycle(_STYLES), strict=False)
        for (name, retention), (colour, style) in zip(retentions.items(), looks, strict=False):
            shares = [share_left(retention, week) for week in weeks]
            axes.plot(weeks, shares, color=colour, linestyle=style, linewidth=1.8, label=name)
        axes.set_xlim(0.0, weeks[-1])
        axes.set_ylim(0.0, 1.02)
        axes.set_xlabel("weeks since the start")
        axes.set_ylabel("share still in treatment")
        axes.grid(axis="y", color=canvas.PALE, linewidth=0.6)
        axes.legend(loc="lower left", frameon=False)
        canvas.headline(
            figure,
            "How long people stay",
            "The area under a curve up to the planned end is the mean number of weeks attended.",
        )
        canvas.footnote(figure, _sources(retentions))
    return figure


def _sources(retentions: Mapping[str, Retention]) -> str:
    """Say where published curves come from, and that the others are made up."""
    published = [
        f"“{name}” is {r.id}: {r.label}, {r.n} people ({r.source})."
        for name, r in retentions.items()
        if isinstance(r, Curve)
    ]
    others = "" if len(published) == len(retentions) else "The other curves are made up."
    return " ".join([*published, others]).strip()


def rivals_frame(comparisons: Mapping[str, Comparison], policy: str) -> pd.DataFrame:
    """Return one policy's result under rival scenarios, side by side.

    One row for each scenario: care under the reference; what the policy spends more on help
    (with placing children meanwhile); what it saves in care; its net saving with half of its
    95 % interval (whole pounds per family); and the change in each safety outcome.
    """
    import pandas as pd

    return pd.DataFrame(
        [_rival(comparison, policy) for comparison in comparisons.values()],
        index=pd.Index(list(comparisons), name="prices of care"),
    )


def _rival(comparison: Comparison, policy: str) -> dict[str, object]:
    facts.title(comparison, policy)
    care = facts.row(comparison, comparison.reference, "cost_category_care")
    net = facts.saving(comparison, policy)
    row: dict[str, object] = {
        "care as now, £": round(float(care["mean"])),
        "more help, £": round(-facts.saving(comparison, policy, "help").mean),
        "care saved, £": round(facts.saving(comparison, policy, "care").mean),
        "net saving, £": round(net.mean),
        "± £": round(net.half),
    }
    for outcome in facts.safety_outcomes(comparison.ready.scenario):
        title = comparison.ready.scenario.outcomes[outcome].title
        row[f"change in: {title}"] = short(facts.change(comparison, policy, outcome).mean, "+")
    return row
