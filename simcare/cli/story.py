"""`simcare chronology`."""

from __future__ import annotations

from collections.abc import Sequence

from simcare.cli.screen import progress, show
from simcare.errors import UserError
from simcare.experiment.compare import choose_policies, choose_size
from simcare.experiment.ready import Ready, make_ready


def tell(
    scenario: str,
    family: int,
    policies: Sequence[str] | None,
    families: int | None,
    seed: int | None,
) -> None:
    """Show the dated story of one family under policies side by side.

    family: its number. policies: in the order wanted (default: the reference and the first
    other). families: how many there are, which only matters where they share places.
    """
    ready = make_ready(scenario)
    chosen = _policies(ready, policies)
    size = choose_size(ready, families, None, seed)
    _check_number(ready, family, size.families)
    from simcare.report.chronology import side_by_side

    with progress(f"Living family {family}'s life") as report:
        shown = side_by_side(ready, family, chosen)
    show(shown)
    del report


def _policies(ready: Ready, wanted: Sequence[str] | None) -> tuple[str, ...]:
    if wanted is None:
        return choose_policies(ready, None)[:2]
    choose_policies(ready, wanted)
    return tuple(dict.fromkeys(wanted))


def _check_number(ready: Ready, family: int, families: int) -> None:
    if 0 <= family < families:
        return
    listed = ready.scenario.families_
    names = ""
    if isinstance(listed, list):
        names = f": {', '.join(f'{i} ({f.name})' for i, f in enumerate(listed))}"
    raise UserError(
        f"option --family: there is no family {family} in {ready.loaded.path.name}; give a number "
        f"from 0 to {families - 1}{names}."
    )
