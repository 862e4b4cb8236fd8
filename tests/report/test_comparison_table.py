"""The comparison in the terminal."""

from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from simcare.experiment.compare import Comparison, compare
from simcare.report import facts
from simcare.report.comparison_table import comparison_table, comparison_tables


def shown(*tables: RenderableType, width: int = 100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    for table in tables:
        console.print(table)
    return console.export_text()


def row(text: str, title: str) -> str:
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip().startswith(title))
    return "\n".join(lines[first : first + 2])


def test_three_families_in_a_table(listed: Comparison) -> None:
    text = shown(comparison_table(listed))
    assert row(text, "Cost in all").split() == [
        "Cost", "in", "all", "40,900", "21,700", "−19,200",
    ]  # fmt: skip
    assert "Paid by adult services" in text
    assert "NHS" not in text
    assert "+19,200" in row(text, "Net saving")
    assert "88" in row(text, "Costs less in all from")
    assert "without an interval (the families are listed, not sampled)" in " ".join(text.split())
    assert "nothing is said about safety" in " ".join(text.split())


def test_the_caption_names_the_interval_and_what_it_leaves_out(sampled: Comparison) -> None:
    text = " ".join(shown(comparison_table(sampled), width=160).split())
    assert "95 % Monte Carlo, over independent families" in text
    assert "Parameter uncertainty (how wrong the inputs may be) is not in it" in text


def test_cells_hold_the_difference_with_half_its_interval(sampled: Comparison) -> None:
    text = shown(comparison_table(sampled, ["treatment"]))
    assert "±" in row(text, "Cost in all")
    assert "same" in row(shown(comparison_table(sampled, ["dear"])), "Incidents at home")


def test_small_counts_are_shown_for_a_hundred_families(sampled: Comparison) -> None:
    text = shown(comparison_table(sampled, ["treatment"]))
    summary = sampled.summary
    removals = summary[(summary["policy"] == "as_now") & (summary["outcome"] == "removals")]
    mean = float(removals["mean"].iloc[0])
    assert mean < 1.0
    assert f"{100.0 * mean:.1f}" in row(text, "Children removed")


def test_what_cannot_be_told_from_chance_has_no_week(sampled: Comparison) -> None:
    assert "not told" in row(shown(comparison_table(sampled, ["stay"])), "Costs less in all from")
    assert "not by" in row(shown(comparison_table(sampled, ["dear"])), "Costs less in all from")


def test_the_reference_comes_first(sampled: Comparison) -> None:
    table = comparison_table(sampled, ["stay", "as_now"])
    assert [str(c.header) for c in table.columns][1] == "As now"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_blocks_fit_the_terminal_and_together_hold_every_policy(
    sampled: Comparison, width: int
) -> None:
    tables = comparison_tables(sampled, width)
    text = shown(*tables, width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    headings = [" ".join(str(c.header).split()) for t in tables for c in t.columns[2:]]
    unsafe = [p for p in sampled.policies[1:] if facts.less_safe(sampled, p)]
    titles = {p: sampled.ready.scenario.policies[p].title for p in sampled.policies[1:]}
    assert len(unsafe) == 1
    assert headings == [t + " LESS SAFE" * (p in unsafe) for p, t in titles.items()]
    assert text.count("As now") >= len(tables)
    assert "…" not in text


def test_no_number_is_cut_at_the_width_it_was_made_for(sampled: Comparison) -> None:
    wide = shown(*comparison_tables(sampled, 200), width=200)
    narrow = shown(*comparison_tables(sampled, 70), width=70)
    numbers = {w for w in wide.split() if w.startswith(("±", "+", "−"))}
    assert numbers <= set(narrow.split())


def test_england_with_five_policies_fits_a_hundred_columns() -> None:
    england = compare("england", families=30, workers=1)
    assert len(england.policies) == 5
    assert len(comparison_tables(england, 100)) == 1


def test_markup_in_titles_is_shown_as_it_stands(sampled: Comparison) -> None:
    from dataclasses import replace

    scenario = sampled.ready.scenario.model_copy(update={"title": "A [bold]council[/bold]"})
    loaded = replace(sampled.ready.loaded, scenario=scenario)
    named = replace(sampled, ready=replace(sampled.ready, loaded=loaded))
    assert "A [bold]council[/bold]" in shown(comparison_table(named, ["stay"]))
