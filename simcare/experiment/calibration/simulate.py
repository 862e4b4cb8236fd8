"""What a worker does: usual practice at some values of the assumed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from pickle import loads
from zlib import decompress

import numpy as np
from numpy.typing import NDArray

from simcare.engine.engines import EngineName
from simcare.errors import UserError
from simcare.experiment.calibration.prior import usual_alone
from simcare.experiment.ready import Ready, with_values
from simcare.experiment.sweep.work import go_on
from simcare.experiment.targets import modelled, targets_of
from simcare.experiment.usual import run_usual
from simcare.scenario.load import Loaded
from simcare.scenario.schema import Scenario

Floats = NDArray[np.float64]
MODEL, ERROR = 0, 1
"""Places of what the model gives, and of its Monte Carlo standard error."""


def simulate(
    given: bytes,
    names: Sequence[str],
    rows: Sequence[Sequence[float]],
    seeds: Sequence[int],
    families: int,
    engine: EngineName,
) -> bytes:
    """Run usual practice at each row of values and return an array as the bytes of a .npy file.

    given: the scenario, as `packed`. The array has the shape (rows, targets, 2): what the model
    gives for every target of the scenario, and its Monte Carlo standard error; nan where no
    model can be made of the values.
    """
    ready = _usual(given)
    found = [
        _one(ready, dict(zip(names, row, strict=True)), seed, families, engine)
        for row, seed in zip(rows, seeds, strict=True)
    ]
    out = BytesIO()
    np.save(out, np.array(found, dtype=np.float64))
    return out.getvalue()


def read_batch(data: bytes) -> Floats:
    """Return the array in the bytes of a batch."""
    found: Floats = np.load(BytesIO(data), allow_pickle=False)
    return found


def _one(
    ready: Ready, values: dict[str, float], seed: int, families: int, engine: EngineName
) -> Floats:
    targets = targets_of(ready)
    try:
        varied = with_values(ready, values, [ready.scenario.reference])
    except UserError:
        return np.full((len(targets), 2), np.nan)
    listed = isinstance(ready.scenario.families_, list)
    usual = run_usual(
        varied,
        families=None if listed else families,
        replications=1,
        seed=seed,
        workers=1,
        progress=go_on,
        engine=engine,
    )
    table = modelled(usual.sums, targets, usual.sampling)
    found: Floats = table[["model", "standard_error"]].to_numpy(np.float64)
    return found


@lru_cache(maxsize=2)
def _usual(given: bytes) -> Ready:
    tables, files, name = loads(decompress(given))
    return usual_alone(Loaded(Scenario.model_validate(tables), files, tables, Path(name)))
