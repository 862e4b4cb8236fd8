"""The dated story of one family under several policies, side by side, with what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simcare.draws import replication_seed
from simcare.errors import UserError
from simcare.experiment.ready import Ready
from simcare.report.story import SEEN, UNSEEN, Event, Where, Words
from simcare.report.words import date_of, day, length, pounds, upper_first
from simcare.units import DAYS_PER_WEEK, WEEKS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from rich.text import Text

    from simcare.experiment.compare import Comparison, Size

COLUMNS = ("week", "date", "policy", "what", "cost_since", "cost_total")


@dataclass(frozen=True)
class Beginning:
    """How a family began: the week it became known, where its regions stood, and who it is."""

    week: float
    levels: Mapping[Where, str]
    name: str
    who: str


def story_frame(
    events_by_policy: Mapping[str, pd.DataFrame],
    ledger_by_policy: Mapping[str, pd.DataFrame],
    ready: Ready,
    family: int,
    replication: int = 0,
    beginning: Beginning | None = None,
) -> pd.DataFrame:
    """Return the story of a family, one row for each day on which something happens and policy.

    events_by_policy, ledger_by_policy: frames such as `Comparison.events` and `.ledger`, by
    policy; other families in them are left out. What happened before week 0 is summed up in a
    first row. Columns: week, date, policy, what (sentences joined by line breaks, empty if
    nothing happens under this policy), cost_since (pounds since the row above) and cost_total
    (pounds since week 0). Raises UserError if the events name no such policy.
    """
    import pandas as pd

    words, start = Words(ready), ready.scenario.start_date
    told = {
        policy: _told(_own(events, family, replication), words, beginning)
        for policy, events in events_by_policy.items()
    }
    last = float(ready.scenario.horizon_weeks)
    for days in told.values():
        days.setdefault(int(last * DAYS_PER_WEEK), []).append(
            (last, f"End of the {length(last)} that were simulated")
        )
    rows: list[tuple[object, ...]] = []
    before = dict.fromkeys(told, 0.0)
    for number in sorted({n for days in told.values() for n in days}):
        weeks = [week for days in told.values() for week, _ in days.get(number, [])]
        for policy, days in told.items():
            ledger = _own(ledger_by_policy[policy], family, replication)
            total = spent(ledger, max(weeks))
            what = "\n".join(text for _, text in days.get(number, []))
            date = date_of(start, min(weeks))
            rows.append((min(weeks), date, policy, what, total - before[policy], total))
            before[policy] = total
    return pd.DataFrame(rows, columns=list(COLUMNS))


def side_by_side(
    events_by_policy: Mapping[str, pd.DataFrame],
    ledger_by_policy: Mapping[str, pd.DataFrame],
    ready: Ready,
    family: int,
    replication: int = 0,
    beginning: Beginning | None = None,
) -> Table:
    """Return the story of `story_frame` as a table: a column for each policy, a row a day.

    The amount beside each entry is what the family cost since the row above, and below it
    what it has cost in all.
    """
    from rich.text import Text

    frame = story_frame(events_by_policy, ledger_by_policy, ready, family, replication, beginning)
    table = _empty(ready, list(events_by_policy), family, beginning)
    columns = [frame[name].tolist() for name in COLUMNS]
    count = len(events_by_policy)
    for i in range(0, len(frame), count):
        week, date, _, what, since, total = (c[i : i + count] for c in columns)
        cells = [Text(f"{day(date[0])}\nweek {week[0]:,.1f}")]
        for k in range(count):
            cells += [_what(what[k], k > 0 and what[k] == what[0]), _money(since[k], total[k])]
        table.add_row(*cells)
    return table


def family_story(
    comparison: Comparison,
    family: int,
    policies: Sequence[str] | None = None,
    replication: int = 0,
) -> Table:
    """Return the story of a family of a comparison under some of its policies (default: all).

    Raises UserError if the comparison holds no such family or policy.
    """
    chosen = _chosen(comparison, family, policies, replication)
    events, ledger = (
        {p: table[table["policy"] == p] for p in chosen}
        for table in (comparison.events, comparison.ledger)
    )
    beginning = beginning_of(comparison, family, replication)
    return side_by_side(events, ledger, comparison.ready, family, replication, beginning)


def _chosen(
    comparison: Comparison, family: int, policies: Sequence[str] | None, replication: int
) -> list[str]:
    from simcare.report.facts import title

    chosen = list(comparison.policies if policies is None else policies)
    for policy in chosen:
        title(comparison, policy)
    _check_number("family", family, comparison.size.families)
    _check_number("replication", replication, comparison.size.replications)
    return chosen


def _check_number(kind: str, number: int, count: int) -> None:
    if not 0 <= number < count:
        raise UserError(f"there is no {kind} {number} here; give a number from 0 to {count - 1}.")


def beginning_of(comparison: Comparison, family: int, replication: int = 0) -> Beginning:
    """Return how a family of a comparison began, drawn again from its seed."""
    return beginning_in(comparison.ready, comparison.size, family, replication)


def beginning_in(ready: Ready, size: Size, family: int, replication: int = 0) -> Beginning:
    """Return how a family of a run of some size began, drawn again from its seed."""
    from simcare.experiment.unit import Unit, population_of
    from simcare.model.instances import Instances

    reference = ready.scenario.reference
    listed = isinstance(ready.scenario.families_, list)
    first, count = (0, size.families) if listed else (family, 1)
    unit = Unit(replication, replication_seed(size.seed, replication), first, count)
    population = population_of(ready, unit)
    row = family if listed else 0
    instances = Instances(ready.statements[reference])
    levels = {
        (region.name, slot): region.level_names()[int(level)]
        for (region, slot), level in zip(
            instances.regions(), population.lives.level[row], strict=True
        )
    }
    arrival = float(population.lives.arrival[row])
    children = int(population.children[row])
    ages = []
    if instances.has_register("birth"):
        births = [population.lives.register[row, instances.register("birth", k)]
                  for k in range(children)]  # fmt: skip
        ages = [f"{(arrival - float(b)) / WEEKS_PER_YEAR:.0f}" for b in births]
    who = f"{children} {'child' if children == 1 else 'children'}"
    if ages:
        who += f" (aged {', '.join(ages)})"
    name = population.names[row] if population.names else f"Family {family}"
    return Beginning(arrival, levels, name, who)


def spent(ledger: pd.DataFrame, week: float) -> float:
    """Return what lines of a ledger come to by a week, running rates counted up to then."""
    start, end, amount = (
        ledger[c].to_numpy(np.float64) for c in ("start_week", "end_week", "amount")
    )
    lasting = end > start
    length_ = np.where(lasting, end - start, 1.0)
    share = np.where(lasting, np.clip((week - start) / length_, 0.0, 1.0), start <= week)
    return float((amount * share).sum())


def _own(table: pd.DataFrame, family: int, replication: int) -> pd.DataFrame:
    own = table[table["family"] == family]
    return own[own["replication"] == replication] if "replication" in own.columns else own


def _told(
    events: pd.DataFrame, words: Words, beginning: Beginning | None
) -> dict[int, list[tuple[float, str]]]:
    """Return what happens by day number since week 0: [(week, sentence)]."""
    rows = [Event(*row) for row in events[list(Event._fields)].itertuples(index=False, name=None)]
    days: dict[int, list[tuple[float, str]]] = {}
    opening = _opening(rows, words, beginning)
    if opening is not None:
        week, lines = opening
        days[_day(week)] = [(week, line) for line in lines]
    by_day: dict[int, list[Event]] = {}
    for row in rows:
        if row.week >= 0.0:
            by_day.setdefault(_day(row.week), []).append(row)
    for number, happened in by_day.items():
        lines = words.day(happened)
        if lines:
            days.setdefault(number, []).extend((happened[0].week, line) for line in lines)
    return days


def _day(week: float) -> int:
    return int(np.floor(week * DAYS_PER_WEEK + 1e-6))


def _opening(
    rows: Sequence[Event], words: Words, beginning: Beginning | None
) -> tuple[float, list[str]] | None:
    """Return the first row: who the family is, and where it stands then (at week 0 at least)."""
    levels = dict(beginning.levels) if beginning is not None else {}
    early = [row for row in rows if row.week < 0.0]
    for row in early:
        levels[(row.region, row.child)] = row.after
    if beginning is None and not early:
        return None
    week = 0.0 if beginning is None else max(beginning.week, 0.0)
    head = "Before week 0:" if early else "At the start:"
    return week, [head, *(f"  {line}" for line in words.standing(levels))]


def _empty(
    ready: Ready, policies: Sequence[str], family: int, beginning: Beginning | None
) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    who = f"Family {family}"
    if beginning is not None:
        who = f"{beginning.name}; {beginning.who}"
    note = (
        f"{SEEN} an incident that somebody acts on; {UNSEEN} one that nobody does. £: since the "
        "row above, and in all since week 0."
    )
    table = Table(
        box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False, title_justify="left",
        title=Text(who), title_style="bold", caption=Text(note),
        caption_justify="left", caption_style="dim",
    )  # fmt: skip
    table.add_column("Date", no_wrap=True)
    for policy in policies:
        table.add_column(Text(upper_first(ready.scenario.policies[policy].title)), ratio=1)
        table.add_column("£", justify="right", no_wrap=True)
    return table


def _what(text: str, same: bool) -> Text:
    from rich.text import Text

    if same and text:
        return Text("(the same)", style="dim")
    made = Text()
    for i, line in enumerate(text.split("\n")):
        style = "bold" if line.startswith(SEEN) else "italic dim" if line.startswith(UNSEEN) else ""
        made.append(f"{chr(10) if i else ''}{line}", style=style)
    return made


def _money(since: float, total: float) -> Text:
    from rich.text import Text

    first = pounds(since, "+") if round(since) else ""
    return Text(f"{first}\n{pounds(total)}", style="" if first else "dim")
