"""Where to draw the boxes and arrows of a pathway: a layered layout.

The usual four steps (Sugiyama, Tagawa and Toda 1981): turn round the arrows that close a circle,
put each box one row below the lowest box that leads to it, order the boxes of each row by the
mean place of their neighbours so that few arrows cross, and then give them places as near to
their neighbours as the others allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
Point = tuple[float, float]
SWEEPS = 24


@dataclass(frozen=True)
class Layout:
    """Places of boxes, and the points that each arrow passes from its source to its target.

    x is in box widths from the left and y is the row from the top. `backward` are the arrows
    that lead up again.
    """

    at: dict[str, Point]
    routes: dict[Edge, tuple[Point, ...]]
    backward: frozenset[Edge]


@dataclass
class _Graph:
    """Rows of boxes and of the bends where long arrows pass a row."""

    rows: list[list[str]]
    above: dict[str, list[str]]
    below: dict[str, list[str]]
    chains: dict[Edge, list[str]]

    def pull(self, a: str, b: str) -> float:
        """How strongly two neighbours are drawn together: long arrows are to be straight."""
        return (1.0, 3.0, 12.0)[("\n" in a) + ("\n" in b)]

    def width(self, node: str) -> float:
        return 0.35 if "\n" in node else 1.0


def lay_out(nodes: Sequence[str], edges: Iterable[Edge], start: str, gap: float = 0.18) -> Layout:
    """Return a layered layout of a directed graph.

    nodes: in the order in which they are best visited; edges: pairs of different nodes; gap:
    least distance between boxes, in box widths.
    """
    forward = list(dict.fromkeys(edges))
    order, backward = _visit(nodes, forward, start)
    down = {e: (e[1], e[0]) if e in backward else e for e in forward}
    rows = _rows(order, list(down.values()), start)
    graph = _graph(nodes, rows, down)
    _order(graph)
    x = _places(graph, gap)
    at = {n: (x[n], float(rows[n])) for n in nodes}
    routes = {}
    for edge in forward:
        chain = graph.chains[edge]
        points = [(x[n], float(i + rows[chain[0]])) for i, n in enumerate(chain)]
        routes[edge] = tuple(reversed(points) if edge in backward else points)
    return Layout(at, routes, frozenset(backward))


def _visit(nodes: Sequence[str], edges: list[Edge], start: str) -> tuple[list[str], set[Edge]]:
    """Go through the graph in depth; return its topological order and the edges going back."""
    after: dict[str, list[str]] = {n: [] for n in nodes}
    for u, v in edges:
        after[u].append(v)
    place = {n: i for i, n in enumerate(nodes)}
    seen: set[str] = set()
    open_: set[str] = set()
    done: list[str] = []
    back: set[Edge] = set()

    def visit(u: str) -> None:
        seen.add(u)
        open_.add(u)
        for v in sorted(after[u], key=place.__getitem__):
            if v in open_:
                back.add((u, v))
            elif v not in seen:
                visit(v)
        open_.discard(u)
        done.append(u)

    for n in [start, *nodes]:
        if n not in seen:
            visit(n)
    return done[::-1], back


def _rows(order: list[str], down: list[Edge], start: str) -> dict[str, int]:
    """Longest path from the top.

    A box with nothing above it sits just over what it leads to, and one that has no arrows at
    all in a row of its own at the foot.
    """
    row = dict.fromkeys(order, 0)
    for u in order:
        for a, b in down:
            if a == u:
                row[b] = max(row[b], row[u] + 1)
    entered = {v for _, v in down}
    last = max(row.values())
    for u in order:
        leads = [row[b] for a, b in down if a == u]
        if u != start and u not in entered:
            row[u] = max(min(leads) - 1, 0) if leads else last + 1
    return row


def _graph(nodes: Sequence[str], row: dict[str, int], down: dict[Edge, Edge]) -> _Graph:
    graph = _Graph([[] for _ in range(max(row.values()) + 1)], {}, {}, {})
    for n in nodes:
        graph.rows[row[n]].append(n)
        graph.above[n], graph.below[n] = [], []
    for edge, (u, v) in down.items():
        chain = [u]
        for r in range(row[u] + 1, row[v]):
            bend = f"{edge[0]}\n{edge[1]}\n{r}"
            graph.rows[r].append(bend)
            graph.above[bend], graph.below[bend] = [], []
            chain.append(bend)
        chain.append(v)
        graph.chains[edge] = chain
        for a, b in pairwise(chain):
            graph.below[a].append(b)
            graph.above[b].append(a)
    return graph


def _order(graph: _Graph) -> None:
    """Order every row by barycentres, sweeping down and up, and keep the best found."""
    best, least = [list(r) for r in graph.rows], _crossings(graph)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        near = graph.above if downwards else graph.below
        rows = range(1, len(graph.rows)) if downwards else range(len(graph.rows) - 2, -1, -1)
        for r in rows:
            fixed = graph.rows[r - 1 if downwards else r + 1]
            place = {n: i / max(len(fixed) - 1, 1) for i, n in enumerate(fixed)}
            own = {n: i / max(len(graph.rows[r]) - 1, 1) for i, n in enumerate(graph.rows[r])}
            middle = {
                n: sum(place[m] for m in near[n]) / len(near[n]) if near[n] else own[n]
                for n in graph.rows[r]
            }
            graph.rows[r].sort(key=middle.__getitem__)
        found = _crossings(graph)
        if found < least:
            best, least = [list(r) for r in graph.rows], found
    graph.rows[:] = best


def _crossings(graph: _Graph) -> int:
    count = 0
    for upper, lower in zip(graph.rows, graph.rows[1:], strict=False):
        place = {n: i for i, n in enumerate(lower)}
        ends = [place[v] for u in upper for v in sorted(graph.below[u], key=place.__getitem__)]
        count += sum(ends[i] > b for j, b in enumerate(ends) for i in range(j))
    return count


def _places(graph: _Graph, gap: float) -> dict[str, float]:
    """Place every box as near to the mean of its neighbours as its row allows."""
    x: dict[str, float] = {}
    for row in graph.rows:
        x |= _spread(graph, row, dict.fromkeys(row, (0.0, 1.0)), gap)
    for sweep in range(SWEEPS * 4):
        for row in graph.rows if sweep % 2 == 0 else graph.rows[::-1]:
            x |= _spread(graph, row, {n: _wanted(graph, n, x) for n in row}, gap)
    least = min(v - graph.width(n) / 2.0 for n, v in x.items())
    return {n: v - least for n, v in x.items()}


def _wanted(graph: _Graph, node: str, x: dict[str, float]) -> tuple[float, float]:
    """Return where a node is drawn by its neighbours, and how strongly."""
    near = graph.above[node] + graph.below[node]
    if not near:
        return (min(x.values()) + max(x.values())) / 2.0, 1.0
    pulls = [graph.pull(node, m) for m in near]
    return sum(p * x[m] for p, m in zip(pulls, near, strict=True)) / sum(pulls), sum(pulls)


def _spread(
    graph: _Graph, row: list[str], wanted: dict[str, tuple[float, float]], gap: float
) -> dict[str, float]:
    """Return the places nearest to those wanted, in least squares, that keep order and gaps.

    Taking away the least offsets leaves an isotonic regression, done by pooling neighbours.
    """
    offsets = [0.0]
    for a, b in pairwise(row):
        offsets.append(offsets[-1] + (graph.width(a) + graph.width(b)) / 2.0 + gap)
    pools: list[tuple[float, float, int]] = []
    for n, offset in zip(row, offsets, strict=True):
        place, weight = wanted[n]
        total, count = weight * (place - offset), 1
        while pools and pools[-1][0] / pools[-1][1] > total / weight:
            before, heavy, members = pools.pop()
            total, weight, count = total + before, weight + heavy, count + members
        pools.append((total, weight, count))
    level = [total / weight for total, weight, count in pools for _ in range(count)]
    return {n: a + b for n, a, b in zip(row, level, offsets, strict=True)}
