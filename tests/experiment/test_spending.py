"""Spending on the national scale: sums done by hand, and a mapping that leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simcare.errors import UserError
from simcare.evidence import load
from simcare.experiment.compare import compare
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.spending import (
    Spending,
    by_item,
    check_mapping,
    check_spending,
    items_of,
    pounds_of,
)
from simcare.scenario.spending import SpendingSpec, mapping_file, read_mapping
from simcare.units import WEEKS_PER_YEAR

FAMILIES = 500


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england", ["usual_practice"])


@pytest.fixture(scope="module")
def spec() -> SpendingSpec:
    return read_mapping()


@pytest.fixture(scope="module")
def found(england: Ready, spec: SpendingSpec) -> Spending:
    return check_spending(england, spec, families=FAMILIES)


def test_every_item_of_the_ledger_is_in_one_line_or_outside(
    england: Ready, spec: SpendingSpec
) -> None:
    items = items_of(england.statements["usual_practice"])
    assert len(items) > 30
    check_mapping(spec, items)


def test_every_figure_of_the_mapping_is_published_and_not_recalled(spec: SpendingSpec) -> None:
    ids = [line.published for line in spec.lines.values() if line.published]
    ids += [id for line in spec.lines.values() if line.children for id in line.children.published]
    assert len(ids) > 15
    assert all(load().get(id).is_evidence for id in [*ids, spec.scale.published])


def test_the_money_is_the_ledgers_own_item_by_item(england: Ready, found: Spending) -> None:
    kept = compare(england, ["usual_practice"], families=FAMILIES, keep="log")
    by_hand = kept.ledger.groupby("item")["amount"].sum()
    years = england.scenario.horizon_weeks / WEEKS_PER_YEAR
    own = found.items.set_index("item")["modelled"]
    for item, amount in by_hand.items():
        assert own[str(item)] == pytest.approx(amount / years * found.standing_for, rel=1e-9)
    assert own.drop(by_hand.index).abs().max() == 0.0


def test_a_family_stands_for_as_many_as_the_children_referred_say(
    england: Ready, found: Spending
) -> None:
    kept = compare(england, ["usual_practice"], families=FAMILIES, keep="log")
    moved = kept.events[(kept.events["week"] >= 0.0) & (kept.events["region"] == "case")]
    referred = (moved["kind"].eq("move") & moved["after"].eq("referral")).sum()
    # Each referral is of one to six children, so of so many families' worth at the most.
    years = england.scenario.horizon_weeks / WEEKS_PER_YEAR
    families = 632_830 / (referred / years)
    assert families / 6 < found.standing_for < families


def test_totals_are_the_sums_of_their_lines(found: Spending, spec: SpendingSpec) -> None:
    table = found.table.set_index("line")
    for key, line in spec.lines.items():
        if line.lines:
            assert table.loc[key, "modelled"] == pytest.approx(
                table.loc[line.lines, "modelled"].sum()
            )
            if line.published is None:
                published = table.loc[line.lines, "published"].sum()
                assert table.loc[key, "published"] == pytest.approx(published)


def test_a_ratio_is_children_times_money_for_each(found: Spending) -> None:
    counted = found.table.dropna(subset="volume_ratio")
    assert len(counted) >= 4
    product = counted["volume_ratio"] * counted["price_ratio"]
    np.testing.assert_allclose(product, counted["ratio"])
    assert (found.table["low"] <= found.table["modelled"]).all()
    assert (found.table["modelled"] <= found.table["high"]).all()
    assert set(found.table["interval"]) == {"95 % Monte Carlo, over independent families"}


def test_only_the_name_of_the_money_differs(england: Ready, spec: SpendingSpec) -> None:
    other = by_item(england, spec)
    own, named = england.arrays["usual_practice"], other.arrays["usual_practice"]
    assert own.digest() == named.digest()


def test_published_pounds_are_taken_to_the_price_year() -> None:
    assert pounds_of(load().get("B-RO3-1-2024-25"), "2024-25") == pytest.approx(3810.2e6)
    earlier = pounds_of(load().get("B-S251CLA-2324"), "2024-25")
    assert 8.1e9 * 1.02 < earlier < 8.1e9 * 1.08
    with pytest.raises(UserError, match="spending is given in"):
        pounds_of(load().get("A-REF-2025"), "2024-25")


def test_a_mapping_that_leaves_money_out_or_names_none_is_refused(
    england: Ready, spec: SpendingSpec
) -> None:
    items = items_of(england.statements["usual_practice"])
    with pytest.raises(UserError, match="“help of a new kind” is in no line"):
        check_mapping(spec, items | {"help of a new kind"})
    with pytest.raises(UserError, match="no price of the scenario has the item “early help”"):
        check_mapping(spec, items - {"early help"})
    twice = spec.model_copy(update={"outside": {**spec.outside, "early help": "a test"}})
    with pytest.raises(UserError, match="“early help” is placed more than once"):
        check_mapping(twice, items)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('lines = ["residential"', 'lines = ["residental"', "no line `residental`"),
        ('measure = "referrals"', 'measure = "referals"', "no measure `referals`"),
        ("boundary", "bounds", "boundary: Field required"),
        ("[scale]", "[scale", "not in TOML"),
    ],
)
def test_a_slip_in_the_mapping_is_told_with_its_place(
    england: Ready, tmp_path: Path, was: str, now: str, says: str
) -> None:
    text = mapping_file().read_text(encoding="utf-8")
    assert was in text
    file = tmp_path / "spending.toml"
    file.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(UserError, match=says):
        check_spending(england, read_mapping(file), families=10)
