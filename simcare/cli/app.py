"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import simcare
from simcare.cli.options import (
    BackCast,
    Draws,
    Engine,
    EngineName,
    Executor,
    ExecutorName,
    Families,
    Held,
    Log,
    Only,
    Out,
    Policies,
    PriorShape,
    Replications,
    Scenario,
    Scheduler,
    Seed,
    Whose,
    Workers,
)
from simcare.cli.screen import for_people
from simcare.cli.usage import OneSentence
from simcare.errors import UserError

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
    executor: Executor = ExecutorName.process,
    scheduler: Scheduler = None,
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
def calibrate(
    scenario: Scenario,
    waves: Annotated[int, typer.Option(help="Waves of runs before the posterior is drawn.")] = 4,
    runs: Annotated[
        int | None,
        typer.Option(
            help="Runs in each wave [dim](4 for each assumed number)[/dim].", show_default=False
        ),
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the posterior.")] = 400,
    families: Annotated[int, typer.Option(help="How many families each run has.")] = 3000,
    seed: Seed = None,
    prior: Annotated[
        PriorShape, typer.Option(help="What is believed within each assumed range beforehand.")
    ] = PriorShape.uniform,
    executor: Executor = ExecutorName.process,
    scheduler: Scheduler = None,
    workers: Workers = None,
    out: Out = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish what the folder holds of this calibration.")
    ] = False,
    engine: Engine = EngineName.auto,
) -> None:
    """Find which values of the assumed numbers meet the published targets."""
    with for_people():
        from simcare.cli.calibrating import CalibrateOrder
        from simcare.cli.calibrating import calibrate as go

        go(
            CalibrateOrder(
                scenario=scenario,
                waves=waves,
                runs=runs,
                draws=draws,
                families=families,
                seed=seed,
                prior=prior.value,
                executor=executor.value,
                scheduler=scheduler,
                workers=workers,
                out=out,
                resume=resume,
                engine=engine.value,
            )
        )


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
    scenario: Whose = "england",
    supports: Annotated[
        bool, typer.Option("--supports", help="Hold the supports to their studies.")
    ] = False,
    spending: Annotated[
        bool, typer.Option("--spending", help="Hold spending to what England spends, by line.")
    ] = False,
    back_cast: BackCast = False,
    only: Only = None,
    families: Held = None,
    draws: Draws = None,
    workers: Workers = None,
    out: Out = None,
) -> None:
    """Put what was published beside what the model gives, of usual practice or of supports."""
    with for_people():
        from simcare.cli.validating import ValidateOrder
        from simcare.cli.validating import validate as go

        if draws is not None and (spending or back_cast):
            raise UserError("option --draws: it is for usual practice alone; leave it out.")
        if back_cast:
            from simcare.cli.backcasting import BackCastOrder, validate_back_cast

            others = (supports, spending, _split(only, "only"))
            validate_back_cast(BackCastOrder(scenario, *others, families, workers, out))
            return
        asked = (scenario, supports, _split(only, "only"))
        if spending:
            from simcare.cli.spending import SpendingOrder, validate_spending

            validate_spending(SpendingOrder(*asked, families, workers, out))
            return
        go(ValidateOrder(*asked, families, workers, out, draws))


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
def local(
    numbers: Annotated[
        Path | None,
        typer.Argument(help="A council's own numbers, a .toml file.", metavar="NUMBERS"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The scenario to write, a .toml file.", show_default=False),
    ] = None,
    header: Annotated[
        Path | None,
        typer.Option(help="Header of a looked-after return (SSDA903), a CSV file."),
    ] = None,
    episodes: Annotated[
        Path | None, typer.Option(help="Episodes of the same return, a CSV file.")
    ] = None,
    uasc: Annotated[
        Path | None, typer.Option(help="Its file of unaccompanied children, if there is one.")
    ] = None,
    year_ending: Annotated[
        int | None,
        typer.Option(
            help="Count the year to 31 March of it [dim](the last one in the return)[/dim].",
            metavar="YEAR",
        ),
    ] = None,
    families: Annotated[
        int | None, typer.Option(help="How many families each trial runs [dim](20,000)[/dim].")
    ] = None,
    workers: Workers = None,
    example: Annotated[
        bool, typer.Option("--example", help="Show a file of numbers to copy, and stop.")
    ] = False,
) -> None:
    """Put a council's own numbers in the place of the national ones."""
    with for_people():
        from simcare.cli.local import LocalOrder, show_example
        from simcare.cli.local import local as go

        if example:
            show_example()
            return
        files = (header, episodes, uasc, year_ending)
        go(LocalOrder(numbers, out, *files, families, workers))


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
