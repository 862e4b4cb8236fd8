"""How the trials of the supports came out, in a line, as kept with the scenarios."""

from __future__ import annotations

from simcare.report.studies.found import path


def trials() -> str:
    """Say how many checks of the supports came out how, and where to read more.

    It is read from the file that is written with the page of studies, and nothing is run. A
    comparison that several supports share counts once.
    """
    import pandas as pd

    kept = pd.read_csv(path())
    checks = kept[kept["role"] == "check"].drop_duplicates(["study", "effect_on", "quantity"])
    counts = checks["verdict"].value_counts()
    said = ", ".join(f"{count} “{verdict}”" for verdict, count in counts.items())
    return (
        f"Trials of the supports, as last run for docs/validation-supports.md: of {len(checks)} "
        f"checks kept for supports of the menu, {said}. To run all of them: "
        "simcare validate --supports."
    )
