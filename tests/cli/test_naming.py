"""Policies by title, and the names of folders."""

from __future__ import annotations

import pytest

from simcare.cli.naming import by_name, folder_name, split
from simcare.errors import UserError
from simcare.scenario.load import load


def test_names_are_split_at_commas() -> None:
    assert split(None) is None
    assert split(" pause , reflect,") == ("pause", "reflect")
    with pytest.raises(UserError, match="--only: no name"):
        split(" , ", "only")


def test_names_stay_as_they_are_without_a_look_at_the_scenario() -> None:
    assert by_name("no such file", None) is None
    assert by_name("no such file", ("pause", "a+b", "pause+")) == ("pause", "a+b", "pause+")


def test_every_title_of_the_menu_is_understood() -> None:
    policies = load("menu").scenario.policies
    given = split(",".join(spec.title.upper() for spec in policies.values()))
    assert by_name("menu", given) == tuple(policies)


def test_parts_of_a_package_may_be_titles_and_have_spaces() -> None:
    assert by_name("menu", ("Every need served + pause", "Pause")) == ("needs_met+pause", "pause")


def test_what_is_no_title_stays_as_it_is_for_others_to_complain_of() -> None:
    assert by_name("menu", ("Every need", "pause")) == ("Every need", "pause")


def test_a_folder_is_named_for_the_scenario_and_the_policies_that_were_chosen() -> None:
    assert folder_name("menu", None) == "menu"
    assert folder_name("menu", ("pause",)) == "menu-pause"
    assert folder_name("menu", ("pause", "reflect+pause")) == "menu-pause-reflect+pause"


def test_a_long_list_has_a_short_name_that_is_always_the_same_and_its_own() -> None:
    policies = tuple(load("menu").scenario.policies)
    name = folder_name("menu", policies)
    assert name == folder_name("menu", policies)
    assert name.startswith("menu-usual_practice-")
    assert len(name) < 80
    assert name != folder_name("menu", policies[:-1])
