"""The model run again and again on the same families, each time with other numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from simcare.engine.engines import Wanted
from simcare.experiment.compare import compare, sampling_of
from simcare.experiment.ready import Ready, make_ready, with_values
from simcare.experiment.statistics import Estimate, ratio_of
from simcare.local.form import Plan
from simcare.observe.compiled import can_compile
from simcare.scenario.load import Loaded, load
from simcare.scenario.narrow import narrow


@dataclass(frozen=True)
class Found:
    """What was counted: {measure: (n,) numbers of independent observations}."""

    counts: Mapping[str, NDArray[np.float64]]

    def ratio(self, top: str, bottom: str) -> float:
        """Return one sum over another; 0 where the latter is 0."""
        below = float(self.counts[bottom].sum())
        return float(self.counts[top].sum()) / below if below > 0.0 else 0.0

    def estimate(self, top: str, bottom: str) -> Estimate:
        """Return one sum over another, with its Monte Carlo interval."""
        return ratio_of(self.counts[top], self.counts[bottom])


@dataclass(frozen=True)
class Trial:
    """Usual practice alone, with what a council's numbers are held against counted.

    Of the sets of numbers tried, the last few are kept.
    """

    ready: Ready
    families: int
    workers: int | None = 1
    kept: dict[tuple[tuple[str, float], ...], Found] = field(default_factory=dict, repr=False)

    def run(self, values: Mapping[str, float]) -> Found:
        """Run it with other numbers for some parameters, in the scenario's price year."""
        key = tuple(sorted(values.items()))
        if key not in self.kept:
            reference = self.ready.scenario.reference
            ready = with_values(self.ready, values, [reference]) if values else self.ready
            # So many runs are worth compiling for, however few the families in each.
            engine: Wanted = "compiled" if can_compile() else "auto"
            done = compare(
                ready, [reference], families=self.families, workers=self.workers, engine=engine
            )
            sampling = sampling_of(ready, done.size)
            names = self.ready.scenario.outcomes
            columns = done.columns[reference]
            self.kept[key] = Found({n: sampling.observations(columns[n]) for n in names})
        return self.kept[key]


def trial_of(plan: Plan, families: int, workers: int | None = 1) -> Trial:
    """Return what runs a plan's scenario; UserError if it does not fit the scenario."""
    loaded: Loaded = load(plan.scenario)
    usual = narrow(loaded.scenario, [loaded.scenario.reference])
    counted = usual.model_copy(
        update={
            "outcomes": dict(plan.measures),
            "measures": {},
            "published": {},
            "targets": {},
            "compare": [],
            "scale": None,
        }
    )
    return Trial(make_ready(replace(loaded, scenario=counted)), families, workers)
