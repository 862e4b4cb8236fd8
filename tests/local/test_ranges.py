"""How far chance may have moved a council's numbers: known intervals, and what follows of them."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from simcare.errors import UserError
from simcare.experiment.ready import make_ready
from simcare.local.council import Localised, localise
from simcare.local.form import Council, complete, read_council, read_plan
from simcare.local.levers import levers_of
from simcare.local.mixes import ranges_of_shares
from simcare.local.ranges import of_count, of_share, range_of_number, ranges_of_mix
from simcare.local.trial import trial_of
from simcare.local.writing import MARK, scenario_text
from simcare.scenario.parameters import range_of
from tests.local.test_council import council_of

PLAN = read_plan()
(MIX,) = PLAN.mixes.values()


# --- intervals ---


def test_the_interval_of_a_count_is_garwoods() -> None:
    # Garwood (1936): none seen, up to 3.69; ten seen, 4.80 to 18.39.
    assert of_count(0) == pytest.approx((0.0, 3.689), abs=1e-3)
    assert of_count(10) == pytest.approx((4.795, 18.390), abs=1e-3)


def test_the_interval_of_a_share_is_clopper_and_pearsons() -> None:
    # None of ten: at most 1 - 0.025^(1/10).
    assert of_share(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    assert of_share(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)


@given(st.integers(1, 400))
def test_beyond_the_ends_a_count_is_too_unlikely(count: int) -> None:
    low, high = of_count(count)
    assert poisson.sf(count - 1, low) == pytest.approx(0.025, rel=1e-6)
    assert poisson.cdf(count, high) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(2, 300), st.data())
def test_beyond_the_ends_a_share_is_too_unlikely(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, total - 1))
    low, high = of_share(count, total)
    assert binom.sf(count - 1, total, low) == pytest.approx(0.025, rel=1e-4)
    assert binom.cdf(count, total, high) == pytest.approx(0.025, rel=1e-4)


def test_what_rounding_leaves_open_is_in_the_interval() -> None:
    assert of_count(8, 12) == (of_count(8)[0], of_count(12)[1])
    assert of_share(1, 50, 5) == (of_share(1, 50)[0], of_share(5, 50)[1])


# --- a council's numbers ---


def test_a_rate_is_as_sure_as_the_children_behind_it() -> None:
    # 50 for 10,000 of 20,000 children are 100 children.
    found = range_of_number(council_of(plans=50), PLAN, "plans")
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(x / 2 for x in of_count(100)))
    assert found.how == "95 % exact Poisson interval (Garwood 1936) of a count of about 100"


def test_what_is_taken_off_is_taken_as_known() -> None:
    council = council_of(looked_after=60, unaccompanied=10)
    found = range_of_number(council, PLAN, "looked_after")
    assert found is not None
    low, high = of_count(100)
    assert (found.low, found.high) == pytest.approx((low / 2 + 10, high / 2 + 10))


def test_a_share_of_referrals_is_as_sure_as_they_are_many() -> None:
    # 580 for 10,000 of 20,000 children are 1,160 referrals.
    found = range_of_number(council_of(no_further_action=0.1), PLAN, "no_further_action")
    assert found is not None
    assert (found.low, found.high) == of_share(116, 1160)


def test_moves_are_counted_in_the_years_of_those_looked_after() -> None:
    assert range_of_number(council_of(placement_moves=0.8), PLAN, "placement_moves") is None
    council = council_of(placement_moves=0.8, looked_after=50)
    found = range_of_number(council, PLAN, "placement_moves")
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(x / 100 for x in of_count(80)))


def test_prices_and_lengths_have_the_range_that_is_given_or_none() -> None:
    council = council_of(
        price_kin=250,
        proceedings_weeks={"value": 40, "low": 36, "high": 47, "range_from": "months"},
    )
    assert range_of_number(council, PLAN, "price_kin") is None
    found = range_of_number(council, PLAN, "proceedings_weeks")
    assert found is not None
    assert (found.low, found.high, found.how) == (36, 47, "months")


@settings(max_examples=40)
@given(st.integers(2000, 200_000), st.floats(5, 200))
def test_a_smaller_council_has_a_wider_range(children: int, rate: float) -> None:
    spans = []
    for many in (children, 4 * children):
        found = range_of_number(council_of(children=many, plans=rate), PLAN, "plans")
        assert found is not None
        assert found.low <= rate + 1e4 / many
        assert found.high >= rate - 1e4 / many
        spans.append(found.high - found.low)
    assert spans[0] > spans[1]


def test_a_mix_of_shares_has_no_range_unless_it_is_known_of_how_many() -> None:
    shares = {"placed_kin": 0.2, "placed_in_house": 0.3, "placed_agency": 0.3,
              "placed_residential": 0.15, "placed_supported": 0.05}  # fmt: skip
    assert not ranges_of_mix(council_of(**shares), MIX)
    found = ranges_of_mix(council_of(looked_after=50, **shares), MIX)
    assert (found["placed_kin"].low, found["placed_kin"].high) == of_share(20, 100)
    counted = {name: 100 * share for name, share in shares.items()}
    assert ranges_of_mix(council_of(**counted), MIX) == found


@cache
def national() -> dict[str, float]:
    return trial_of(PLAN, 1).ready.values


@given(st.lists(st.integers(0, 80), min_size=5, max_size=5).filter(lambda x: sum(x) > 4))
def test_shares_at_entry_may_all_be_at_their_upper_ends(children: list[int]) -> None:
    council = council_of(**dict(zip(MIX.measures, children, strict=True)))
    made = {p: national()[p] for group in MIX.groups for p in group.values() if p != "rest"}
    found = ranges_of_shares(council, MIX, made)
    assert found.keys() == made.keys()
    for group in MIX.groups:
        assert sum(found[p].high for p in group.values() if p != "rest") <= 1.0 + 1e-9
    for name, one in found.items():
        assert 0.0 <= one.low <= made[name] <= one.high <= 1.0


def test_a_lever_is_as_wide_as_its_target() -> None:
    ready = trial_of(PLAN, 1).ready
    (lever,) = levers_of(council_of(plans=50), PLAN, ready)
    low, high = of_count(100)
    assert lever.width == pytest.approx(math.log(high / low) / 2)


# --- what becomes of them ---


@pytest.fixture(scope="module")
def made() -> Localised:
    mix = dict(zip(MIX.measures, (20, 30, 30, 20, 0), strict=True))
    council = council_of(plans=50, no_further_action=0.1, price_kin=260, **mix)
    return localise(council, PLAN, families=2000)


def test_parameters_that_few_children_decide_carry_a_range(made: Localised) -> None:
    ranges = {c.name: c.range for c in made.changes}
    assert ranges.pop("price_kin") is None
    assert len(ranges) > 10
    for change in made.changes:
        if change.range is not None:
            assert change.range.low <= change.after <= change.range.high, change.name
    solved = [c for c in made.changes if c.number == "plans"]
    for change in solved:
        ends = range_of(make_ready(PLAN.scenario).scenario, change.name)
        assert ends is not None
        assert change.range is not None
        assert ends[0] <= change.range.low < change.range.high <= ends[1]


def test_a_lever_at_the_end_of_its_range_reaches_the_end_of_the_number(made: Localised) -> None:
    """What the slopes say is what the model does, about."""
    trial, low_high = trial_of(PLAN, 2000), of_count(100)
    names = [c for c in made.changes if c.number == "plans"]
    levers = PLAN.numbers["plans"].levers
    assert levers is not None
    others = {c.name: c.after for c in made.changes if c.number not in ("plans", "price_kin")}
    for end, aim in enumerate(low_high):
        values = {}
        for c in names:
            assert c.range is not None
            up = c.name in levers.up
            values[c.name] = (c.range.low, c.range.high)[end if up else 1 - end]
        got = trial.run({**others, **values}).ratio("local_plan_weeks", "local_referrals")
        usual = trial.run({**others, **{c.name: c.after for c in names}})
        usual_ratio = usual.ratio("local_plan_weeks", "local_referrals")
        assert got / usual_ratio == pytest.approx(aim / 100, rel=0.08)


def test_the_file_states_the_ranges_and_experiments_find_them(
    made: Localised, tmp_path: Path
) -> None:
    place = tmp_path / "own.toml"
    place.write_text(scenario_text(made, MARK), encoding="utf-8")
    scenario = make_ready(place).scenario
    for change in made.changes:
        if change.range is None:
            continue
        ends = range_of(scenario, change.name)
        assert ends == pytest.approx((change.range.low, change.range.high), rel=1e-4)
        given_ = tomllib.loads(place.read_text(encoding="utf-8"))["parameters"][change.name]
        assert given_["source"].endswith(change.range.how)
    ends = range_of(scenario, "council_plans")
    assert ends == pytest.approx(tuple(x / 100 * 50 / 580 * 52.1775 for x in of_count(100)))


def test_a_range_is_whole_and_holds_its_number(tmp_path: Path) -> None:
    place = tmp_path / "numbers.toml"
    place.write_text(
        'council = "X"\nsource = "made up for a test"\nprice_year = "2024-25"\n[numbers]\n'
        "price_kin = { value = 3, low = 1 }\nprice_agency = { value = 3, low = 4, high = 5 }\n"
        "no_further_action = { value = 0.4, low = 0.3, high = 30 }\n"
    )
    with pytest.raises(UserError) as caught:
        read_council(place, PLAN)
    assert caught.value.problems == (
        "numbers.toml: numbers.price_kin: a range needs both `low` and `high`; give both or "
        "neither.",
        "numbers.toml: numbers.price_agency: 3 lies outside its own range 4 to 5; mend one of "
        "them.",
        "numbers.toml: numbers.no_further_action: 30 is more than 1, and it is a share; 40 % is "
        "written 0.4.",
    )


def test_ranges_ask_for_no_more_than_numbers_do() -> None:
    council: Council = council_of(plans=50)
    assert complete(council, PLAN) == []
