"""The policies of a scenario in a list: what each is, and how strong its evidence is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from simcare.report.words import NONE
from simcare.scenario.domain import Strength
from simcare.scenario.schema import Scenario
from simcare.scenario.strength import Sizes, sizes_of, strength_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

MEANINGS: Mapping[Strength, str] = {
    "trial": "who had it was drawn by lot",
    "matched comparison": "those who had it beside others like them",
    "before-after": "the same people before and after, with nobody beside them",
    "argument only": "it is reasoned, not measured",
}
"""What each strength of evidence means, the strongest first."""

REFERENCE = f"{NONE} (reference)"
NOT_STATED = "not stated"


class PolicyRow(NamedTuple):
    """One policy in a list. strength: of its evidence, or "reference", or "not stated".

    sizes: whether the sizes of its effects are assumed.
    """

    name: str
    title: str
    plain: str
    strength: str
    sizes: Sizes

    @property
    def evidence(self) -> str:
        """The strength of its evidence, and whether the size of the effect is assumed."""
        return with_sizes(self.strength, self.sizes)


def policy_rows(scenario: Scenario) -> list[PolicyRow]:
    """Return the policies of a scenario in the order of its files.

    Raises KeyError where a policy rests on another, or offers a support, that does not exist.
    """
    return [
        PolicyRow(name, spec.title, spec.plain, _strength(scenario, name), sizes_of(scenario, name))
        for name, spec in scenario.policies.items()
    ]


def with_sizes(strength: str, sizes: Sizes) -> str:
    """Return the strength of evidence, and whether sizes are assumed: trial; size assumed."""
    return f"{strength}; {sizes}" if sizes else strength


def _strength(scenario: Scenario, policy: str) -> str:
    if policy == scenario.reference:
        return REFERENCE
    return strength_of(scenario, policy) or NOT_STATED


def policies_table(rows: Sequence[PolicyRow]) -> Table:
    """Return policies by the names to type, each with its title and its line below."""
    from rich import box
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Policy and what it does", overflow="fold", ratio=1)
    table.add_column("Evidence", no_wrap=True)
    for row in rows:
        table.add_row(Text(row.name, style="bold"), Text(row.strength))
        table.add_row(Padding(_said(row), (0, 0, 0, 2)), Text(row.sizes))
    return table


def _said(row: PolicyRow) -> Text:
    from rich.text import Text

    said = Text(row.title, style="italic")
    return said if row.plain.startswith(row.title) else said.append(f": {row.plain}", "not italic")
