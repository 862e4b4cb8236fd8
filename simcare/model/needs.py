"""A parent's needs as regions: absent, moderate, severe, remitted."""

from __future__ import annotations

from simcare.errors import unknown
from simcare.model import statement as s
from simcare.model.clocks import make_shape
from simcare.model.language import Reader
from simcare.scenario.domain import NeedSpec

LEVELS = ("absent", "moderate", "severe", "remitted")
ACTIVE = ("moderate", "severe")
_TITLES = ("not present", "moderate", "severe", "remitted")


def make_need(reader: Reader, name: str, spec: NeedSpec) -> tuple[s.Region, list[s.Clock]]:
    """Return the region of a need and its clocks: remission, worsening and relapse."""
    where = f"needs.{name}"
    levels = tuple(
        s.Level(level, f"{spec.title}: {title}")
        for level, title in zip(LEVELS, _TITLES, strict=True)
    )
    region = s.Region(name, spec.title, levels, "absent")
    moves = {to: s.Outcome(to, effects=(s.Move(name, to),)) for to in LEVELS}
    eased = _eased_by(reader, name)
    clocks = [
        s.Clock(
            f"{level}/remits",
            name,
            (level,),
            s.Exponential(reader.number(rate, where)),
            (moves["remitted"],),
            (*eased, s.RegisterFactor("engagement")),
        )
        for level, rate in zip(
            ACTIVE, (spec.moderate_remission, spec.severe_remission), strict=True
        )
    ]
    worsening = s.Exponential(reader.number(spec.worsening, where))
    clocks.append(s.Clock("worsens", name, ("moderate",), worsening, (moves["severe"],)))
    clocks.append(_relapse(reader, name, spec, moves, where))
    return region, clocks


def _relapse(
    reader: Reader, name: str, spec: NeedSpec, moves: dict[str, s.Outcome], where: str
) -> s.Clock:
    hazard: s.Hazard = s.Exponential(0.0)
    if spec.relapse_scale is not None and spec.relapse_shape is not None:
        scale = reader.number(spec.relapse_scale, where)
        if scale <= 0.0:
            reader.problem(f"{where}.relapse_scale", "it must be longer than 0 weeks.")
            scale = 1.0
        hazard = s.Weibull(make_shape(reader, spec.relapse_shape, where), scale)
    severe = s.Outcome(
        "severe",
        share=reader.share(spec.relapse_severe, where),
        effects=moves["severe"].effects,
    )
    return s.Clock("relapses", name, ("remitted",), hazard, (severe, moves["moderate"]))


def _eased_by(reader: Reader, name: str) -> tuple[s.LevelFactor, ...]:
    """Factors by which other needs, once not active, let this one remit faster."""
    factors = []
    for other, spec in reader.scenario.needs.items():
        if name in spec.eases:
            ease = reader.number(spec.eases[name], f"needs.{other}.eases")
            factors.append(s.LevelFactor(other, (("remitted", ease),)))
    for other in reader.scenario.needs[name].eases:
        if other not in reader.scenario.needs:
            known = reader.scenario.needs
            reader.problem(f"needs.{name}.eases", unknown("need", other, known))
    return tuple(factors)


def harm(reader: Reader, name: str, spec: NeedSpec) -> s.LevelFactor:
    """Return how a need multiplies the rate of incidents."""
    where = f"needs.{name}"
    return s.LevelFactor(
        name,
        (
            ("moderate", reader.number(spec.harm_moderate, where)),
            ("severe", reader.number(spec.harm_severe, where)),
            ("remitted", reader.number(spec.harm_remitted, where)),
        ),
    )
