"""Experiments whose draws are a posterior sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simcare.errors import UserError
from simcare.experiment.ready import make_ready
from simcare.experiment.sweep.posterior import find_posterior, read_posterior
from simcare.experiment.sweep.reading import read_experiment
from tests.experiment.sweep.files import SAMPLED, saved

EXPERIMENT = f"""
title = "Draws of a posterior"
scenario = "{SAMPLED}"
policies = ["stay"]
design = {{ kind = "posterior", file = "posterior.csv" DRAWS }}
[settings]
families = 20
REST
"""


def files(folder: Path, *, low: float = 0.2, rows: str = "0.3\n0.4\n0.5\n") -> Path:
    (folder / "posterior.csv").write_text("half\n" + rows, encoding="utf-8")
    (folder / "posterior.toml").write_text(f"[ranges]\nhalf = [{low}, 0.8]\n", encoding="utf-8")
    return folder / "posterior.csv"


def experiment(folder: Path, draws: str = "", rest: str = "") -> Path:
    return saved(folder, EXPERIMENT.replace("DRAWS", draws).replace("REST", rest))


def test_its_rows_are_the_draws(tmp_path: Path) -> None:
    files(tmp_path)
    plan = read_experiment(experiment(tmp_path))
    assert plan.sampled
    assert plan.draws.names == ("half",)
    np.testing.assert_array_equal(plan.draws.numbers[:, 0], [0.3, 0.4, 0.5])
    few = read_experiment(experiment(tmp_path, ", draws = 2"))
    np.testing.assert_array_equal(few.draws.numbers[:, 0], [0.3, 0.4])


def test_what_it_does_not_cover_varies_beside_it(tmp_path: Path) -> None:
    files(tmp_path)
    plan = read_experiment(experiment(tmp_path, ", seed = 3", "[assumed]"))
    assert plan.draws.names == ("half", "seen")
    np.testing.assert_array_equal(plan.draws.numbers[:, 0], [0.3, 0.4, 0.5])
    # A Latin hypercube: one number in each third of the range.
    thirds = np.sort(np.floor((plan.draws.numbers[:, 1] - 0.2) / 0.2))
    np.testing.assert_array_equal(thirds, [0, 1, 2])


def test_a_number_with_another_range_keeps_what_the_scenario_says(tmp_path: Path) -> None:
    path = files(tmp_path, low=0.1)
    with pytest.raises(UserError, match=r"no number that sampled\.toml still assumes"):
        read_posterior(make_ready(SAMPLED), path)


@pytest.mark.parametrize(
    ("draws", "rest", "says"),
    [
        (", draws = 4", "", "design.draws: the posterior has 3 draws"),
        ("", "[parameters]\nhalf = { low = 0.3, high = 0.4 }", "parameters.half: the posterior"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, draws: str, rest: str, says: str) -> None:
    files(tmp_path)
    with pytest.raises(UserError, match=says):
        read_experiment(experiment(tmp_path, draws, rest))


def test_a_sample_without_provenance_is_refused(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "posterior.toml").unlink()
    with pytest.raises(UserError, match=r"posterior\.toml is not beside posterior\.csv"):
        read_experiment(experiment(tmp_path))


def test_a_scenario_without_one_says_how_to_make_it(tmp_path: Path) -> None:
    text = EXPERIMENT.replace(', file = "posterior.csv" DRAWS', "").replace("REST", "")
    with pytest.raises(UserError, match="make one with `simcare calibrate`"):
        read_experiment(saved(tmp_path, text))


def test_a_scenario_takes_that_of_the_one_it_extends(tmp_path: Path) -> None:
    base = Path(SAMPLED).read_text(encoding="utf-8")
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    (tmp_path / "base").mkdir()
    path = files(tmp_path / "base")
    (tmp_path / "mine.toml").write_text('title = "Mine"\nextends = "base"\n', encoding="utf-8")
    assert find_posterior(make_ready(tmp_path / "mine.toml")) == path
    assert find_posterior(make_ready(tmp_path / "base.toml")) == path


def test_what_is_assumed_is_drawn_from_the_posterior_that_ships_unless_another_kind_is_named(
    tmp_path: Path,
) -> None:
    said = """
title = "England's assumptions"
scenario = "england"
policies = ["long_term_support"]
design = { KINDdraws = 4, seed = 1 }
[assumed]
"""
    plan = read_experiment(saved(tmp_path, said.replace("KIND", "")))
    held = read_posterior(plan.ready)
    assert plan.draws.names[: len(held.names)] == held.names
    np.testing.assert_array_equal(plan.draws.numbers[:, : len(held.names)], held.numbers[:4])
    assert plan.source.startswith(
        f"Draws come from the posterior of england for the {len(held.names)} numbers"
    )
    other = read_experiment(saved(tmp_path, said.replace("KIND", 'kind = "latin_hypercube", ')))
    assert "no published figure was looked at" in other.source
    assert not np.array_equal(other.draws.numbers, plan.draws.numbers)


def test_where_no_posterior_ships_what_is_assumed_is_spread_over_its_ranges(tmp_path: Path) -> None:
    plan = read_experiment(
        saved(
            tmp_path,
            f"""
title = "No posterior ships"
scenario = "{SAMPLED}"
design = {{ draws = 4 }}
[assumed]
""",
        )
    )
    assert plan.sampled
    assert plan.source.startswith("Draws are spread over the ranges that are stated")


def test_a_sample_that_is_named_is_drawn_from_though_none_ships(tmp_path: Path) -> None:
    files(tmp_path)
    text = f"""
title = "A sample of one's own"
scenario = "{SAMPLED}"
design = {{ file = "posterior.csv" }}
[assumed]
"""
    plan = read_experiment(saved(tmp_path, text))
    np.testing.assert_array_equal(plan.draws.numbers[:, 0], [0.3, 0.4, 0.5])
    assert plan.source.startswith("Draws come from the posterior")
