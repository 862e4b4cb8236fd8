"""Experiment files for the tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

SAMPLED = (Path(__file__).parents[2] / "report" / "sampled.toml").as_posix()
GRID = """
title = "Other prices"
scenario = "three_families"
[parameters]
foster_price = { values = [800, 1200] }
treatment_price = { values = [500, 1000, 2000] }
"""
SMALL = f"""
title = "A sampled council"
scenario = "{SAMPLED}"
policies = ["treatment", "stay"]
seeds = [1, 2]
design = {{ kind = "sobol", draws = 2, seed = 3 }}
[settings]
families = 20
horizon_weeks = [104, 260]
[assumed]
[parameters]
incident_rate = {{ distribution = "gamma", mean = 0.02, sd = 0.004 }}
stay_price = {{ low = 40, high = 80 }}
"""
LONG = f"""
title = "A sampled council, for longer than a test waits"
scenario = "{SAMPLED}"
policies = ["treatment", "stay"]
design = {{ kind = "latin_hypercube", draws = 40, seed = 3 }}
[settings]
families = 60
[assumed]
"""


def saved(folder: Path, text: str, name: str = "mine.toml") -> Path:
    """Write an experiment file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the SHA-256 of its bytes."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
