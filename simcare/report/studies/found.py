"""What studies found of each support, kept in a small file, so that a menu can say it.

`scenarios/studies/found.csv` is written with the page of studies. A line of it holds for a
support only as long as its effects have the numbers with which the study was run.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from simcare.experiment.studies.terms import (
    AGREES,
    CONTRASTS,
    FOLDER,
    NO_COMPARISON,
    NOTHING,
    study_of,
)
from simcare.report.studies.words import percent
from simcare.report.words import listing
from simcare.scenario.lineage import placed_offers
from simcare.scenario.schema import Scenario
from simcare.scenario.shipped import folder
from simcare.scenario.strength import effects_of, what_it_adds

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.ready import Ready

NO_STUDY = "held to no study"
Values = Mapping[str, float]


class Found(NamedTuple):
    """What a study found of a support: one contrast. carried: share of the published effect."""

    support: str
    study: str
    study_title: str
    effect_on: str
    quantity: str
    role: str
    carried: float
    verdict: str
    effects: str


def path() -> Path:
    """Return the file in which it is kept."""
    return folder() / FOLDER / "found.csv"


@cache
def _kept(file: Path) -> tuple[Found, ...]:
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(
        Found(**{k: v for k, v in row.items() if k != "carried"}, carried=_number(row["carried"]))
        for row in rows
    )


def _number(said: str) -> float:
    return float(said) if said else math.nan


def found_of(studies: Mapping[str, Ready], table: pd.DataFrame) -> list[Found]:
    """Return what studies found of the supports that one of their arms has and the other has not.

    studies: as `ready_studies` gives them; table: what `validate_studies` found of them.
    """
    found = []
    for row in table.to_dict("records"):
        ready = studies[row["study"]]
        contrast = row["quantity"] in (*CONTRASTS, "no difference")
        for support in supports_of(ready) if contrast and row["verdict"] != NO_COMPARISON else ():
            effects = numbers_of(ready.scenario, support, ready.values)
            found.append(
                Found(
                    support, row["study"], row["study_title"], row["effect_on"], row["quantity"],
                    row["role"], round(float(row["carried"]), 2), row["verdict"], effects,
                )
            )  # fmt: skip
    return found


def supports_of(ready: Ready) -> list[str]:
    """Return the supports that a study is about: those that only one of its arms offers."""
    study, policies = study_of(ready), ready.scenario.policies
    arms = [
        {offer.support: None for _, offer in placed_offers(policies, name)}
        for name in (study.policy, study.control)
    ]
    return [s for s in {**arms[0], **arms[1]} if (s in arms[0]) != (s in arms[1])]


def numbers_of(scenario: Scenario, support: str, values: Values) -> str:
    """Write the numbers of what a support does: `fd_speeds=1.53`."""
    names = effects_of(scenario.supports[support])
    return "; ".join(f"{name}={values[name]:.4g}" for name in names)


def write(found: Iterable[Found], file: Path) -> None:
    """Write what was found to a file, a line for each contrast and support."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Found._fields)
        writer.writerows(["" if _unknown(x) else x for x in one] for one in found)


def _unknown(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def held(scenario: Scenario, support: str, values: Values) -> dict[tuple[str, str], str]:
    """Return what the studies of a support found in a line each, by name and title of the study.

    values: the number of every parameter. Empty where no study was run of the support, or not
    with the numbers that it has here.
    """
    own = numbers_of(scenario, support, values)
    rows = [one for one in _kept(path()) if one.support == support and one.effects == own]
    studies = dict.fromkeys((one.study, one.study_title) for one in rows)
    return {key: _line([one for one in rows if one.study == key[0]]) for key in studies}


def held_policy(scenario: Scenario, policy: str, values: Values) -> str:
    """Say what the studies of the supports that a policy adds found; empty: it adds none."""
    added = list(dict.fromkeys(o.support for o in what_it_adds(scenario, policy)))
    lines = {s: "; ".join(held(scenario, s, values).values()) for s in added}
    titles = {s: f"{scenario.supports[s].title}: " if len(added) > 1 else "" for s in added}
    said = [f"{titles[s]}{line}" for s, line in lines.items() if line]
    without = [scenario.supports[s].title for s, line in lines.items() if not line]
    if without:
        said.append(f"{NO_STUDY}: {listing(without)}" if len(added) > 1 else NO_STUDY)
    return "; ".join(said)


def _line(rows: list[Found]) -> str:
    effects = [one for one in rows if math.isfinite(one.carried)]
    others = [one for one in rows if not math.isfinite(one.carried)]
    said = []
    if effects:
        parts = [f"{percent(x.carried)} of the effect on {x.effect_on}{_put_in(x)}"
                 for x in effects[:1]]  # fmt: skip
        parts += [f"{percent(x.carried)} on {x.effect_on}{_put_in(x)}" for x in effects[1:]]
        said.append(f"the model gives {listing(parts)}")
    said += _others(others)
    return f"held to its study, {'; '.join(said)}"


def _others(rows: Iterable[Found]) -> Iterator[str]:
    for one in rows:
        if one.verdict == NOTHING:
            yield f"nothing of the effect on {one.effect_on}, which does not happen in the model"
        elif one.verdict == AGREES:
            yield f"no difference in {one.effect_on}, as published{_put_in(one)}"
        else:
            yield f"a difference in {one.effect_on}, where none was found"


def _put_in(one: Found) -> str:
    return " (put in)" if one.role == "sets" else ""
