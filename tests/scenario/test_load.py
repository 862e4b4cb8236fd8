from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.scenario.load import LARGEST_FILE_BYTES, load, merge, read
from simcare.scenario.shipped import folder

THREE = folder() / "three_families.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def problems(name: str | Path) -> tuple[str, ...]:
    with pytest.raises(UserError) as caught:
        load(name)
    return caught.value.problems


# --- layering ---


def test_a_file_that_extends_another_need_only_say_what_differs(tmp_path: Path) -> None:
    path = write(tmp_path / "longer.toml", 'extends = "three_families"\nhorizon_weeks = 208\n')
    loaded, base = load(path), load(THREE)
    assert loaded.scenario.horizon_weeks == 208
    assert loaded.scenario.policies == base.scenario.policies
    assert loaded.tables == base.tables | {"horizon_weeks": 208}


def test_files_are_named_base_first_and_each_once(tmp_path: Path) -> None:
    write(tmp_path / "a.toml", 'extends = "three_families"\n')
    write(tmp_path / "b.toml", 'extends = "three_families"\n')
    path = write(tmp_path / "c.toml", 'extends = ["a", "b"]\n')
    assert [Path(f).name for f in load(path).files] == [
        "three_families.toml",
        "a.toml",
        "b.toml",
        "c.toml",
    ]


def test_a_later_base_lies_over_an_earlier_one(tmp_path: Path) -> None:
    write(tmp_path / "a.toml", 'extends = "three_families"\nseed = 2\nhorizon_weeks = 60\n')
    write(tmp_path / "b.toml", "seed = 3\n")
    path = write(tmp_path / "c.toml", 'extends = ["a", "b"]\n')
    assert (load(path).scenario.seed, load(path).scenario.horizon_weeks) == (3, 60)


def test_a_base_is_looked_for_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts" / "base.toml", 'extends = "three_families"\nseed = 7\n')
    path = write(tmp_path / "top.toml", 'extends = "parts/base"\n')
    assert load(path).scenario.seed == 7


def test_tables_merge_key_by_key_and_lists_are_replaced(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.toml",
        'extends = "three_families"\n'
        '[policies.treatment]\ntitle = "Another title"\n'
        '[groups]\nknown = ["plan"]\n',
    )
    scenario = load(path).scenario
    assert scenario.policies["treatment"].title == "Another title"
    assert len(scenario.policies["treatment"].offers) == 1
    assert scenario.groups["known"] == ["plan"]
    assert scenario.groups["home"] == ["home"]


def test_a_parameter_is_replaced_whole_so_that_no_old_source_is_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.toml",
        'extends = "three_families"\n[parameters]\n'
        'foster_price = { evidence = "B-REHAB1213", unit = "£/week" }\n',
    )
    parameter = load(path).scenario.parameters["foster_price"]
    assert (parameter.source, parameter.value, parameter.price_year) == (None, None, None)
    assert load(path).scenario.parameters["plan_price"].source == "made up"


def test_the_digest_does_not_depend_on_how_a_scenario_is_spread_over_files(tmp_path: Path) -> None:
    one = write(tmp_path / "one.toml", 'extends = "three_families"\nseed = 4\nhorizon_weeks = 60\n')
    write(tmp_path / "half.toml", 'extends = "three_families"\nhorizon_weeks = 60\n')
    two = write(tmp_path / "two.toml", 'extends = "half"\nseed = 4\n')
    assert load(one).digest == load(two).digest != load(THREE).digest


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b'\xef\xbb\xbfextends = "three_families"\r\nseed = 5\r\n')
    assert load(path).scenario.seed == 5


# --- which file said what ---


def test_each_place_is_traced_to_the_file_that_last_said_something_there(tmp_path: Path) -> None:
    write(
        tmp_path / "base.toml",
        'extends = "three_families"\n'
        '[parameters]\none_week = { value = 2, unit = "weeks", source = "made up" }\n',
    )
    path = write(tmp_path / "top.toml", 'extends = "base"\n[policies.treatment]\ntitle = "T"\n')
    loaded = load(path)
    assert loaded.file_of("parameters.one_week") == "base.toml"
    assert loaded.file_of("parameters.review_weeks") == "three_families.toml"
    assert loaded.file_of("policies.treatment.title") == "top.toml"
    assert loaded.file_of("policies.treatment.offers[0].at") == "three_families.toml"
    assert loaded.file_of("nowhere.at.all") == "top.toml"


def test_a_mistake_is_reported_under_the_file_that_made_it(tmp_path: Path) -> None:
    write(tmp_path / "base.toml", 'extends = "three_families"\nhorizon_weeks = 0\n')
    path = write(tmp_path / "top.toml", 'extends = "base"\nseed = -1\n')
    found = problems(path)
    assert len(found) == 2
    assert any(p.startswith("base.toml: key `horizon_weeks`") for p in found)
    assert any(p.startswith("top.toml: key `seed`") for p in found)


# --- files that cannot be read ---


def test_a_circle_of_files_is_named_link_by_link(tmp_path: Path) -> None:
    write(tmp_path / "a.toml", 'extends = "b"\n')
    write(tmp_path / "b.toml", 'extends = "a"\n')
    (said,) = problems(tmp_path / "a.toml")
    assert "a.toml -> b.toml -> a.toml" in said
    assert "`extends`" in said


def test_an_unknown_base_is_told_with_the_file_that_names_it(tmp_path: Path) -> None:
    (said,) = problems(write(tmp_path / "x.toml", 'extends = "thre_families"\n'))
    assert said.startswith("x.toml: key `extends`: thre_families")
    assert "did you mean `three_families`?" in said


def test_extends_must_be_names(tmp_path: Path) -> None:
    (said,) = problems(write(tmp_path / "x.toml", "extends = 3\n"))
    assert "key `extends` is not a scenario's name" in said


