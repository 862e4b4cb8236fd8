"""What supports do to the rest of a family's life: factors on clocks, and other chances.

A factor that changes nothing is left out, so that a support without an effect does not touch
the clocks of others at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simcare.errors import unknown
from simcare.model import needs as n
from simcare.model import statement as s
from simcare.model.language import Reader
from simcare.scenario.domain import ChanceSpec, SupportSpec
from simcare.scenario.parts import Number

Added = Iterator[tuple[str, str, s.Factor]]
"""Factors, each with the region and the name of the clock that it is for."""


def with_effects(reader: Reader, clocks: list[s.Clock]) -> list[s.Clock]:
    """Return the clocks with what needs and supports do to them."""
    added: dict[tuple[str, str], list[s.Factor]] = {}
    for region, name, factor in _all(reader, clocks):
        added.setdefault((region, name), []).append(factor)
    made = [replace(c, factors=(*c.factors, *added.get((c.region, c.name), ()))) for c in clocks]
    usual = {f"{c.region}/{c.name}": c.outcomes for c in clocks}
    for support, spec in reader.scenario.supports.items():
        for i, chance in enumerate(spec.chances):
            where = f"supports.{support}.chances[{i}]"
            same = [o for o in usual.get(chance.clock, ()) if o.name == chance.outcome]
            if len(same) > 1:
                said = f"`{chance.clock}` has {len(same)} outcomes of the title “{chance.outcome}”"
                reader.problem(where, f"{said}; give them different titles.")
            share = same[0].share if same else None
            made = _with_chance(reader, made, support, chance, share, where)
    return made


def _all(reader: Reader, clocks: list[s.Clock]) -> Added:
    known = {f"{c.region}/{c.name}": c for c in clocks}
    yield from _on_harm(reader, known)
    for name, spec in reader.scenario.supports.items():
        yield from _on_needs(reader, name, spec)
        yield from _on_others(reader, name, spec)
        yield from _on_clocks(reader, name, spec, known)


def _on_harm(reader: Reader, known: dict[str, s.Clock]) -> Added:
    """How needs and supports multiply the rate of incidents."""
    scenario = reader.scenario
    if scenario.harm_clock is None:
        return
    region, _, clock = scenario.harm_clock.partition("/")
    if scenario.harm_clock not in known:
        reader.problem("harm_clock", unknown("clock", scenario.harm_clock, known))
    for name, need in scenario.needs.items():
        yield region, clock, n.harm(reader, name, need)
    for name, spec in scenario.supports.items():
        where = f"supports.{name}"
        for factor in _while(reader, name, where, spec.protects, spec.lasting_protects):
            yield region, clock, factor


def _on_needs(reader: Reader, name: str, spec: SupportSpec) -> Added:
    where = f"supports.{name}"
    for need in spec.serves:
        if need not in reader.scenario.needs:
            known = reader.scenario.needs
            reader.problem(f"{where}.serves", unknown("need", need, known))
            continue
        for level in spec.severity:
            if level in n.ACTIVE:
                for factor in _while(reader, name, where, spec.speeds_remission):
                    yield need, f"{level}/remits", factor
        slows = (spec.slows_relapse, spec.lasting_slows_relapse)
        for factor in _while(reader, name, where, *slows):
            yield need, "relapses", factor
        for factor in _while(reader, name, where, spec.worsens):
            yield need, "worsens", factor


def _on_others(reader: Reader, name: str, spec: SupportSpec) -> Added:
    """Crowding: while one support is attended, more, or fewer, drop out of the others."""
    for factor in _while(reader, name, f"supports.{name}", spec.others_drop_out):
        for other in reader.scenario.supports:
            if other != name:
                yield other, "drops_out", factor


def _on_clocks(reader: Reader, name: str, spec: SupportSpec, known: dict[str, s.Clock]) -> Added:
    for i, speed in enumerate(spec.speeds):
        where = f"supports.{name}.speeds[{i}]"
        clock = known.get(speed.clock)
        if clock is None:
            reader.problem(where, unknown("clock", speed.clock, known))
        elif isinstance(clock.hazard, s.Fixed | s.Since):
            reader.problem(where, f"`{speed.clock}` has a fixed length, which nothing can speed.")
        else:
            for factor in _while(reader, name, where, speed.by, speed.lasting):
                yield clock.region, clock.name, factor


def _while(
    reader: Reader, name: str, where: str, attending: Number, lasting: Number = 1
) -> Iterator[s.LevelFactor]:
    """Yield the factor of a support while it is attended and after, if it changes anything."""
    by_level = (
        ("attending", reader.number(attending, where)),
        ("after", reader.number(lasting, where)),
    )
    if any(number != 1.0 for _, number in by_level):
        yield s.LevelFactor(name, by_level)


def _with_chance(
    reader: Reader,
    clocks: list[s.Clock],
    support: str,
    chance: ChanceSpec,
    usual: float | None,
    where: str,
) -> list[s.Clock]:
    """Split an outcome in two: for those whom the support helps with the choice, and others.

    usual: its share without any support.
    """
    share = reader.share(chance.share, where)
    known = {f"{c.region}/{c.name}": c for c in clocks}
    clock = known.get(chance.clock)
    if clock is None:
        reader.problem(where, unknown("clock", chance.clock, known))
        return clocks
    names = [o.name for o in clock.outcomes]
    if chance.outcome not in names:
        said = unknown("outcome", chance.outcome, names, f"of clock `{chance.clock}`")
        reader.problem(where, said)
        return clocks
    split: list[s.Outcome] = []
    for outcome in clock.outcomes:
        if outcome.name == chance.outcome:
            split += _split(reader, outcome, support, joined(usual, outcome.share, share))
        else:
            split.append(outcome)
    return [replace(c, outcomes=tuple(split)) if c is clock else c for c in clocks]


def joined(usual: float | None, one: float | None, other: float) -> float:
    """Return the share of an outcome where two supports change it: their odds ratios multiply.

    usual: its share without either, one and other: with each alone. With `one` as usual it is
    `other`, and neither comes first.
    """
    if one == usual or usual is None or one is None:
        return other
    if usual in (0.0, 1.0):
        return max(one, other) if usual == 0.0 else min(one, other)
    if {0.0, 1.0} & {one, other}:
        return 0.0 if 0.0 in (one, other) else 1.0
    odds = one / (1.0 - one) * other / (1.0 - other) * (1.0 - usual) / usual
    return odds / (1.0 + odds)


def _split(reader: Reader, outcome: s.Outcome, support: str, share: float) -> tuple[s.Outcome, ...]:
    with_it = (s.LevelIs(support, ("attending", "after")),)
    others = tuple(x for x in reader.level_names[support] if x not in with_it[0].levels)
    without = (s.LevelIs(support, others),)
    return (
        replace(outcome, when=(*outcome.when, with_it), share=share),
        replace(outcome, when=(*outcome.when, without)),
    )
