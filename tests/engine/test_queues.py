"""Queues whose mean waits have formulas: families are customers, places are servers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simcare.model import statement as s
from tests.helpers import FAR, Run, clock, known_answers, levels, run_both

BATCHES = 25
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return known_answers("queues")


def erlang_c_wait(lam: float, mu: float, places: int) -> float:
    """Mean wait of M/M/c (Erlang 1917)."""
    offered = lam / mu
    alone = sum(offered**k / math.factorial(k) for k in range(places))
    full = offered**places / math.factorial(places) / (1.0 - offered / places)
    return full / (alone + full) / (places * mu - lam)


def erlang_a(lam: float, mu: float, gives_up: float) -> tuple[float, float]:
    """Mean wait and chance of giving up of M/M/1+M (Palm 1957), by its birth-death chain."""
    weights = [1.0]
    for n in range(1, 200):
        weights.append(weights[-1] * lam / (mu + (n - 1) * gives_up))
    share = np.array(weights) / sum(weights)
    queue = float(sum((n - 1) * p for n, p in enumerate(share) if n > 1))
    return queue / lam, gives_up * queue / lam


def queue(lam: float, mu: float, places: int, gives_up: float, families: int) -> Run:
    """Families arrive by Poisson, wait for a place and hold it for an exponential time."""
    arrival = np.random.default_rng(5).exponential(1.0 / lam, families).cumsum()
    waits = s.Level("waits", "waits", queue=s.Queue("places", "stays"))
    stays = s.Level("stays", "stays", holds="places")
    model = s.Statement(
        (s.Region("bed", "bed", (waits, stays, *levels("gone")), "waits"),),
        (
            clock("leaves", "bed", "stays", s.Exponential(mu), "gone"),
            clock("gives_up", "bed", "waits", s.Exponential(gives_up), "gone"),
        ),
        resources=(s.Resource("places", places),),
    )
    return run_both(model, arrival, float(arrival[-1]))


def steady(result: Run) -> tuple[Floats, Floats]:
    """Wait of each family and whether it gave up, after a warm-up of a tenth of them.

    The last hundred are left out too, as they may still be waiting at the end.
    """
    chosen = range(len(result.logs) // 10, len(result.logs) - 100)
    firsts = [next(row for row in result.logs[i] if row[1] != 0) for i in chosen]
    waits = [row[0] - result.lives.arrival[i] for i, row in zip(chosen, firsts, strict=True)]
    return np.array(waits), np.array([float(row[4] == 2) for row in firsts])


def batch_errors_off(values: Floats, expected: float) -> float:
    """Standard errors off, by the means of long batches: neighbours share their queue."""
    means = np.array([batch.mean() for batch in np.array_split(values, BATCHES)])
    return float((means.mean() - expected) / (means.std(ddof=1) / math.sqrt(BATCHES)))


@pytest.mark.parametrize("case", [0, 1, 2])
def test_mean_wait_for_several_places(case: int, known: dict[str, Any]) -> None:
    answer = known["M/M/c mean wait Wq (lambda, mu, c)"][case]
    lam, mu, places = answer["lam"], answer["mu"], answer["c"]
    assert erlang_c_wait(lam, mu, places) == pytest.approx(answer["Wq"], rel=1e-10)
    waits, _ = steady(queue(lam, mu, places, 0.0, 20_000))
    assert abs(batch_errors_off(waits, answer["Wq"])) < FAR
    spread = np.array([b.mean() for b in np.array_split(waits, BATCHES)]).std(ddof=1)
    assert spread / math.sqrt(BATCHES) < 0.1 * answer["Wq"]


def test_one_place_with_impatient_families(known: dict[str, Any]) -> None:
    """One family a week arrives, stays a week, and gives up waiting at half a chance a week.

    The file gives no rates. Giving up at rate t needs P = t Wq, so t = 1/2; and the rates of
    1 and 1 then give both figures.
    """
    answer = known["M/M/1+M"]
    expected = erlang_a(1.0, 1.0, 0.5)
    assert expected == pytest.approx((answer["Wq"], answer["P_abandon"]), rel=1e-10)
    waits, gave_up = steady(queue(1.0, 1.0, 1, 0.5, 20_000))
    assert abs(batch_errors_off(waits, expected[0])) < FAR
    assert abs(batch_errors_off(gave_up, expected[1])) < FAR


def test_the_places_are_never_over_filled_nor_idle_while_a_family_waits() -> None:
    result = queue(0.25, 0.1, 4, 0.02, 3000)
    changes = [(row[0], row[3], row[4]) for log in result.logs for row in log if row[1] != 0]
    changes += [(float(week), -1, 0) for week in result.lives.arrival]
    count = np.zeros(3, dtype=int)
    weeks = sorted({week for week, _, _ in changes})
    at: dict[float, list[tuple[int, int]]] = {week: [] for week in weeks}
    for week, before, after in changes:
        at[week].append((before, after))
    for week in weeks:
        for before, after in at[week]:
            count[after] += 1
            if before >= 0:
                count[before] -= 1
        assert count[1] <= 4
        assert count[0] == 0 or count[1] == 4
