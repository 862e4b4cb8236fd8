"""The pathway of a region, drawn from the model's own statement."""

from __future__ import annotations

import string
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from simcare.model.statement import Statement
from simcare.report import canvas
from simcare.report.layout import Edge, Layout, Point, lay_out
from simcare.report.stamps import stamp
from simcare.report.steps import Step, steps
from simcare.report.words import listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOGETHER, ELSEWHERE, INTO = 4, 2, 7
"""A letter stands for the arrows of one cause from so many levels (of a cause in another part
of the model, from so many), and for all arrows into a level that has so many."""
BOX = (1.72, 0.5)
ROW = 1.0
ATTACH = 0.36
SIZES = (canvas.BODY, canvas.SMALL, canvas.SMALL - 1.0)
"""Points of a title in its box: the first that it fits in with."""
FOOT = 0.17
"""Room of a letter at the foot of a box, in inches."""


@dataclass(frozen=True)
class Plan:
    """What is drawn: arrows with their causes, and what letters stand for.

    letters: {target: (letter, the steps that it stands for)}.
    """

    arrows: dict[Edge, tuple[Step, ...]]
    letters: dict[str, tuple[str, tuple[Step, ...]]]


def pathway(statement: Statement, region: str, source: str = "") -> Figure:
    """Draw the levels of a region and every way of passing from one to another.

    Black arrows lead on, blue ones back; red is brought about by another part of the model.
    Where many arrows lead to one level, a letter stands for them. source: what the statement
    was made from, for the note at the foot. Raises UserError if there is no such region.
    """
    plan = plan_of(steps(statement, region), region)
    body = statement.region(region)
    with canvas.own_style():
        layout = lay_out(body.level_names(), plan.arrows, body.start)
        notes = [*_notes(statement, region, plan), _source(source)]
        figure, at = _page(layout, notes)
        _arrows(at, layout, plan, region)
        for level in body.levels:
            _box(at, level.title, layout.at[level.name], _fill(plan, level.name, body.start))
        _letters(at, layout, plan, region)
        canvas.headline(figure, f"{body.title}: the pathway of the model", _KEY)
        _write_notes(figure, notes)
    return figure


_KEY = (
    "Black arrows lead on, blue ones back. Red: brought about by another part of the model. A "
    "letter at the foot of a box leads to the box that carries it on its head. Green: start. "
    "Grey: end."
)


def plan_of(found: list[Step], region: str) -> Plan:
    """Decide what is drawn as an arrow and what as a letter."""
    causes: dict[tuple[str, str, str], list[Step]] = {}
    for step in found:
        causes.setdefault((step.target, step.clock_region, step.outcome), []).append(step)
    lettered = {
        key
        for key, group in causes.items()
        if len({x.source for x in group}) >= (TOGETHER if key[1] == region else ELSEWHERE)
    }
    into: dict[str, set[str]] = {}
    for key, group in causes.items():
        if key not in lettered:
            into.setdefault(key[0], set()).update(x.source for x in group)
    lettered |= {k for k in causes if len(into.get(k[0], ())) >= INTO}
    arrows: dict[Edge, list[Step]] = {}
    letters: dict[str, list[Step]] = {}
    for key, group in causes.items():
        for step in group:
            if key in lettered:
                letters.setdefault(step.target, []).append(step)
            else:
                arrows.setdefault((step.source, step.target), []).append(step)
    return Plan(
        {edge: tuple(group) for edge, group in arrows.items()},
        {
            target: (string.ascii_lowercase[i % 26], tuple(group))
            for i, (target, group) in enumerate(letters.items())
        },
    )


def _source(source: str) -> str:
    import simcare

    made_from = f" of {source}" if source else ""
    return f"Drawn by simcare {simcare.__version__} from the statement of the model{made_from}."


def _notes(statement: Statement, region: str, plan: Plan) -> list[str]:
    """What each letter stands for."""
    titles = {x.name: x.title for x in statement.region(region).levels}
    notes = []
    for target, (letter, group) in plan.letters.items():
        own = [x for x in group if x.clock_region == region]
        causes = [_causes(own, titles)] if own else []
        # What several parts of the model bring about alike is said once.
        alike: dict[str, list[str]] = {}
        for other in dict.fromkeys(x.clock_region for x in group if x.clock_region != region):
            said = _causes([x for x in group if x.clock_region == other], titles)
            alike.setdefault(said, []).append(f"“{statement.region(other).title}”")
        causes += [f"by {listing(by)}{said and f': {said}'}" for said, by in alike.items()]
        count = len({x.source for x in group})
        why = "; ".join(c for c in causes if c)
        notes.append(
            f"{letter}   leads to “{titles[target]}” from {count} boxes{why and f' ({why})'}"
        )
    return notes


