"""Random small statements, with some of everything that a statement can say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simcare.engine.arrays import EXPONENTIAL, FIXED, Arrays
from simcare.model import statement as s

STEADY = settings(
    deadline=None,
    derandomize=True,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples every time, so that a test that passes always passes."""

LEVELS = ("a", "b", "c", "d")
VALUES = st.sampled_from([0.0, 0.5, 1.0, 2.0])
TRAITS, COUNTS = ("trait",), ("count", "date")
Op = Literal[">=", "<=", ">", "<", "==", "!="]
OPS: tuple[Op, ...] = (">=", "<=", ">", "<", "==", "!=")


@dataclass(frozen=True)
class Case:
    """A statement with families to run it on."""

    statement: s.Statement
    arrivals: NDArray[np.float64]
    seed: int
    horizon: float


@dataclass(frozen=True)
class _Names:
    """What clocks may name: regions with their levels, and the places that there are."""

    family: dict[str, tuple[str, ...]]
    child: dict[str, tuple[str, ...]]
    places: tuple[str, ...]

    def all(self) -> dict[str, tuple[str, ...]]:
        return self.family | self.child


@st.composite
def cases(draw: st.DrawFn, limited: bool = True) -> Case:
    """A random statement, up to six families, a seed and a horizon."""
    span = draw(st.sampled_from([10.0, 30.0]))
    seed = draw(st.integers(0, 2**32))
    count = draw(st.integers(1, 6))
    arrivals = np.random.default_rng(seed).uniform(-span, 1.1 * span, count)
    arrivals[0] = min(arrivals[0], 0.5 * span)
    return Case(draw(statements(limited)), arrivals, seed, span)


@st.composite
def statements(draw: st.DrawFn, limited: bool = True) -> s.Statement:
    """A random statement. Unless `limited`, nobody ever waits for a place."""
    names = _Names(
        {f"r{i}": LEVELS[: draw(st.integers(1, 4))] for i in range(draw(st.integers(1, 3)))},
        {f"c{i}": LEVELS[: draw(st.integers(1, 3))] for i in range(draw(st.integers(0, 2)))},
        tuple(f"p{i}" for i in range(draw(st.integers(0, 2)))),
    )
    capacity = st.sampled_from([None, 0, 1, 2] if limited else [None])
    clocks = [
        draw(_clock(names, region, f"k{i}"))
        for region in names.all()
        for i in range(draw(st.integers(1 if region == "r0" else 0, 3)))
    ]
    return s.Statement(
        regions=tuple(draw(_region(names, region)) for region in names.all()),
        clocks=tuple(clocks),
        registers=(
            s.Register("trait", start=draw(VALUES)),
            s.Register("count"),
            s.Register("date", start=draw(st.floats(-5.0, 20.0))),
            s.Register("own", "child", draw(VALUES)),
        ),
        resources=tuple(s.Resource(name, draw(capacity)) for name in names.places),
        children=draw(st.integers(1, 3)) if names.child else 0,
    )


@st.composite
def _region(draw: st.DrawFn, names: _Names, name: str) -> s.Region:
    of_child = name in names.child
    levels = names.all()[name]
    made = []
    for i, level in enumerate(levels):
        queue = holds = None
        if names.places:
            if i + 1 < len(levels) and draw(st.booleans()):
                # Only ever forwards, so that no family goes round in a moment.
                then = draw(st.sampled_from(levels[i + 1 :]))
                place = draw(st.sampled_from(names.places))
                queue = s.Queue(place, then, draw(_priority(names, name)))
            else:
                holds = draw(st.none() | st.sampled_from(names.places))
        weekly = draw(st.lists(_money(names, f"{name}.{level}.weekly", of_child), max_size=1))
        once = draw(st.lists(_money(names, f"{name}.{level}.entry", of_child), max_size=1))
        made.append(
            s.Level(
                level,
                level,
                tuple(s.Weekly(*money) for money in weekly),
                tuple(s.OneOff(*money) for money in once),
                queue,
                holds,
            )
        )
    resets = draw(st.lists(st.sampled_from(COUNTS), max_size=1))
    scope: s.Scope = "child" if of_child else "family"
    return s.Region(name, name, tuple(made), draw(st.sampled_from(levels)), scope, tuple(resets))


