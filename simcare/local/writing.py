"""A council's scenario as the text of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from simcare.local.council import Change, Localised
from simcare.local.form import Council, Plan, kind_of, target_of
from simcare.local.ranges import range_of_number
from simcare.scenario.schema import OutcomeMeasure

MARK = "# Written by: simcare local"
"""How a file begins that was written here, and may be written over."""
_OWN = "council_"
_SIZE = f"{_OWN}size"


def scenario_text(made: Localised, command: str) -> str:
    """Return the scenario as TOML; a number of the council stands in it with its own source.

    command: what to type to have it written again, beginning with `simcare local`.
    """
    return "\n".join(_lines(made, command)) + "\n"


def _lines(made: Localised, command: str) -> Iterator[str]:
    council, plan = made.council, made.plan
    yield f"# Written by: {command}"
    yield "# Numbers that are not here are the national ones of the scenario that it extends."
    for name, why in made.refused.items():
        yield f"# `{name}` was given and is not taken over. {why}"
    yield ""
    yield f"title = {_text(council.council)}"
    yield f"plain = {_text('The national scenario with the numbers of one council in it')}"
    yield f"extends = {_text(plan.scenario)}"
    if council.fictional:
        yield "fictional = true"
    yield ""
    yield "[scale]"
    yield f"title = {_text(f'{council.council}, in a year')}"
    yield f"per_year = {_text(_SIZE)}"
    yield f"of = {_text(plan.scale.measure)}"
    yield ""
    yield "[parameters]"
    yield _size(council, plan)
    for change in made.changes:
        yield _parameter(change)
    held = [n for n, s in plan.numbers.items() if n in council.numbers and s.ratio is not None]
    for name in held:
        yield _target(council, plan, name)
    yield ""
    for name in held:
        yield from _published(council, plan, name)
    for name in _counted(plan, held):
        yield f"[measures.{name}]"
        yield from _measure(plan.measures[name])
        yield ""


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _table(entries: Mapping[str, object]) -> str:
    inside = ", ".join(
        f"{key} = {_text(value) if isinstance(value, str) else repr(value)}"
        for key, value in entries.items()
        if value is not None
    )
    return f"{{ {inside} }}"


def _size(council: Council, plan: Plan) -> str:
    scale, given = plan.scale, council.numbers
    rate, count = given[scale.rate].value, given[scale.of].value
    size = float(f"{rate * count / scale.per:.6g}")
    how = f"{rate:g} for {scale.per:,.0f} of {count:,.0f}: {council.source_of(scale.rate)}"
    entries = {"value": size, "unit": "count", "source": how, "title": scale.title}
    return f"{_SIZE} = {_table(entries)}"


def _parameter(change: Change) -> str:
    entries = {
        "value": change.after,
        "unit": change.unit,
        "price_year": change.price_year,
        "source": change.source,
    }
    if change.range is not None:
        entries |= _ends(change.range.low, change.range.high)
        entries["source"] = f"{change.source}; range: {change.range.how}"
    return f"{change.name} = {_table(entries)}"


def _ends(low: float, high: float) -> dict[str, float]:
    return {"low": float(f"{low:.6g}"), "high": float(f"{high:.6g}")}


def _target(council: Council, plan: Plan, name: str) -> str:
    spec = plan.numbers[name]
    assert spec.ratio is not None
    value = float(f"{target_of(council, plan, name):.6g}")
    source = f"from {council.numbers[name].value:g} {spec.unit}: {council.source_of(name)}"
    # A ratio is never out of bounds, as a share above 1 would be.
    entries: dict[str, object] = {"value": value, "unit": "ratio", "source": source}
    found = range_of_number(council, plan, name)
    if found is not None:
        entries |= _ends(*(target_of(council, plan, name, v) for v in (found.low, found.high)))
        entries["source"] = f"{source}; range: {found.how}"
    return f"{_OWN}{name} = {_table(entries)}"


def _published(council: Council, plan: Plan, name: str) -> Iterator[str]:
    spec = plan.numbers[name]
    assert spec.ratio is not None
    role = "taken over" if kind_of(spec) == "solved" else "held against the model"
    yield f"[published.local_{name}]"
    yield f"title = {_text(f'{council.council}: {spec.title} ({role})')}"
    yield f"value = {_text(_OWN + name)}"
    yield f"top = {_text(spec.ratio.top)}"
    yield f"bottom = {_text(spec.ratio.bottom)}"
    yield f"mapping = {_text(spec.ratio.mapping)}"
    yield ""


def _counted(plan: Plan, held: list[str]) -> list[str]:
    """Return the measures that the file needs, in the plan's order."""
    needed = {plan.scale.measure}
    for name in held:
        ratio = plan.numbers[name].ratio
        if ratio is not None:
            needed |= {ratio.top, ratio.bottom}
    return [name for name in plan.measures if name in needed]


def _measure(measure: OutcomeMeasure) -> Iterator[str]:
    stated = measure.model_dump(by_alias=True, exclude_unset=True)
    for key, value in stated.items():
        words = json.dumps(value, ensure_ascii=False)
        yield f"{key} = {words}"
