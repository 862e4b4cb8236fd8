"""`simcare chronology`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simcare.cli.screen import Tell, progress, show
from simcare.errors import UserError
from simcare.experiment.compare import Size, choose_policies, choose_size
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.unit import Outcome, Unit, run_unit


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
    from simcare.report.chronology import beginning_in, side_by_side

    events, ledger, lives = {}, {}, set()
    with progress(f"Running {ready.loaded.path.stem}") as report:
        for policy, outcome in _lived(ready, size, family, chosen, report):
            events[policy], ledger[policy] = outcome.events, outcome.ledger
            lives.add(int(outcome.lives[family - outcome.unit.first]))
    beginning = beginning_in(ready, size, family)
    show(side_by_side(events, ledger, ready, family, beginning=beginning))
    if len(chosen) > 1 and len(lives) == 1:
        show("This family lives the same life under all of them; try another.")


def _lived(
    ready: Ready, size: Size, family: int, policies: Sequence[str], report: Tell
) -> Iterator[tuple[str, Outcome]]:
    """Run one family under each policy; with all the others where families share places."""
    listed = isinstance(ready.scenario.families_, list)
    alone = not (ready.shares_places or listed)
    first, count = (family, 1) if alone else (0, size.families)
    done, total = 0, count * len(policies)

    def step(families: int) -> None:
        nonlocal done
        done += families
        report(done, total)

    for policy in policies:
        yield policy, run_unit(ready, Unit(policy, 0, size.seed, first, count), step)


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
