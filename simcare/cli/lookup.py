"""`simcare evidence`: a published number, where it comes from and where it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from simcare.cli.screen import show
from simcare.errors import UserError
from simcare.evidence import Curve, Evidence, Register
from simcare.evidence import load as load_register
from simcare.scenario.load import load
from simcare.scenario.shipped import names
from simcare.scenario.uses import Use, used_ids, uses

if TYPE_CHECKING:
    from rich.table import Table

_MOST_PLACES = 6
_MOST_TOPICS = 12


def show_list(word: str | None, scenario: str | None) -> None:
    """List the figures that mention a word or that a scenario uses, or say how to look."""
    register = load_register()
    if word is None and scenario is None:
        _show_how_to_look(register)
        return
    found = register.search(word) if word is not None else list(register.numbers.values())
    if scenario is not None:
        used = set(used_ids(load(scenario)))
        found = [e for e in found if e.id in used]
    if not found:
        where = "the register" if scenario is None else f"what {scenario} uses"
        mentions = "" if word is None else f" that mentions “{word}”"
        show(f"There is no published figure in {where}{mentions}.")
        return
    from simcare.report.tables import evidence_table

    many = "1 figure" if len(found) == 1 else f"{len(found)} figures"
    show(evidence_table(found), f"{many}. One in full: simcare evidence {found[0].id}")


def _show_how_to_look(register: Register) -> None:
    topics = Counter(e.topic for e in register.numbers.values())
    largest = topics.most_common(_MOST_TOPICS)
    listed = ", ".join(f"{topic} ({count})" for topic, count in largest)
    show(
        f"The register holds {len(register.numbers):,} published figures and "
        f"{len(register.curves)} survival curves. Largest topics: {listed}; and "
        f"{len(topics) - len(largest)} more.",
        "Look with:",
        "  simcare evidence --search rehabilitation    what mentions a word",
        "  simcare evidence --scenario england         what a scenario uses",
        "  simcare evidence B-REHAB1213                one figure in full",
    )


def show_figure(id: str, word: str | None, scenario: str | None) -> None:
    """Show one figure or curve in full, with its rivals and its uses in scenarios."""
    if word is not None:
        raise UserError("option --search: it lists figures, so give either it or an ID.")
    register = load_register()
    looked_at = [scenario] if scenario is not None else names()
    from simcare.report.tables import evidence_card, evidence_table

    found = _find(register, id)
    used = _uses(looked_at, found.id)
    if isinstance(found, Curve):
        show(_curve_card(found, _users(used)))
    else:
        show(evidence_card(found, _users(used)))
        if found.rivals:
            show("Other answers to the same question:")
            show(evidence_table([register.get(r) for r in found.rivals]))
    if used:
        show("Where the model uses it:", _uses_table(used))


def _find(register: Register, id: str) -> Evidence | Curve:
    """Return a figure or curve by its id, in capitals or not."""
    known: Mapping[str, Evidence | Curve] = {**register.numbers, **register.curves}
    by_capitals = {name.upper(): name for name in known}
    exact = id if id in known else by_capitals.get(id.upper(), id)
    return known[exact] if exact in known else register.get(id)


def _uses(scenarios: Iterable[str], id: str) -> dict[Use, list[str]]:
    """Return each use with the scenarios that make it: one that extends another shares its."""
    found: dict[Use, list[str]] = {}
    for name in scenarios:
        for use in uses(load(name), id):
            found.setdefault(use, []).append(name)
    return found


def _users(used: Mapping[Use, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(use.parameter or "the model itself" for use in used))


def _uses_table(used: Mapping[Use, Sequence[str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Parameter", "Stated in", "Named at"):
        table.add_column(heading, overflow="fold", no_wrap=True)
    table.add_column("Scenarios", ratio=1)
    for use, scenarios in used.items():
        places = list(use.places[:_MOST_PLACES])
        if len(use.places) > _MOST_PLACES:
            places.append(f"and {len(use.places) - _MOST_PLACES} more")
        named = "\n".join(places) or "nowhere"
        cells = (use.parameter, use.file, named, ", ".join(scenarios))
        table.add_row(*(Text(c) for c in cells))
    return table


def _curve_card(curve: Curve, used_by: list[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, show_header=False, title_justify="left",
        title_style="bold", title=Text(f"{curve.id}: {curve.quantity}"),
    )  # fmt: skip
    step = max(len(curve.weeks) // 12, 1)
    points = zip(curve.weeks[::step], curve.shares[::step], strict=True)
    rows = {
        "Of whom": f"{curve.label or curve.group} ({curve.n:,})",
        "Share by week": ", ".join(f"{share:.0%} at {week:.0f}" for week, share in points),
        "Source": ", ".join(filter(None, [curve.source, curve.publisher, curve.year])),
        "Address": curve.address,
        "Status": curve.status,
        "In its words": f"“{curve.quote}”" if curve.quote else "",
        "Used by": ", ".join(used_by) or "nothing yet",
    }
    for name, said in rows.items():
        if said:
            table.add_row(Text(name, style="bold"), Text(said))
    return table
