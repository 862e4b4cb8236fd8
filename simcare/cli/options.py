"""Options and arguments that several commands share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(enum.Enum):
    """What can simulate."""

    auto = "auto"
    simpy = "simpy"
    compiled = "compiled"


class ExecutorName(enum.Enum):
    """What can run an experiment."""

    process = "process"
    thread = "thread"
    dask = "dask"


class PriorShape(enum.Enum):
    """What is believed within a range before anything is held against the targets."""

    uniform = "uniform"
    triangular = "triangular"


Scenario = Annotated[
    str,
    typer.Argument(help="A .toml file, or the name of a scenario that ships.", metavar="SCENARIO"),
]
Families = Annotated[
    int | None,
    typer.Option(help="How many families to run [dim](the scenario's own number)[/dim]."),
]
Seed = Annotated[
    int | None, typer.Option(help="Keys every random draw [dim](the scenario's own)[/dim].")
]
Replications = Annotated[
    int | None,
    typer.Option(help="How many times to run them, seed by seed [dim](the scenario's own)[/dim]."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        help="Run on so many at once [dim](one for each core)[/dim]; never changes the result."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for the results [dim](one in results/)[/dim].", show_default=False),
]
Policies = Annotated[
    str | None,
    typer.Option(help="Names or titles, with commas; A+B is both at once.", metavar="A,B"),
]
Engine = Annotated[EngineName, typer.Option(help="What simulates; never changes the results.")]
Log = Annotated[bool, typer.Option("--log", help="Write every event and every line of money too.")]
Executor = Annotated[ExecutorName, typer.Option(help="What runs it; never changes the results.")]
Scheduler = Annotated[
    str | None,
    typer.Option(help="Address of a Dask scheduler.", metavar="ADDRESS", show_default=False),
]
BackCast = Annotated[
    bool, typer.Option("--back-cast", help="Hold what is fitted to figures to 2020 to later ones.")
]
Only = Annotated[
    str | None,
    typer.Option(
        help="Names of studies, joined by commas [dim](all)[/dim].",
        metavar="A,B",
        show_default=False,
    ),
]
Held = Annotated[
    int | None,
    typer.Option(help="How many families [dim](40,000; of each study its own number)[/dim]."),
]
Draws = Annotated[
    int | None,
    typer.Option(
        help="Draws of the posterior, of 4,000 families each [dim](100; 0: none)[/dim].",
        min=0,
        show_default=False,
    ),
]
Whose = Annotated[
    str,
    typer.Argument(
        help="Whose usual practice is held to what is published [dim](england)[/dim].",
        metavar="[SCENARIO]",
        show_default=False,
    ),
]
