"""`simcare calibrate`, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import simcare

LEAVING = Path(__file__).parents[1] / "experiment" / "calibration" / "leaving.toml"
FEW = ("--waves", "1", "--runs", "20", "--draws", "20", "--families", "100", "--executor", "thread")


def test_it_leaves_a_folder_that_an_experiment_can_use(here: Path) -> None:
    done = simcare("calibrate", str(LEAVING), *FEW)
    assert done.code == 0, done.err
    assert "1 of the 1 targets calibrated to lie within two standard deviations" in " ".join(
        done.out.split()
    )
    assert "1 assumed numbers, 1 targets to meet, 68 runs of 100 families" in done.err
    folder = here / "results" / "leaving-calibration"
    assert (folder / "posterior.csv").is_file()
    assert (folder / "figures" / "numbers.png").is_file()
    assert (folder / "figures" / "targets.svg").is_file()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("three_families",), "none of its published targets has the role `fit`"),
        (("england", "--waves", "0"), "option --waves: 0 is too small; give 1 or more."),
        (("england", "--scheduler", "tcp://x:1"), "only --executor dask has one"),
        (("nowhere",), "there is no such scenario file"),
    ],
)
def test_mistakes_are_told_in_a_sentence(here: Path, typed: tuple[str, ...], says: str) -> None:
    done = simcare("calibrate", *typed)
    assert done.code == 2
    assert says in done.err
    assert not any(here.iterdir())
