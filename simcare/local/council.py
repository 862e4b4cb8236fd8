"""From a council's numbers to a scenario of its own, and what was reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from simcare.errors import UserError
from simcare.experiment.statistics import Estimate
from simcare.local.form import Council, Plan, complete, kind_of, number_of, target_of
from simcare.local.levers import Lever, Solved, levers_of, solve
from simcare.local.mixes import ranges_of_shares, shares_of, solve_mixes, wanted
from simcare.local.ranges import Range, range_of_number
from simcare.local.trial import Found, Trial, trial_of

FAMILIES = 20_000
"""Families in each trial: a stock of looked-after children is then known to about 5 %."""
Standing = Literal["reached", "near", "held against", "not reached"]
_CLOSE = 0.05


@dataclass(frozen=True)
class Change:
    """One parameter that is changed: its national value, its new one, and why.

    price_year: of the new value, for a price. number: which of the council's numbers did it.
    range: from what to what chance, or what the council says, may have put it; None where
    nothing says so.
    """

    name: str
    unit: str
    before: float
    after: float
    source: str
    number: str
    price_year: str | None = None
    range: Range | None = None


@dataclass(frozen=True)
class Reached:
    """One number of the council beside the model's, before and after.

    after: with its 95 % Monte Carlo interval, which is nan for a mix.
    """

    number: str
    title: str
    unit: str
    wanted: float
    before: float
    after: Estimate
    standing: Standing


@dataclass(frozen=True)
class Localised:
    """A council's numbers taken over into the parameters of a scenario."""

    council: Council
    plan: Plan
    changes: tuple[Change, ...]
    reached: tuple[Reached, ...]

    @property
    def refused(self) -> dict[str, str]:
        """The numbers that the model cannot take over, each with the reason."""
        return {
            name: spec.cannot
            for name, spec in self.plan.numbers.items()
            if name in self.council.numbers and spec.cannot is not None
        }


def localise(
    council: Council, plan: Plan, *, families: int = FAMILIES, workers: int | None = 1
) -> Localised:
    """Take a council's numbers over into the parameters of a plan's scenario.

    families: in each of some tens of trials. The answer depends on nothing else. Raises
    UserError if numbers are missing that the others need.
    """
    problems = complete(council, plan)
    if problems:
        raise UserError(problems)
    trial = trial_of(plan, families, workers)
    fixed = list(_set(council, plan, trial))
    # What is set may move what is solved for, so it comes first; prices move nothing.
    usual = {c.name: c.after for c in fixed if c.price_year is None}
    levers = levers_of(council, plan, trial.ready)
    solved = solve(levers, trial, usual)
    moved = {p: v for lv in levers for p, v in lv.values(solved.at[lv.number]).items()}
    mixed = solve_mixes(council, plan, trial, {**usual, **moved})
    before, after = trial.run({}), trial.run({**usual, **moved, **mixed})
    reached = tuple(_reached(council, plan, before, after))
    changes = [*fixed, *_moved(council, plan, levers, solved, trial)]
    changes += _mixed(council, plan, mixed, trial)
    return Localised(council, plan, tuple(changes), reached)


def _set(council: Council, plan: Plan, trial: Trial) -> Iterator[Change]:
    for name, given in council.numbers.items():
        spec = plan.numbers[name]
        if kind_of(spec) != "sets":
            continue
        for parameter in spec.sets:
            old = trial.ready.parameters[parameter]
            year = None
            if old.unit.startswith("£"):
                year = given.price_year or council.price_year
            value = float(f"{given.value / spec.by:.6g}")
            how = f" ({given.value:g} {spec.unit} / {spec.by:g})" if spec.by != 1.0 else ""
            source = f"{council.source_of(name)}{how}"
            found = range_of_number(council, plan, name)
            if found is not None:
                found = Range(found.low / spec.by, found.high / spec.by, found.how)
            yield Change(parameter, old.unit, old.value, value, source, name, year, found)


def _moved(
    council: Council, plan: Plan, levers: tuple[Lever, ...], solved: Solved, trial: Trial
) -> Iterator[Change]:
    for lever in levers:
        number = lever.number
        counted = range_of_number(council, plan, number)
        now, *ends = (lever.values(x[number]) for x in (solved.at, solved.low, solved.high))
        for name, (low, _, high) in lever.ends.items():
            old = trial.ready.parameters[name]
            low, high = min(low, high), max(low, high)
            source = (
                f"solved within {low:.4g} to {high:.4g} (nationally {old.value:.4g}) so that the "
                f"model has the council's own `{number}`: {council.source_of(number)}"
            )
            least, most = sorted(end[name] for end in ends)
            found = Range(least, most, counted.how) if counted is not None else None
            yield Change(name, old.unit, old.value, now[name], source, number, None, found)


def _mixed(
    council: Council, plan: Plan, mixed: Mapping[str, float], trial: Trial
) -> Iterator[Change]:
    for name, mix in plan.mixes.items():
        one = next(iter(mix.measures))
        ranges = ranges_of_shares(council, mix, mixed)
        for parameter in dict.fromkeys(p for group in mix.groups for p in group.values()):
            if parameter in mixed:
                old = trial.ready.parameters[parameter]
                source = (
                    f"solved by proportional fitting (nationally {old.value:.4g}) so that the "
                    f"model's stock has the council's own mix of {name}: {council.source_of(one)}"
                )
                found = ranges.get(parameter)
                now = mixed[parameter]
                yield Change(parameter, old.unit, old.value, now, source, name, None, found)


def _reached(council: Council, plan: Plan, before: Found, after: Found) -> Iterator[Reached]:
    for name, spec in plan.numbers.items():
        if name not in council.numbers or spec.ratio is None:
            continue
        top, bottom = spec.ratio.top, spec.ratio.bottom
        aim = number_of(council, plan, name, target_of(council, plan, name))
        got = after.estimate(top, bottom)
        one = number_of(council, plan, name, 1.0)
        scaled = Estimate(*(x * one for x in (got.mean, got.standard_error, got.low, got.high)))
        usual = before.ratio(top, bottom) * one
        check = kind_of(spec) == "check"
        standing: Standing = "held against" if check else _standing(aim, scaled.mean)
        yield Reached(name, spec.title, spec.unit, aim, usual, scaled, standing)
    for mix in plan.mixes.values():
        aims, old, new = wanted(council, mix), shares_of(before, mix), shares_of(after, mix)
        nan = float("nan")
        for name, aim in aims.items():
            close = abs(new[name] - aim) < 0.01
            yield Reached(
                name, plan.numbers[name].title, "share", aim, old[name],
                Estimate(new[name], nan, nan, nan), "reached" if close else "not reached",
            )  # fmt: skip


def _standing(aim: float, got: float) -> Standing:
    miss = abs(got - aim) / aim
    if miss < _CLOSE:
        return "reached"
    return "near" if miss < 2 * _CLOSE else "not reached"
