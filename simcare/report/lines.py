"""Lines with bands, and names written beside them rather than in a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.report import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A line with its band (nan: none) and how it is drawn."""

    name: str
    x: Floats
    y: Floats
    low: Floats
    high: Floats
    colour: str
    style: str | tuple[float, tuple[float, ...]] = "-"
    width: float = 1.8

    @property
    def under(self) -> Floats:
        """The lower edge of what is drawn."""
        return np.fmin(self.y, self.low)

    @property
    def over(self) -> Floats:
        """The upper edge of what is drawn."""
        return np.fmax(self.y, self.high)

    def dashed(self) -> Line:
        """Return the same line dashed."""
        return replace(self, style=(0.0, (4.0, 1.6)))

    def as_reference(self) -> Line:
        """Return the line as something to compare with: thin, without a name or a band."""
        nothing = np.full(self.y.shape, np.nan)
        return replace(self, name="", low=nothing, high=nothing, width=1.0)


def draw(at: Axes, line: Line) -> None:
    """Draw a line over its band."""
    if np.isfinite(line.low).any():
        at.fill_between(line.x, line.low, line.high, color=line.colour, alpha=0.18, linewidth=0.0)
    at.plot(line.x, line.y, color=line.colour, linestyle=line.style, linewidth=line.width)


def label(at: Axes, lines: Sequence[Line]) -> None:
    """Write the name of each line beside it, where no line runs through the word.

    The limits of the axes must be set.
    """
    grid = _grid(at)
    away = [_away(line, grid) for line in lines]
    named = [i for i, line in enumerate(lines) if line.name]
    # Whoever comes first takes the best place, so every order is tried.
    tries = [_place_all(away, order, grid) for order in permutations(named)]
    for i, box in min(tries, key=lambda t: sum(b.cost for _, b in t)):
        at.text(
            box.x, box.y, lines[i].name, ha="center", va="center", size=canvas.BODY,
            color=lines[i].colour, weight="bold",
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "alpha": 0.6, "lw": 0.0},
        )  # fmt: skip


@dataclass(frozen=True)
class _Grid:
    """Where the middle of a word may stand, and half the size of one, all in data units."""

    xs: Floats
    heights: Floats
    wide: float
    high: float


def _grid(at: Axes) -> _Grid:
    (left, right), (floor, ceiling) = at.get_xlim(), at.get_ylim()
    wide, high = 0.09 * (right - left), 0.05 * (ceiling - floor)
    xs = np.linspace(left + 1.5 * wide, right - 1.5 * wide, 25)
    # The head of a panel is kept free for what is written there.
    return _Grid(xs, np.linspace(floor + high, ceiling - 4.0 * high, 60), wide, high)


@dataclass(frozen=True)
class _Box:
    """The middle of a word in data units, and how bad a place it is."""

    x: float
    y: float
    cost: float


def _place_all(away: list[Floats], order: Sequence[int], grid: _Grid) -> list[tuple[int, _Box]]:
    taken: list[_Box] = []
    for i in order:
        others = [distance for k, distance in enumerate(away) if k != i]
        taken.append(_place(away[i], others, taken, grid))
    return list(zip(order, taken, strict=True))


def _place(own: Floats, others: list[Floats], taken: Sequence[_Box], grid: _Grid) -> _Box:
    """Return the place nearest to a line at which a word meets no line and no other word.

    own, others: how far places lie from the line and from the others, as `_away` gives it.
    """
    high = grid.high
    rest = np.min(others, axis=0) if others else np.full(own.shape, np.inf)
    cost = (own - 0.4 * np.minimum(rest, 4.0 * high)) / high
    cost[own < 1.1 * high] += 100.0
    cost[rest < 1.1 * high] += 2.5
    cost[rest < 0.7 * own] += 1.0
    for box in taken:
        beside = np.abs(grid.xs - box.x) < 2.2 * grid.wide
        cost[np.ix_(beside, np.abs(grid.heights - box.y) < 1.7 * high)] += 100.0
    column, row = np.unravel_index(cost.argmin(), cost.shape)
    return _Box(float(grid.xs[column]), float(grid.heights[row]), float(cost[column, row]))


def _away(line: Line, grid: _Grid) -> Floats:
    """Return how far places lie from a line over the width of a word, (xs, heights)."""
    near = np.abs(line.x - grid.xs[:, None]) <= grid.wide
    lowest = np.where(near, line.y, np.inf).min(axis=1, initial=np.inf)[:, None]
    highest = np.where(near, line.y, -np.inf).max(axis=1, initial=-np.inf)[:, None]
    # Infinitely far where the line has no point there.
    away: Floats = np.maximum(np.maximum(lowest - grid.heights, grid.heights - highest), 0.0)
    return away
