"""Drawing a figure once for two files: what is drawn in dots is told on to be drawn as shapes.

Laying a figure out (ticks, breaking and measuring of text) takes about as long as drawing it,
and is the same for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINTS = 72.0
"""Shapes are drawn in points, of which there are so many in an inch."""


def draw(figure: Figure, metadata: Mapping[str, str | None]) -> tuple[memoryview, str]:
    """Draw a figure; return its dots, (height, width, 4) bytes, and the text of its SVG.

    metadata: of the SVG.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import RendererSVG

    dots = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    dots.clear()
    text = StringIO()
    width, height = figure.get_size_inches() * POINTS
    shapes: Any = RendererSVG(width, height, text, metadata=metadata)  # type: ignore[no-untyped-call]
    figure.draw(_Twofold(dots, shapes, POINTS / figure.dpi))  # type: ignore[arg-type]
    shapes.finalize()
    return dots.buffer_rgba(), text.getvalue()


class _Twofold:
    """A renderer that draws in dots and tells another, whose sheet is smaller, to draw the same.

    What is in none of our figures (images, shading, formulas) would be drawn in dots only.
    """

    def __init__(self, dots: Any, shapes: Any, scale: float) -> None:
        from matplotlib.transforms import Affine2D

        self._dots, self._shapes, self._scale = dots, shapes, scale
        self._smaller = Affine2D().scale(scale)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dots, name)

    def open_group(self, s: str, gid: str | None = None) -> None:
        self._shapes.open_group(s, gid)

    def close_group(self, s: str) -> None:
        self._shapes.close_group(s)

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        self._dots.draw_path(gc, path, transform, rgbFace)
        self._shapes.draw_path(self._own(gc), path, transform + self._smaller, rgbFace)

    def draw_markers(
        self, gc: Any, marker_path: Any, marker_trans: Any, path: Any, trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:  # fmt: skip
        self._dots.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        marker_trans, trans = marker_trans + self._smaller, trans + self._smaller
        self._shapes.draw_markers(self._own(gc), marker_path, marker_trans, path, trans, rgbFace)

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any,
        offset_trans: Any, *look: Any, **more: Any,
    ) -> None:  # fmt: skip
        self._dots.draw_path_collection(
            gc, master_transform, paths, all_transforms, offsets, offset_trans, *look, **more
        )
        self._shapes.draw_path_collection(
            self._own(gc), master_transform + self._smaller, paths, all_transforms, offsets,
            offset_trans + self._smaller, *look, **more,
        )  # fmt: skip

    def draw_text(self, gc: Any, x: float, y: float, *text: Any, **more: Any) -> None:
        self._dots.draw_text(gc, x, y, *text, **more)
        self._shapes.draw_text(self._own(gc), x * self._scale, y * self._scale, *text, **more)

    def _own(self, gc: Any) -> Any:
        """Return how to draw, cut off at the same edges on the smaller sheet."""
        from matplotlib.transforms import TransformedBbox, TransformedPath

        own: Any = self._shapes.new_gc()
        own.copy_properties(gc)
        box = gc.get_clip_rectangle()
        if box is not None:
            own.set_clip_rectangle(TransformedBbox(box, self._smaller))
        path, transform = gc.get_clip_path()
        if path is not None and transform is not None:
            own.set_clip_path(TransformedPath(path, transform + self._smaller))
        return own