@st.composite
def _priority(draw: st.DrawFn, names: _Names, region: str) -> s.LevelFactor | None:
    other = draw(st.none() | st.sampled_from(_visible(names, region)))
    if other is None:
        return None
    return s.LevelFactor(other, tuple((x, draw(VALUES)) for x in names.all()[other]))


_Sum = tuple[float, str, str, str, tuple[str, tuple[str, ...]] | None]


@st.composite
def _money(draw: st.DrawFn, names: _Names, item: str, of_child: bool) -> _Sum:
    which = None
    if names.child and not of_child and draw(st.booleans()):
        region = draw(st.sampled_from(sorted(names.child)))
        which = (region, draw(_some(names.child[region])))
    return draw(st.sampled_from([1.0, 250.0, 1000.0])), "nhs", "help", item, which


def _some(levels: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(levels), min_size=1, unique=True).map(tuple)


@st.composite
def _clock(draw: st.DrawFn, names: _Names, region: str, name: str) -> s.Clock:
    at = draw(_some(names.all()[region]))
    if draw(st.integers(0, 5)) == 0:
        # Moves nothing: two of these could otherwise send one another round in a moment.
        return s.Clock(
            name,
            region,
            at,
            s.Since("date", draw(st.sampled_from([-5.0, 0.0, 0.5, 10.0]))),
            (s.Outcome("since", effects=tuple(draw(st.lists(_writes(), max_size=2)))),),
            repeats=draw(st.booleans()),
        )
    outcomes = st.lists(_outcome(names, region, f"{region}.{name}"), min_size=1, max_size=3)
    return s.Clock(
        name,
        region,
        at,
        draw(hazards()),
        tuple(draw(outcomes)),
        tuple(draw(st.lists(_factor(names, region), max_size=2))),
        draw(st.booleans()),
    )


@st.composite
def hazards(draw: st.DrawFn) -> s.Hazard:
    """A hazard that fires at most about once in two weeks."""
    rate = st.floats(0.0, 0.4)
    match draw(st.sampled_from(["exponential", "weibull", "piecewise", "fixed"])):
        case "exponential":
            return s.Exponential(draw(rate))
        case "weibull":
            return s.Weibull(draw(st.floats(0.5, 2.5)), draw(st.floats(3.0, 30.0)))
        case "piecewise":
            lengths = draw(st.lists(st.floats(0.5, 8.0), max_size=3))
            rates = [draw(rate) for _ in range(len(lengths) + 1)]
            return s.Piecewise(tuple(np.cumsum(lengths).tolist()), tuple(rates))
    return s.Fixed(draw(st.sampled_from([1.0, 13.0 / 7.0, 4.348125, 13.0])))


@st.composite
def _factor(draw: st.DrawFn, names: _Names, region: str) -> s.Factor:
    kinds = ["level", "register"] + ["count"] * bool(names.child)
    match draw(st.sampled_from(kinds)):
        case "level":
            other = draw(st.sampled_from(_visible(names, region)))
            return s.LevelFactor(other, tuple((x, draw(VALUES)) for x in names.all()[other]))
        case "register":
            own = ("own",) if region in names.child else ()
            return s.RegisterFactor(draw(st.sampled_from(TRAITS + own)))
    child = draw(st.sampled_from(sorted(names.child)))
    values = tuple(draw(st.lists(VALUES, min_size=1, max_size=3)))
    return s.CountFactor(child, draw(_some(names.child[child])), values)


def _visible(names: _Names, region: str) -> list[str]:
    """Regions of which a clock of `region` knows the level: a family's clock sees no one child."""
    return sorted(names.all() if region in names.child else names.family)


