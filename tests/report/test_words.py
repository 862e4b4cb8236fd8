"""How numbers and times are written."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.report import words


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "£0"), (1234.4, "£1,234"), (-1234.6, "−£1,235"), (0.2, "£0"), (-0.2, "£0")],
)
def test_pounds_have_thousands_separators_and_a_true_minus(value: float, said: str) -> None:
    assert words.pounds(value) == said


def test_a_plus_is_written_only_where_it_is_asked_for_and_true() -> None:
    assert words.pounds(5.0, "+") == "+£5"
    assert words.pounds(-5.0, "+") == "−£5"
    assert words.pounds(0.0, "+") == "£0"


def test_about_pounds_keeps_three_figures() -> None:
    assert words.about_pounds(51_379.87) == "£51,400"
    assert words.about_pounds(-999.6) == "−£1,000"


def test_a_number_that_is_not_known_is_a_dash() -> None:
    assert words.pounds(math.nan) == words.plain(math.nan, 2) == words.NONE


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (520, "ten years"),
        (104, "two years"),
        (52, "one year"),
        (30, "30 weeks"),
        (1044, "20 years"),
    ],
)
def test_a_length_of_nearly_whole_years_is_said_in_years(weeks: float, said: str) -> None:
    assert words.length(weeks) == said


def test_dates_count_days_from_the_start() -> None:
    start = datetime.date(2025, 4, 7)
    assert words.date_of(start, 0.0) == start
    assert words.date_of(start, 1.0) == datetime.date(2025, 4, 14)
    assert words.date_of(start, -0.1) == datetime.date(2025, 4, 6)
    assert words.day(start) == "7 Apr 2025"


def test_names_keep_their_capitals_inside_a_sentence() -> None:
    assert words.lower_first("Usual practice") == "usual practice"
    assert words.lower_first("Family Drug and Alcohol Court") == "Family Drug and Alcohol Court"


def test_a_remark_at_the_end_of_a_title_is_left_out() -> None:
    assert words.bare("Incidents at home (safety)") == "Incidents at home"
    assert words.bare("Assessment") == "Assessment"


def test_a_half_width_is_written_with_the_places_of_its_difference() -> None:
    said = words.with_half(-0.3616, 0.1844).replace(words.TIED, " ")
    assert said == "−0.36 ± 0.18"
    assert words.with_half(-31.67, math.nan) == "−32"


@given(st.floats(0.001, 1e9), st.integers(1, 6))
def test_rounding_to_figures_errs_by_less_than_half_the_last_one(value: float, count: int) -> None:
    unit = 10.0 ** (math.floor(math.log10(value)) - count + 1)
    assert abs(words.figures(value, count) - value) <= 0.5 * unit * (1.0 + 1e-6)


@given(st.integers(-(10**9), 10**9))
def test_pounds_can_be_read_back(value: int) -> None:
    said = words.pounds(float(value)).replace("£", "").replace(",", "").replace("−", "-")
    assert int(said) == value


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5))
def test_a_listing_names_everything_in_order(parts: list[str]) -> None:
    assert words.listing(parts).replace(" and ", ", ").split(", ") == parts
