"""From a clock as a scenario states it to a clock of the statement."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from simcare.model import statement as s
from simcare.model.language import Reader
from simcare.scenario.parts import ClockSpec, FactorSpec, Money, Number, OutcomeSpec, WeibullSpec

_WAYS = ("rate", "mean_weeks", "every", "after", "weibull", "piecewise", "since")


def make_clock(
    reader: Reader, spec: ClockSpec, name: str, region: str, levels: tuple[str, ...], where: str
) -> s.Clock:
    """Return the statement's clock for a scenario's clock."""
    hazard = make_hazard(reader, spec, where)
    factors = tuple(make_factor(reader, f, f"{where}.factors") for f in spec.factors)
    if factors and isinstance(hazard, s.Fixed | s.Since):
        reader.problem(where, "a clock of fixed length cannot have `factors`; give it a rate.")
    outcomes = tuple(
        make_outcome(reader, o, region, f"{where}.outcomes[{i}]")
        for i, o in enumerate(spec.outcomes)
    )
    _check_shares(reader, outcomes, where)
    if spec.costs:
        outcomes = _paid_each_time(reader, spec, outcomes, where)
    # One that starts again at once where it was would never let the week pass.
    lasts = spec.every is not None or not isinstance(hazard, s.Fixed)
    return s.Clock(name, region, levels, hazard, outcomes, factors, repeats=lasts)


def _paid_each_time(
    reader: Reader, spec: ClockSpec, outcomes: tuple[s.Outcome, ...], where: str
) -> tuple[s.Outcome, ...]:
    """Add the clock's own costs to every outcome, and to there being none."""
    paid = tuple(make_one_off(reader, m, f"{where}.costs") for m in spec.costs)
    charged = tuple(replace(o, costs=(*o.costs, *paid)) for o in outcomes)
    return (*charged, s.Outcome("nothing changes", costs=paid))


def make_hazard(reader: Reader, spec: ClockSpec, where: str) -> s.Hazard:
    """Return the hazard of the one way in which a clock says when it fires."""
    ways = [w for w in _WAYS if getattr(spec, w) is not None]
    if len(ways) != 1:
        given = " and ".join(ways) if ways else "none"
        reader.problem(where, f"say when it fires by exactly one of {', '.join(_WAYS)} ({given}).")
        return s.Fixed(1.0)
    return _hazard(reader, spec, where)


def _hazard(reader: Reader, spec: ClockSpec, where: str) -> s.Hazard:
    if spec.rate is not None:
        return s.Exponential(reader.number(spec.rate, where))
    if spec.mean_weeks is not None:
        mean = reader.number(spec.mean_weeks, where)
        return s.Exponential(1.0 / mean) if mean > 0.0 else s.Fixed(0.0)
    if spec.every is not None:
        weeks = reader.number(spec.every, where)
        if weeks <= 0.0:
            reader.problem(where, "`every` must be longer than 0 weeks.")
        return s.Fixed(weeks)
    if spec.after is not None:
        return s.Fixed(reader.number(spec.after, where))
    if spec.weibull is not None:
        return make_weibull(reader, spec.weibull, where)
    if spec.piecewise is not None:
        ends = tuple(reader.number(e, where) for e in spec.piecewise.ends)
        rates = tuple(reader.number(r, where) for r in spec.piecewise.rates)
        rising = all(a < b for a, b in pairwise((0.0, *ends)))
        if len(rates) != len(ends) + 1 or not rising:
            reader.problem(where, "`piecewise` needs rising `ends` and one more of `rates`.")
            return s.Exponential(0.0)
        return s.Piecewise(ends, rates)
    weeks = reader.number(spec.weeks if spec.weeks is not None else 0, where)
    return s.Since(reader.register(str(spec.since), where), weeks)


def make_weibull(reader: Reader, spec: WeibullSpec, where: str) -> s.Hazard:
    """Return a Weibull hazard from its shape and a scale, median, mean or point of its curve."""
    shape = make_shape(reader, spec.shape, where)
    ways = (spec.scale, spec.median, spec.mean, spec.share_left)
    if sum(way is not None for way in ways) != 1 or (spec.share_left is None) != (
        spec.at_weeks is None
    ):
        reader.problem(
            where,
            "a Weibull clock needs exactly one of `scale`, `median`, `mean`, and `share_left` "
            "with `at_weeks`.",
        )
        return s.Exponential(0.0)
    scale = _scale(reader, spec, shape, where)
    if scale <= 0.0:
        reader.problem(where, "the times of a Weibull clock must be longer than 0 weeks.")
        return s.Exponential(0.0)
    return s.Weibull(shape, scale)


LEAST_SHAPE = 0.05
"""Below it a Weibull's median and mean are so far apart that numbers run out of range."""


