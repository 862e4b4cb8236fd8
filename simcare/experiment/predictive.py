"""What usual practice gives at draws of the posterior sample that ships with a scenario."""

from __future__ import annotations

from simcare.experiment.posterior_runs import run_at_draws
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.posterior import find_posterior, read_posterior
from simcare.experiment.targets import targets_of
from simcare.experiment.validation import Draws
from simcare.experiment.workers import Progress

DRAWS, FAMILIES = 100, 4_000
"""How many draws are run unless it is said otherwise, and how many families each has."""


def can_draw(ready: Ready) -> bool:
    """Say whether a posterior sample ships, and families are drawn and not listed."""
    return find_posterior(ready) is not None and not isinstance(ready.scenario.families_, list)


def predicted(
    ready: Ready,
    draws: int = DRAWS,
    *,
    families: int = FAMILIES,
    seed: int | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Draws:
    """Return {target: (draws,) what the model gives}, each draw with families of its own.

    ready: cut down to usual practice. Does not depend on the workers. Raises UserError as
    `read_posterior` and `run_at_draws` do.
    """
    values = run_at_draws(
        ready, read_posterior(ready), draws,
        families=families, seed=seed, workers=workers, progress=progress,
    )[0]  # fmt: skip
    return {target.name: values[:, i] for i, target in enumerate(targets_of(ready))}
