"""Spending beside what was published: the table for the screen, and the page kept in docs/.

`python -m simcare.report.spending > docs/spending-check.md` runs England and writes the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simcare.experiment.ready import make_ready
from simcare.experiment.spending import Spending, check_spending
from simcare.report.spending.words import MILLION, NOTHING, modelled, parts, published, ratio
from simcare.report.words import plain

if TYPE_CHECKING:
    from rich.table import Table

COMMAND = "python -m simcare.report.spending > docs/spending-check.md"
FAMILIES = 40_000
HEADINGS = ("Line", "Published", "Modelled", "Ratio")
_INTRODUCTION = """\
# Spending held to England's outturn

What the model spends under usual practice, on the scale of England, beside what England is
published to have spent. Nothing is tuned to these figures. To have it run:

    simcare validate --spending

How it is done:

- **Scale.** The model's pounds are divided by the children referred in it, and multiplied by the
  632,830 children referred in England in a year (A-REF-2025). The stock of children in care, which
  has years of referrals behind it, is the model's own, so it is checked as well.
- **Mapping.** Every item of the model's ledger belongs to one published line, or has none and says
  why ([scenarios/england/spending.toml](../scenarios/england/spending.toml)).
- **Prices.** Both sides are in pounds of the scenario's price year, rebased by the GDP deflator.
- **Intervals** are 95 % Monte Carlo: how far other simulated families would move the number. How
  wrong the inputs may be is not in them. The published figures are full counts of what councils
  returned, and have none.
- **Children and money for each.** Where a published stock of children belongs to a line, its ratio
  is taken apart: a ratio of children, times a ratio of the money spent on each.
- Every difference is explained below as far as it can be, and none is tuned away. What the model
  leaves out on purpose does not differ between policies, so it makes no saving and no loss.

The command writes `spending.csv` (a row for each line), `items.csv` (a row for each item of the
ledger), the figure and a manifest to `results/spending`, or to the folder given with `--out`.
"""
_SOURCES = """\
## Where the published figures disagree

The outturn RO3 and the section 251 return come from the same councils with other boundaries: for
2023-24, £15.76bn (RO3, gross) and £14.8bn (section 251) in all, but £8.13bn and £8.1bn on children
looked after. RO3's residential care of that year, net, is what the National Audit Office gives
(£3.1bn). Gross spending is compared, since the model knows no income of councils; net spending on
children looked after is about a twentieth lower. The average spent on a fostered child rose by a
seventh from 2023-24 to 2024-25 because spending rose while placements fell, so a single year is
not a firm anchor.
"""


def spending_table(found: Spending) -> Table:
    """Return the lines as a table for the terminal."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS:
        shown.add_column(heading, justify="left" if heading == HEADINGS[0] else "right")
    for row in found.table.to_dict("records"):
        shown.add_row(*map(Text, (row["title"], published(row), modelled(row), ratio(row))))
    return shown


def page(found: Spending) -> str:
    """Return the page in Markdown."""
    return "\n".join([_INTRODUCTION, f"Written by `{COMMAND}`.\n", *_found(found), _SOURCES])


def _found(found: Spending) -> Iterator[str]:
    scenario = found.ready.scenario
    yield "## Line by line\n"
    yield (
        f"England, a year, prices of {scenario.price_year}; {found.families:,} families, seed "
        f"{found.seed}, each standing for {plain(found.standing_for, 0)} of England's.\n"
    )
    rows = found.table.to_dict("records")
    titles = {row["line"]: row["title"] for row in rows}
    yield f"| {' | '.join(HEADINGS)} |\n| --- | ---: | ---: | ---: |"
    for row in rows:
        yield f"| {row['title']} | {published(row)} | {modelled(row)} | {ratio(row)} |"
    yield "\n## What explains the differences\n"
    for row in rows:
        share = f"{ratio(row)} of what is published" if row["counts"] else NOTHING
        yield f"### {row['title']}: {share}\n"
        lines = [titles[key] for key in found.spec.lines[row["line"]].lines]
        yield f"Published: {row['evidence']} ({row['period']}). {_counts(row['counts'], lines)}\n"
        taken = parts(row)
        if taken:
            yield f"- *Taken apart*: {taken}"
        yield f"- *Boundary*: {row['boundary']}"
        yield f"- *Difference*: {row['explained']}\n"
    yield "## Item by item\n"
    yield "Every item of the ledger, £ million a year for England.\n"
    yield "| Item | Line | Modelled |\n| --- | --- | ---: |"
    for row in found.items.to_dict("records"):
        low, mean, high = (plain(row[c] / MILLION, 0) for c in ("low", "modelled", "high"))
        line = titles.get(row["line"], f"none ({row['why']})")
        yield f"| {row['item']} | {line} | {mean} ({low} to {high}) |"
    yield ""


def _counts(items: str, lines: list[str]) -> str:
    if lines:
        return f"Modelled: the sum of “{'”, “'.join(lines)}”."
    return f"Modelled: {items.replace('; ', ', ')}." if items else "Modelled: nothing."


def main() -> None:
    """Run usual practice in England and print the page."""
    ready = make_ready("england", ["usual_practice"])
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(check_spending(ready, families=FAMILIES, workers=None)))
