"""Tables of what was tried with a calibration: known answers, and the nearest single point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simcare.experiment.calibration.coverage import CHAINS, LEVELS, TOLD
from simcare.experiment.calibration.nearest import nearest

if TYPE_CHECKING:
    import pandas as pd

    from simcare.experiment.calibration.found import Calibrated

EXACT = "95 % exact binomial over truths"
_RECOVERY = (
    "parameter", "told", "narrowness", "mean_rank",
    *(f"covered_{100 * level:.0f}{end}" for level in LEVELS for end in ("", "_low", "_high")),
    "interval",
)  # fmt: skip


def recovery_table(found: Calibrated) -> pd.DataFrame:
    """Return how often each number lay in its 50 % and 90 % interval; no row if it was not tried.

    The interval of each share is exact (Clopper and Pearson 1934). mean_rank: of the truth among
    the draws, from 0 to 1; a half where all is well. told: whether figures narrow the number.
    """
    import pandas as pd

    covered = found.covered
    if covered is None:
        return pd.DataFrame(columns=list(_RECOVERY))
    columns: dict[str, object] = {
        "parameter": found.plan.prior.names,
        "told": covered.narrowness < TOLD,
        "narrowness": covered.narrowness,
        "mean_rank": covered.ranks.mean(axis=0) / CHAINS,
    }
    for level in LEVELS:
        inside = covered.inside(level)
        name = f"covered_{100 * level:.0f}"
        ends = [_exact(int(hits), len(inside)) for hits in inside.sum(axis=0)]
        columns[name] = inside.mean(axis=0)
        columns[f"{name}_low"], columns[f"{name}_high"] = zip(*ends, strict=True)
    return pd.DataFrame({**columns, "interval": EXACT}, columns=list(_RECOVERY))


def _exact(hits: int, of: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(hits, of).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)


def nearest_table(found: Calibrated) -> pd.DataFrame:
    """Return the point nearest to the numbers in use at which the emulators meet the targets.

    Columns: parameter, value (in use), nearest, moved (in half ranges).
    """
    import pandas as pd

    prior, values = found.plan.prior, nearest(found.match)
    return pd.DataFrame(
        {
            "parameter": prior.names,
            "value": prior.value,
            "nearest": values,
            "moved": np.abs(prior.scaled(values) - prior.scaled(prior.value)),
        }
    )
