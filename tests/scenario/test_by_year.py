"""What was published year by year: every value from its ids, and nothing late in the fit."""

from __future__ import annotations

import ast
import math
import operator
import re
from pathlib import Path

import pytest

from simcare.errors import UserError
from simcare.evidence import load
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.targets import targets_of
from simcare.scenario.by_year import ByYear, Series, read_by_year

BY_YEAR = read_by_year()
ALL = [
    pytest.param(one, year, id=f"{kind}.{name}-{year}")
    for kind, them in (("targets", BY_YEAR.targets), ("inputs", BY_YEAR.inputs))
    for name, one in them.items()
    for year in one.values
]
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
          ast.Div: operator.truediv}  # fmt: skip


@pytest.fixture(scope="module")
def then() -> Ready:
    return make_ready("england/in_2020", ["usual_practice"])


def figure(id: str) -> float:
    row = load().get(id)
    assert row.is_evidence
    assert row.value is not None
    return row.value


def weibull_shape(mean: float, percent: float) -> float:
    """The shape with which a Weibull curve of a mean has a share within 26 weeks, by bisection."""
    low, high = 0.5, 6.0
    for _ in range(60):
        shape = (low + high) / 2.0
        scale = mean / math.gamma(1.0 + 1.0 / shape)
        within = 1.0 - math.exp(-((26.0 / scale) ** shape))
        low, high = (low, shape) if within < percent / 100.0 else (shape, high)
    return low


def worked_out(series: Series, year: int) -> float:
    formula = series.formula(year)
    call = re.fullmatch(r"weibull\((.+), (.+)\)", formula)
    if call:
        return weibull_shape(figure(call[1]), figure(call[2]))
    for id in sorted(series.evidence(year), key=len, reverse=True):
        formula = formula.replace(id, repr(figure(id)))
    return number(ast.parse(formula, mode="eval").body)


def number(at: ast.expr) -> float:
    if isinstance(at, ast.BinOp):
        return float(_SIGNS[type(at.op)](number(at.left), number(at.right)))
    assert isinstance(at, ast.Constant)
    assert isinstance(at.value, int | float)
    return at.value


@pytest.mark.parametrize(("series", "year"), ALL)
def test_every_value_follows_from_the_figures_that_it_names(series: Series, year: int) -> None:
    assert series.values[year] == pytest.approx(worked_out(series, year), rel=5.1e-4)
    assert 2021 <= year <= 2025
    assert series.evidence(year)


def test_every_year_rests_on_its_own_figures_and_on_none_after_it() -> None:
    for one in (*BY_YEAR.targets.values(), *BY_YEAR.inputs.values()):
        for year in one.values if isinstance(one.of, str) else ():
            named = [re.findall(r"-(20\d\d)\b", id) for id in one.evidence(year)]
            assert max(int(y) for years in named for y in years) == year


def test_names_are_those_of_the_scenario(then: Ready) -> None:
    assert set(BY_YEAR.targets) <= {t.name for t in targets_of(then)}
    assert set(BY_YEAR.inputs) <= set(then.scenario.parameters)
    assert all(then.scenario.parameters[name].assumed is None for name in BY_YEAR.inputs)


@pytest.mark.parametrize(
    ("target", "input"),
    [
        ("nfa", "no_further_action"), ("court_weeks", "proceedings_mean"),
        ("factor_abuse", "share_domestic_abuse"), ("factor_mental", "share_mental_health"),
        ("factor_drugs", "share_drugs"), ("factor_alcohol", "share_alcohol"),
    ],
)  # fmt: skip
def test_what_an_input_says_is_marked_as_put_in(target: str, input: str) -> None:
    assert BY_YEAR.targets[target].put_in
    assert BY_YEAR.targets[target].values == BY_YEAR.inputs[input].values


def test_a_figure_of_2020_comes_from_the_same_formula(then: Ready) -> None:
    for target in targets_of(then):
        series = BY_YEAR.targets.get(target.name)
        if series is None or target.year != 2020 or not isinstance(series.of, str):
            continue
        of_2020 = Series(of=series.of, values={2020: target.value})
        assert target.value == pytest.approx(worked_out(of_2020, 2020), rel=3e-3)


def test_the_back_cast_is_fitted_to_nothing_after_2020(then: Ready) -> None:
    fitted = [t for t in targets_of(then) if t.role == "fit"]
    assert len(fitted) >= 20
    for target in fitted:
        assert target.year is not None
        assert target.year <= 2020
        for id in target.ids:
            assert all(int(year) <= 2020 for year in re.findall(r"20\d\d", load().get(id).period))
    own = {name for name in then.scenario.parameters if not name.startswith("pub_")}
    put_in = [then.scenario.parameters[name] for name in own & set(BY_YEAR.inputs)]
    for parameter in put_in:
        ids = [parameter.evidence] if isinstance(parameter.evidence, str) else parameter.evidence
        assert not any(re.search(r"202[1-9]", id) for id in ids or [])


def test_a_file_that_is_not_in_order_is_told(tmp_path: Path) -> None:
    file = tmp_path / "years.toml"
    for text, expected in (
        ("[targets", "not TOML"),
        ("[targets.nfa]\nof = 'A-REFNFA-YEAR'\nvalues = { 2021 = 'few' }\n", "targets.nfa.values"),
        ("[targets.nfa]\nof = { 2022 = 'A' }\nvalues = { 2021 = 0.1 }\n", "says nothing of 2021"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=re.escape(expected)):
            read_by_year(file)


def test_years_and_what_is_known_of_each() -> None:
    one = Series(of="A-REF-YEAR / 2", values={2022: 1.0, 2024: 2.0})
    found = ByYear(targets={"a": one}, inputs={"b": one})
    assert found.years == (2022, 2024)
    assert found.inputs_of(2024) == {"b": 2.0}
    assert found.inputs_of(2023) == {}
    assert one.evidence(2022) == ("A-REF-2022",)
