"""The pathway as a user of Ciw would write it: a node for each stage.

Clocks with constant rates that compete are the same as one clock with their sum and a choice in
proportion, which is how a network of queues says it.
"""

from __future__ import annotations

from itertools import pairwise

import ciw

from benchmarks.rivals.pathway import FIRST, HORIZON, STAFFED, STAGES, Race, arrivals


def run(families: int, staff: int | None, seed: int) -> int:
    """Run families, with so many social workers or with enough; return the number of moves."""
    names = list(STAGES)
    gaps = [week - before for before, week in pairwise(arrivals(families))]
    arrive = dict.fromkeys(names)
    arrive[FIRST] = ciw.dists.Sequential([0.0, *gaps, float("inf")])
    network = ciw.create_network(
        arrival_distributions=[arrive[name] for name in names],
        service_distributions=[_service(name) for name in names],
        number_of_servers=[
            staff if staff is not None and name == STAFFED else float("inf") for name in names
        ],
        routing=[[_share(name, to) for to in names] for name in names],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(HORIZON)
    return len(simulation.get_all_records(only=["service"]))


def _service(stage: str) -> ciw.dists.Distribution:
    ways = STAGES[stage]
    if isinstance(ways, Race):
        return ciw.dists.Exponential(sum(ways.rates.values()))
    return ciw.dists.Weibull(ways.scale, ways.shape)


def _share(stage: str, to: str) -> float:
    ways = STAGES[stage]
    if isinstance(ways, Race):
        return ways.rates.get(to, 0.0) / sum(ways.rates.values())
    return ways.shares.get(to, 0.0)
