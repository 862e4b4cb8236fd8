"""The back-cast as tables: for the screen, and as the page that is kept in docs/.

`python -m simcare.report.backcast > docs/back-cast.md` runs it and writes the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simcare.experiment.backcast import CONDITIONAL, FORECAST, back_cast, load_back_cast
from simcare.experiment.skill import ALL, scores
from simcare.report.backcast.words import (
    KINDS,
    counted,
    interval,
    mean_off,
    number,
    off,
    skill,
    summary,
)
from simcare.report.targets.page import by_theme

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from simcare.experiment.backcast import BackCast

COMMAND = "python -m simcare.report.backcast > docs/back-cast.md"
SCORES = ("Kind", "Year", "Inside", "With tolerance", "Off by", "As in 2020", "Skill")
HEADINGS = ("Figure", "Year", "Published", "Forecast", "Conditional", "As in 2020", "2020, moved",
            "Off by: forecast, conditional, as in 2020, moved")  # fmt: skip
_INTRODUCTION = """\
# Back-cast: fitted to figures to 2020, held to 2021 to 2025

Whoever fits a model to all figures there are can say little about how well it foretells any. So the
assumed numbers are calibrated a second time, to figures of 2019-20 and before alone
([scenarios/england/in_2020.toml](../scenarios/england/in_2020.toml)), and what that calibration
leaves open is run on and held to what was published since
([scenarios/england/by_year.toml](../scenarios/england/by_year.toml)). To have it run:

    simcare validate --back-cast

- **Forecast**: nothing is known after 2020. The model is in a steady state, so it says the same of
  every year.
- **Conditional**: of each year for which it is published the model is told what councils and courts
  did (no further action, how many enquiries led to a conference and how many conferences to a plan,
  how long care proceedings took) and how common each need is at the first referral, by how many
  assessments found it. What assessments find in the model is some way from that, since needs come
  and go, and the figure here is reckoned from 2019 by the share of assessments with any factor, so
  it is not quite that of [validation.md](validation.md). It gives what would come of that if it
  stayed so; stocks of children in care answer more slowly in England. It is not told what is not
  put in: councils came to make more enquiries and to take fewer of them to a conference, and the
  model hears of the second alone.
- **As in 2020**: the naive forecast, the figure of 2020 again. It is hard to beat, because most
  figures hardly move from year to year, and it begins at the very figure where the model begins
  within a tolerance of it.
- **2020, moved**: the figure of 2020, moved by as much as the conditional back-cast moves from the
  forecast. It has no error of level, so it asks only whether the model makes the right changes of
  the inputs.
- **Intervals** are 95 % predictive: parameter uncertainty, from the draws of the posterior, with
  the Monte Carlo noise of one run each. \\* marks an interval that the figure lies outside of, and
  \\*\\* one that it lies outside of even with the tolerance: the source's own error and the stated
  discrepancy ([validation](validation.md) has the reasons).
- **Put in** marks figures that are themselves what the model is told. They are shown, and count
  neither as inside or outside nor for skill.
- **Skill** is 1 - mean error of the model / mean error of “as in 2020”, with errors as shares of
  the figure: 1 is perfect, 0 as good as the naive forecast, below 0 worse. Its interval is a 95 %
  bootstrap over targets, each with all of its years: neither Monte Carlo nor parameter uncertainty,
  but how much it hangs on which figures there are.

What this test is not: the model's structure, the ranges of its assumed numbers and some of the
published numbers that are put in were settled with later figures in view; only the calibration is
blind to them. Figures of children in care on a day have unaccompanied children in them, whose
number is published for 2025 alone, and the model has none. Those of placements and legal status
begin in 2021, so that nothing of them is fitted to and there is no “as in 2020”.
"""


def scores_table(found: BackCast) -> Table:
    """Return coverage and skill as a table for the terminal."""
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in SCORES:
        shown.add_column(heading, justify="left" if heading in SCORES[:2] else "right")
    for cells in _score_cells(scores(found.table, found.seed)):
        shown.add_row(*map(Text, cells))
    return shown


def page(found: BackCast) -> str:
    """Return the page in Markdown."""
    return "\n".join([_INTRODUCTION, f"Written by `{COMMAND}`.", "", *_found(found)]) + "\n"


def said_of(found: BackCast) -> list[str]:
    """Return what came of it in a few sentences."""
    return summary(scores(found.table, found.seed))


def made_how(found: BackCast) -> str:
    """Say how it was run, and of which kinds its intervals are."""
    return (
        f"{found.draws} draws of the posterior, {found.families:,} families each, seed "
        f"{found.seed}. Intervals of the model: {found.table['interval'].iloc[0]}; of skill: "
        "95 % bootstrap over targets."
    )


def _found(found: BackCast) -> Iterator[str]:
    yield "## What came of it\n"
    for sentence in said_of(found):
        yield f"- {sentence}"
    yield f"\n{made_how(found)}\n"
    yield from _markdown(SCORES, _score_cells(scores(found.table, found.seed)))
    if found.by_year.notes:
        yield "\n## The years\n"
        for year, note in found.by_year.notes.items():
            yield f"- {year}: {note}"
    for theme, rows in by_theme(found.table[found.table["kind"] == FORECAST]):
        yield f"\n## {theme}\n"
        yield from _markdown(HEADINGS, (_cells(found.table, dict(row)) for row in rows))


def _score_cells(scored: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for row in scored.to_dict("records"):
        yield (
            KINDS[row["kind"]], "all years" if row["year"] == ALL else str(row["year"]),
            *(counted(row[c], row["figures"]) for c in ("inside", "inside_tolerated")),
            mean_off(row["model_error"]), mean_off(row["naive_error"]), skill(row),
        )  # fmt: skip


def _cells(table: pd.DataFrame, row: dict[Any, Any]) -> tuple[str, ...]:
    (told,) = table[
        (table["kind"] == CONDITIONAL)
        & (table["target"] == row["target"])
        & (table["year"] == row["year"])
    ].to_dict("records")
    errors = (row["model_error"], told["model_error"], row["naive_error"], told["moved_error"])
    return (
        row["title"] + (" (put in)" if row["put_in"] else ""), str(row["year"]),
        number(row["published"], row["unit"]), interval(row), interval(told),
        number(row["naive"], row["unit"]), number(told["moved"], row["unit"]),
        ", ".join(off(error, row["published"]) for error in errors),
    )  # fmt: skip


def _markdown(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'|'.join(' --- ' for _ in headings)}|"
    for cells in rows:
        shown = (cell.replace("|", "/").replace("*", r"\*") for cell in cells)
        yield f"| {' | '.join(shown)} |"


def main() -> None:
    """Run the back-cast of England and print the page."""
    ready, posterior = load_back_cast()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(back_cast(ready, posterior, workers=None)))
