"""The commands and their options."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import simcare
from simcare.cli.screen import for_people
from simcare.cli.usage import OneSentence

if TYPE_CHECKING:
    from simcare.engine.engines import Wanted
    from simcare.experiment.unit import Keep

app = typer.Typer(
    name="simcare",
    cls=OneSentence,
    help=(
        "Families in children's social care, week by week, under two policies: what it cost, how "
        "long children were in care, and how often they came to harm at home."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


class EngineName(enum.Enum):
    """What can simulate."""

    auto = "auto"
    simpy = "simpy"
    compiled = "compiled"


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


class Executor(enum.Enum):
    """What can run an experiment."""

    process = "process"
    thread = "thread"
    dask = "dask"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"simcare {simcare.__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Answer `--version` before anything else."""


@app.command()
def compare(
    scenario: Scenario,
    policies: Policies = None,
    families: Families = None,
    seed: Seed = None,
    replications: Replications = None,
    workers: Workers = None,
    out: Out = None,
    engine: Engine = EngineName.auto,
    log: Log = False,
) -> None:
    """Run policies on the same families and compare them with the reference."""
    with for_people():
        from simcare.cli.running import Order
        from simcare.cli.running import compare as go

        how = _how(engine, log)
        go(Order(scenario, _split(policies), families, seed, replications, workers, out, *how))


@app.command()
def run(
    scenario: Scenario,
    policy: Annotated[str, typer.Option(help="The policy to run.")],
    families: Families = None,
    seed: Seed = None,
    replications: Replications = None,
    workers: Workers = None,
    out: Out = None,
    engine: Engine = EngineName.auto,
    log: Log = False,
) -> None:
    """Run one policy, beside the reference if it is another."""
    with for_people():
        from simcare.cli.running import Order
        from simcare.cli.running import run as go

        how = _how(engine, log)
        go(Order(scenario, (policy,), families, seed, replications, workers, out, *how))


@app.command()
def sweep(
    experiment: Annotated[
        str,
        typer.Argument(
            help="A .toml file, or the name of an experiment that ships.", metavar="EXPERIMENT"
        ),
    ],
    executor: Annotated[
        Executor, typer.Option(help="What runs it; never changes the results.")
    ] = Executor.process,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler.", metavar="ADDRESS", show_default=False),
    ] = None,
    workers: Workers = None,
    out: Out = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish what the folder holds of this experiment.")
    ] = False,
    engine: Engine = EngineName.auto,
) -> None:
    """Run an experiment: policies x uncertain parameters x settings x seeds."""
    with for_people():
        from simcare.cli.sweeping import SweepOrder
        from simcare.cli.sweeping import sweep as go

        go(SweepOrder(experiment, executor.value, scheduler, workers, out, resume, engine.value))


@app.command()
def precision(
    scenario: Scenario,
    policy: Annotated[str, typer.Option(help="The policy to compare with the reference.")],
    half_width: Annotated[
        float,
        typer.Option(
            help="Half the width that the interval may have, in the outcome's unit.", metavar="H"
        ),
    ],
    outcome: Annotated[str, typer.Option(help="As named in summary.csv.", metavar="NAME")] = "cost",
    families_step: Annotated[
        int | None,
        typer.Option(help="Families between looks [dim](100)[/dim].", show_default=False),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            help="Families to run at most [dim](100,000)[/dim]; replications [dim](1,000)[/dim] "
            "where families share places.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
) -> None:
    """Find how many families are needed to know a difference closely enough."""
    with for_people():
        from simcare.cli.precision import PrecisionOrder
        from simcare.cli.precision import precision as go

        how = (families_step, most, seed, workers, out)
        go(PrecisionOrder(scenario, policy, half_width, outcome, *how))


@app.command()
def validate(
    supports: Annotated[
        bool, typer.Option("--supports", help="Hold the supports to their studies.")
    ] = False,
    only: Annotated[
        str | None,
        typer.Option(
            help="Names of studies, joined by commas [dim](all)[/dim].",
            metavar="A,B",
            show_default=False,
        ),
    ] = None,
    families: Annotated[
        int | None,
        typer.Option(help="Families in each arm [dim](each study's own number)[/dim]."),
    ] = None,
    workers: Workers = None,
    out: Out = None,
) -> None:
    """Put what was published beside what the model gives in the same people."""
    with for_people():
        from simcare.cli.validating import ValidateOrder
        from simcare.cli.validating import validate as go

        go(ValidateOrder(supports, _split(only, "only"), families, workers, out))


@app.command()
def chronology(
    scenario: Scenario,
    family: Annotated[int, typer.Option(help="Its number, from 0, as in families.parquet.")],
    policies: Policies = None,
    families: Families = None,
    seed: Seed = None,
) -> None:
    """Tell the dated story of one family under policies side by side, with its costs."""
    with for_people():
        from simcare.cli.story import tell

        tell(scenario, family, _split(policies), families, seed)


@app.command()
def check(
    scenarios: Annotated[
        list[str],
        typer.Argument(help="Files, or names of scenarios that ship.", metavar="SCENARIO..."),
    ],
) -> None:
    """Check scenarios, and name every problem of each at once."""
    with for_people():
        from simcare.cli.checking import check as go

        go(scenarios)


@app.command()
def evidence(
    id: Annotated[
        str | None,
        typer.Argument(
            help="Of a published figure, such as B-REHAB1213.", metavar="ID", show_default=False
        ),
    ] = None,
    search: Annotated[
        str | None, typer.Option(help="List the figures that mention a word.", metavar="WORD")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Look only at what this scenario uses.", metavar="SCENARIO")
    ] = None,
) -> None:
    """Show a published number: its range, source, wording, rivals, and where it is used."""
    with for_people():
        from simcare.cli.lookup import show_figure, show_list

        if id is None:
            show_list(search, scenario)
        else:
            show_figure(id, search, scenario)


@app.command()
def scenarios() -> None:
    """List the scenarios that ship."""
    with for_people():
        from simcare.cli.checking import list_shipped

        list_shipped()


@app.command()
def policies(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="A .toml file, or the name of a scenario that ships [dim](the menu)[/dim].",
            metavar="SCENARIO",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List the policies of a scenario, with how strong the evidence for each is."""
    with for_people():
        from simcare.cli.policies import list_policies

        list_policies(scenario)


def _how(engine: EngineName, log: bool) -> tuple[Wanted, Keep]:
    return engine.value, "log" if log else "sums"


def _split(given: str | None, option: str = "policies") -> tuple[str, ...] | None:
    from simcare.cli.naming import split

    return split(given, option)
