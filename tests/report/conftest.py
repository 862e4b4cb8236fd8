"""Small real comparisons, run once each: listed families, sampled families, limited places."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.compare import Comparison, compare

FOLDER = Path(__file__).parent
PACKAGES = ["treatment+stay", "treatment+late+dear"]


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


@pytest.fixture(scope="session")
def packaged() -> Comparison:
    """Packages of two and of three policies, with an interaction that is beyond chance."""
    return compare(FOLDER / "sampled.toml", PACKAGES, workers=1)


@pytest.fixture(scope="session")
def rationed_package() -> Comparison:
    """A package whose families share places, in a single replication: no interval."""
    return compare(FOLDER / "places.toml", PACKAGES[:1], families=40, replications=1, workers=1)


@pytest.fixture(scope="session")
def many() -> Comparison:
    """Nine policies beside the reference: a menu."""
    return compare(FOLDER / "menu.toml", workers=1)
