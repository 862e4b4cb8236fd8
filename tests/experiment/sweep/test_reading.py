"""From an experiment file to draws and units, and everything that may be wrong with one."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from simcare.errors import UserError
from simcare.experiment.sweep.plan import MOST_PARTS, Plan
from simcare.experiment.sweep.reading import read_experiment
from tests.experiment.sweep.files import GRID, SAMPLED, SMALL, saved

HEAD = 'title = "t"\nscenario = "three_families"\n'
DRAWN = f'title = "t"\nscenario = "{SAMPLED}"\n'


def read(folder: Path, text: str) -> Plan:
    return read_experiment(saved(folder, text))


# --- designs ---


def test_a_grid_has_every_combination_in_the_order_of_the_file(tmp_path: Path) -> None:
    plan = read(tmp_path, GRID)
    rows = [tuple(plan.draws.values(i).values()) for i in range(len(plan.draws))]
    assert plan.draws.names == ("foster_price", "treatment_price")
    assert rows == list(itertools.product([800, 1200], [500, 1000, 2000]))


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_a_sampled_design_has_one_point_in_each_slice_of_each_parameter(
    tmp_path: Path, kind: str
) -> None:
    text = DRAWN + (
        f'design = {{ kind = "{kind}", draws = 16 }}\n[parameters]\n'
        'seen = { from = "range" }\nhalf = { low = 0.4, high = 0.6 }\n'
    )
    numbers = read(tmp_path, text).draws
    for column, (low, high) in zip(numbers.numbers.T, [(0.4, 0.6), (0.2, 0.8)], strict=True):
        slices = np.floor((column - low) / (high - low) * 16).astype(int)
        assert sorted(slices) == list(range(16))
    assert numbers.names == ("half", "seen")  # the scenario's order, not the experiment's


def test_a_design_is_the_same_each_time_and_another_with_another_seed(tmp_path: Path) -> None:
    one, again = (read(tmp_path, SMALL).draws.numbers for _ in range(2))
    other = read(tmp_path, SMALL.replace("seed = 3", "seed = 4")).draws.numbers
    assert (one == again).all()
    assert not (one == other).any()


def test_listed_values_are_equally_likely_in_a_sampled_design(tmp_path: Path) -> None:
    text = DRAWN + (
        'design = { kind = "latin_hypercube", draws = 30 }\n[parameters]\n'
        "seen = { values = [0.2, 0.3, 0.7] }\n"
    )
    values, counts = np.unique(read(tmp_path, text).draws.numbers, return_counts=True)
    assert values.tolist() == [0.2, 0.3, 0.7]
    assert counts.tolist() == [10, 10, 10]


def test_assumed_numbers_all_vary_unless_one_is_said_otherwise(tmp_path: Path) -> None:
    plan = read(tmp_path, SMALL)
    assert plan.draws.names == ("incident_rate", "half", "seen", "stay_price")


def test_a_table_says_each_draw_itself_in_rows_or_beside_the_file(tmp_path: Path) -> None:
    rows = HEAD + (
        'design = { kind = "table", rows = [{ foster_price = 900, court_price = 1 }, '
        "{ court_price = 2, foster_price = 950 }] }\n"
    )
    (tmp_path / "draws.csv").write_text(
        "foster_price, court_price\r\n900,1\r\n\r\n950,2e0\r\n", encoding="utf-8-sig"
    )
    file = HEAD + 'design = { kind = "table", file = "draws.csv" }\n'
    one, other = read(tmp_path, rows), read(tmp_path, file)
    assert one.draws.numbers.tolist() == other.draws.numbers.tolist() == [[900, 1], [950, 2]]
    assert one.digest == other.digest


def test_an_experiment_may_vary_nothing_but_settings(tmp_path: Path) -> None:
    plan = read(tmp_path, HEAD + "seeds = [4, 5]\n[settings]\nhorizon_weeks = [52, 104]\n")
    assert [(u.draw, u.settings.horizon_weeks, u.seed, u.values) for u in plan.units] == [
        (0, 52, 4, ()), (0, 52, 5, ()), (0, 104, 4, ()), (0, 104, 5, ()),
    ]  # fmt: skip


# --- plans ---


def test_units_are_draws_times_settings_times_seeds_in_order(tmp_path: Path) -> None:
    plan = read(tmp_path, SMALL)
    assert plan.count == len(plan.units) == 2 * 2 * 2
    assert [u.number for u in plan.units] == list(range(8))
    assert plan.policies == ("as_now", "treatment", "stay")
    assert {u.settings.warm_up_weeks for u in plan.units} == {104}


def test_a_dataset_has_few_files_however_many_units(tmp_path: Path) -> None:
    values = ", ".join(str(100 + i) for i in range(2500))
    plan = read(tmp_path, HEAD + f"[parameters]\nfoster_price = {{ values = [{values}] }}\n")
    assert len(plan.parts) == 834 <= MOST_PARTS
    assert [u for part in plan.parts for u in part] == list(plan.units)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("A sampled council", "Another title", True),
        ("seeds = [1, 2]", "seeds = [1, 3]", False),
        ("families = 20", "families = 21", False),
        ('["treatment", "stay"]', '["treatment"]', False),
        ("high = 80", "high = 81", False),
        ("[104, 260]", "[104, 261]", False),
    ],
)
def test_the_digest_changes_with_whatever_changes_the_results(
    tmp_path: Path, before: str, after: str, same: bool
) -> None:
    assert before in SMALL
    one, other = read(tmp_path, SMALL), read(tmp_path, SMALL.replace(before, after))
    assert (one.digest == other.digest) == same


@pytest.mark.slow
def test_the_experiments_that_ship_are_in_order() -> None:
    folder = Path(__file__).parents[3] / "experiments"
    names = [p.stem for p in folder.glob("*.toml")]
    assert len(names) >= 2
    for name in names:
        assert read_experiment(name).count > 0


def test_an_experiment_may_have_the_name_of_its_scenario(tmp_path: Path) -> None:
    plan = read_experiment(saved(tmp_path, GRID, "three_families.toml"))
    assert plan.ready.loaded.files != (str(tmp_path / "three_families.toml"),)


# --- mistakes ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "key `title` is missing"),
        ('title = "t"\n', "key `scenario` is missing"),
        (HEAD + "sedes = [1]\n", "key `sedes` is unknown; did you mean `seeds`?"),
        (HEAD + "seeds = [-1]\n", "key `seeds[0]` is -1; give 0 or more."),
        (HEAD + "seeds = [1, 1]\n", "seeds: a seed stands there twice"),
        (HEAD + 'policies = ["treatmant"]\n', "there is no policy `treatmant` in three_families.toml; did you mean `treatment`?"),  # noqa: E501
        (HEAD + 'design = { kind = "gird" }\n', "key `design.kind` is \"gird\"; did you mean `grid`?"),  # noqa: E501
        (HEAD + "design = { draws = 5 }\n", "design.draws: it has no meaning in a design of kind grid"),  # noqa: E501
        (HEAD + 'design = { kind = "grid" }\n[assumed]\n', "assumed: a grid has no distributions"),
        (HEAD + "[parameters]\nfoster = { values = [1] }\n", "there is no parameter `foster` in three_families.toml"),  # noqa: E501
        (HEAD + "[parameters]\nharm = { low = 1, high = 2 }\n", "parameters.harm: in a grid it needs `values` and nothing else"),  # noqa: E501
        (HEAD + "[parameters]\nharm = { values = [1, 1] }\n", "parameters.harm.values: a value stands there twice"),  # noqa: E501
        (HEAD + "[parameters]\nharm = { values = [1, -2] }\n", "draw 1: parameters.harm: the value -2 is out of bounds"),  # noqa: E501
        (HEAD + "[parameters]\nreview_weeks = { values = [0, 9] }\n", "draw 0: regions.case.levels.plan.clocks.review: `every` must be longer"),  # noqa: E501
        (HEAD + 'design = { kind = "sobol", draws = 6 }\n[parameters]\nharm = { low = 1, high = 2 }\n', "give 4 or 8."),  # noqa: E501
        (HEAD + 'design = { kind = "sobol" }\n[parameters]\nharm = { low = 1, high = 2 }\n', "design.draws: it is missing"),  # noqa: E501
        (HEAD + 'design = { kind = "sobol", draws = 4 }\n', "parameters: nothing varies"),
        (HEAD + 'design = { kind = "sobol", draws = 4 }\n[parameters]\nharm = { from = "range" }\n', "parameters.harm: the scenario gives it no range"),  # noqa: E501
        (HEAD + 'design = { kind = "sobol", draws = 4 }\n[parameters]\nharm = { values = [1], low = 1 }\n', "it has `values`, so it can have nothing else"),  # noqa: E501
        (HEAD + 'design = { kind = "table" }\n', "design: a table needs either `rows` or `file`"),
        (HEAD + 'design = { kind = "table", rows = [] }\n', "design.rows: there is no row"),
        (HEAD + 'design = { kind = "table", rows = [{ harm = 1 }, {}] }\n', "row 1 does not name the same parameters as row 0"),  # noqa: E501
        (HEAD + 'design = { kind = "table", rows = [{ ham = 1 }] }\n', "there is no parameter `ham`"),  # noqa: E501
        (HEAD + 'design = { kind = "table", file = "no.csv" }\n', "design.file: no.csv: it cannot be read"),  # noqa: E501
        (HEAD + "[settings]\nfamilies = 5\n", "settings.families: three_families.toml lists its 3 families by name"),  # noqa: E501
        (HEAD + "[settings]\nfamilies = 0\n", "key `settings.families` is 0; give 1 or more."),
        (HEAD + '[settings]\ndiscount = "x"\n', "settings.discount: "),
        (HEAD + "[settings]\nhorizon_weeks = [9, 9]\n", "settings.horizon_weeks: a value stands there twice"),  # noqa: E501
        ('title = "t"\nscenario = "nowhere"\n', "there is no such scenario file"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    assert any(says in p for p in caught.value.problems), caught.value.problems


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        'scenario = "three_families"\nseeds = [1, 1]\npolicies = ["nobody"]\n'
        "[settings]\nhorizon_weeks = 0\n"
        "[parameters]\nharm = { valeus = [1] }\nwrong = { values = [1] }\n"
    )
    with pytest.raises(UserError) as caught:
        read(tmp_path, text)
    said = "\n".join(caught.value.problems)
    for part in ("`title`", "twice", "`nobody`", "settings.horizon_weeks", "valeus", "`wrong`"):
        assert part in said
    assert all(p.startswith("mine.toml: ") for p in caught.value.problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("harm\n", "there is no row"),
        ("harm,harm\n1,2\n", "two of its columns have the same name"),
        ("harm\n1,2\n", "line 2 has 2 fields, but there are 1 columns"),
        ("harm\n60%\n", "line 2 holds something that is not a number"),
    ],
)
def test_a_csv_that_is_no_table_of_draws_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "draws.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read(tmp_path, HEAD + 'design = { kind = "table", file = "draws.csv" }\n')
    assert says in str(caught.value)


def test_a_parameter_named_like_a_column_of_the_results_is_refused(tmp_path: Path) -> None:
    scenario = tmp_path / "own.toml"
    scenario.write_text(
        'extends = "three_families"\n[parameters]\n'
        'mean = { value = 1, unit = "ratio", source = "made up" }\n',
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="`mean` is also the name of a column"):
        read(tmp_path, 'title = "t"\nscenario = "own"\n[parameters]\nmean = { values = [1, 2] }\n')


def test_no_more_than_a_few_impossible_draws_are_named(tmp_path: Path) -> None:
    values = ", ".join(str(-i) for i in range(1, 60))
    with pytest.raises(UserError) as caught:
        read(tmp_path, HEAD + f"[parameters]\nharm = {{ values = [{values}] }}\n")
    assert len(caught.value.problems) == 11
