"""Lists of evidence, scenarios and ledger lines."""

from __future__ import annotations

import datetime

from simcare.evidence import load
from simcare.experiment.compare import Comparison
from simcare.report.tables import (
    ScenarioRow,
    evidence_card,
    evidence_table,
    ledger_table,
    scenarios_table,
)
from tests.report.test_comparison_table import shown


def test_every_figure_of_the_register_can_be_listed() -> None:
    figures = list(load().numbers.values())
    table = evidence_table(figures)
    assert table.row_count == len(figures)


def test_a_figure_that_was_only_recalled_is_not_called_evidence() -> None:
    recalled = [e for e in load().numbers.values() if not e.is_evidence][:1]
    assert "not evidence" in shown(evidence_table(recalled), width=200)


def test_a_card_says_where_a_figure_comes_from_and_who_disagrees() -> None:
    figure = next(e for e in load().numbers.values() if e.rivals and e.quote)
    text = " ".join(shown(evidence_card(figure, ["price_of_help"]), width=200).split())
    assert figure.id in text
    assert figure.rivals[0] in text
    assert "price_of_help" in text
    assert " ".join(figure.source.split())[:40] in text


def test_every_card_can_be_shown_whatever_its_quote_holds() -> None:
    for figure in list(load().numbers.values())[::25]:
        text = "".join(shown(evidence_card(figure), width=200).split())
        assert "".join(figure.quote.split())[:60] in text


def test_scenarios_are_listed_by_the_name_to_type() -> None:
    text = shown(scenarios_table([ScenarioRow("england", "England", "All [of] it")]))
    assert "england" in text
    assert "All [of] it" in text


def test_a_ledger_is_dated_and_adds_up(listed: Comparison) -> None:
    ledger = listed.ledger
    own = ledger[(ledger["policy"] == "treatment") & (ledger["family"] == 0)]
    text = shown(ledger_table(own, datetime.date(2025, 4, 7)), width=140)
    assert "14 Apr 2025" in text
    assert "25,800.00" in text.replace("−", "-")
    assert "adult services" in text