def make_shape(reader: Reader, given: Number, where: str) -> float:
    """Return the shape of a Weibull clock, checked."""
    shape = reader.number(given, where)
    if shape < LEAST_SHAPE:
        reader.problem(
            where,
            f"the `shape` of a Weibull clock is {shape:g}; give {LEAST_SHAPE:g} or more (1: a "
            "constant rate; below 1: a falling one).",
        )
        return 1.0
    return shape


def _scale(reader: Reader, spec: WeibullSpec, shape: float, where: str) -> float:
    if spec.scale is not None:
        return reader.number(spec.scale, where)
    if spec.median is not None:
        return weibull_scale(shape, 0.5, reader.number(spec.median, where))
    if spec.mean is not None:
        return reader.number(spec.mean, where) / math.gamma(1.0 + 1.0 / shape)
    left = reader.number(spec.share_left or 0, where)
    weeks = reader.number(spec.at_weeks or 0, where)
    if not 0.0 < left < 1.0:
        reader.problem(where, f"`share_left` is {left:g}; it must lie between 0 and 1.")
        return 1.0
    return weibull_scale(shape, left, weeks)


def weibull_scale(shape: float, share_left: float, weeks: float) -> float:
    """Return the scale at which a Weibull of this shape has `share_left` left after `weeks`."""
    return weeks / math.pow(-math.log(share_left), 1.0 / shape)


def make_factor(reader: Reader, spec: FactorSpec, where: str) -> s.Factor:
    """Return the statement's factor."""
    region = reader.scenario.children_region
    ways = (spec.region, spec.register_, spec.any_child_in, spec.each_child_in)
    if sum(way is not None for way in ways) != 1 or (spec.region is None) != (spec.of is None):
        reader.problem(
            where,
            "a factor needs exactly one of `region` with `of`, `register`, `any_child_in` and "
            "`each_child_in`.",
        )
        return s.LevelFactor("", ())
    if spec.region is not None:
        of = spec.of or {}
        values: list[tuple[str, float]] = []
        for key, given in of.items():
            number = reader.number(given, where)
            values += [(name, number) for name in reader.levels(spec.region, [key], where)]
        return s.LevelFactor(spec.region, tuple(values))
    if spec.register_ is not None:
        return s.RegisterFactor(reader.register(spec.register_, where))
    if spec.any_child_in is not None:
        levels = reader.levels(region, spec.any_child_in, where)
        return s.CountFactor(region, levels, (0.0, 1.0))
    levels = reader.levels(region, spec.each_child_in or [], where)
    most = reader.scenario.population.max_children if reader.scenario.population else 12
    return s.CountFactor(region, levels, tuple(float(n) for n in range(most + 1)))


def make_priority(reader: Reader, spec: FactorSpec | None, where: str) -> s.LevelFactor | None:
    """Return by which level of which region a queue ranks families; None if it does not."""
    if spec is None:
        return None
    made = make_factor(reader, spec, where)
    if isinstance(made, s.LevelFactor):
        return made
    reader.problem(where, "the `priority` of a queue must be a `region` with `of`; write it so.")
    return None


def make_outcome(reader: Reader, spec: OutcomeSpec, region: str, where: str) -> s.Outcome:
    """Return the statement's outcome for a clock of `region`."""
    effects: list[s.Effect] = []
    if spec.to is not None:
        reader.levels(region, [spec.to], where)
        effects.append(s.Move(region, spec.to))
    for text in spec.do:
        effect = reader.effect(text, where)
        if effect is not None:
            effects.append(effect)
    return s.Outcome(
        name=spec.title or (spec.to or (spec.do[0] if spec.do else "nothing changes")),
        when=reader.guards(spec.when, where),
        share=None if spec.share is None else reader.share(spec.share, where),
        times=None if spec.times is None else reader.register(spec.times, where),
        effects=tuple(effects),
        costs=tuple(make_one_off(reader, m, where) for m in spec.costs),
    )


def _check_shares(reader: Reader, outcomes: tuple[s.Outcome, ...], where: str) -> None:
    total = sum(o.share or 0.0 for o in outcomes if not o.when)
    if total > 1.0 + 1e-9:
        reader.problem(where, f"the shares of its unconditional outcomes add to {total:g}, over 1.")


def make_one_off(reader: Reader, money: Money, where: str) -> s.OneOff:
    """Return a sum paid once."""
    return s.OneOff(
        reader.number(money.amount, where),
        money.payer,
        money.category,
        money.item,
        _each_child(reader, money, where),
    )


def make_weekly(reader: Reader, money: Money, where: str) -> s.Weekly:
    """Return a rate of cost."""
    return s.Weekly(
        reader.number(money.amount, where),
        money.payer,
        money.category,
        money.item,
        _each_child(reader, money, where),
    )


def _each_child(reader: Reader, money: Money, where: str) -> tuple[str, tuple[str, ...]] | None:
    if money.each_child_in is None:
        return None
    region = reader.scenario.children_region
    return region, reader.levels(region, money.each_child_in, where)
