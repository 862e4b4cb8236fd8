from __future__ import annotations

from multiprocessing import active_children

import pandas as pd
import pytest

from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.unit import Unit
from simcare.experiment.workers import run_units


@pytest.fixture(scope="module")
def ready() -> Ready:
    return make_ready("england")


def units(ready: Ready, blocks: int, size: int) -> list[Unit]:
    return [Unit(ready.scenario.reference, 0, 1, size * i, size) for i in range(blocks)]


def test_outcomes_come_in_the_order_of_the_units_on_any_number_of_workers(ready: Ready) -> None:
    wanted = units(ready, 3, 10)
    alone = run_units(ready, wanted, 1)
    together = run_units(ready, wanted, 2)
    assert [o.unit for o in alone] == [o.unit for o in together] == wanted
    for one, other in zip(alone, together, strict=True):
        pd.testing.assert_frame_equal(one.events, other.events, check_exact=True)
        pd.testing.assert_frame_equal(one.ledger, other.ledger, check_exact=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_begins_at_nothing_and_ends_at_everything(ready: Ready, workers: int) -> None:
    told: list[tuple[int, int]] = []
    run_units(ready, units(ready, 2, 10), workers, lambda done, total: told.append((done, total)))
    assert told[0] == (0, 20)
    assert told[-1] == (20, 20)
    assert told == sorted(told)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_interrupted_leaves_no_process_behind(ready: Ready, workers: int) -> None:
    before = active_children()

    def stop(done: int, _: int) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_units(ready, units(ready, 20, 100), workers, stop)
    assert [p for p in active_children() if p not in before] == []


def test_what_goes_wrong_in_a_worker_is_told_in_this_process(ready: Ready) -> None:
    wrong = [Unit("no_such_policy", 0, 1, 0, 5), Unit("no_such_policy", 0, 1, 5, 5)]
    with pytest.raises(KeyError, match="no_such_policy"):
        run_units(ready, wrong, 2)
