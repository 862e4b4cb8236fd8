"""Which engine runs, and what is said of it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from simcare.engine.arrays import Arrays
from simcare.engine.compile import compile_statement
from simcare.engine.engines import FEW_LIVES, choose, prepare
from simcare.errors import UserError
from simcare.model import statement as s
from simcare.model.instances import at_start
from tests.helpers import Logs, adding_to, busy_statement, clock, levels

MANY = FEW_LIVES + 1


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return compile_statement(busy_statement())


@pytest.fixture(scope="module")
def too_many_levels() -> Arrays:
    names = [f"l{i}" for i in range(63)]
    case = s.Region("case", "case", levels(*names), "l0")
    return compile_statement(s.Statement((case,), (clock("k", "case", "l0", s.Fixed(1.0), "l1"),)))


def test_simpy_is_what_you_get_if_you_ask_for_it(arrays: Arrays) -> None:
    assert choose("simpy", [arrays], MANY).engine == "simpy"


def test_auto_takes_the_compiled_engine_where_it_pays(arrays: Arrays) -> None:
    pytest.importorskip("numba")
    assert choose("auto", [arrays], MANY).engine == "compiled"
    assert choose("auto", [arrays], FEW_LIVES).engine == "simpy"
    assert choose("compiled", [arrays], 1).engine == "compiled"


def test_auto_falls_back_and_says_why(too_many_levels: Arrays, arrays: Arrays) -> None:
    pytest.importorskip("numba")
    choice = choose("auto", [arrays, too_many_levels], MANY)
    assert choice.engine == "simpy"
    assert choice.why_not_compiled == "a region has more than 62 levels"


def test_the_compiled_engine_refuses_by_name(too_many_levels: Arrays) -> None:
    pytest.importorskip("numba")
    with pytest.raises(UserError, match="because a region has more than 62 levels; use simpy"):
        choose("compiled", [too_many_levels], MANY)


def test_without_numba_there_is_simpy(arrays: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert "numba is not installed" in str(choose("auto", [arrays], MANY).why_not_compiled)
    assert choose("auto", [arrays], FEW_LIVES).why_not_compiled is None
    with pytest.raises(UserError, match="numba is not installed"):
        choose("compiled", [arrays], MANY)


def test_both_engines_stand_behind_one_call(arrays: Arrays) -> None:
    pytest.importorskip("numba")
    lives = at_start(busy_statement(), np.arange(30), np.linspace(-20.0, 20.0, 30))
    one: Logs = [[] for _ in range(30)]
    other: Logs = [[] for _ in range(30)]
    prepare("simpy", arrays).stream(lives, adding_to(one), seed=4, horizon=60.0)
    prepare("compiled", arrays).stream(lives, adding_to(other), seed=4, horizon=60.0)
    assert one == other
