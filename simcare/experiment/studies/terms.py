"""The words in which studies are judged, and the table of a study: what loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcare.errors import UserError

if TYPE_CHECKING:
    from simcare.experiment.ready import Ready
    from simcare.scenario.study import StudySpec

FOLDER = "studies"
COLUMNS = (
    "study", "study_title", "citation", "design", "support_policy", "finding", "effect_on", "role",
    "sets", "quantity", "unit", "published", "published_low", "published_high",
    "published_interval", "simulated", "low", "high", "interval", "carried", "far_off", "verdict",
    "explanation", "mapping", "evidence", "families", "seed",
)  # fmt: skip
AGREES, MISSES, CLOSE = "agrees", "misses", "too close to tell"
NO_INTERVAL, NO_COMPARISON, NOTHING = "no interval", "no comparison", "nothing happens"
NEAR = 0.05
"""So near to a figure without an interval, as a share of it, there is nothing to explain."""
RATIOS = ("ratio", "odds ratio", "hazard ratio")
CONTRASTS = (*RATIOS, "difference")
TWOFOLD = 2.0


def study_of(ready: Ready) -> StudySpec:
    """Return the study of a scenario; UserError if it is none."""
    if ready.scenario.study is None:
        raise UserError(f"{ready.loaded.path.name}: it has no table `[study]`; add one.")
    return ready.scenario.study
