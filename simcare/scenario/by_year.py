"""What was published for each of several years, as a file states it.

The file is `scenarios/england/by_year.toml`: figures to hold a back-cast to, and inputs that were
published too.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ValidationError

from simcare.errors import UserError
from simcare.scenario.load import read_toml
from simcare.scenario.parts import Strict
from simcare.scenario.shipped import folder

_ID = re.compile(r"\b[A-Z]-[\w'+.]+(?:-[\w'+.]+)*")


class Series(Strict):
    """A figure year by year, in the unit of its target or parameter.

    of: how it comes from the register, for all years (YEAR stands for the year) or for each.
    put_in: whether an input says the same, so that a model that is told it is not tested by it.
    """

    of: str | dict[int, str]
    values: dict[int, float]
    put_in: bool = False

    def formula(self, year: int) -> str:
        """Return how the value of a year comes from figures of the register."""
        said = self.of if isinstance(self.of, str) else self.of[year]
        return said.replace("YEAR", str(year))

    def evidence(self, year: int) -> tuple[str, ...]:
        """Return the ids that the value of a year rests on, in order."""
        return tuple(dict.fromkeys(_ID.findall(self.formula(year))))


class ByYear(Strict):
    """Figures by target and inputs by parameter, year by year. notes: of a year, where needed."""

    notes: dict[int, str] = {}
    targets: dict[str, Series]
    inputs: dict[str, Series] = {}

    @property
    def years(self) -> tuple[int, ...]:
        """The years for which any target has a figure."""
        return tuple(sorted({year for one in self.targets.values() for year in one.values}))

    def inputs_of(self, year: int) -> dict[str, float]:
        """Return what is known of a year's inputs, by parameter."""
        return {name: one.values[year] for name, one in self.inputs.items() if year in one.values}


def by_year_file() -> Path:
    """Return the file that ships."""
    return folder() / "england" / "by_year.toml"


def read_by_year(path: Path | None = None) -> ByYear:
    """Read such a file (default: the one that ships); UserError if it is not in order."""
    path = by_year_file() if path is None else path
    try:
        found = ByYear.model_validate(read_toml(path))
    except ValidationError as error:
        raise UserError(
            [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()]
        ) from None
    problems = [
        f"{path.name}: {kind}.{name}: `of` says nothing of {year}; add it, or take the value out."
        for kind, all_of_it in (("targets", found.targets), ("inputs", found.inputs))
        for name, one in all_of_it.items()
        if not isinstance(one.of, str)
        for year in one.values
        if year not in one.of
    ]
    if problems:
        raise UserError(problems)
    return found
