"""Drawing once gives what drawing twice gives."""

from __future__ import annotations

import re
from io import StringIO

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simcare.report import canvas, twofold

PLAIN = {"Date": None, "Creator": "test"}


@pytest.fixture(scope="module")
def figure() -> Figure:
    """Lines, a band, markers, text, and things that are cut off at the edge of the axes."""
    with canvas.own_style():
        made, (axes,) = canvas.panels(1, 2, (2.0, 1.5), canvas.Margins())
        for at in axes:
            at.plot([0.0, 1.0, 2.0], [0.0, 3.0, 1.0], marker="o", linestyle="--")
            at.fill_between([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], [1.0, 4.0, 2.0], alpha=0.2)
            at.annotate("a word", (1.0, 1.0), (5.0, 5.0), "data", "offset points", rotation=30.0)
            at.set_xlim(0.2, 1.6)
            at.set_ylabel("up")
            at.grid()
        canvas.headline(made, "A title", "and what stands under it")
    return made


def test_the_dots_are_those_of_matplotlib(figure: Figure) -> None:
    with canvas.own_style():
        dots, _ = twofold.draw(figure, PLAIN)
        own = FigureCanvasAgg(figure)
        own.draw()  # type: ignore[no-untyped-call]
        np.testing.assert_array_equal(np.asarray(dots), np.asarray(own.buffer_rgba()))  # type: ignore[no-untyped-call]


def test_the_shapes_are_those_of_matplotlib(figure: Figure) -> None:
    text = StringIO()
    with canvas.own_style():
        _, shapes = twofold.draw(figure, PLAIN)
        figure.savefig(text, format="svg", metadata=PLAIN)
    mine, theirs = _parts(shapes), _parts(text.getvalue())
    assert mine[0] == theirs[0]
    # Text is measured in larger dots, which are half a point.
    np.testing.assert_allclose(mine[1], theirs[1], atol=0.5)


def _parts(svg: str) -> tuple[list[str], list[float]]:
    """The elements of an SVG, and every number in it but those in names."""
    unnamed = re.sub(r"\b[mp][0-9a-f]{10}\b|#[0-9a-f]{6}\b", "", svg)
    numbers = re.findall(r"-?\d+\.?\d*", unnamed)
    return re.findall(r"<(\w+)", svg), [float(n) for n in numbers]
