"""The compiled engine gives SimPy's events to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.engine.events import Events
from simcare.engine.simpy_engine import Change, simulate
from simcare.errors import UserError
from simcare.experiment.ready import Ready, make_ready
from simcare.model import statement as s
from simcare.model.instances import Lives, at_start
from simcare.model.population import draw
from tests.helpers import Logs, adding_to, busy_statement, clock, compiled, levels, region
from tests.strategies import STEADY, Case, cases, later_arrays

pytest.importorskip("numba")
ROOT = Path(__file__).parents[2]
SHIPPED = (
    "england",
    "three_families",
    "short_staffed",
    "treatment_places",
    "few_therapists",
    "rolled_out",
)


def agree(
    arrays: Arrays, lives: Lives, seed: int, horizon: float, change: Change | None = None
) -> Logs:
    """The events of both engines, which must be equal as they stand."""
    expected = simulate(arrays, lives, seed=seed, horizon=horizon, change=change)
    found = compiled(arrays, lives, seed=seed, horizon=horizon, change=change)
    assert found == expected
    return expected


def agree_on(ready: Ready, policy: str, families: int | None, seed: int) -> int:
    """Hold the engines to one another on a scenario; how many events there were."""
    reference = ready.scenario.reference
    lives = draw(
        ready.scenario,
        ready.values,
        ready.statements[reference],
        seed=seed,
        families=families,
    ).lives
    change = Change(0.0, ready.arrays[policy])
    horizon = float(ready.scenario.horizon_weeks)
    return sum(map(len, agree(ready.arrays[reference], lives, seed, horizon, change)))


# --- scenarios that ship ---


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios(name: str) -> None:
    ready = make_ready(name)
    for policy in ready.arrays:
        assert agree_on(ready, policy, 60, seed=11) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["england", "treatment_places"])
def test_a_million_events_of_shipped_scenarios(name: str) -> None:
    ready = make_ready(name)
    events = sum(agree_on(ready, policy, 1500, seed) for policy in ready.arrays for seed in (1, 2))
    assert events > 1_000_000


@pytest.mark.slow
def test_every_policy_of_the_menu() -> None:
    """A statement of more than sixty regions, in every shape that a support can have."""
    ready = make_ready("menu")
    for policy in ready.arrays:
        assert agree_on(ready, policy, 30, seed=7) > 0


# --- random statements ---


def crowd(case: Case) -> Lives:
    """Up to forty families in no order, many of whom may arrive in the same week."""
    rng = np.random.default_rng(case.seed)
    count = int(rng.integers(1, 40))
    arrival = rng.uniform(-10.0, 0.6 * case.horizon, count)
    if case.seed % 2:
        arrival = np.floor(arrival / 5.0) * 5.0
    return at_start(case.statement, rng.permutation(count), arrival)


@pytest.mark.slow
def test_many_queues_in_a_row_opened_to_many_families_at_once() -> None:
    """More turns within one week than the ring has at first."""
    names = [f"q{i}" for i in range(50)]
    waits = [s.Level(n, n, queue=s.Queue("beds", to)) for n, to in pairwise([*names, "in"])]
    bed = s.Region("bed", "bed", (*waits, s.Level("in", "in")), "q0")
    before = s.Statement((bed,), (clock("k", "bed", "in", s.Fixed(1.0), "q0"),))
    shut, opened = (
        compile_statement(replace(before, resources=(s.Resource("beds", places),)))
        for places in (0, 700)
    )
    lives = at_start(before, np.arange(700), np.zeros(700))
    logs = agree(shut, lives, 1, 4.5, Change(2.0, opened))
    assert sum(map(len, logs)) > 100_000


@STEADY
@given(cases())
def test_random_statements(case: Case) -> None:
    agree(compile_statement(case.statement), crowd(case), case.seed, case.horizon)


@pytest.mark.slow
@STEADY
@given(cases(), st.data())
def test_random_changes_of_policy(case: Case, data: st.DataObject) -> None:
    arrays = compile_statement(case.statement)
    week = data.draw(st.sampled_from([-5.0, 0.0, 3.0, 4.348125, 100.0]))
    change = Change(week, data.draw(later_arrays(case.statement, arrays)))
    agree(arrays, crowd(case), case.seed, case.horizon, change)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_hundreds_of_random_statements(seed: int) -> None:
    # In an order of its own for each seed, unlike the tests above.
    from hypothesis import seed as seeded
    from hypothesis import settings

    many = settings(STEADY, derandomize=False, max_examples=60, database=None)
    many(seeded(seed)(given(cases(), st.data())(_one_random_change)))()


def _one_random_change(case: Case, data: st.DataObject) -> None:
    arrays = compile_statement(case.statement)
    change = Change(0.0, data.draw(later_arrays(case.statement, arrays)))
    agree(arrays, crowd(case), case.seed, case.horizon, change)


# --- how the work is divided ---


def busy(capacity: int | None, families: int = 60) -> tuple[Arrays, Lives]:
    model = replace(busy_statement(), resources=(s.Resource("beds", capacity),))
    arrival = np.linspace(-60.0, 50.0, families)
    return compile_statement(model), at_start(model, np.arange(families), arrival)


@pytest.mark.parametrize("capacity", [None, 3])
@pytest.mark.parametrize("rows", [1, 7, 100])
def test_the_room_for_rows_changes_nothing(
    capacity: int | None, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import simcare.engine.compiled as module

    arrays, lives = busy(capacity)
    usual = compiled(arrays, lives, seed=3, horizon=104.0)
    monkeypatch.setattr(module, "ROWS", rows)
    assert compiled(arrays, lives, seed=3, horizon=104.0) == usual


@pytest.mark.parametrize("capacity", [None, 3])
def test_threads_change_nothing(capacity: int | None) -> None:
    arrays, lives = busy(capacity, 200)
    alone = compiled(arrays, lives, seed=3, horizon=104.0)
    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(compiled, arrays, lives, seed=3, horizon=104.0) for _ in range(6)]
    assert all(future.result() == alone for future in made)


def test_blocks_of_families_agree_with_all_of_them() -> None:
    arrays, lives = busy(None)
    whole = compiled(arrays, lives, seed=3, horizon=104.0)
    parts = [compiled(arrays, lives.part(i, i + 7), seed=3, horizon=104.0) for i in (0, 7, 14)]
    assert [log for part in parts for log in part] == whole[:21]


@pytest.mark.parametrize("capacity", [None, 3])
def test_progress_comes_to_the_number_of_families(capacity: int | None) -> None:
    arrays, lives = busy(capacity)
    told: list[int] = []
    compiled(arrays, lives, seed=3, horizon=104.0, progress=told.append)
    assert sum(told) == len(lives)
    assert min(told) >= 0


def test_nobody_is_nobody() -> None:
    arrays, lives = busy(2)
    assert compiled(arrays, lives.part(0, 0), seed=3, horizon=104.0) == []


def test_events_of_many_families_come_in_pieces() -> None:
    from simcare.engine.compiled import Compiled

    arrays, lives = busy(None, 2000)
    logs: Logs = [[] for _ in range(len(lives))]
    add, sizes = adding_to(logs), list[int]()

    def take(events: Events) -> None:
        sizes.append(len(events))
        add(events)

    Compiled(arrays).stream(lives, take, seed=3, horizon=104.0)
    assert len(sizes) > 1
    assert logs == simulate(arrays, lives, seed=3, horizon=104.0)


# --- what cannot be run ---


def both_say(model: s.Statement) -> str:
    # Of several families in circles, the engines may not come upon the same one first.
    arrays, lives = compile_statement(model), at_start(model, np.arange(1), np.zeros(1))
    said = []
    for engine in (simulate, compiled):
        with pytest.raises(UserError) as caught:
            engine(arrays, lives, seed=1, horizon=10.0)
        said.append(str(caught.value))
    assert said[0] == said[1]
    return said[0]


@pytest.mark.parametrize("capacity", [None, 1])
def test_both_engines_see_a_clock_that_goes_round_in_a_moment(capacity: int | None) -> None:
    case = region("case", "a", "b")
    model = s.Statement(
        (case, s.Region("bed", "bed", (s.Level("in", "in", holds="beds"),), "in")),
        (
            clock("slow", "case", "a", s.Fixed(2.0), "b"),
            clock("there", "case", "b", s.Fixed(0.0), "b"),
        ),
        resources=(s.Resource("beds", capacity),),
    )
    assert "week 2 " in both_say(model)


@pytest.mark.parametrize("capacity", [None, 1, 2])
def test_both_engines_see_queues_that_lead_to_one_another(capacity: int | None) -> None:
    waits = s.Level("a", "a", queue=s.Queue("beds", "b"))
    again = s.Level("b", "b", queue=s.Queue("beds", "a"))
    model = s.Statement(
        (s.Region("bed", "bed", (waits, again), "a"),),
        (clock("leaves", "bed", "a", s.Fixed(1.0), "b"),),
        resources=(s.Resource("beds", capacity),),
    )
    assert "wait for a place" in both_say(model)


def test_too_many_levels_are_refused_by_name() -> None:
    names = [f"l{i}" for i in range(63)]
    model = s.Statement(
        (s.Region("case", "case", levels(*names), "l0"),),
        (clock("moves", "case", "l0", s.Fixed(1.0), "l1"),),
    )
    with pytest.raises(ValueError, match="more than 62 levels"):
        compiled(
            compile_statement(model),
            at_start(model, np.arange(1), np.zeros(1)),
            seed=1,
            horizon=2.0,
        )


def test_arrays_of_another_layout_are_refused() -> None:
    arrays, lives = busy(None)
    other = compile_statement(
        s.Statement((region("case", "a", "b"),), (clock("k", "case", "a", s.Fixed(1.0), "b"),))
    )
    with pytest.raises(ValueError, match="laid out otherwise"):
        compiled(arrays, lives, seed=1, horizon=1.0, change=Change(0.0, other))


# --- how it is compiled ---

_CHECKED = """
import numpy as np
from tests.engine.test_compiled import busy, compiled, make_ready, agree_on
for capacity in (None, 0, 2):
    arrays, lives = busy(capacity, 300)
    compiled(arrays, lives, seed=3, horizon=104.0)
for name in ("england", "few_therapists"):
    agree_on(make_ready(name), make_ready(name).scenario.reference, 40, 1)
print("inside all bounds")
"""


@pytest.mark.slow
def test_no_row_is_read_or_written_out_of_bounds(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _CHECKED], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "inside all bounds", done.stderr


def test_no_short_vector_library_rounds_otherwise() -> None:
    from numba.core import config

    assert vars(config)["USING_SVML"] is False


def test_what_is_kept_on_disk_is_named_after_all_the_sources() -> None:
    from simcare.engine.kernel import apart, building, together

    for function in (apart.run_apart, together.run_together):
        assert building.sources() in vars(function)["py_func"].__qualname__


def test_both_engines_see_rates_at_which_hardly_any_time_passes() -> None:
    model = s.Statement(
        (region("case", "a", "b"),),
        (
            clock("there", "case", "a", s.Exponential(1e300), "b"),
            clock("back", "case", "b", s.Exponential(1e300), "a"),
        ),
    )
    assert "goes round in a circle" in both_say(model)
