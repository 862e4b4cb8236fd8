from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.evidence import convert, load, range_in, value_in

REGISTER = load()


@pytest.mark.parametrize(
    ("id", "unit", "expected"),
    [
        ("A-REREF-2025", "share", 0.226),
        ("A-REFNFA-2025", "share", 0.065),  # "% of referrals"
        ("TC-UIS-RET-ALL-W12", "share", 0.511),  # "proportion (Wilson 95%)"
        ("FS-CPP49", "share", -0.49),
        ("C-STPR-0-30", "share", 0.035),  # "% real"
        ("REV-REF12", "share", 0.32),  # "% (survival)"
        ("A-ASSMED-2025", "weeks", 6.6),  # 33 working days
        ("A-WEEKS-2025Q2", "weeks", 38),
        ("TC-TEDS04-MED", "weeks", 46 / 7),
        ("TC-DATOS-MED", "weeks", 3 * 52.1775 / 12),
        ("A-CLADUR-2025", "weeks", 2.45 * 52.1775),
        ("B-REHAB1213", "£/week", 669),
        ("B-NAORES2324", "£/week", 318400 / 52.1775),
        ("B-PAUSE57102", "£/week", 57102 / 52.1775),  # "£/removal avoided/year"
        ("B-NAORES1920", "£/week", 239800 / 52.1775),  # "£/year (2023-24 prices)"
        ("B-CIN-SS5.0.3", "£/week", 107 * 12 / 52.1775),
        ("B-CIN-SS5.0", "£/week", 1416 * 2 / 52.1775),  # "£/6 months"
        ("B-DETOX1213", "£/week", 152 * 7),
        ("B-REHABNHS1314", "£/week", 330 * 7),  # "£/bed day"
        ("TC-NTA12-COST-WEEK", "£/week", 600),
        ("B-MVPERCASEWK", "£/week", 2148),  # "£/case/week"
        ("REFLECT", "£/week", 850000 / 52.1775),  # "GBP/yr"
        ("B-CIN-SS5.0.2", "£", 271),  # "£/process"
        ("TC-SEED-COST-MID", "£", 11000),
        ("A-REF-2025", "per week", 632830 / 52.1775),
        ("A-PLCHRATE-2025", "per week", 0.72 / 52.1775),  # "changes/child-year"
        ("A-REF-2025", "referrals/year", 632830),
        ("TC-MCC97-HR", "hazard ratio", 0.74),
        ("TC-MCC97-HR", "ratio", 0.74),
        ("PSY-PREF-OR", "ratio", 1.79),
        ("B-PAUSE450", "ratio", 4.5),
        ("SEED-STAFF-POSTS", "count", 36),
        ("A-SWCASE-2025", "count", 15.2),
        ("B-SWH1213", "£/hour", 40),
    ],
)
def test_published_figures_in_the_units_of_a_model(id: str, unit: str, expected: float) -> None:
    assert value_in(REGISTER.get(id), unit) == pytest.approx(expected, rel=1e-12)


def test_a_range_is_converted_like_its_value() -> None:
    assert range_in(REGISTER.get("A-ASSMED-2025"), "weeks") == pytest.approx((3.4, 8.6))
    assert range_in(REGISTER.get("SAFECARE"), "hazard ratio") == (0.74, 0.83)
    assert range_in(REGISTER.get("A-REREF-2025"), "share") is None
    with pytest.raises(UserError, match="cannot be read"):
        range_in(REGISTER.get("A-ASSMED-2025"), "share")


@pytest.mark.parametrize(
    ("id", "unit"),
    [
        ("B-SWH1213", "£/week"),  # an hour is not a week's work
        ("B-RO3-0-2024-25", "£"),  # £ million
        ("B-KINVALUE", "£/week"),  # £bn
        ("A-CLARATE-2025", "share"),  # per 10,000
        ("FTC-WSIPP-COST", "£"),  # dollars
        ("SD-FUP-COST", "£/week"),
        ("B-PAUSE450", "£"),  # £ per £1
        ("REC-LEE-EARLY", "share"),  # a monthly hazard
        ("A-REREF-2025", "weeks"),
        ("A-CLADUR-2025", "years/week"),
        ("PSY-PREF-OR", "hazard ratio"),
        ("A-WEEKS-2025Q2", "months"),
    ],
)
def test_anything_not_obvious_is_refused(id: str, unit: str) -> None:
    figure = REGISTER.get(id)
    with pytest.raises(UserError) as refused:
        value_in(figure, unit)
    said = str(refused.value)
    assert said.startswith(f"{id} ({figure.quantity}) is in “{figure.unit}”")
    assert f"cannot be read in “{unit}”" in said


def test_a_refusal_says_which_units_would_do() -> None:
    with pytest.raises(UserError, match="ask for “weeks” or “working days”"):
        value_in(REGISTER.get("A-ASSMED-2025"), "£/week")


def test_a_figure_that_is_not_one_number_names_its_parts() -> None:
    with pytest.raises(UserError, match=r"“36.2 v 44.8”.*FGC-LAC-REFERRED, FGC-LAC-USUAL"):
        value_in(REGISTER.get("FGC-LAC"), "share")
    with pytest.raises(UserError, match="give the number yourself with a source"):
        value_in(REGISTER.get("PSY-BPD-ARNTZ"), "share")


def test_no_unit_that_states_two_things_or_dollars_is_converted() -> None:
    for e in REGISTER.numbers.values():
        if ";" in e.unit or "USD" in e.unit or "million" in e.unit or "bn" in e.unit:
            assert convert(e.unit) == (e.unit, 1.0), e.unit


def test_what_every_unit_of_the_register_becomes() -> None:
    plain = {convert(e.unit).unit for e in REGISTER.numbers.values()}
    assert {"share", "weeks", "£/week", "£", "per week", "ratio", "count"} <= plain
    for e in REGISTER.numbers.values():
        if e.unit.startswith("%") and ";" not in e.unit:
            assert convert(e.unit) == ("share", 0.01), e.unit
        if e.unit.startswith("proportion"):
            assert convert(e.unit) == ("share", 1.0), e.unit


@given(st.floats(-1e9, 1e9), st.sampled_from(sorted({e.unit for e in REGISTER.numbers.values()})))
def test_converting_is_a_change_of_scale(value: float, unit: str) -> None:
    figure = dataclasses.replace(REGISTER.get("B-REHAB1213"), value=value, unit=unit)
    double = dataclasses.replace(figure, value=2 * value)
    plain = convert(unit).unit
    assert value_in(double, plain) == pytest.approx(2 * value_in(figure, plain))
    assert value_in(figure, unit) == value
