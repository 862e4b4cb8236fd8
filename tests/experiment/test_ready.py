"""A ready scenario with other numbers is the scenario with those numbers in its file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simcare.errors import UserError
from simcare.experiment.compare import compare
from simcare.experiment.ready import Ready, make_ready, with_settings, with_values
from simcare.scenario.parameters import range_of

SAMPLED = Path(__file__).parents[1] / "report" / "sampled.toml"
OVER = """
extends = "{base}"
title = "Many families in a made-up council"
[parameters.seen]
value = 0.25
unit = "share"
source = "given in place of the scenario's own"
[parameters.stay_price]
value = 75.5
unit = "£/week"
price_year = "2024-25"
source = "given in place of the scenario's own"
"""
VALUES = {"seen": 0.25, "stay_price": 75.5}


@pytest.fixture(scope="module")
def sampled() -> Ready:
    return make_ready(SAMPLED)


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england")


def digests(ready: Ready) -> dict[str, str]:
    return {name: arrays.digest() for name, arrays in ready.arrays.items()}


def test_other_values_are_a_file_laid_over_the_scenario(sampled: Ready, tmp_path: Path) -> None:
    path = tmp_path / "over.toml"
    path.write_text(OVER.format(base=SAMPLED.as_posix()), encoding="utf-8")
    written, given = make_ready(path), with_values(sampled, VALUES)
    assert given.parameters == written.parameters
    assert given.statements == written.statements
    assert digests(given) == digests(written)
    assert given.loaded.digest == written.loaded.digest
    assert given.loaded.digest != sampled.loaded.digest
    one, other = (compare(r, ["stay"], families=40) for r in (written, given))
    pd.testing.assert_frame_equal(one.summary, other.summary, check_exact=True)


def test_a_scenario_is_not_changed_by_a_variant_of_it(sampled: Ready) -> None:
    before = digests(make_ready(SAMPLED))
    with_values(sampled, VALUES)
    assert digests(sampled) == before
    assert digests(with_values(sampled, {})) == before


def test_all_of_englands_numbers_can_be_given_again(england: Ready) -> None:
    again = with_values(england, england.values)
    # A price goes through the deflator of its own year, which may cost it the last digit.
    assert again.values == pytest.approx(england.values, rel=1e-15)
    shares = [n for n, p in england.parameters.items() if not p.unit.startswith("£")]
    assert {n: again.values[n] for n in shares} == {n: england.values[n] for n in shares}


def test_policies_that_are_not_asked_for_are_not_built(sampled: Ready) -> None:
    whole, part = with_values(sampled, VALUES), with_values(sampled, VALUES, ["as_now", "stay"])
    assert list(part.statements) == ["as_now", "stay"]
    assert digests(part) == {n: d for n, d in digests(whole).items() if n in ("as_now", "stay")}


@pytest.mark.parametrize("name", ["rolled_out", "few_therapists"])
def test_a_scenario_that_names_what_it_compares_can_be_cut_down_to_others(name: str) -> None:
    assert "residential_treatment" not in make_ready(name).scenario.compare
    ready = make_ready(name, ["residential_treatment"])
    assert "residential_treatment" in ready.statements
    assert set(ready.scenario.compare) <= set(ready.statements)


def test_a_replaced_parameter_varies_for_the_policies_that_use_it(sampled: Ready) -> None:
    varied = with_values(sampled, {"harm_more": 9.0})
    changed = {p for p, d in digests(varied).items() if d != digests(sampled)[p]}
    assert changed == {"harmful"}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"sean": 0.2}, "there is no parameter `sean`; did you mean `seen`"),
        ({"seen": 1.2}, "parameters.seen: the value 1.2 is out of bounds"),
        ({"seen": float("nan")}, "the value nan is out of bounds"),
        ({"stay_price": -1.0}, "parameters.stay_price: the value -1 is out of bounds"),
        ({"relapse_shape": 0.01}, "the `shape` of a Weibull clock is 0.01"),
    ],
)
def test_values_that_make_no_model_are_refused(
    sampled: Ready, values: dict[str, float], says: str
) -> None:
    with pytest.raises(UserError) as caught:
        with_values(sampled, values)
    assert says in str(caught.value)


def test_other_settings_are_those_of_a_file_laid_over_the_scenario(
    sampled: Ready, tmp_path: Path
) -> None:
    path = tmp_path / "over.toml"
    path.write_text(
        f'extends = "{SAMPLED.as_posix()}"\nhorizon_weeks = 260\nwarm_up_weeks = 52\n'
        'discount = "greenbook-2026-standard"\n',
        encoding="utf-8",
    )
    written = make_ready(path)
    settings: dict[str, int | str] = {"horizon_weeks": 260, "warm_up_weeks": 52}
    settings["discount"] = "greenbook-2026-standard"
    given = with_settings(sampled, settings)
    assert given.loaded.digest == written.loaded.digest
    one, other = (compare(r, ["stay"], families=40) for r in (written, given))
    pd.testing.assert_frame_equal(one.summary, other.summary, check_exact=True)


def test_an_unknown_discount_schedule_is_refused(sampled: Ready) -> None:
    with pytest.raises(UserError, match="discount: "):
        with_settings(sampled, {"discount": "greenbook"})


# --- the range that a parameter carries ---


def test_the_range_of_an_assumption_is_its_own(sampled: Ready) -> None:
    assert range_of(sampled.scenario, "seen") == (0.2, 0.8)
    assert range_of(sampled.scenario, "harm_more") is None


def test_every_assumption_of_england_lies_in_the_range_it_carries(england: Ready) -> None:
    ranges = {name: range_of(england.scenario, name) for name in england.parameters}
    assumed = [n for n, p in england.scenario.parameters.items() if p.assumed is not None]
    assert len(assumed) > 50
    for name in assumed:
        found = ranges[name]
        assert found is not None
        assert found[0] <= england.values[name] <= found[1], name
    assert any(ranges[n] is not None for n in ranges if n not in assumed)
