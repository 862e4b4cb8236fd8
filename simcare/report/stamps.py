"""A letter in a circle, at as many places as need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simcare.report import canvas
from simcare.report.layout import Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

RADIUS = 0.08
"""Of the circle, in inches."""
SIZE = 7.0
"""Of the letter, in points."""


def stamp(at: Axes, letter: str, places: Sequence[Point], ink: str, ground: str) -> None:
    """Draw a letter in a circle at each of some places, in data units.

    As markers: a letter that is told once is quick to draw many times, and text is not.
    """
    x, y = zip(*places, strict=True)
    edge = ink if ground == "white" else ground
    look: dict[str, Any] = {"linestyle": "", "zorder": 6, "clip_on": False}
    at.plot(
        x, y, marker="o", markersize=2.0 * RADIUS * 72.0, markerfacecolor=ground,
        markeredgecolor=edge, markeredgewidth=0.9, **look,
    )  # fmt: skip
    shape, size = _shape(letter)
    at.plot(x, y, marker=shape, markersize=size, color=ink, markeredgewidth=0.0, **look)


def _shape(letter: str) -> tuple[Path, float]:
    """Return a letter as a marker, and its size in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath

    font = FontProperties(family=canvas.FONT, weight="bold")
    own, line = (TextPath((0.0, 0.0), text, SIZE, font) for text in (letter, "lp"))
    box, high = own.get_extents(), line.get_extents()
    # All stand on one line, which runs where that of a text in the middle would.
    middle = ((box.x0 + box.x1) / 2.0, (high.y0 + high.y1) / 2.0)
    vertices = np.asarray(own.vertices) - middle
    return Path(vertices, own.codes), 2.0 * float(np.abs(vertices).max())
