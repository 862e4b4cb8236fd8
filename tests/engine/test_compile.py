"""How a statement is laid out flat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simcare.draws import decision_key
from simcare.engine import arrays as a
from simcare.engine.compile import compile_statement
from simcare.model import statement as s
from tests.helpers import busy_statement, clock, levels, region


def test_the_familys_clocks_come_first_and_then_each_childs() -> None:
    x = compile_statement(busy_statement())
    assert (x.regions, x.clocks, x.slots) == (5, 12, 2)
    assert x.region_base.tolist() == [0, 1, 2, 3, 3]
    assert x.clock_base.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 9]
    assert x.clock_region.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4]


def test_every_clock_has_a_key_of_its_own_by_its_name() -> None:
    x = compile_statement(busy_statement())
    assert len(set(x.clock_key.tolist())) == x.clocks
    assert int(x.clock_key[0]) == decision_key("need/worse/-1")
    assert int(x.clock_key[-1]) == decision_key("child/back/1")


def test_hazards_levels_and_places() -> None:
    x = compile_statement(busy_statement())
    kinds = [a.WEIBULL, a.PIECEWISE, a.EXPONENTIAL, a.FIXED, a.WEIBULL]
    assert x.hazard_kind[:5].tolist() == kinds
    assert (x.hazard_a[0], x.hazard_b[0]) == (0.7, 20.0)
    assert x.piece_end.tolist() == [4.0, 12.0, np.inf]
    assert x.piece_rate.tolist() == [0.1, 0.05, 0.01]
    assert x.clock_mask[:5].tolist() == [1, 2, 1, 2, 4]
    assert x.queue_resource[2].tolist() == [a.NONE, 0, a.NONE]
    assert x.queue_then[2].tolist() == [a.NONE, 2, a.NONE]
    assert x.hold[2].tolist() == [a.NONE, a.NONE, 0]
    assert x.capacity.tolist() == [a.NONE]


def test_a_factor_lists_every_level_and_is_1_where_nothing_is_said() -> None:
    x = compile_statement(busy_statement())
    first = int(x.factor_table[x.factor_start[2]])
    assert x.table[first : first + 2].tolist() == [1.0, 3.0]


def test_the_digest_tells_statements_apart() -> None:
    model = busy_statement()
    digest = compile_statement(model).digest()
    assert digest == compile_statement(busy_statement()).digest()
    other = replace(model, resources=(s.Resource("beds", 4),))
    assert digest != compile_statement(other).digest()


def test_two_policies_have_the_same_layout_and_two_models_have_not() -> None:
    model = busy_statement()
    dearer = replace(
        model, clocks=(replace(model.clocks[0], hazard=s.Exponential(1.0)), *model.clocks[1:])
    )
    x = compile_statement(model)
    assert x.same_layout(compile_statement(dearer))
    assert not x.same_layout(compile_statement(replace(model, clocks=model.clocks[1:])))
    assert not x.same_layout(compile_statement(replace(model, children=3)))


def test_what_the_statement_does_not_have_is_an_error() -> None:
    model = s.Statement((region("r", "a", "b"),), (clock("c", "r", "a", s.Fixed(1.0), "b"),))
    for wrong in (
        replace(model, clocks=(clock("c", "no", "a", s.Fixed(1.0), "b"),)),
        replace(model, clocks=(clock("c", "r", "no", s.Fixed(1.0), "b"),)),
        replace(model, clocks=(clock("c", "r", "a", s.Fixed(1.0), "no"),)),
        replace(model, clocks=(clock("c", "r", "a", s.Since("no", 1.0), "b"),)),
        replace(model, regions=(replace(model.regions[0], start="no"),)),
        replace(model, regions=(replace(model.regions[0], resets=("no",)),)),
        replace(
            model, regions=(s.Region("r", "r", (s.Level("a", "a", holds="no"), *levels("b")), "a"),)
        ),
    ):
        with pytest.raises((KeyError, ValueError)):
            compile_statement(wrong)


@pytest.mark.parametrize(
    "hazard",
    [
        s.Exponential(-0.1),
        s.Weibull(0.0, 1.0),
        s.Weibull(1.0, 0.0),
        s.Piecewise((2.0, 2.0), (1.0, 1.0, 1.0)),
        s.Piecewise((2.0,), (1.0,)),
        s.Piecewise((2.0,), (1.0, -1.0)),
        s.Fixed(-1.0),
        s.Exponential(float("nan")),
    ],
)
def test_a_hazard_that_no_clock_can_have_is_an_error(hazard: s.Hazard) -> None:
    model = s.Statement((region("r", "a", "b"),), (clock("tick", "r", "a", hazard, "b"),))
    with pytest.raises(ValueError, match="tick of r cannot run"):
        compile_statement(model)
