"""Scenarios that say how they differ from the made-up council."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.experiment.ready import Ready, make_ready

Council = Callable[[str], Ready]

MANY = """
title = "Many families in a made-up council"
extends = "three_families"
families = 3000
horizon_weeks = 400

[parameters]
nought = { value = 0, unit = "share", source = "made up" }
all = { value = 1, unit = "share", source = "made up" }
half = { value = 0.5, unit = "share", source = "made up" }
quarter = { value = 0.25, unit = "share", source = "made up" }
one = { value = 1, unit = "ratio", source = "made up" }
grown = { value = 500, unit = "weeks", source = "made up" }

[needs.drugs]
share = "all"
severe_share = "all"

[population]
child_shares = ["half", "half"]
age_ends = ["grown"]
age_shares = ["all"]
max_children = 2

[population.types.any]
title = "Any"
share = "all"

[regions.case]
start = "referral"
"""


def _ready(folder: Path, base: str, text: str) -> Ready:
    (folder / "many.toml").write_text(MANY, encoding="utf-8")
    path = folder / "council.toml"
    path.write_text(f'title = "A council"\nextends = "{base}"\n{text}', encoding="utf-8")
    return make_ready(path)


@pytest.fixture
def three(tmp_path: Path) -> Council:
    """Make a scenario ready that differs from the three families."""
    return lambda text: _ready(tmp_path, "three_families", text)


@pytest.fixture
def many(tmp_path: Path) -> Council:
    """The same with 3,000 families, all with a severe need, who all come as referrals."""
    return lambda text: _ready(tmp_path, "many", text)
