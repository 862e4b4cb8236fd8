"""The mapping between the ledger and published spending, as its file states it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from simcare.errors import UserError
from simcare.scenario.parts import Strict
from simcare.scenario.shipped import folder


class ChildrenSpec(Strict):
    """How many children a line is spent on: published ids that are added up, and levels."""

    published: list[str]
    region: str = "placement"
    levels: list[str]


class LineSpec(Strict):
    """One published line: its figure, and the items of the ledger, or other lines, in it.

    boundary: what one of the two counts and the other does not; explained: what is thought to
    explain the difference. A line without a figure of its own has the sum of those of its lines.
    """

    title: str
    published: str | None = None
    items: list[str] = []
    lines: list[str] = []
    children: ChildrenSpec | None = None
    boundary: str
    explained: str


class ScaleSpec(Strict):
    """What makes a model of some families into England: children referred in a year."""

    published: str
    measure: str
    mapping: str


class SpendingSpec(Strict):
    """The whole mapping. outside: items with no published line to be held to, and why."""

    title: str
    scale: ScaleSpec
    lines: dict[str, LineSpec]
    outside: dict[str, str] = {}


def mapping_file() -> Path:
    """Return the mapping that ships."""
    return folder() / "england" / "spending.toml"


def read_mapping(path: Path | None = None) -> SpendingSpec:
    """Read a mapping (default: the one that ships); UserError if it is not in order."""
    path = mapping_file() if path is None else path
    try:
        return SpendingSpec.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UserError(f"{path}: it cannot be read ({error.strerror}).") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name}: it is not in TOML: {error}.") from None
    except ValidationError as error:
        raise UserError(
            [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}." for e in error.errors()]
        ) from None