def _causes(group: list[Step], titles: dict[str, str]) -> str:
    """Name outcomes, but for those that say no more than the name of the level."""
    said = dict.fromkeys(x.outcome for x in group)
    goal = titles[group[0].target].lower()
    return ", ".join(name for name in said if name.lower() != goal)


def _page(layout: Layout, notes: list[str]) -> tuple[Figure, Axes]:
    """Return a page whose x and y are in inches, y downwards."""
    wide = (max(x for x, _ in layout.at.values()) + 0.5) * BOX[0]
    bends = [x * BOX[0] for route in layout.routes.values() for x, _ in route]
    wide = max([wide, *(b + 0.2 for b in bends)])
    high = max(row for _, row in layout.at.values()) * ROW + BOX[1]
    width = max(wide + 0.9, 7.5)
    head = canvas.head_inches(_KEY, width)
    lines = sum(canvas.wrap(n, width - 0.4, canvas.SMALL).count("\n") + 1 for n in notes)
    foot = 0.3 + 0.14 * lines
    figure = canvas.sheet(width, head + 0.35 + high + 0.3 + foot)
    height = float(figure.get_size_inches()[1])
    at = figure.add_axes((0.0, foot / height, 1.0, (high + 0.65) / height))
    left = (width - wide) / 2.0
    at.set_xlim(-left, width - left)
    at.set_ylim(high + 0.3, -0.35)
    at.set_axis_off()
    return figure, at


def _write_notes(figure: Figure, notes: list[str]) -> None:
    width = float(figure.get_size_inches()[0])
    text = "\n".join(canvas.wrap(n, width - 0.4, canvas.SMALL) for n in notes)
    height = float(figure.get_size_inches()[1])
    figure.text(0.15 / width, 0.12 / height, text, size=canvas.SMALL, va="bottom", linespacing=1.3)


def _inches(point: Point) -> Point:
    return point[0] * BOX[0], point[1] * ROW + BOX[1] / 2.0


def _fill(plan: Plan, level: str, start: str) -> str:
    if level == start:
        return "#CDEBE1"
    leaves = any(source == level for source, _ in plan.arrows)
    leaves |= any(x.source == level for _, group in plan.letters.values() for x in group)
    return "white" if leaves else "#E6E6E6"


