"""The posterior sample that ships with a scenario, or that a calibration wrote.

A folder of the scenario's own name, beside its file, holds `posterior.csv`, a row for each draw
and a column for each number, and `posterior.toml`, which says where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.draws import read_draws
from simcare.scenario import shipped
from simcare.scenario.load import read_toml

DRAWS, PROVENANCE = "posterior.csv", "posterior.toml"


@dataclass(frozen=True)
class Posterior:
    """A posterior sample, as far as it speaks of a scenario.

    numbers: (draws, names), in random order, so that the first few are a sample too. set_aside:
    numbers that the sample has, and of which the scenario says something of its own.
    """

    path: Path
    names: tuple[str, ...]
    numbers: NDArray[np.float64]
    set_aside: tuple[str, ...]

    def described(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {
            "file": f"{self.path.parent.name}/{self.path.name}",
            "sha256": sha256(self.path.read_bytes()).hexdigest(),
            "numbers": list(self.names),
            "set_aside": list(self.set_aside),
        }


def find_posterior(ready: Ready) -> Path | None:
    """Return the posterior sample that ships with a scenario, or with one that it extends."""
    folders = [ready.loaded.path.parent, shipped.folder()]
    for file in (ready.loaded.path.name, *reversed(ready.loaded.files)):
        name = Path(file)
        for folder in (name.parent, *(f / name.parent for f in folders)):
            path = folder / name.stem / DRAWS
            if path.is_file():
                return path
    return None


def read_posterior(ready: Ready, path: Path | None = None) -> Posterior:
    """Return a posterior sample: that of a file, or the one that ships with the scenario.

    A number that the scenario does not assume any more, or over another range than the sample was
    drawn from, is set aside: what the scenario says of it stands. Raises UserError if there is no
    sample, if it cannot be read, or if it speaks of nothing in the scenario.
    """
    path = find_posterior(ready) if path is None else path
    if path is None:
        raise UserError(
            f"no posterior ships with {ready.loaded.path.name}; make one with `simcare calibrate`, "
            "and name its posterior.csv as `file`."
        )
    rows = read_draws(path)
    if not rows:
        raise UserError(f"{path.name} has no draws; make it again with `simcare calibrate`.")
    beside = path.with_name(PROVENANCE)
    if not beside.is_file():
        raise UserError(
            f"{PROVENANCE} is not beside {path.name}; copy both from the folder of the calibration."
        )
    ranges = read_toml(beside).get("ranges", {})
    names = [name for name in rows[0] if _as_before(ready, name, ranges)]
    if not names:
        raise UserError(
            f"{path.name} holds no number that {ready.loaded.path.name} still assumes over the "
            "same range; calibrate the scenario itself."
        )
    numbers = np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
    return Posterior(path, tuple(names), numbers, tuple(n for n in rows[0] if n not in names))


def _as_before(ready: Ready, name: str, ranges: dict[str, Any]) -> bool:
    known = ready.scenario.parameters.get(name)
    if known is None or known.assumed is None:
        return False
    return [known.assumed.low, known.assumed.high] == ranges.get(name)
