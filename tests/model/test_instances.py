"""How regions, registers and clocks are numbered for one family."""

from __future__ import annotations

import numpy as np
import pytest

from simcare.model import statement as s
from simcare.model.instances import Instances, at_start
from tests.helpers import busy_statement, levels


@pytest.fixture
def index() -> Instances:
    """Two regions and a register of the family, and two and one of each of three children."""
    both = tuple(s.Region(n, n, levels("x", "y"), "y", per="child") for n in ("own", "school"))
    family = tuple(s.Region(n, n, levels("x", "y", "z"), "x") for n in ("case", "need"))
    return Instances(
        s.Statement(
            (both[0], family[0], both[1], family[1]),
            (),
            (s.Register("birth", "child", 3.0), s.Register("count", start=7.0)),
            children=3,
        )
    )


def test_the_familys_come_first_then_those_of_each_child(index: Instances) -> None:
    assert [(r.name, k) for r, k in index.regions()] == [
        ("case", -1),
        ("need", -1),
        *((name, k) for k in range(3) for name in ("own", "school")),
    ]
    assert [(g.name, k) for g, k in index.registers()] == [
        ("count", -1),
        *(("birth", k) for k in range(3)),
    ]


def test_numbers_agree_with_the_order(index: Instances) -> None:
    for place, (region, slot) in enumerate(index.regions()):
        assert index.region(region.name, slot) == place
    for place, (register, slot) in enumerate(index.registers()):
        assert index.register(register.name, slot) == place
    assert [index.region("need", slot) for slot in (-1, 0, 2)] == [1, 1, 1]


def test_levels_and_masks(index: Instances) -> None:
    assert index.level("case", "z") == 2
    assert index.mask("case", ("x", "z")) == 0b101
    assert index.mask("case", ()) == 0


def test_registers_are_known_by_name(index: Instances) -> None:
    assert index.has_register("birth")
    assert not index.has_register("death")


def test_clocks_are_in_the_same_order() -> None:
    names = [(c.name, slot) for _, c, slot in Instances(busy_statement()).clocks()]
    assert names[:2] == [("worse", -1), ("better", -1)]
    assert names[-4:] == [("harm", 0), ("back", 0), ("harm", 1), ("back", 1)]


def test_families_at_the_start(index: Instances) -> None:
    lives = at_start(index.statement, [4, 9], [0.0, -3.5])
    assert lives.level.tolist() == [[0, 0, 1, 1, 1, 1, 1, 1]] * 2
    assert lives.register.tolist() == [[7.0, 3.0, 3.0, 3.0]] * 2
    assert lives.arrival.tolist() == [0.0, -3.5]
    assert len(lives) == 2
    part = lives.part(1, 2)
    assert (part.number.tolist(), part.arrival.tolist()) == ([9], [-3.5])
    assert np.array_equal(part.level, lives.level[1:])
