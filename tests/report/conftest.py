"""Small real comparisons, run once each: listed families, sampled families, limited places."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.compare import Comparison, compare

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def listed() -> Comparison:
    """Three families by name: nothing is sampled, so no interval can be given."""
    return compare("three_families", workers=1, keep="log")


@pytest.fixture(scope="session")
def sampled() -> Comparison:
    """Independent families and six policies."""
    return compare(FOLDER / "sampled.toml", workers=1, keep="log")


@pytest.fixture(scope="session")
def rationed() -> Comparison:
    """Families who share places, in a single replication: no interval can be given."""
    return compare(FOLDER / "places.toml", ["treatment"], families=40, replications=1, workers=1)
