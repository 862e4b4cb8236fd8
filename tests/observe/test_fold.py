"""Sums folded event by event: by hand, against the ledger, and the same however they are made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.economics import present_value, schedule
from simcare.engine.events import Events
from simcare.engine.family import FIRED
from simcare.model import statement as s
from simcare.observe.books import Books, make_books
from simcare.observe.fold import Fold, Folded, How, KeepingFold
from simcare.observe.kernel import PERIOD_WEEKS
from simcare.observe.ledger import ledger
from simcare.observe.measures import Measure, Since
from tests.helpers import Run, pounds, run
from tests.observe.conftest import Lived
from tests.observe.plain import counted
from tests.strategies import STEADY, Case, cases

GROUPS = {"help": ("help", "casework"), "nothing": ("care",)}


def folded(books: Books, result: Run, how: How = "interpreted") -> Folded:
    fold = Fold(books, result.lives, how)
    fold.take(result.events)
    return fold.finish()


def column(result: Folded, name: str) -> list[float]:
    return [float(x) for x in result.values[:, result.columns.index(name)]]


# --- by hand ---


def test_money_by_hand(lived: Lived) -> None:
    """Open from 4 to 10 and 14 to 20, with two children at home but for one from 6 to 11."""
    result = lived()
    sums = folded(make_books(result.statement, 20.0, groups=GROUPS), result)
    work = 120.0 + 2.0 + 6.0 + 6.0 + 6.0 + 200.0 + 2 * 50.0 + 2 * 50.0 + 2 * 7.0 + 3.0
    assert sums.columns == (
        "cost", "cost_present_value", "cost_category_care", "cost_category_casework",
        "cost_payer_childrens_services", "cost_payer_nhs",
    )  # fmt: skip
    assert sums.values.tolist() == [[work + 5000.0] * 2 + [5000.0, work, work, 5000.0]]
    assert sums.decisions == 6


def test_money_by_period_by_hand() -> None:
    """£10 a week from week 3 to 14 and £5 in week 8: periods of four weeks to week 15."""
    level = s.Level("a", "a", (pounds(10.0),))
    later = s.Level("b", "b", (), (s.OneOff(5.0, "nhs", "help", "end"),))
    goes = s.Outcome("goes", effects=(s.Move("r", "b"),))
    model = s.Statement(
        (s.Region("r", "r", (level, later), "a"),),
        (s.Clock("k", "r", ("a",), s.Fixed(11.0), (goes,)),),
    )
    result = run(model, [3.0, 20.0], 15.0)
    sums = folded(make_books(model, 15.0, groups=GROUPS), result)
    assert sums.money[0].tolist() == [[10.0, 40.0, 40.0, 25.0], [0.0] * 4]
    assert sums.money[1].tolist() == [[0.0] * 4] * 2


def test_a_payment_at_the_horizon_falls_in_the_last_period() -> None:
    model = s.Statement(
        (s.Region("r", "r", (s.Level("a", "a", (), (s.OneOff(5.0, "nhs", "help", "x"),)),), "a"),),
        (),
    )
    sums = folded(make_books(model, 8.0, groups=GROUPS), run(model, [8.0], 8.0))
    assert sums.money[0, 0].tolist() == [0.0, 5.0]


def test_what_comes_later_is_worth_less(lived: Lived) -> None:
    result, plan = lived([0.0, 300.0], horizon=2000.0), schedule("greenbook-2026-standard")
    bands = tuple(zip(plan.until_years, plan.rates, strict=True))
    books = make_books(result.statement, 2000.0, bands=bands)
    fold = KeepingFold(books, result.lives)
    fold.take(result.events)
    sums, lines = fold.finish(), ledger(fold.lines(), books)
    amount, start, end = (
        lines[c].to_numpy(np.float64) for c in ("amount", "start_week", "end_week")
    )
    expected = present_value(amount, start, end, plan)
    np.testing.assert_allclose(lines["present_value"], expected, rtol=1e-14)
    totals = lines.groupby("family")["present_value"].sum()
    np.testing.assert_allclose(column(sums, "cost_present_value"), totals, rtol=1e-12)
    assert 0.3 < lines["present_value"].sum() / lines["amount"].sum() < 0.7


# --- of any statement ---


@dataclass(frozen=True)
class Piecemeal:
    """Events in pieces, families mixed."""

    books: Books
    measures: dict[str, Measure]
    result: Run
    pieces: list[Events]

    def folded(self, how: How) -> tuple[Folded, KeepingFold]:
        fold, keeping = (kind(self.books, self.result.lives, how) for kind in (Fold, KeepingFold))
        for piece in self.pieces:
            fold.take(piece)
            keeping.take(piece)
        sums, kept = fold.finish(), keeping.finish()
        assert same(sums, kept)
        assert isinstance(keeping, KeepingFold)
        return sums, keeping


def same(one: Folded, other: Folded) -> bool:
    """Whether every bit is the same."""
    names = ("values", "money", "prints")
    pairs = [(getattr(one, n).tobytes(), getattr(other, n).tobytes()) for n in names]
    return one.decisions == other.decisions and all(x == y for x, y in pairs)


@st.composite
def measured(draw: st.DrawFn, model: s.Statement) -> Measure:
    """A random measure of a statement."""
    body = draw(st.sampled_from(model.regions))
    levels = st.lists(st.sampled_from(body.level_names()), unique=True).map(tuple)
    children = [r for r in model.regions if r.per == "child"]
    which, asked = None, bool(draw(st.booleans()))
    if children and asked:
        child = draw(st.sampled_from(children))
        which = (child.name, draw(st.lists(st.sampled_from(child.level_names())).map(tuple)))
    clocks = [c.name for c in model.clocks if c.region == body.name]
    kind = str(draw(st.sampled_from(["moves", "weeks", *(["fires"] if clocks else [])])))
    if kind == "weeks":
        return Measure("weeks", body.name, to=draw(levels), each_child_in=which)
    if kind == "fires":
        clock = draw(st.sampled_from(clocks))
        return Measure("fires", body.name, clock=clock, each_child_in=which)
    return Measure(
        "moves",
        body.name,
        draw(st.none() | levels),
        draw(st.none() | levels),
        nth=draw(st.integers(0, 3)),
        stay_weeks=draw(st.none() | st.sampled_from([1.0, 4.348125, 13.0])),
        again_weeks=draw(st.none() | st.sampled_from([1.0, 5.0])),
        each_child_in=which,
        capped=draw(st.booleans()),
        when=draw(rules(model)),
        since=draw(st.none() | earlier(body)),
    )


@st.composite
def rules(draw: st.DrawFn, model: s.Statement) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """At most one rule of a family's region."""
    families = [r for r in model.regions if r.per == "family"]
    if not families or draw(st.booleans()):
        return ()
    other = draw(st.sampled_from(families))
    return ((other.name, draw(st.lists(st.sampled_from(other.level_names())).map(tuple))),)


