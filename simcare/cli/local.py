"""`simcare local`."""

from __future__ import annotations

import datetime
import math
import shlex
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simcare.cli.screen import duration, remark, say_if_new, show, show_command
from simcare.errors import UserError
from simcare.experiment.ready import make_ready
from simcare.local.council import FAMILIES, Localised, Reached, localise
from simcare.local.example import example_text
from simcare.local.form import Council, Plan, read_council, read_plan
from simcare.local.writing import MARK, scenario_text

if TYPE_CHECKING:
    from rich.table import Table

    from simcare.local.returns.counts import Counts
    from simcare.local.returns.spells import Care

_ROUGH = 0.2
"""An interval whose half is more of a number than this is said to be rough."""

_NAMED_NOTHING = (
    "no file of numbers is named; write one (`simcare local --example` shows one to copy) and "
    "name it."
)


@dataclass(frozen=True)
class LocalOrder:
    """What was asked for, as typed; None where it was left out."""

    numbers: Path | None
    out: Path | None
    header: Path | None
    episodes: Path | None
    uasc: Path | None
    year_ending: int | None
    families: int | None
    workers: int | None

    def command(self) -> str:
        """Return what to type to have the same scenario again, without the folders of files."""
        words = ["simcare", "local", *([self.numbers.name] if self.numbers is not None else [])]
        for name in ("header", "episodes", "uasc", "out"):
            path: Path | None = getattr(self, name)
            words += [f"--{name}", path.name] if path is not None else []
        for name in ("year_ending", "families"):
            value = getattr(self, name)
            words += [f"--{name.replace('_', '-')}", str(value)] if value is not None else []
        return shlex.join(words)


def show_example() -> None:
    """Print a made-up council's file."""
    typer.echo(example_text(read_plan()), nl=False)


def local(order: LocalOrder) -> None:
    """Take a council's numbers over, write its scenario and say what was reached."""
    numbers, out = _checked(order)
    start, plan = time.monotonic(), read_plan()
    council = read_council(numbers, plan)
    counted = _counted(order, plan)
    if counted is not None:
        from simcare.local.returns.numbers import with_return

        care, counts = counted
        council, added = with_return(council, plan, counts)
        _show_return(care, counts, plan, added)
    say_if_new("compiled")
    made = localise(council, plan, families=order.families or FAMILIES, workers=order.workers or 1)
    _write(scenario_text(made, order.command()), out)
    _show(made, out, time.monotonic() - start)


def _checked(order: LocalOrder) -> tuple[Path, Path]:
    """Return the file to read and the one to write; UserError for what is wrong with either."""
    problems = []
    if order.numbers is None:
        problems.append(_NAMED_NOTHING)
    if order.out is None:
        problems.append("option --out is missing; name the scenario to write, a .toml file.")
    elif order.out.suffix != ".toml":
        problems.append(f"option --out: {order.out} does not end in .toml; name one that does.")
    elif order.out.exists() and not _is_ours(order.out):
        problems.append(
            f"option --out: {order.out} is there already, and `simcare local` did not write it; "
            "name another file."
        )
    if (order.header is None) != (order.episodes is None):
        problems.append("options --header and --episodes: a return needs both; name both files.")
    if order.header is None and (order.uasc is not None or order.year_ending is not None):
        problems.append("options --uasc and --year-ending go with --header and --episodes.")
    if order.year_ending is not None and not 1990 <= order.year_ending <= 2100:
        problems.append(
            f"option --year-ending: {order.year_ending} is no year of a return; give one such as "
            "2025, for the year to 31 March 2025."
        )
    for name, least in (("families", 100), ("workers", 1)):
        value = getattr(order, name)
        if value is not None and value < least:
            problems.append(f"option --{name}: {value} is too small; give {least} or more.")
    if problems or order.numbers is None or order.out is None:
        raise UserError(problems)
    return order.numbers, order.out


def _is_ours(path: Path) -> bool:
    try:
        return path.read_text(encoding="utf-8").startswith(MARK)
    except (OSError, UnicodeDecodeError):
        return False


def _counted(order: LocalOrder, plan: Plan) -> tuple[Care, Counts] | None:
    """Read and count the return, if one is named."""
    if order.header is None or order.episodes is None:
        return None
    from simcare.local.returns.counts import count, latest_year
    from simcare.local.returns.spells import read_care

    care = read_care(order.header, order.episodes, plan.codes, order.uasc)
    year = order.year_ending
    day = latest_year(care) if year is None else datetime.date(year, 3, 31)
    return care, count(care, plan.codes, day)


