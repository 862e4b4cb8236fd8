"""What must happen at the extremes, and what does: the page that is kept in docs/.

`python -m simcare.report.extremes > docs/face-validity.md` runs England and writes it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

from simcare.experiment.extremes.bench import Bench
from simcare.experiment.extremes.checks import Check
from simcare.experiment.extremes.statements import EXTREMES
from simcare.report.words import NONE, plain

COMMAND = "python -m simcare.report.extremes > docs/face-validity.md"
_INTRODUCTION = """\
# Face validity: the model at its extremes

If something is pushed to where anyone who knows the work can say what must happen, it must happen
in the model. Each statement below is tested whenever the code changes
(`tests/test_face_validity.py`). They say that the model does what it is meant to, not that its
numbers are right: for that, see how it is held to published figures and to trials
([documents](README.md)).

Numbers are totals of {families:,} simulated families of England over ten years (seed {seed}), who
meet the same luck in every run, so nothing here needs an interval: “the same” means equal, and
“none” means not one. *Usually*: without the change (where help is the subject, under the policy
that offers it).
"""


def page(bench: Bench) -> str:
    """Return the page in Markdown, running every statement on the bench."""
    scenario = bench.england.scenario
    head = _INTRODUCTION.format(families=bench.families, seed=scenario.seed)
    return "\n".join([head, f"Written by `{COMMAND}`.", *_statements(bench)]) + "\n"


def _statements(bench: Bench) -> Iterator[str]:
    for i, extreme in enumerate(EXTREMES, start=1):
        yield f"\n## {i}. {extreme.says}\n"
        yield f"{extreme.when}\n"
        yield "| | Expected | Usually | Found | |\n| --- | --- | ---: | ---: | --- |"
        for check in extreme.look(bench):
            verdict = "holds" if check.holds else "**does not hold**"
            usual, found = _number(check, check.usual), _number(check, check.found)
            yield f"| {check.what} | {check.expected} | {usual} | {found} | {verdict} |"


def _number(check: Check, value: float) -> str:
    if not math.isfinite(value):
        return NONE
    money = check.what.startswith(("pounds", "cost"))
    ratio = " to " in check.expected
    return ("£" if money else "") + plain(value, 2 if ratio else 0)


def main() -> None:
    """Run every statement and print the page."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page(Bench()))