@st.composite
def earlier(draw: st.DrawFn, body: s.Region) -> Since:
    """An earlier move of a region."""
    levels = st.lists(st.sampled_from(body.level_names()), unique=True).map(tuple)
    least = draw(st.sampled_from([0.0, 1.0, 4.0]))
    return Since(
        draw(st.none() | levels),
        draw(st.none() | levels),
        least,
        least + draw(st.sampled_from([1.0, 6.0, math.inf])),
        draw(st.none() | levels),
        draw(st.just(()) | levels),
    )


@st.composite
def piecemeal(draw: st.DrawFn) -> Piecemeal:
    """A random statement, run, with random measures; its events in random pieces."""
    case: Case = draw(cases())
    result = run(case.statement, case.arrivals, case.horizon, case.seed)
    wanted = draw(st.lists(measured(case.statement), max_size=4))
    measures = {f"m{i}": measure for i, measure in enumerate(wanted)}
    bands = ((0.1, 0.035), (0.4, 0.03), (math.inf, 0.0))
    books = make_books(case.statement, case.horizon, measures=measures, groups=GROUPS, bands=bands)
    whole, rng = result.events, np.random.default_rng(case.seed)
    # Mixed, with each family's events in their order.
    key = rng.permutation(len(whole))
    family = whole.family.astype(np.int64)
    for i in np.unique(family):
        key[family == i] = np.sort(key[family == i])
    order = np.argsort(key)
    cuts = sorted(rng.integers(0, len(whole) + 1, draw(st.integers(0, 3))).tolist())
    pieces = [
        Events(whole.week[part], whole.code[part])
        for part in np.split(order, cuts)
    ]  # fmt: skip
    return Piecemeal(books, measures, result, pieces)


