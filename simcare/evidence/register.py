"""The register of published numbers: finding a figure, and the figures that disagree with it."""

from __future__ import annotations

import csv
import difflib
import functools
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from types import MappingProxyType

from simcare.errors import UserError
from simcare.evidence.records import Curve, Evidence
from simcare.units import DAYS_PER_WEEK


class UnknownEvidence(UserError):  # noqa: N818 (named for what the user did)
    """No figure or curve has this id; the message names the ids that look most like it."""

    def __init__(self, id: str, known: Iterable[str], kind: str = "figure") -> None:
        by_upper = {name.upper(): name for name in known}
        close = difflib.get_close_matches(str(id).upper(), by_upper, n=4, cutoff=0.5)
        remedy = (
            f"did you mean {_either([by_upper[name] for name in close])}?"
            if close
            else "look for a word of what it measures with `simcare evidence --search WORD`."
        )
        super().__init__(f"The evidence register has no {kind} “{id}”: {remedy}")
        self.id = id


@dataclass(frozen=True)
class Register:
    """Every published number and curve that comes with the package."""

    numbers: Mapping[str, Evidence]
    curves: Mapping[str, Curve]

    def get(self, id: str) -> Evidence:
        """The figure with this id.

        Raises:
            UnknownEvidence: There is none; the message names close matches.
        """
        try:
            return self.numbers[id]
        except KeyError:
            raise UnknownEvidence(id, self.numbers) from None

    def curve(self, id: str) -> Curve:
        """The curve with this id, such as UIS-RETENTION-ALL.

        Raises:
            UnknownEvidence: There is none; the message names close matches.
        """
        try:
            return self.curves[id]
        except KeyError:
            raise UnknownEvidence(id, self.curves, kind="curve") from None

    def search(self, word: str) -> list[Evidence]:
        """The figures whose id, topic, quantity, source or quote contains the word, in any case.

        In the order of the register.
        """
        wanted = word.casefold()
        return [
            e
            for e in self.numbers.values()
            if wanted in "\n".join((e.id, e.topic, e.quantity, e.source, e.quote)).casefold()
        ]

    def ids(self) -> tuple[str, ...]:
        """The ids of all figures, in the order of the register."""
        return tuple(self.numbers)


@functools.cache
def load() -> Register:
    """The register that is shipped with the package, read once."""
    rows = _rows("numbers.csv")
    parts: dict[str, list[str]] = {}
    for row in rows:
        if row["derived_from"]:
            parts.setdefault(row["derived_from"], []).append(row["id"])
    rivals, disagreements, cautions = _disagreements()
    numbers = {
        row["id"]: _evidence(
            row,
            tuple(parts.get(row["id"], ())),
            tuple(rivals.get(row["id"], ())),
            " ".join(disagreements.get(row["id"], ())),
            cautions.get(row["id"], []),
        )
        for row in rows
    }
    return Register(MappingProxyType(numbers), MappingProxyType(_curves(numbers)))


def _rows(name: str) -> list[dict[str, str]]:
    place = resources.files("simcare.evidence").joinpath("data", name)
    return list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))


def _disagreements() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
    """By id: its rivals, the sentences on what they disagree about, and the cautions."""
    place = resources.files("simcare.evidence").joinpath("data", "disagreements.toml")
    stated = tomllib.loads(place.read_text(encoding="utf-8"))
    rivals: dict[str, list[str]] = {}
    disagreements: dict[str, list[str]] = {}
    cautions: dict[str, list[str]] = {}
    for group in stated["rivals"]:
        for id in group["ids"]:
            known = rivals.setdefault(id, [])
            known += [other for other in group["ids"] if other != id and other not in known]
            disagreements.setdefault(id, []).append(group["says"])
    for group in stated["cautions"]:
        for id in group["ids"]:
            cautions.setdefault(id, []).append(group["says"])
    return rivals, disagreements, cautions


def _evidence(
    row: dict[str, str],
    parts: tuple[str, ...],
    rivals: tuple[str, ...],
    disagreement: str,
    cautions: list[str],
) -> Evidence:
    return Evidence(
        id=row["id"],
        topic=row["topic"],
        quantity=row["quantity"],
        value=_number(row["value"]),
        text=row["text"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        unit=row["unit"],
        period=row["period"],
        price_year=row["price_year"] or None,
        geography=row["geography"],
        population=row["population"],
        followup=row["followup"],
        source=row["source"],
        publisher=row["publisher"],
        year=row["year"],
        address=row["address"],
        status=row["status"],
        quote=row["quote"],
        note=" ".join(filter(None, [row["note"], *cautions])),
        derived_from=row["derived_from"],
        parts=parts,
        rivals=rivals,
        disagreement=disagreement,
    )


def _curves(numbers: Mapping[str, Evidence]) -> dict[str, Curve]:
    """The curves; each takes its source from a figure that was computed from the same data."""
    curves = {}
    for id, points in groupby(_rows("curves.csv"), key=lambda row: row["id"]):
        rows = list(points)
        first = rows[0]
        origin = numbers[first["source_id"]]
        curves[id] = Curve(
            id=id,
            quantity=first["quantity"],
            group=first["group"],
            label=first["label"],
            n=int(first["n"]),
            weeks=tuple(int(row["day"]) / DAYS_PER_WEEK for row in rows),
            shares=tuple(float(row["share"]) for row in rows),
            low=tuple(float(row["low95"]) for row in rows),
            high=tuple(float(row["high95"]) for row in rows),
            counts=tuple(int(row["count"]) for row in rows if row["count"]),
            source=origin.source,
            publisher=origin.publisher,
            year=origin.year,
            address=origin.address,
            status=origin.status,
            quote=origin.quote,
        )
    return curves


def _number(text: str) -> float | None:
    return float(text) if text else None


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
