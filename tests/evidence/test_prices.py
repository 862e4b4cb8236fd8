from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.evidence import Register, load
from simcare.evidence.prices import price_index, rebase

YEARS = [f"{year}-{(year + 1) % 100:02d}" for year in range(2004, 2026)]
CALENDAR_YEARS = [str(year) for year in range(2005, 2026)]


def test_residential_rehabilitation_in_2024_25_prices_as_the_register_prints_it() -> None:
    assert rebase(669, "2012-13", "2024-25") == pytest.approx(669 * 100 / 71.5454)
    assert round(rebase(669, "2012-13", "2024-25")) == 935  # B-REHAB1213-2425


def test_every_published_uprating_is_reproduced_to_the_pound() -> None:
    register = load()
    checked = 0
    for id in register.ids():
        original = register.numbers.get(id.removesuffix("-2425"))
        if not id.endswith("-2425") or original is None or original.id == id:
            continue
        uprated = register.get(id).value
        assert uprated is not None
        assert original.value is not None
        assert original.price_year is not None
        ours = rebase(original.value, original.price_year, "2024-25")
        assert ours == pytest.approx(uprated, abs=0.51), id
        checked += 1
    assert checked == 97


def test_every_price_year_in_the_register_can_be_rebased() -> None:
    years = {e.price_year for e in load().numbers.values() if e.price_year}
    assert {"2004-05", "2018", "2025-26"} <= years
    assert all(50 < price_index(year) < 110 for year in years)


def test_a_calendar_year_is_a_quarter_of_one_financial_year_and_three_of_the_next() -> None:
    assert price_index("2024") == pytest.approx(96.1117 / 4 + 3 * 100.0 / 4)


@given(
    st.floats(0.01, 1e9),
    st.sampled_from(YEARS + CALENDAR_YEARS),
    st.sampled_from(YEARS + CALENDAR_YEARS),
)
def test_there_and_back_is_the_same_amount(amount: float, one: str, other: str) -> None:
    assert rebase(rebase(amount, one, other), other, one) == pytest.approx(amount, rel=1e-12)


@given(st.sampled_from(YEARS), st.sampled_from(YEARS), st.sampled_from(YEARS))
def test_going_through_a_third_year_changes_nothing(one: str, two: str, three: str) -> None:
    assert rebase(rebase(1.0, one, two), two, three) == pytest.approx(rebase(1.0, one, three))


@pytest.mark.parametrize("year", ["2003-04", "2026-27", "12-13", "2012-14", "", "2004"])
def test_a_year_outside_the_series_is_refused_with_the_years_that_are_in_it(year: str) -> None:
    with pytest.raises(UserError, match=r"2004-05 to 2025-26.*2005 to 2025") as refused:
        rebase(100.0, year, "2024-25")
    assert f"“{year}”" in str(refused.value)


def test_a_register_with_another_series_is_used_when_given() -> None:
    shipped = load()
    only = {"C-GDPDEF-2024-25": shipped.get("C-GDPDEF-2024-25")}
    with pytest.raises(UserError, match="2024-25 to 2024-25"):
        rebase(1.0, "2012-13", "2024-25", Register(only, {}))
    with pytest.raises(UserError, match="no series"):
        rebase(1.0, "2012-13", "2024-25", Register({}, {}))