@pytest.mark.slow
@STEADY
@given(piecemeal())
def test_compiled_and_in_pieces_it_is_the_same_to_the_last_bit(found: Piecemeal) -> None:
    pytest.importorskip("numba")
    sums, keeping = found.folded("interpreted")
    assert same(sums, folded(found.books, found.result))
    compiled, keeping_too = found.folded("compiled")
    assert same(sums, compiled)
    one, other = keeping.lines(), keeping_too.lines()
    for name in ("family", "slot", "source", "start", "end", "amount", "value"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@STEADY
@given(piecemeal())
def test_a_familys_sums_are_those_of_its_lines(found: Piecemeal) -> None:
    books = found.books
    sums, keeping = found.folded("interpreted")
    lines = ledger(keeping.lines(), books)
    families = range(len(sums.values))

    def total(of: str, **where: str) -> list[float]:
        own = lines
        for name, value in where.items():
            own = own[own[name] == value]
        return own.groupby("family")[of].sum().reindex(families, fill_value=0.0).to_list()

    assert column(sums, "cost") == pytest.approx(total("amount"))
    assert column(sums, "cost_present_value") == pytest.approx(total("present_value"))
    for name in books.columns:
        for kind in ("category", "payer"):
            if name.startswith(f"cost_{kind}_"):
                own = total("amount", **{kind: name.removeprefix(f"cost_{kind}_")})
                assert column(sums, name) == pytest.approx(own)
    by_period = sums.money[:, 0].sum(axis=1).tolist()
    assert by_period == pytest.approx(total("amount", category="help"))
    assert not sums.money[:, 1].any()
    assert sums.money.shape[2] == math.ceil(books.horizon / PERIOD_WEEKS)


@STEADY
@given(piecemeal())
def test_measures_are_those_of_a_plain_loop(found: Piecemeal) -> None:
    sums, _ = found.folded("interpreted")
    for name, measure in found.measures.items():
        assert column(sums, name) == pytest.approx(counted(found.result, measure)), measure


@STEADY
@given(cases())
def test_a_fingerprint_tells_lives_apart_and_nothing_else(case: Case) -> None:
    result = run(case.statement, case.arrivals, case.horizon, case.seed)
    prints = folded(make_books(case.statement, case.horizon), result).prints
    for i, log in enumerate(result.logs):
        rows = [row[:5] for row in log if row[1] != FIRED and row[0] >= 0.0]
        assert (prints[i] == 0) == (not rows)
        for k, other in enumerate(result.logs):
            others = [row[:5] for row in other if row[1] != FIRED and row[0] >= 0.0]
            assert (prints[i] == prints[k]) == (rows == others)


def test_a_fold_of_nobody() -> None:
    model = s.Statement((s.Region("r", "r", (s.Level("a", "a", (pounds(2.0),)),), "a"),), ())
    result = run(model, 0, 10.0)
    sums = folded(make_books(model, 10.0, groups=GROUPS), result)
    assert sums.values.shape == (0, 4)
    assert sums.money.shape == (0, 2, 3)
