"""Targets for the screen, and the page that is kept in docs/.

`python -m simcare.report.targets > docs/validation.md` runs usual practice and writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simcare.report.targets.words import (
    ROLES,
    THEMES,
    Row,
    in_use,
    intervals,
    judged,
    modelled,
    published,
    summary,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from simcare.experiment.predictive import Predicted

COMMAND = "python -m simcare.report.targets > docs/validation.md"
HEADINGS = ("Figure", "Role", "Published", "With the values in use", "Model", "Verdict")
_INTRODUCTION = """\
# Usual practice held to what is published of England

What the model gives for usual practice is put beside published figures. To have it run:

    simcare validate

How to read the tables:

- **check**: nothing is fitted to this figure. The check set was chosen before anything was fitted,
  by what it tests; `scenarios/england/targets.toml` says how, and which of these figures were in
  view when assumed numbers were first set by hand. Only the check set tests the model.
  Three figures were checks at first, were missed, and are fitted to since the model was mended on
  seeing them missed: newborn babies in court, episodes of 3 months or less, and guardianship that
  breaks down. Of the 33 checks as first chosen the model had then hit 18
  ([decision 0010](decisions/0010-what-was-mended-in-sight-of-the-checks.md)).
- **fitted to**: the model's assumed numbers are set, or calibrated, with this figure.
- *Published* has the year of the figure. *With the values in use* is
  one run with the numbers as stated. *Model* has its interval in brackets: the mean and the
  predictive interval over draws of the posterior sample, where one ships, and otherwise that one
  run with its Monte Carlo interval. Under the tables is said which.
- A figure is a **hit** if the model is within twice the standard deviation of all that may part
  the two: what the source itself is unsure of, the model's interval, and a stated discrepancy,
  which is what the model cannot be expected to reproduce (the last table, with the reason). That
  makes a hit easier where the definitions differ more; the size of each is stated so that it can
  be disputed.
- A **miss** is a finding about the model and is left as it is, with what is thought to be behind
  it. Where the values in use alone miss, and draws of the posterior do not, it says so after “in
  use”: the figure is then within what is uncertain of the numbers, and not what they give.
- A wide predictive interval makes a hit easy. So it is also counted how many figures are hit with
  the values in use alone, and how many lie within the bare interval.
- A child-level flow is not a family-level one, a share of referrals is no rate after closure, and
  a stock on a day is no cohort of endings. The last table has each mapping in a line.

The same is in `targets.csv`, one row for each figure. A council's own figures can take the place
of England's: a file that extends the scenario and states the parameters `pub_...` again.
"""


def targets_tables(table: pd.DataFrame) -> list[Table]:
    """Return targets as tables for the terminal, one for each theme.

    table: as `validate_targets` gives it.
    """
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    tables = []
    for theme, rows in by_theme(table):
        shown = RichTable(
            box=box.SIMPLE_HEAD, title=Text(theme, style="bold"), title_justify="left",
            pad_edge=False,
        )  # fmt: skip
        for heading in HEADINGS:
            shown.add_column(heading, overflow="fold")
        for row in rows:
            style = "bold" if row["verdict"] != "hit" else ""
            shown.add_row(*map(Text, _cells(row)), style=style)
        tables.append(shown)
    return tables


def by_theme(table: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Yield the themes in their order, each with its rows, those fitted to first."""
    there = list(dict.fromkeys(table["theme"]))
    for theme in sorted(there, key=lambda x: THEMES.index(x) if x in THEMES else len(THEMES)):
        rows = table[table["theme"] == theme].to_dict("records")
        yield theme, sorted(rows, key=lambda row: row["role"] != "fit")


def explained(table: pd.DataFrame) -> list[str]:
    """Return a sentence or two about each miss, be it only with the values in use."""
    missed = (table["verdict"] != "hit") | (table["in_use_verdict"] != "hit")
    rows = table[missed].to_dict("records")
    return [
        f"{row['title']} ({judged(row)}). {row['if_missed'] or 'Not explained yet.'}"
        for row in rows
    ]


def page(table: pd.DataFrame, drawn: Predicted | None = None) -> str:
    """Return the page of a table of targets, in Markdown. drawn: of what it was predicted."""
    lines = [_INTRODUCTION, f"**{summary(table)}**", ""]
    for theme, rows in by_theme(table):
        lines += [f"## {theme}", "", *_markdown(HEADINGS, map(_cells, rows)), ""]
    lines += [
        f"{intervals(table)}{'' if drawn is None else ' ' + drawn.sentence()} With the values in "
        f"use: {int(table['families'].iloc[0]):,} families, seed {int(table['seed'].iloc[0])}.",
        "",
        "## Misses",
        "",
        "Left so on purpose:",
        "",
        *(f"- {said}" for said in explained(table)),
        "",
        "## What is compared with what",
        "",
        *_markdown(
            ("Figure", "What it is in the model", "Source", "Discrepancy, and why"),
            map(_mapping, table.to_dict("records")),
        ),
    ]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    return row["title"], ROLES[row["role"]], published(row), in_use(row), modelled(row), judged(row)


def _mapping(row: Row) -> tuple[str, ...]:
    percent = 100.0 * row["discrepancy_sd"] / abs(row["published"])
    return (
        row["title"],
        row["mapping"],
        ", ".join(f"`{i}`" for i in row["evidence"].split(", ") if i),
        f"{percent:.0f} %: {row['because']}",
    )


def _markdown(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join(' --- ' for _ in headings)}|"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def main() -> None:
    """Run England and write the page to where the output goes."""
    from simcare.experiment.predictive import can_draw, predicted
    from simcare.experiment.ready import make_ready
    from simcare.experiment.validation import validate_targets

    ready = make_ready("england", ["usual_practice"])
    drawn = predicted(ready, workers=None) if can_draw(ready) else None
    values = None if drawn is None else drawn.values
    sys.stdout.write(page(validate_targets(ready, workers=None, draws=values), drawn))