def _box(at: Axes, title: str, place: Point, fill: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = _inches(place)
    at.add_artist(
        FancyBboxPatch(
            (x - BOX[0] / 2.0 + 0.04, y - BOX[1] / 2.0 + 0.04), BOX[0] - 0.08, BOX[1] - 0.08,
            boxstyle="round,pad=0.04,rounding_size=0.07", facecolor=fill,
            edgecolor=canvas.INK, linewidth=1.0, zorder=3,
        )
    )  # fmt: skip
    size = next(s for s in SIZES if _lines(title, s) * 1.15 * s / 72.0 <= BOX[1] or s == SIZES[-1])
    text = canvas.wrap(title, BOX[0] - 0.14, size)
    at.text(x, y, text, ha="center", va="center", size=size, zorder=4, linespacing=1.05)


def _lines(title: str, size: float) -> int:
    return canvas.wrap(title, BOX[0] - 0.14, size).count("\n") + 1


def _arrows(at: Axes, layout: Layout, plan: Plan, region: str) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    ends = _attachments(layout, plan)
    names: list[tuple[float, float, float]] = []
    for edge, causes in plan.arrows.items():
        points = _through(layout, edge, ends)
        elsewhere = all(c.clock_region != region for c in causes)
        back = edge in layout.backward
        colour = canvas.VERMILLION if elsewhere else canvas.BLUE if back else canvas.INK
        vertices, codes = [points[0]], [Path.MOVETO]
        for (x0, y0), (x1, y1) in pairwise(points):
            middle = (y0 + y1) / 2.0
            vertices += [(x0, middle), (x1, middle), (x1, y1)]
            codes += [Path.CURVE4] * 3
        at.add_artist(
            FancyArrowPatch(
                path=Path(vertices, codes), arrowstyle="-|>", mutation_scale=9.0, color=colour,
                linewidth=1.1, linestyle=(0, (3, 1.5)) if elsewhere else "-", zorder=2,
                shrinkA=0.0, shrinkB=0.0,
            )
        )  # fmt: skip
        if elsewhere:
            _name(at, points, "; ".join(dict.fromkeys(c.outcome for c in causes)), names)


def _attachments(layout: Layout, plan: Plan) -> dict[tuple[Edge, str], float]:
    """Spread the ends of arrows over the edges of boxes, clear of letters at the foot.

    Returns {(edge, box): x in inches}.
    """
    letters: dict[str, int] = {}
    for _, group in plan.letters.values():
        for source in {x.source for x in group}:
            letters[source] = letters.get(source, 0) + 1
    sides: dict[tuple[str, bool], list[tuple[float, Edge]]] = {}
    for edge, route in layout.routes.items():
        for box, near in ((edge[0], route[1]), (edge[1], route[-2])):
            lower = near[1] > layout.at[box][1]
            sides.setdefault((box, lower), []).append((near[0], edge))
    found = {}
    for (box, lower), ends in sides.items():
        ends.sort()
        taken = FOOT * letters.get(box, 0) / BOX[0] if lower else 0.0
        right = min(ATTACH, 0.48 - taken)
        for i, (_, edge) in enumerate(ends):
            share = (i + 0.5) / len(ends)
            x = layout.at[box][0] - ATTACH + share * (ATTACH + right)
            found[(edge, box)] = x * BOX[0]
    return found


def _through(layout: Layout, edge: Edge, ends: dict[tuple[Edge, str], float]) -> list[Point]:
    """Return the points of an arrow in inches, from the edge of one box to that of the other."""
    route = [_inches(p) for p in layout.routes[edge]]
    down = 1.0 if route[1][1] > route[0][1] else -1.0
    half = BOX[1] / 2.0
    first = (ends[(edge, edge[0])], route[0][1] + down * half)
    last = (ends[(edge, edge[1])], route[-1][1] - down * (half + 0.01))
    points = [first]
    for x, y in route[1:-1]:
        # A straight piece past the row keeps clear of its boxes.
        points += [(x, y - down * half), (x, y + down * half)]
    return [*points, last]


def _name(
    at: Axes, points: list[Point], text: str, taken: list[tuple[float, float, float]]
) -> None:
    """Write what brings an arrow about, near its start, clear of the names written already.

    taken: the middle and the width of each of those, in inches.
    """
    (x0, y0), (x1, y1) = points[0], points[1]
    size = canvas.SMALL - 0.5
    said = canvas.wrap(text, 1.2, size)
    wide = max(canvas.inches_wide(line, size) for line in said.split("\n"))
    places = [(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in (0.34, 0.66, 0.5)]
    free = [
        (x, y)
        for x, y in places
        if all(abs(x - a) > (wide + w) / 2.0 or abs(y - b) > 0.13 for a, b, w in taken)
    ]
    place = (free or places)[0]
    taken.append((*place, wide))
    at.text(
        *place, said, size=size, ha="center", va="center", color=canvas.VERMILLION, zorder=5,
        bbox={"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip


def _letters(at: Axes, layout: Layout, plan: Plan, region: str) -> None:
    feet: dict[str, list[tuple[str, str]]] = {}
    for target, (letter, group) in plan.letters.items():
        elsewhere = all(x.clock_region != region for x in group)
        colour = canvas.VERMILLION if elsewhere else canvas.INK
        x, y = _inches(layout.at[target])
        stamp(at, letter, [(x - BOX[0] / 2.0 + 0.1, y - BOX[1] / 2.0)], "white", colour)
        for source in dict.fromkeys(x.source for x in group):
            feet.setdefault(source, []).append((letter, colour))
    places: dict[tuple[str, str], list[Point]] = {}
    for source, own in feet.items():
        x, y = _inches(layout.at[source])
        for i, mark in enumerate(sorted(own, reverse=True)):
            place = (x + BOX[0] / 2.0 - 0.1 - FOOT * i, y + BOX[1] / 2.0)
            places.setdefault(mark, []).append(place)
    for (letter, colour), where in places.items():
        stamp(at, letter, where, colour, "white")
