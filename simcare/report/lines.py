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
    named = [line for line in lines if line.name]
    # Whoever comes first takes the best place, so every order is tried.
    tries = [_place_all(at, lines, order) for order in permutations(named)]
    for line, box in min(tries, key=lambda t: sum(b.cost for _, b in t)):
        at.text(
            box.x, box.y, line.name, ha="center", va="center", size=canvas.BODY,
            color=line.colour, weight="bold",
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "alpha": 0.6, "lw": 0.0},
        )  # fmt: skip


def _place_all(at: Axes, lines: Sequence[Line], order: Sequence[Line]) -> list[tuple[Line, _Box]]:
    taken: list[_Box] = []
    for line in order:
        taken.append(_place(at, line, [o for o in lines if o is not line], taken))
    return list(zip(order, taken, strict=True))


@dataclass(frozen=True)
class _Box:
    """The middle of a word in data units, and how bad a place it is."""

    x: float
    y: float
    cost: float


def _place(at: Axes, line: Line, others: Sequence[Line], taken: Sequence[_Box]) -> _Box:
    """Return the place nearest to a line at which a word meets no line and no other word."""
    (left, right), (floor, ceiling) = at.get_xlim(), at.get_ylim()
    wide, high = 0.09 * (right - left), 0.05 * (ceiling - floor)
    # The head of a panel is kept free for what is written there.
    heights = np.linspace(floor + high, ceiling - 4.0 * high, 60)
    found = _Box(left + 2.0 * wide, float(heights[-1]), np.inf)
    for x in np.linspace(left + 1.5 * wide, right - 1.5 * wide, 25):
        own = _away(line, x, wide, heights)
        rest = np.min([_away(o, x, wide, heights) for o in others], axis=0, initial=np.inf)
        cost = (own - 0.4 * np.minimum(rest, 4.0 * high)) / high
        cost[own < 1.1 * high] += 100.0
        cost[rest < 1.1 * high] += 2.5
        cost[rest < 0.7 * own] += 1.0
        for box in taken:
            cost[(abs(x - box.x) < 2.2 * wide) & (np.abs(heights - box.y) < 1.7 * high)] += 100.0
        if cost.min() < found.cost:
            found = _Box(float(x), float(heights[cost.argmin()]), float(cost.min()))
    return found


def _away(line: Line, x: float, wide: float, heights: Floats) -> Floats:
    """Return how far heights lie from a line, over the width of a word at x."""
    y = line.y[np.abs(line.x - x) <= wide]
    if len(y) == 0:
        return np.full(heights.shape, np.inf)
    nearest: Floats = np.maximum(np.maximum(y.min() - heights, heights - y.max()), 0.0)
    return nearest
