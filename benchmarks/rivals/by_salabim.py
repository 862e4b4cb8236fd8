"""The pathway as a user of salabim would write it: a component for each family."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import salabim

from benchmarks.rivals.by_simpy import Log, leaves
from benchmarks.rivals.pathway import FIRST, HORIZON, STAFFED, arrivals


class Family(salabim.Component):  # type: ignore[misc]
    """One family, which goes round the stages."""

    def setup(
        self, number: int, workers: salabim.Resource | None, rng: random.Random, log: Log
    ) -> None:
        self.number, self.workers, self.rng, self.log = number, workers, rng, log

    def process(self) -> Generator[Any, Any, None]:
        stage = FIRST
        while True:
            weeks, to = leaves(stage, self.rng)
            if self.workers is not None and stage == STAFFED:
                yield self.request(self.workers)
                yield self.hold(weeks)
                self.release()
            else:
                yield self.hold(weeks)
            self.log.append((self.env.now(), self.number, stage, to))
            stage = to


def run(families: int, staff: int | None, seed: int) -> Log:
    """Run families, with so many social workers or with enough; return the moves."""
    salabim.yieldless(False)
    env = salabim.Environment(trace=False, random_seed=seed)
    rng = random.Random(seed)
    log: Log = []
    workers = None if staff is None else salabim.Resource("workers", capacity=staff)
    for number, week in enumerate(arrivals(families)):
        Family(at=week, number=number, workers=workers, rng=rng, log=log)
    env.run(till=HORIZON)
    return log
