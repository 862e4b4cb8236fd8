"""A scenario fitted to figures up to 2020 with a made-up posterior beside it, small and quick."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from simcare.experiment.ready import make_ready
from simcare.experiment.targets import targets_of

NUMBERS = ("not_in_need_if_not", "section_47_if_not", "drift_weeks")
SCENARIO = 'extends = "england/in_2020"\ntitle = "England, 2019-20, for a trial"\n'


def write_posterior(
    folder: Path, draws: int = 4, targets: Sequence[str] | None = None, name: str = "own"
) -> Path:
    """Write a scenario and, in a folder of its name, draws spread evenly over three ranges.

    targets: those that it is said to be fitted to (default: those that it is fitted to).
    """
    file = folder / f"{name}.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    ready = make_ready(file, [])
    given = [ready.scenario.parameters[number].assumed for number in NUMBERS]
    ranges = [(r.low, r.high) for r in given if r is not None]
    rows = [[low + (high - low) * (i + 0.5) / draws for low, high in ranges] for i in range(draws)]
    fitted = [t.name for t in targets_of(ready) if t.role == "fit"]
    beside = folder / name
    beside.mkdir()
    lines = [",".join(NUMBERS), *[",".join(map(repr, row)) for row in rows]]
    (beside / "posterior.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = [f"targets = {json.dumps(fitted if targets is None else list(targets))}", "[ranges]"]
    said += [f"{n} = {list(r)}" for n, r in zip(NUMBERS, ranges, strict=True)]
    (beside / "posterior.toml").write_text("\n".join(said) + "\n", encoding="utf-8")
    return file
