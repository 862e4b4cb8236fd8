"""The line about the trials of the supports."""

from __future__ import annotations

import csv

from simcare.report.studies.found import path
from simcare.report.targets.trials import trials


def test_each_check_counts_once() -> None:
    with path().open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["role"] == "check"]
    each = {(r["study"], r["effect_on"], r["quantity"]) for r in rows}
    assert 0 < len(each) <= len(rows)
    assert f"of {len(each)} checks" in trials()
