"""`simcare chronology`."""

from __future__ import annotations

from collections.abc import Sequence

from simcare.cli.naming import by_name
from simcare.cli.screen import Tell, progress, show
from simcare.errors import UserError
from simcare.experiment.compare import Size, choose_policies, choose_size
from simcare.experiment.ready import Ready, make_ready
from simcare.experiment.unit import Outcome, Unit, make_job, run_unit, together


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
    policies = by_name(scenario, policies)
    ready = make_ready(scenario, policies)
    chosen = _policies(ready, policies)
    size = choose_size(ready, families, None, seed)
    _check_number(ready, family, size.families)
    from simcare.report.chronology import beginning_in, side_by_side

    with progress(f"Running {ready.loaded.path.stem}") as report:
        outcome = _lived(ready, size, family, chosen, report)
    logs = {p: lived.log for p, lived in outcome.lived.items() if lived.log is not None}
    events = {policy: log.events for policy, log in logs.items()}
    ledger = {policy: log.ledger for policy, log in logs.items()}
    lives = {int(x.prints[family - outcome.unit.first]) for x in outcome.lived.values()}
    beginning = beginning_in(ready, size, family)
    show(side_by_side(events, ledger, ready, family, beginning=beginning))
    if len(chosen) > 1 and len(lives) == 1:
        show("This family lives the same life under all of them; try another.")


def _lived(ready: Ready, size: Size, family: int, policies: Sequence[str], report: Tell) -> Outcome:
    """Run one family under each policy; with all the others where they are run together."""
    first, count = (0, size.families) if together(ready) else (family, 1)
    done, total = 0, count * len(policies)

    def step(families: int) -> None:
        nonlocal done
        done += families
        report(done, total)

    job = make_job(ready, policies, keep="log")
    return run_unit(ready, job, Unit(0, size.seed, first, count), step)


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