@st.composite
def _outcome(draw: st.DrawFn, names: _Names, region: str, item: str) -> s.Outcome:
    number = draw(st.integers(0, 9))
    guard = st.lists(_test(names, region), min_size=1, max_size=2).map(tuple)
    return s.Outcome(
        f"{item}.{number}",
        tuple(draw(st.lists(guard, max_size=2))),
        draw(st.none() | st.sampled_from([0.0, 0.3, 0.7, 1.0])),
        draw(st.none() | st.just("trait")),
        tuple(draw(st.lists(_effect(names, region), max_size=3))),
        tuple(
            s.OneOff(*money)
            for money in draw(st.lists(_money(names, f"{item}.{number}", False), max_size=1))
        ),
    )


@st.composite
def _test(draw: st.DrawFn, names: _Names, region: str) -> s.Test:
    other = draw(st.sampled_from(_visible(names, region)))
    op = draw(st.sampled_from(OPS))
    value = draw(st.sampled_from([0.0, 1.0, 2.0, 4.348125, 13.0]))
    kinds = ["level", "register", "since", "weeks_in", "week"] + ["children"] * bool(names.child)
    match draw(st.sampled_from(kinds)):
        case "level":
            return s.LevelIs(other, draw(_some(names.all()[other])))
        case "register":
            return s.Compare("register", draw(st.sampled_from(TRAITS + COUNTS)), op, value)
        case "since":
            return s.Compare("since", "date", op, value)
        case "weeks_in":
            return s.Compare("weeks_in", other, op, value)
        case "week":
            return s.Compare("week", "", op, value)
    child = draw(st.sampled_from(sorted(names.child)))
    return s.Compare("children", child, op, value, draw(_some(names.child[child])))


@st.composite
def _effect(draw: st.DrawFn, names: _Names, region: str) -> s.Effect:
    if draw(st.integers(0, 2)) == 0:
        return draw(_writes())
    other = draw(st.sampled_from(sorted(names.all())))
    only_from = draw(st.just(()) | _some(names.all()[other]))
    to = draw(st.sampled_from(names.all()[other]))
    first = other in names.child and region in names.family and draw(st.booleans())
    return s.Move(other, to, only_from, first)


def _writes() -> st.SearchStrategy[s.Effect]:
    """Traits that multiply a rate stay small; the rest may grow."""
    return st.one_of(
        st.builds(s.Put, st.sampled_from(TRAITS), VALUES),
        st.builds(s.Add, st.sampled_from(COUNTS), VALUES),
        st.builds(s.Stamp, st.sampled_from(COUNTS), VALUES),
    )


@st.composite
def later_arrays(draw: st.DrawFn, statement: s.Statement, arrays: Arrays) -> Arrays:
    """Arrays of the same layout for a policy that comes later: other numbers, levels and places."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    clocks, shares = arrays.clocks, arrays.outcome_share
    kind, first = _other_kinds(arrays, rng)
    sizes = np.array([len(r.levels) for r in statement.regions])
    top = sizes[arrays.region_base[arrays.clock_region]]
    flipped = arrays.clock_mask ^ np.where(rng.random(clocks) < 0.2, rng.integers(0, 4, clocks), 0)
    return replace(
        arrays,
        capacity=np.where(
            arrays.capacity >= 0, rng.integers(0, 4, len(arrays.capacity)), arrays.capacity
        ),
        hazard_kind=kind,
        hazard_a=first * rng.choice([0.5, 1.0, 1.0, 2.0], clocks),
        clock_mask=flipped & ((1 << top) - 1),
        outcome_share=np.where(
            shares >= 0.0,
            np.minimum(shares * rng.choice([0.5, 1.0, 1.5], len(shares)), 1.0),
            shares,
        ),
    )


def _other_kinds(
    arrays: Arrays, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Kinds and first numbers of hazards, some of them fixed that were not, or the other way."""
    kind = arrays.hazard_kind
    turns = rng.random(arrays.clocks) < 0.2
    loosened, fixed = turns & (kind == FIXED), turns & (kind == EXPONENTIAL)
    return (
        np.select([loosened, fixed], [EXPONENTIAL, FIXED], kind),
        np.select([loosened, fixed], [0.2, 5.0], arrays.hazard_a),
    )
