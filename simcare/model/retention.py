"""Retention curves as dropout hazards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from simcare.model.statement import Piecewise


def piecewise_from_curve(weeks: Sequence[float], shares: Sequence[float]) -> Piecewise:
    """Return the piecewise constant hazard whose survival passes through a retention curve.

    weeks: rising, above 0; shares: share still in at each week, not rising, in (0, 1]. After
    the last week the last rate goes on. Raises ValueError, in a sentence, if the curve rises
    or is empty.
    """
    if len(weeks) != len(shares) or not weeks:
        raise ValueError("a retention curve needs as many `shares` as `weeks`, and at least one.")
    points = [(0.0, 1.0), *zip(weeks, shares, strict=True)]
    ends, rates = [], []
    for (start, before), (end, after) in pairwise(points):
        if end <= start:
            raise ValueError(f"the weeks of a retention curve must rise, but {end:g} does not.")
        if after > before:
            raise ValueError(
                f"the retention curve rises from {before:g} to {after:g} at week {end:g}; the "
                "share still in treatment can only fall."
            )
        if not 0.0 < after <= 1.0:
            raise ValueError(f"the share {after:g} must be above 0 and at most 1.")
        ends.append(float(end))
        rates.append(math.log(before / after) / (end - start))
    return Piecewise(tuple(ends), (*rates, rates[-1]))
