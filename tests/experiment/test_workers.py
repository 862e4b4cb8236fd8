from __future__ import annotations

from dataclasses import replace
from multiprocessing import active_children

import numpy as np
import pandas as pd
import pytest

from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.unit import Job, Keep, Unit, make_job
from simcare.experiment.workers import run_units


@pytest.fixture(scope="module")
def ready() -> Ready:
    return make_ready("england")


def job(ready: Ready, keep: Keep = "sums") -> Job:
    return make_job(ready, [ready.scenario.reference], keep=keep)


def units(blocks: int, size: int) -> list[Unit]:
    return [Unit(0, 1, size * i, size) for i in range(blocks)]


def test_outcomes_come_in_the_order_of_the_units_on_any_number_of_workers(ready: Ready) -> None:
    wanted = units(3, 10)
    alone = list(run_units(ready, job(ready, "log"), wanted, 1))
    together = list(run_units(ready, job(ready, "log"), wanted, 2))
    assert [o.unit for o in alone] == [o.unit for o in together] == wanted
    for one, other in zip(alone, together, strict=True):
        for policy, lived in one.lived.items():
            log, same = lived.log, other.lived[policy].log
            assert log is not None
            assert same is not None
            pd.testing.assert_frame_equal(log.events, same.events, check_exact=True)
            pd.testing.assert_frame_equal(log.ledger, same.ledger, check_exact=True)
            assert np.array_equal(lived.values, other.lived[policy].values)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_begins_at_nothing_and_ends_at_everything(ready: Ready, workers: int) -> None:
    told: list[tuple[int, int]] = []
    both = make_job(ready, list(ready.statements)[:2])
    run = run_units(ready, both, units(2, 10), workers, lambda *step: told.append(step))
    assert len(list(run)) == 2
    assert told[0] == (0, 40)
    assert told[-1] == (40, 40)
    assert told == sorted(told)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_interrupted_leaves_no_process_behind(ready: Ready, workers: int) -> None:
    before = active_children()

    def stop(done: int, _: int) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_units(ready, job(ready), units(20, 100), workers, stop))
    assert [p for p in active_children() if p not in before] == []


def test_what_goes_wrong_in_a_worker_is_told_in_this_process(ready: Ready) -> None:
    wrong = replace(job(ready), engines={})
    with pytest.raises(KeyError, match=ready.scenario.reference):
        list(run_units(ready, wrong, units(2, 5), 2))
