"""Supports beside their studies: the table for the screen, and the page that is kept in docs/.

`python -m simcare.report.studies > docs/validation-supports.md` runs every study, writes the page
and, for the menu, `scenarios/studies/found.csv`.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from simcare.experiment.ready import Ready
from simcare.experiment.studies.run import ready_studies, validate_studies
from simcare.experiment.studies.terms import AGREES, CLOSE, MISSES, NO_COMPARISON, NOTHING, study_of
from simcare.report.studies.found import found_of, path, supports_of, write
from simcare.report.studies.words import ROLES, is_far, judged, published, simulated, summary
from simcare.report.words import listing

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

COMMAND = "python -m simcare.report.studies > docs/validation-supports.md"
HEADINGS = ("Finding", "Role", "Published", "Simulated", "Verdict")
DAGGER = "† 95 % interval computed here from the number of people studied; none was published."
_INTRODUCTION = """\
# Supports held to their studies

Where a trial or a matched study of a support exists, its people, its follow-up and its two arms
are made in the model, and what the model gives is put beside what was published. Nothing is
tuned to these figures beyond the parameters that the study itself estimates. To have it run:

    simcare validate --supports

How to read the tables:

- **put in**: a parameter of the support was taken from this figure. That it comes back shows only
  that the model passes on what was put in; where it does not, the model is in the way.
- **check**: no parameter was taken from it. Only these test the model.
- **no comparison**: a change over time without a control group. It is no causal effect, and no
  verdict is given.
- *Published* has the published interval in brackets. Where none was published but the number of
  people is known, one is computed here and marked †: Wilson (1927) for shares, Newcombe (1998) for
  their differences, Katz et al. (1978) for ratios of risks, Woolf (1955) for ratios of odds. People
  are taken as independent, so these are somewhat too narrow. Where “no difference” was published,
  it is the difference that a study of that size would not have seen.
- *Simulated* has the 95 % Monte Carlo interval in brackets: how far other simulated families could
  move it. How wrong the model's inputs may be is not in it, and it is not mixed with the study's
  sampling error.
- *x % of the effect*: how much of a published contrast the model gives, ratios by their logarithms;
  also where it agrees, since a wide interval is easily met.
- **far off**: outside half to twice of what was published, and not within a published interval.
- A value **agrees** if it lies in the published interval, and **misses** if it does not. A miss is
  a finding about the model and is left as it is, with what is thought to be behind it.
- Times until something happens: Kaplan and Meier (1958) curves and Cox (1972) hazard ratios,
  censored at the end of the follow-up.

The same is in `studies.csv`, one row for each finding. A study is a file in `scenarios/studies`:
the support's own file, with the study's people, follow-up, arms and findings laid over it. Copy one
to add another, and run it with `simcare validate --supports --only my_study.toml`.

What was found of each support stands with it in [supports.md](supports.md), in the column
`study_carried` of `menu.csv` and in `sentences.md`; [the-menu.md](the-menu.md) lists all policies.
"""


def studies_tables(table: pd.DataFrame) -> list[Table]:
    """Return findings as tables for the terminal, one for each study.

    table: as `validate_studies` gives it.
    """
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    tables = []
    for title, rows in _by_study(table):
        shown = RichTable(
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            expand=True,
            title=Text(title),
            title_justify="left",
            title_style="bold",
        )
        for heading, ratio in zip(HEADINGS, (8, 3, 6, 6, 5), strict=True):
            shown.add_column(heading, ratio=ratio)
        for row in rows:
            shown.add_row(Text(row["finding"]), *(Text(c) for c in _cells(row)))
        tables.append(shown)
    return tables


def explained(table: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence or two for each finding that misses, is far off, or could not be told."""
    for row in table.to_dict("records"):
        if row["explanation"] and (row["verdict"] in (MISSES, CLOSE, NOTHING) or is_far(row)):
            yield f"{row['study']}, {row['finding']}: {judged(row)}. {row['explanation']}"


def page(studies: dict[str, Ready], table: pd.DataFrame) -> str:
    """Return the page about studies in Markdown.

    studies: as `ready_studies` gives them; table: what `validate_studies` found of them.
    """
    parts = [
        _INTRODUCTION,
        f"Written by `{COMMAND}`.",
        f"\n## In all\n\n{summary(table)}",
    ]
    for name, ready in studies.items():
        rows = table[table["study"] == name].to_dict("records")
        parts.append("\n".join(_study(name, ready, rows)))
    return "\n".join(parts) + "\n"


def _by_study(table: pd.DataFrame) -> Iterator[tuple[str, list[dict[Hashable, Any]]]]:
    for _, rows in table.groupby("study", sort=False):
        yield str(rows["study_title"].iloc[0]), rows.to_dict("records")


def _cells(row: dict[Hashable, Any]) -> tuple[str, str, str, str]:
    return ROLES[row["role"]], published(row), simulated(row), judged(row)


def _study(name: str, ready: Ready, rows: list[dict[Hashable, Any]]) -> Iterator[str]:
    study, policies = study_of(ready), ready.scenario.policies
    size = f"{rows[0]['families']:,} families in each arm, seed {rows[0]['seed']}"
    yield f'\n## <a id="study-{name}"></a>{study.title}\n'
    yield (
        f"{study.citation} ({study.design}). {_sentence(study.people)} Follow-up: "
        f"{_sentence(study.follow_up, upper=False)} Arms: “{policies[study.policy].title}” against "
        f"“{policies[study.control].title}”, {size}. File: `scenarios/studies/{name}.toml`. "
        f"Held to it: {_supports(ready)}.\n"
    )
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| {' | '.join('---' for _ in HEADINGS)} |"
    for row in rows:
        yield f"| {' | '.join((row['finding'], *_cells(row)))} |"
    yield "\nWhat corresponds to what:\n"
    for row in rows:
        yield f"- *{row['finding']}*: {row['mapping']}{_origin(row)}"
    open_ones = [row for row in rows if row["verdict"] not in (AGREES, NO_COMPARISON)]
    open_ones = [row for row in open_ones if row["explanation"]]
    if open_ones:
        yield "\nWhere it does not agree, or cannot be judged:\n"
        for row in open_ones:
            yield f"- *{row['finding']}* ({judged(row)}). {row['explanation']}"


def _supports(ready: Ready) -> str:
    known = ready.scenario.supports
    links = [f"[{known[s].title}](supports.md#support-{s})" for s in supports_of(ready)]
    return listing(links)


def _origin(row: dict[Hashable, Any]) -> str:
    given = f" Sets {', '.join(f'`{s}`' for s in row['sets'].split(', '))}." if row["sets"] else ""
    return f".{given} [{row['evidence']}]" if row["evidence"] else f".{given}"


def _sentence(text: str, upper: bool = True) -> str:
    return f"{text[:1].upper() if upper else text[:1]}{text[1:]}."


def main() -> None:
    """Run every study that ships, print the page, and keep what was found for the menu."""
    studies = ready_studies()
    table = validate_studies(studies, workers=None)
    write(found_of(studies, table), path())
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(studies, table))
