"""A made-up council's file, to be copied and filled in."""

from __future__ import annotations

from collections.abc import Iterator

from simcare.local.form import Kind, NumberSpec, Plan, kind_of

_HEADS: dict[Kind, str] = {
    "scales": "How large the council is. These two are always needed.",
    "solved": "Reached by moving a few parameters within their ranges.",
    "less": "Taken off the numbers above, because the model does not have these children.",
    "mix": "How the stock is made up: all of them or none, as numbers of children or as shares.",
    "sets": "Set as they are.",
    "check": "Only held against the model.",
    "cannot": "Cannot be taken over; give them and you are told why.",
}
_TOP = """\
# A council's own numbers, for `simcare local`. Everything here is made up. Copy the file, put
# your own numbers in, say where they come from, and delete the lines that you have no number for:
# the national ones then stay. docs/your-council.md explains each.

council = "Exampleshire (made up)"
source = "Exampleshire's own returns and accounts for the year to 31 March 2025 (made up)"
price_year = "2024-25"
fictional = true        # delete this line in your own file

[numbers]
"""


def example_text(plan: Plan) -> str:
    """Return the file as TOML, with every number that a plan knows of, kind by kind."""
    return _TOP + "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    for i, (kind, head) in enumerate(_HEADS.items()):
        if i:
            yield ""
        yield f"# {head}"
        for name, spec in plan.numbers.items():
            if kind_of(spec) == kind:
                yield from _number(name, spec)


def _number(name: str, spec: NumberSpec) -> Iterator[str]:
    unit = f", {spec.unit}" if spec.unit not in ("children", "per 10,000") else ""
    yield f"{name} = {spec.example:g}".ljust(34) + f" # {spec.title}{unit}"
    if spec.note:
        yield " " * 34 + f" # {spec.note}"
