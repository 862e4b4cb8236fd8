"""What usual practice gives at draws of the posterior sample that ships with a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simcare.experiment.posterior_runs import run_at_draws
from simcare.experiment.ready import Ready
from simcare.experiment.sweep.posterior import Posterior, find_posterior, read_posterior
from simcare.experiment.targets import targets_of
from simcare.experiment.validation import PREDICTIVE, Draws
from simcare.experiment.workers import Progress

DRAWS, FAMILIES = 100, 20_000
"""How many draws are run unless it is said otherwise, and how many families each has: so many that
chance is a small part of what the draws disagree about."""


@dataclass(frozen=True)
class Predicted:
    """What usual practice gives at so many draws of a posterior, of so many families each.

    values: {target: (draws,) what the model gives}.
    """

    values: Draws
    posterior: Posterior
    draws: int
    families: int

    def described(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {
            "interval": PREDICTIVE,
            "draws": self.draws,
            "families_of_a_draw": self.families,
            "posterior": self.posterior.described(),
        }

    def sentence(self) -> str:
        """Say what was drawn, and what of the sample was not."""
        aside = ", ".join(f"`{name}`" for name in self.posterior.set_aside)
        left = f" Not drawn, since the scenario now says otherwise: {aside}." if aside else ""
        return (
            f"{self.draws} draws of the posterior ({len(self.posterior.names)} numbers), "
            f"{self.families:,} families each.{left}"
        )


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
) -> Predicted:
    """Run usual practice at draws of the posterior, each with families of its own.

    ready: cut down to usual practice. Does not depend on the workers. Raises UserError as
    `read_posterior` and `run_at_draws` do.
    """
    posterior = read_posterior(ready)
    values = run_at_draws(
        ready, posterior, draws,
        families=families, seed=seed, workers=workers, progress=progress,
    )[0]  # fmt: skip
    named = {target.name: values[:, i] for i, target in enumerate(targets_of(ready))}
    return Predicted(named, posterior, draws, families)
