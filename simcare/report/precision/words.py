"""How many families are needed, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simcare.experiment.summary import FEW_REACHED, MONEY
from simcare.report.words import MINUS, about_pounds, bare, lower_first, with_half

if TYPE_CHECKING:
    from simcare.experiment.precision import Precision

POUNDS = "£ per family"
KIND = "95 % Monte Carlo interval"


def title(found: Precision) -> str:
    """Return the title of the outcome."""
    measure = found.ready.scenario.outcomes.get(found.aim.outcome)
    return MONEY[found.aim.outcome] if measure is None else bare(measure.title)


def unit(found: Precision) -> str:
    """Return the unit of the outcome."""
    measure = found.ready.scenario.outcomes.get(found.aim.outcome)
    if measure is not None:
        return measure.unit
    return POUNDS if found.aim.outcome.startswith("cost") else "share of families"


def asked(found: Precision) -> str:
    """Write the half-width that was asked for, as it was: £500, 0.004."""
    pound = "£" if unit(found) == POUNDS else ""
    return f"{pound}{found.aim.half_width:,.10g}"


def counted(found: Precision, count: int) -> str:
    """Write how many families or replications: 12,300 families."""
    one = "family" if found.aim.unit == "families" else "replication"
    return f"{count:,} {one if count == 1 else found.aim.unit}"


def sentences(found: Precision) -> list[str]:
    """Say how many are needed, what kind of interval that is of, and what it leaves out."""
    answer = {"met": _met, "unconfirmed": _unconfirmed, "short": _short, "few": _few}
    return [answer[found.verdict](found), _left_out(found)]


def _met(found: Precision) -> str:
    assert found.needed is not None
    last = int(found.path[found.aim.unit].iloc[-1])
    count = counted(found, found.needed)
    return (
        f"{count} {'is' if found.needed == 1 else 'are'} needed. With them {_difference(found)} is "
        f"{_estimate(found)}: no wider than the ± {asked(found)} asked for, and it stayed so "
        f"whenever it was looked at again, up to {last:,}."
    )


def _unconfirmed(found: Precision) -> str:
    return (
        f"{_at_most(found)}, {_difference(found)} is {_estimate(found)}: no wider than the "
        f"± {asked(found)} asked for, but there were too few more to see whether it stays so; "
        "raise --most."
    )


def _short(found: Precision) -> str:
    return (
        f"{_at_most(found)}, {_difference(found)} is {_estimate(found)}: wider than the "
        f"± {asked(found)} asked for. By the square-root rule about "
        f"{counted(found, _about(found.forecast))} would be needed; raise --most or ask for less."
    )


def _few(found: Precision) -> str:
    differing = int(found.at["differing"])
    many = "no family" if differing == 0 else "only 1 family"
    if differing > 1:
        many = f"only {differing} families"
    return (
        f"{_at_most(found)}, {many} had another “{lower_first(title(found))}” under the one policy "
        f"than under the other. Of fewer than {FEW_REACHED} an interval says nothing, and no rule "
        "can say how many would be needed; raise --most."
    )


def _left_out(found: Precision) -> str:
    return (
        "This says how far chance alone could move the difference, were other "
        f"{found.aim.unit} simulated. How wrong the inputs may be (parameter uncertainty) is not "
        f"in it, and no number of {found.aim.unit} makes that smaller."
    )


def _at_most(found: Precision) -> str:
    return f"With {counted(found, found.aim.most)}, the most that were to be run"


def _difference(found: Precision) -> str:
    policies = found.ready.scenario.policies
    own, base = (
        lower_first(policies[p].title) for p in (found.aim.policy, found.ready.scenario.reference)
    )
    return f"the difference in “{lower_first(title(found))}” between {own} and {base}"


def _estimate(found: Precision) -> str:
    """Write the difference at the look that counts, with its interval: −£1,440 ± £2,880."""
    mean, half = float(found.at["difference"]), float(found.at["half_width"])
    if unit(found) != POUNDS:
        return f"{with_half(mean, half)} {unit(found)} ({KIND})"
    return f"{_pounds(mean, '+')} ± {_pounds(half)} per family ({KIND})"


def _pounds(value: float, sign: str = "") -> str:
    """Write pounds to three figures, with pence below ten of them."""
    if abs(value) >= 10.0 or value == 0.0 or not math.isfinite(value):
        return about_pounds(value, sign)
    return f"{MINUS if value < 0.0 else sign}£{abs(value):.2f}"


def _about(count: int) -> int:
    """Return a number of two figures that is not below what is only about so many."""
    place: int = 10 ** max(len(str(count)) - 2, 0)
    return math.ceil(count / place) * place