def _write(text: str, out: Path) -> None:
    """Write the scenario once it is known to be one that runs; it is whole or not there."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".local-") as beside:
            made = Path(beside) / out.name
            made.write_text(text, encoding="utf-8", newline="\n")
            make_ready(made)
            made.replace(out)
    except OSError as error:
        raise UserError(
            f"option --out: {out} cannot be written ({error.strerror}); name another file."
        ) from None


def _show_return(care: Care, counts: Counts, plan: Plan, added: Sequence[str]) -> None:
    from rich.text import Text

    from simcare.local.returns.counts import lines_of

    table = _table(f"The return, year to {counts.year_ending:%d %B %Y}", ["", "", "Children"])
    for line in lines_of(counts, plan.codes):
        table.add_row(Text(line.group), Text(line.title), Text(line.count.shown))
    table.caption = "c: 1 to 5. Other numbers are rounded to the nearest 5."
    show(table, "")
    show(f"Unaccompanied children are known {care.how}, and are left out.")
    if counts.mean_stay_weeks is not None:
        show(f"Weeks in care for each start (stock over flow): {counts.mean_stay_weeks:,.0f}.")
    show(f"Taken from the return: {', '.join(added) or 'nothing, as it counts too few'}.", "")
    for said in care.oddities.sentences():
        remark(said)


def _table(title: str, heads: Sequence[str]) -> Table:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=escape(title),
        title_justify="left", title_style="bold", caption_justify="left", caption_style="dim",
    )  # fmt: skip
    for i, head in enumerate(heads):
        # The first column has names to be typed again, so they are whole.
        table.add_column(head, justify="right" if i >= 2 else "left", no_wrap=i == 0)
    return table


def _half(r: Reached) -> float:
    half = (r.after.high - r.after.low) / 2.0
    return half if math.isfinite(half) else 0.0


def _show(made: Localised, out: Path, seconds: float) -> None:
    from rich.text import Text

    council: Council = made.council
    heads = ["Number", "", "Council", "National", "Reached", "± half of 95 %"]
    table = _table(f"{council.council}: the model held against its numbers", heads)
    table.caption = "Intervals are Monte Carlo: how wrong the inputs may be is not in them."
    for r in made.reached:
        values = [f"{v:.3g}" for v in (r.wanted, r.before, r.after.mean)]
        values.append(f"{half:.2g}" if (half := _half(r)) else "")
        table.add_row(*(Text(v) for v in (f"{r.number}", r.standing, *values)))
    if made.reached:
        show(table, "")
    _show_changes(made)
    for name, why in made.refused.items():
        remark(f"`{name}` is not taken over. {why}")
    for r in made.reached:
        if r.standing == "not reached" and not math.isfinite(r.after.high):
            remark(
                f"`{r.number}`: the council has {r.wanted:.3g} of its children there, the model "
                f"{r.after.mean:.3g}; more families (`--families`) may bring it nearer."
            )
        elif r.standing == "not reached":
            remark(
                f"`{r.number}`: {r.wanted:.3g} is out of reach of the parameters that may move for "
                f"it, and the model has {r.after.mean:.3g}; it says less about this council."
            )
    rough = [r for r in made.reached if _half(r) > _ROUGH * abs(r.after.mean)]
    if rough:
        worst = max(_half(r) / abs(r.after.mean) for r in rough if r.after.mean)
        remark(
            f"at this size chance alone moves what the model has of {len(rough)} numbers by a "
            f"fifth or more either way ({100.0 * worst:.0f} % at most), and what was changed for "
            "them with it; give more `--families`."
        )
    show(f"The scenario is {out} ({duration(seconds)}). Next:")
    show_command(shlex.join(["simcare", "compare", str(out)]))


def _show_changes(made: Localised) -> None:
    from rich.text import Text

    table = _table("What was changed for them", ["For", "Parameter", "National", "Now"])
    table.caption = (
        "In brackets: 95 % interval of the counts behind a number, or the range that the council "
        "gives. It says what chance may have done, and nothing of Monte Carlo error."
    )
    # Names are what is typed next, so that they are never cut.
    table.columns[1].min_width = max((len(c.name) + 1 for c in made.changes), default=0)
    for c in made.changes:
        year = f", {c.price_year}" if c.price_year is not None else ""
        span = "" if c.range is None else f"\n({c.range.low:.3g} to {c.range.high:.3g})"
        number = "" if c.number == c.name else c.number
        cells = (number, f"{c.name}, {c.unit}{year}", f"{c.before:.4g}", f"{c.after:.4g}{span}")
        table.add_row(*(Text(cell) for cell in cells))
    if made.changes:
        show(table, "")
