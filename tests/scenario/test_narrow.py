"""A scenario cut down to some policies gives the same lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.compare import compare
from simcare.experiment.ready import make_ready
from simcare.scenario.load import load
from simcare.scenario.narrow import narrow, with_packages


def test_only_what_is_offered_is_left() -> None:
    scenario = load("menu").scenario
    cut = narrow(scenario, ["family_group_conferences"])
    assert list(cut.policies) == ["usual_practice", "family_group_conferences"]
    assert "family_group_conference" in cut.supports
    assert not {"pause", "psychotherapy", "residential_26"} & set(cut.supports)
    assert not any("residential" in x for x in cut.supports["community_treatment"].gives_way_to)
    assert "families_in_psychotherapy" not in cut.outcomes
    assert {"removals", "incidents_at_home"} <= set(cut.outcomes)


def test_all_policies_leave_a_scenario_as_it_is() -> None:
    scenario = load("england").scenario
    assert narrow(scenario, list(scenario.policies)) == scenario


def test_lives_stay_the_same() -> None:
    whole = make_ready("england")
    names = ["usual_practice", "long_term_support"]
    full, cut = compare(whole, names, families=60), compare("england", names, families=60)
    assert set(cut.ready.scenario.supports) < set(full.ready.scenario.supports)
    for policy in names:
        for name, column in cut.columns[policy].items():
            assert (column == full.columns[policy][name]).all(), (policy, name)


def test_a_support_of_which_a_rule_speaks_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Mine"\nextends = "england"\n[rules]\nin_therapy = "psychotherapy is attending"\n',
        encoding="utf-8",
    )
    cut = narrow(load(path).scenario, ["long_term_support"])
    assert "psychotherapy" in cut.supports
    assert "residential_treatment" not in cut.supports


def test_a_name_joined_by_a_plus_is_all_of_them_together() -> None:
    scenario = load("england").scenario
    name = "residential_treatment+long_term_support"
    made = with_packages(scenario, [name, "usual_practice", "residential_treatment+nothing"])
    assert made.policies[name].together == ["residential_treatment", "long_term_support"]
    assert made.policies[name].title == "Residential treatment with long-term support"
    assert set(made.policies) - set(scenario.policies) == {name}
    assert with_packages(scenario, ["usual_practice"]) is scenario


def test_an_unknown_policy_is_not_cut_to() -> None:
    with pytest.raises(KeyError):
        narrow(load("england").scenario, ["nothing"])


def test_a_variant_keeps_the_support_whose_luck_it_shares() -> None:
    ready = make_ready("menu/residential_stays", ["residential_26_weeks"])
    assert {"residential_26", "residential_treatment"} <= set(ready.scenario.supports)
    assert "residential_52" not in ready.scenario.supports