def test_text_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (said,) = problems(write(tmp_path / "x.toml", 'title = "a"\nseed = = 1\n'))
    assert said.startswith("x.toml: this is not TOML")
    assert "line 2" in said


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes('title = "£5"\n'.encode("latin-1"))
    assert "save it as UTF-8" in problems(path)[0]


def test_a_file_too_large_for_a_scenario_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)
    assert "at most 1 MB" in problems(path)[0]


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a" + ".a" * 5000 + " = 1"])
def test_tables_nested_without_end_are_refused(tmp_path: Path, text: str) -> None:
    (said,) = problems(write(tmp_path / "x.toml", text + "\n"))
    assert said.startswith("x.toml: ")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="no file is closed to the superuser"
)
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.toml", "seed = 1\n")
    path.chmod(0)
    assert "cannot be read" in problems(path)[0]


# --- form ---


@pytest.mark.parametrize(
    ("line", "place", "remedy"),
    [
        ("horison_weeks = 5", "key `horison_weeks` is unknown", "did you mean `horizon_weeks`?"),
        ("horizon_weeks = 0", "key `horizon_weeks` is 0", "give a number above 0"),
        ("horizon_weeks = 9999", "key `horizon_weeks` is 9999", "give 5218 or less"),
        ('horizon_weeks = "long"', 'key `horizon_weeks` is "long"', "give a whole number"),
        ('families = "many"', 'key `families` is "many"', "give a whole number or give a list"),
        ('start_date = "soon"', 'key `start_date` is "soon"', "2025-04-07"),
        ("title = 3", "key `title` is 3", "give text in quotes"),
        ("regions = 3", "key `regions` is 3", "give a table"),
        ("[groups]\nhome = []", "key `groups.home` is []", "give at least 1"),
        ("[groups]\nHome = ['home']", "the name `Home` in `groups`", "use lower-case letters"),
        (
            "[regions.case.levels.plan.clocks.review]\nevery = 13",
            "key `regions.case.levels.plan.clocks.review.every` is the bare 13",
            "name an entry of `[parameters]`",
        ),
        (
            "[outcomes.removals]\nbetter = 'low'",
            'key `outcomes.removals.better` is "low"',
            "did you mean `lower`? choose from lower, higher, neither",
        ),
        (
            "[policies.third]\nplain = 'p'",
            "key `policies.third.title` is missing",
            "add it",
        ),
        (
            "[parameters]\none_week = { value = 1, source = 's' }",
            "key `parameters.one_week.unit` is missing",
            "one of share, weeks, per week",
        ),
    ],
)
def test_a_mistake_of_form_names_the_place_and_the_remedy(
    tmp_path: Path, line: str, place: str, remedy: str
) -> None:
    (said,) = problems(write(tmp_path / "x.toml", f'extends = "three_families"\n{line}\n'))
    assert said.startswith(f"x.toml: {place}")
    assert remedy in said


def test_every_mistake_of_form_is_told_at_once(tmp_path: Path) -> None:
    text = 'extends = "three_families"\nhorizon_weeks = 0\ncolour = 1\nseed = -1\ntitle = 2\n'
    assert len(problems(write(tmp_path / "x.toml", text))) == 4


def test_what_is_left_can_still_be_looked_at(tmp_path: Path) -> None:
    text = 'extends = "three_families"\nhorizon_weeks = 0\ncolour = 1\n'
    reading = read(write(tmp_path / "x.toml", text))
    assert reading.whole
    assert reading.loaded is not None
    assert reading.loaded.scenario.policies.keys() == load(THREE).scenario.policies.keys()
    assert len(reading.problems) == 2


def test_parameters_can_be_looked_at_where_the_model_has_no_form(tmp_path: Path) -> None:
    text = 'extends = "three_families"\n[regions.case.levels.plan]\nclocks = 3\n'
    reading = read(write(tmp_path / "x.toml", text))
    assert not reading.whole
    assert reading.loaded is not None
    assert "plan_price" in reading.loaded.scenario.parameters


# --- merging ---

# A name means one kind of thing throughout, as it does in scenarios.
NAMES = {"seed": "plain", "title": "plain", "groups": "table", "policies": "table"}
PLAIN = st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
PARAMETER = st.dictionaries(st.sampled_from(["value", "source", "unit"]), PLAIN, max_size=3)


def tables(depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    inside = tables(depth - 1) if depth else st.just({})
    return st.fixed_dictionaries(
        {},
        optional={name: PLAIN if kind == "plain" else inside for name, kind in NAMES.items()},
    )


SCENARIOS = st.builds(
    lambda rest, given: rest | ({"parameters": given} if given else {}),
    tables(),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), PARAMETER, max_size=3),
)


@given(SCENARIOS, SCENARIOS, SCENARIOS)
def test_merging_is_associative(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(SCENARIOS)
def test_nothing_laid_over_a_scenario_or_under_it_leaves_it_as_it_is(one: dict[str, Any]) -> None:
    assert merge(one, {}) == merge({}, one) == merge(one, one) == one


@given(SCENARIOS, SCENARIOS)
def test_each_parameter_of_a_merger_is_wholly_that_of_the_upper_layer_that_has_it(
    under: dict[str, Any], over: dict[str, Any]
) -> None:
    merged = merge(under, over).get("parameters", {})
    below, above = under.get("parameters", {}), over.get("parameters", {})
    assert merged == below | above


@given(SCENARIOS, SCENARIOS)
def test_merging_changes_neither_layer(under: dict[str, Any], over: dict[str, Any]) -> None:
    before = (repr(under), repr(over))
    merge(under, over)
    assert (repr(under), repr(over)) == before
