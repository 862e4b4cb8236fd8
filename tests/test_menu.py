"""The whole menu: every policy runs, says what it rests on, and is nothing when switched off."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from simcare.experiment.compare import Comparison, compare
from simcare.experiment.ready import Ready, make_ready
from simcare.scenario.lineage import placed_offers
from simcare.scenario.load import load
from simcare.scenario.schema import Scenario

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "scenarios" / "menu").glob("*.toml"))
FAMILIES = 150


@pytest.fixture(scope="module")
def menu() -> Scenario:
    return load("menu").scenario


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare("menu", families=1000, seed=3)


def added(scenario: Scenario) -> list[str]:
    return [p for p in scenario.policies if p != scenario.reference]


def overlay(tmp_path: Path, text: str) -> Ready:
    path = tmp_path / "mine.toml"
    path.write_text(f'title = "Mine"\nextends = "menu"\n{text}', encoding="utf-8")
    return make_ready(path)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_each_file_runs_by_itself_and_is_in_the_menu(file: Path, menu: Scenario) -> None:
    own = make_ready(file).scenario
    assert own.policies.keys() <= menu.policies.keys()
    for name, policy in own.policies.items():
        assert menu.policies[name] == policy
    # England's own may be changed by one of the files; what a file adds stands as it says.
    added = own.supports.keys() - load("england").scenario.supports.keys()
    for name in added:
        assert menu.supports[name] == own.supports[name]


def test_each_policy_has_a_line_on_the_page_of_the_menu(menu: Scenario) -> None:
    page = (ROOT / "docs" / "the-menu.md").read_text(encoding="utf-8")
    table = [line for line in page.splitlines() if line.startswith("| ")]
    named = {word for line in table for word in re.findall(r"`([a-z_0-9]+)`", line)}
    assert named == set(added(menu))


def test_each_policy_says_how_strong_its_evidence_is(menu: Scenario) -> None:
    for name in added(menu):
        policy = menu.policies[name]
        offers = [o for place, o in placed_offers(menu.policies, name) if f".{name}." in place]
        assert policy.cannot_show or offers, name
        assert policy.evidence_strength or offers, name
        assert policy.plain
        assert not policy.plain.endswith(".")


@pytest.mark.slow
def test_every_policy_changes_some_life(result: Comparison) -> None:
    for policy in result.policies[1:]:
        assert result.columns[policy]["reached"].any(), policy


def test_a_null_trial_changes_nothing_but_the_price() -> None:
    found = compare("menu", ["motivational_interviewing"], families=FAMILIES, seed=3)
    own, usual = (found.columns[p] for p in ("motivational_interviewing", "usual_practice"))
    for name, column in own.items():
        if not name.startswith(("cost", "reached")):
            np.testing.assert_array_equal(column, usual[name])
    spent = own["cost"] - usual["cost"]
    assert (spent >= 0.0).all()
    assert spent.sum() > 0.0


@pytest.mark.slow
def test_switched_off_every_policy_is_usual_practice_to_the_byte(
    menu: Scenario, tmp_path: Path
) -> None:
    text = []
    for name in added(menu):
        own = [o for place, o in placed_offers(menu.policies, name) if f".{name}." in place]
        if not own or any(o.reach == 0 for o in own):
            continue
        offers = ", ".join(
            f'{{ support = "{o.support}", at = {o.at!r}, reach = 0 }}' for o in own
        ).replace("'", '"')
        text.append(
            f'[policies.off_{name}]\ntitle = "Off"\nplain = "Off"\nextends = "usual_practice"\n'
            f"offers = [{offers}]\n"
        )
    ready = overlay(tmp_path, "\n".join(text))
    usual = {o.support for _, o in placed_offers(menu.policies, menu.reference)}
    off = [
        p
        for p in ready.scenario.policies
        if p.startswith("off_")
        and not {o.support for o in ready.scenario.policies[p].offers} & usual
    ]
    assert len(off) > 25
    found = compare(ready, off, families=FAMILIES, seed=3)
    for policy in off:
        for name, column in found.columns[policy].items():
            expected = (
                np.zeros(FAMILIES) if name == "reached" else found.columns["usual_practice"][name]
            )
            assert column.tobytes() == expected.tobytes(), (policy, name)


HELPED = ("waiting", "queueing", "attending")


@pytest.mark.slow
def test_each_support_may_have_few_places_and_a_roll_out(menu: Scenario, tmp_path: Path) -> None:
    text = [
        '[parameters]\nfew = { value = 1, unit = "count", source = "made up" }\n'
        'soon = { value = 26, unit = "weeks", source = "made up" }\n'
        'late = { value = 400, unit = "weeks", source = "made up" }\n'
    ]
    text += [f'[supports.{s}]\nplaces = "few"\n' for s in menu.supports]
    for name in added(menu):
        usual = {o.support for _, o in placed_offers(menu.policies, menu.reference)}
        for support in dict.fromkeys(o.support for o in menu.policies[name].offers):
            if support in usual:
                continue
            text.append(
                f'[policies.{name}.roll_out.{support}]\nstarts = "soon"\nfull_after = "late"\n'
                'ends = "late"\n'
            )
    ready = overlay(tmp_path, "\n".join(text))
    chosen = ["matched_menu", "family_group_conferences"]
    found = compare(ready, chosen, families=800, seed=3, keep="log")
    events = found.events[found.events["kind"] != "decision"]
    for support in ("psychotherapy", "life_assistance", "family_group_conference"):
        own = events[(events["region"] == support) & (events["week"] >= 0.0)]
        assert (own["week"][own["after"] == "attending"] >= 26.0).all()
        # What help leaves behind may wear off later; nobody is helped or waits after its end.
        helped = own["before"].isin(HELPED) | own["after"].isin(HELPED)
        assert (own["week"][helped] <= 400.0).all()
        change = (own["after"] == "attending").astype(int)
        change -= (own["before"] == "attending").astype(int)
        busy = change.groupby([own["policy"], own["week"]]).sum().groupby(level=0).cumsum()
        assert busy.max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("end", ["low", "high"])
def test_the_menu_runs_at_the_ends_of_its_ranges(end: str, menu: Scenario, tmp_path: Path) -> None:
    # England's own are tried by its own tests, one by one: together some shares would pass 1.
    england = load("england").scenario.parameters
    ends = {
        name: getattr(p.assumed, end)
        for name, p in menu.parameters.items()
        if p.assumed is not None and name not in england
    }
    text = "[parameters]\n" + "".join(
        f'{name} = {{ value = {value}, unit = "{menu.parameters[name].unit}", source = "its range"'
        + (', price_year = "2024-25" }\n' if menu.parameters[name].unit.startswith("£") else " }\n")
        for name, value in ends.items()
    )
    found = compare(overlay(tmp_path, text), families=100, seed=3)
    for policy in found.policies:
        for name, column in found.columns[policy].items():
            assert np.isfinite(column).all(), (policy, name)
