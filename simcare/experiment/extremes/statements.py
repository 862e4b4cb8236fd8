"""The statements: what must happen at an extreme, however the assumed numbers are set."""

from __future__ import annotations

from collections.abc import Sequence

from simcare.experiment.extremes import care, money, pathway
from simcare.experiment.extremes.checks import Extreme

EXTREMES: Sequence[Extreme] = tuple(
    stated
    for theme in (pathway, care, money)
    for stated in vars(theme).values()
    if isinstance(stated, Extreme)
)
