"""Every number that a scenario rests on: its value, how far it may be wrong, and why it is so.

`python -m simcare.report.assumptions > docs/assumptions.md` writes the page for England.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from simcare.evidence import load, range_in, rebase
from simcare.experiment.ready import Ready, make_ready
from simcare.scenario.parameters import Resolved
from simcare.scenario.parts import Parameter

if TYPE_CHECKING:
    import pandas as pd

COMMAND = "python -m simcare.report.assumptions > docs/assumptions.md"


class Line(NamedTuple):
    """One parameter in the table."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    status: str
    origin: str
    title: str


def assumptions_frame(ready: Ready) -> pd.DataFrame:
    """Return one row for each parameter of a scenario, in the order of its files.

    Columns: name; value, in `unit`, money in the scenario's price year; low and high, the range
    of the source or of the assumption (nan: none is given); status ("assumed", "derived" from
    published figures, "stated" with a source in the scenario, or the standing of the one
    published figure it is, such as "verified"); origin (the reason, the source or the figure's
    id); title (what the number is, where the scenario or the register says so).
    """
    import pandas as pd

    return pd.DataFrame(_lines(ready), columns=list(Line._fields))


def _lines(ready: Ready) -> list[Line]:
    return [_line(ready, resolved) for resolved in ready.parameters.values()]


def _line(ready: Ready, resolved: Resolved) -> Line:
    given = ready.scenario.parameters[resolved.name]
    low, high = _range(given)
    factor = 1.0
    if resolved.price_year is not None and given.unit.startswith("£"):
        factor = rebase(1.0, resolved.price_year, ready.scenario.price_year)
    return Line(
        resolved.name,
        resolved.value,
        resolved.unit,
        low * factor,
        high * factor,
        resolved.status,
        resolved.origin,
        _title(given),
    )


def _range(given: Parameter) -> tuple[float, float]:
    """Low and high as the scenario gives them, else as the one published figure does."""
    if given.assumed is not None:
        return given.assumed.low, given.assumed.high
    if given.low is not None and given.high is not None:
        return given.low, given.high
    published = None
    if isinstance(given.evidence, str) and given.value is None:
        published = range_in(load().get(given.evidence), given.unit)
    return published if published is not None else (math.nan, math.nan)


def _title(given: Parameter) -> str:
    if given.title is not None:
        return given.title
    if isinstance(given.evidence, str) and given.value is None:
        return load().get(given.evidence).quantity
    return ""


def page(ready: Ready) -> str:
    """Return the table as a page of Markdown: assumed numbers first, file by file."""
    scenario = ready.scenario
    against = (*scenario.published.values(), *scenario.targets.values())
    targets = {target.value for target in against}
    used = [line for line in _lines(ready) if line.name not in targets]
    held = [line for line in _lines(ready) if line.name in targets]
    assumed = [line for line in used if line.status == "assumed"]
    others = [line for line in used if line.status != "assumed"]
    lines = [
        f"# The numbers of “{scenario.title}”",
        "",
        f"<!-- Made by `{COMMAND}`; do not edit. -->",
        "",
        f"{len(assumed)} of the {len(used)} numbers that the model uses are assumed: no source "
        "gives them, so each has a range and a reason, which is often the published figure that "
        "it was set with. The others are published, worked out "
        f"from what is published, or laid down. Money is in prices of {scenario.price_year}. "
        "`simcare evidence ID` shows a published figure with its wording and its rivals.",
        "",
        "No interval in any result covers these ranges: those intervals are Monte Carlo error.",
        "",
        "## Assumed",
        *_sections(ready, assumed, "why this value"),
        "",
        "## Published, worked out or laid down",
        *_sections(ready, others, "where from"),
        "",
        "## Not used by the model, but held against it",
        *_sections(ready, held, "where from"),
    ]
    return "\n".join(lines) + "\n"


def _sections(ready: Ready, lines: list[Line], origin: str) -> Iterator[str]:
    by_file: dict[str, list[Line]] = {}
    for line in lines:
        by_file.setdefault(ready.loaded.file_of(f"parameters.{line.name}"), []).append(line)
    for file, own in by_file.items():
        yield f"\n### {file}\n"
        yield f"| name | value | range | unit | {origin} |"
        yield "| --- | ---: | --- | --- | --- |"
        yield from (_written(line) for line in own)


def _written(line: Line) -> str:
    span = f"{number(line.low)} to {number(line.high)}" if math.isfinite(line.low) else ""
    said = f"{line.title} ({line.origin})" if line.title else line.origin
    cells = (f"`{line.name}`", number(line.value), span, line.unit, said.replace("|", "\\|"))
    return f"| {' | '.join(cells)} |"


def number(value: float) -> str:
    """Write a number to four significant figures without needless zeros: 30,000 or 0.0025."""
    if value == 0.0:
        return "0"
    decimals = max(3 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


if __name__ == "__main__":
    sys.stdout.buffer.write(page(make_ready("england")).encode())
