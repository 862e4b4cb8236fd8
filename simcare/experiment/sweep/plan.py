"""An experiment made concrete: every unit that is to be run, in order."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

import simcare
from simcare.errors import UserError
from simcare.experiment.ready import Ready, with_settings, with_values
from simcare.experiment.sweep.draws import Draws
from simcare.experiment.sweep.form import SettingsSpec
from simcare.scenario.parameters import BOUNDS

MOST_PARTS = 1000
"""A dataset has at most so many files, however many units there are."""

CHECKED = 500
"""At most so many draws have their whole model built before anything is run."""

_TOLD = 10
"""At most so many impossible draws are named."""


@dataclass(frozen=True)
class Settings:
    """What a unit is run at, beside its draw and seed."""

    families: int
    replications: int
    horizon_weeks: int
    warm_up_weeks: int
    discount: str

    @property
    def work(self) -> float:
        """How much there is to do, in family-weeks under one policy."""
        return float(self.families * self.replications * (self.warm_up_weeks + self.horizon_weeks))

    def of(self, ready: Ready) -> Ready:
        """Return the scenario with these of its own keys."""
        keys = ("horizon_weeks", "warm_up_weeks", "discount")
        return with_settings(ready, {key: getattr(self, key) for key in keys})


@dataclass(frozen=True)
class SweepUnit:
    """All policies on the same families: one draw, one seed, one set of settings.

    values: ((name, number), ...) of the parameters that vary.
    """

    number: int
    draw: int
    seed: int
    settings: Settings
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Plan:
    """What an experiment runs. policies: the reference first. source: where draws come from."""

    name: str
    title: str
    ready: Ready
    policies: tuple[str, ...]
    draws: Draws
    settings: tuple[Settings, ...]
    seeds: tuple[int, ...]
    sampled: bool
    source: str = ""

    @cached_property
    def units(self) -> tuple[SweepUnit, ...]:
        """Every unit, draw by draw."""
        return tuple(self._units())

    def _units(self) -> Iterator[SweepUnit]:
        inner = list(itertools.product(self.settings, self.seeds))
        for draw in range(len(self.draws)):
            values = tuple(self.draws.values(draw).items())
            for i, (settings, seed) in enumerate(inner):
                yield SweepUnit(draw * len(inner) + i, draw, seed, settings, values)

    @property
    def count(self) -> int:
        """Return how many units there are."""
        return len(self.draws) * len(self.settings) * len(self.seeds)

    @property
    def lives(self) -> int:
        """Return how many lives are simulated in all: families under each policy, in each unit."""
        each = sum(s.families * s.replications for s in self.settings) * len(self.policies)
        return each * len(self.draws) * len(self.seeds)

    @cached_property
    def parts(self) -> tuple[tuple[SweepUnit, ...], ...]:
        """The units in the groups whose results make one file each."""
        size = math.ceil(self.count / MOST_PARTS)
        return tuple(self.units[i : i + size] for i in range(0, self.count, size))

    @cached_property
    def work(self) -> tuple[float, ...]:
        """How much there is to do in each part, in family-weeks under one policy."""
        return tuple(sum(u.settings.work for u in part) for part in self.parts)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that the results depend on."""
        text = json.dumps(self._said(), sort_keys=True, separators=(",", ":"))
        h = hashlib.sha256(text.encode())
        h.update(np.ascontiguousarray(self.draws.numbers).tobytes())
        return h.hexdigest()

    def _said(self) -> Mapping[str, Any]:
        return {
            "simcare": simcare.__version__,
            "scenario": self.ready.loaded.digest,
            # The register's figures are not in the scenario's own tables.
            "values": {n: v.hex() for n, v in self.ready.values.items()},
            "policies": self.policies,
            "names": self.draws.names,
            "settings": [asdict(s) for s in self.settings],
            "seeds": self.seeds,
        }


def settings_of(spec: SettingsSpec, ready: Ready) -> tuple[Settings, ...]:
    """Return every combination of the settings asked for, the scenario's own where none is."""
    scenario = ready.scenario
    listed = scenario.families_
    own: dict[str, int | str] = {
        "families": len(listed) if isinstance(listed, list) else listed,
        "replications": scenario.replications,
        "horizon_weeks": scenario.horizon_weeks,
        "warm_up_weeks": scenario.warm_up_weeks,
        "discount": scenario.discount,
    }
    axes = [getattr(spec, name) or [usual] for name, usual in own.items()]
    return tuple(Settings(*combination) for combination in itertools.product(*axes))


def impossible_draws(ready: Ready, policies: Sequence[str], draws: Draws) -> list[str]:
    """Return a sentence for each draw that no model can be made of, as far as is cheap to see.

    Numbers are held against their units in every draw; the model is built for every draw, or
    for `CHECKED` of them spread evenly where there are more.
    """
    bad: set[int] = set()
    for column, name in enumerate(draws.names):
        low, high = BOUNDS[ready.scenario.parameters[name].unit]
        numbers = draws.numbers[:, column]
        possible = (numbers >= low) & (numbers <= high) & np.isfinite(numbers)
        bad |= set(np.flatnonzero(~possible).tolist())
    chosen = sorted(bad) or np.unique(
        np.linspace(0, len(draws) - 1, min(len(draws), CHECKED)).astype(int)
    )
    problems: list[str] = []
    for draw in map(int, chosen):
        try:
            with_values(ready, draws.values(draw), policies)
        except UserError as error:
            problems += [f"draw {draw}: {p}" for p in error.problems]
        if len(problems) >= _TOLD:
            return [*problems[:_TOLD], "and perhaps more draws; mend these first."]
    return problems
