"""What the terminal and the page of sentences show: a menu if there are many policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcare.report.canvas import how_made
from simcare.report.comparison_table import comparison_tables
from simcare.report.menu.rows import is_menu, menu_rows
from simcare.report.menu.table import menu_tables
from simcare.report.menu.words import NOT_STATED, menu_sentences
from simcare.report.packages.table import packages_tables
from simcare.report.packages.words import package_sentences
from simcare.report.policies import with_sizes
from simcare.report.scaled import scaled_tables
from simcare.report.sentences import sentence, sentences
from simcare.report.words import upper_first

if TYPE_CHECKING:
    from rich.console import RenderableType

    from simcare.experiment.compare import Comparison
    from simcare.report.menu.rows import MenuRow


def tables(comparison: Comparison, width: int) -> list[RenderableType]:
    """Return the tables for a terminal of some width: policies side by side, or as a menu."""
    if is_menu(comparison):
        return menu_tables(comparison, width)
    return [
        *comparison_tables(comparison, width),
        *packages_tables(comparison, width),
        *scaled_tables(comparison),
    ]


def paragraphs(comparison: Comparison) -> list[str]:
    """Return what is said below them: a paragraph for each policy, or a few lines of a menu."""
    if is_menu(comparison):
        more = "What is said of each policy, and of each package, is in sentences.md."
        return [*menu_sentences(comparison), more]
    return [*sentences(comparison).values(), *package_sentences(comparison).values()]


def figure_first(comparison: Comparison) -> str:
    """Return the name of the figure to look at first."""
    return "menu.png" if is_menu(comparison) else "weekly_costs.png"


def page(comparison: Comparison) -> str:
    """Return everything that is said of every policy, as Markdown, in the order of the menu."""
    title, reference = comparison.ready.scenario.title, comparison.reference
    parts = [f"# {title}", *(menu_sentences(comparison) if is_menu(comparison) else [])]
    policies = comparison.ready.scenario.policies
    parts += [f"## {policies[reference].title}", sentence(comparison, reference)]
    for row in menu_rows(comparison):
        warning = " (CHILDREN LESS SAFE)" if row.standing == "less safe" else ""
        parts += [f"## {row.title}{warning}", sentence(comparison, row.policy), _evidence(row)]
    for policy, said in package_sentences(comparison).items():
        parts += [f"## Part by part: {policies[policy].title}", said]
    return "\n\n".join([*parts, how_made(comparison)]) + "\n"


def _evidence(row: MenuRow) -> str:
    cannot = f" What it cannot show: {row.cannot_show}" if row.cannot_show else ""
    strength = with_sizes(row.strength or NOT_STATED, row.sizes)
    carried = f" {upper_first(row.study_carried)}." if row.study_carried else ""
    return f"Evidence: {strength}.{carried}{cannot}"
