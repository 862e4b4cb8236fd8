"""`simcare check` and `simcare scenarios`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import typer

from simcare.cli.screen import remark, show
from simcare.errors import UserError
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.remarks import remarks
from simcare.scenario.load import Loaded, load
from simcare.scenario.shipped import names

_MOST_CHANGES = 6
_KINDS = ("evidence", "derived", "stated", "assumed")


def check(scenarios: Sequence[str]) -> None:
    """Say of each scenario that it is in order; UserError with every problem of all others."""
    problems: list[str] = []
    for name in scenarios:
        try:
            ready = make_ready(name)
        except UserError as error:
            problems += error.problems
        else:
            typer.echo(f"ok  {ready.loaded.path.name}: {in_short(ready)}")
            if ready.loaded.changes:
                typer.echo(f"    changes {_changes(ready.loaded)}")
            for said in remarks(ready.loaded):
                remark(said)
    if problems:
        raise UserError(problems)


def _changes(loaded: Loaded) -> str:
    """Return which entries of other files a scenario states otherwise, the first few by name."""
    named = [f"{place} ({file})" for place, file in loaded.changes.items()]
    more = [f"{len(named) - _MOST_CHANGES} more"] if len(named) > _MOST_CHANGES else []
    return ", ".join([*named[:_MOST_CHANGES], *more])


def in_short(ready: Ready) -> str:
    """Return a scenario's title and how many of its parameters rest on what."""
    counts = Counter(kind(ready, name) for name in ready.parameters)
    told = ", ".join(f"{counts[k]} {k}" for k in _KINDS)
    return f"{ready.scenario.title}; {len(ready.parameters)} parameters ({told})"


def kind(ready: Ready, name: str) -> str:
    """Return what a parameter rests on.

    "evidence": a published figure as it is; "derived": worked out from published figures;
    "stated": a source named in the scenario; "assumed".
    """
    given = ready.scenario.parameters[name]
    if given.assumed is not None:
        return "assumed"
    if given.source is not None:
        return "stated"
    return "evidence" if given.value is None else "derived"


def list_shipped() -> None:
    """List the scenarios that ship."""
    from simcare.report.tables import ScenarioRow, scenarios_table

    rows = []
    for name in names():
        scenario = load(name).scenario
        rows.append(ScenarioRow(name, scenario.title, scenario.plain))
    show(scenarios_table(rows), f"Run one with: simcare compare {rows[0].name}")
