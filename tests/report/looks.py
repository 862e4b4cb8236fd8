"""What a picky reader sees at once in a figure: text that is cut off or lies over other text."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is drawn, with its box in dots."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    hidden = {id(label) for at in figure.axes for label in _not_drawn(at)}
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in found if id(t) not in hidden]
    return [(text, box) for text, box in boxes if box.width > 1.0]


def _not_drawn(at: Axes) -> list[Text]:
    """Labels of ticks beyond the limits of the axes, or of axes that are switched off."""
    found = []
    for axis, (low, high) in ((at.xaxis, at.get_xlim()), (at.yaxis, at.get_ylim())):
        for tick in axis.get_major_ticks():
            if not at.axison or not min(low, high) <= tick.get_loc() <= max(low, high):
                found += [tick.label1, tick.label2]
    return found


def cut_off(figure: Figure) -> list[str]:
    """Texts that reach beyond the edge of the figure."""
    wide, high = figure.get_size_inches() * figure.dpi
    return [
        text
        for text, box in texts(figure)
        if box.x0 < 0.0 or box.y0 < 0.0 or box.x1 > wide or box.y1 > high
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that lie over one another."""
    found = []
    for (a, box_a), (b, box_b) in combinations(texts(figure), 2):
        wide = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        high = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        if wide > 1.0 and high > 1.0:
            found.append((a, b))
    return found
