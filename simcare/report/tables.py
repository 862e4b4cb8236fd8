"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from simcare.report.comparison_table import comparison_table, comparison_tables
from simcare.report.frame import summary_frame
from simcare.report.words import date_of, day, plain

if TYPE_CHECKING:
    import datetime

    import pandas as pd
    from rich.table import Table

    from simcare.evidence import Evidence

__all__ = [
    "ScenarioRow",
    "comparison_table",
    "comparison_tables",
    "evidence_card",
    "evidence_table",
    "ledger_table",
    "scenarios_table",
    "summary_frame",
]


class ScenarioRow(NamedTuple):
    """One scenario in a list: the name to type, its title, and what it is in plain words."""

    name: str
    title: str
    plain: str


def scenarios_table(rows: Sequence[ScenarioRow]) -> Table:
    """Return a list of scenarios."""
    from rich.text import Text

    table = _list_table(["Name", "Title", "What it is"])
    for row in rows:
        table.add_row(Text(row.name, style="bold"), Text(row.title), Text(row.plain))
    return table


def evidence_table(figures: Sequence[Evidence]) -> Table:
    """Return published figures, one a row."""
    from rich.text import Text

    table = _list_table(["Id", "What it measures", "Value", "Source and status"])
    table.columns[0].no_wrap = True
    for column, share in zip(table.columns[1:], (4, 3, 4), strict=True):
        column.ratio = share
    for e in figures:
        style = "" if e.is_evidence else "dim"
        prices = f", {e.price_year} prices" if e.price_year else ""
        value, *span = _value(e).split("\n")
        amount = "\n".join([f"{value} {e.unit}{prices}", *span])
        texts = (e.id, e.quantity, amount, f"{_origin(e)} ({_status(e)})")
        table.add_row(*(Text(t, style=style) for t in texts))
    return table


def evidence_card(figure: Evidence, used_by: Sequence[str] = ()) -> Table:
    """Return everything that is known of one published figure.

    used_by: names of the parameters (or scenarios) that rest on it.
    """
    from rich.text import Text

    table = _list_table(None)
    table.title = Text(f"{figure.id}: {figure.quantity}")
    rows = {
        "Value": " ".join(filter(None, [_value(figure).replace("\n", " "), figure.unit])),
        "As published": figure.text,
        "Prices of": figure.price_year or "",
        "Period": figure.period,
        "Where": figure.geography,
        "Of whom": figure.population,
        "Follow-up": figure.followup,
        "Source": ", ".join(filter(None, [figure.source, figure.publisher, figure.year])),
        "Address": figure.address,
        "Status": _status(figure),
        "In its words": f"“{figure.quote}”" if figure.quote else "",
        "Note": figure.note,
        "Follows from": figure.derived_from,
        "Its parts": ", ".join(figure.parts),
        "Other answers": ", ".join(figure.rivals),
        "They disagree": figure.disagreement,
        "Used by": ", ".join(used_by) or "nothing yet",
    }
    for name, said in rows.items():
        if said:
            table.add_row(Text(name, style="bold"), Text(said))
    return table


def ledger_table(ledger: pd.DataFrame, start: datetime.date) -> Table:
    """Return the lines of a ledger, dated from the start date of the scenario, with their sum.

    ledger: rows such as `Comparison.ledger` has, of one family and policy.
    """
    from rich.text import Text

    from simcare.experiment.summary import MONEY

    table = _list_table(["From", "To", "What", "For", "Paid by", "£"])
    ordered = ledger.sort_values(["start_week", "end_week", "item"])
    names = ("start_week", "end_week", "item", "child", "payer", "amount")
    for start_week, end_week, item, child, payer, amount in zip(
        *(ordered[n].tolist() for n in names), strict=True
    ):
        payer = MONEY.get(f"cost_payer_{payer}", payer)
        texts = (
            day(date_of(start, start_week)),
            "" if end_week == start_week else day(date_of(start, end_week)),
            item,
            "family" if child < 0 else f"child {child + 1}",
            payer.removeprefix("Paid by ").removeprefix("Paid in "),
            plain(amount, 2),
        )
        table.add_row(*(Text(t) for t in texts))
    table.show_footer = True
    table.columns[2].footer = "In all"
    table.columns[-1].footer = plain(float(ledger["amount"].sum()), 2)
    table.columns[-1].justify = "right"
    return table


def _list_table(columns: Sequence[str] | None) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_header=columns is not None,
        title_justify="left", title_style="bold",
    )  # fmt: skip
    for name in columns or ("", ""):
        table.add_column(name, overflow="fold")
    return table


def _value(e: Evidence) -> str:
    if e.value is None:
        return e.text
    value = f"{e.value:,.10g}"
    if e.low is None or e.high is None:
        return value
    return f"{value}\n({e.low:,.10g} to {e.high:,.10g})"


_STATUSES = {
    "VERIFIED": "seen and quoted",
    "VERIFIED_NOQUOTE": "seen",
    "DERIVED": "worked out from figures seen",
    "COMPUTED": "computed from figures seen",
    "RECALLED": "only recalled: not evidence",
}


def _status(e: Evidence) -> str:
    return _STATUSES.get(e.status, e.status)


def _origin(e: Evidence) -> str:
    return ", ".join(filter(None, [e.publisher or e.source, e.year]))
