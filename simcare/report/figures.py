"""Every figure of a comparison, and writing them to files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from simcare.report.canvas import save
from simcare.report.menu.figure import menu
from simcare.report.menu.rows import few, is_menu
from simcare.report.packages.figure import packages_figure
from simcare.report.packages.words import packages
from simcare.report.pathway import pathway
from simcare.report.safety_figure import safety
from simcare.report.saving_figure import saving
from simcare.report.weekly_figure import weekly_costs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simcare.experiment.compare import Comparison

__all__ = [
    "draw_all",
    "figures",
    "menu",
    "packages_figure",
    "pathway",
    "safety",
    "save",
    "saving",
    "weekly_costs",
]


def figures(comparison: Comparison) -> dict[str, Figure]:
    """Return every figure of a comparison by name.

    A comparison of the reference alone has no saving and no safety figure, because there is
    nothing to compare; one without a package has no figure of packages. Where there are many
    policies, the menu takes the place of the safety figure, and those over time show a few.
    """
    statement = comparison.ready.statements[comparison.reference]
    scenario = comparison.ready.scenario
    many = is_menu(comparison)
    drawn = replace(comparison, policies=few(comparison)) if many else comparison
    made = {"menu": menu(comparison)} if many else {}
    made["weekly_costs"] = weekly_costs(drawn)
    if len(comparison.policies) > 1:
        made["saving"] = saving(drawn)
        made |= {} if many else {"safety": safety(comparison)}
    if packages(comparison):
        made["packages"] = packages_figure(comparison)
    for region in dict.fromkeys((scenario.case_region, scenario.children_region)):
        if region in scenario.regions:
            source = f"the scenario “{scenario.title}”"
            made[f"pathway_{region}"] = pathway(statement, region, source)
    return made


def draw_all(comparison: Comparison, folder: Path) -> list[Path]:
    """Draw every figure into `folder`/figures as PNG and SVG; return the files' paths."""
    paths: list[Path] = []
    for name, figure in figures(comparison).items():
        paths += save(figure, folder / "figures", name)
    return paths
