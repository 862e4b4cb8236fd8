"""Retention curves as dropout hazards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from simcare.errors import UserError
from simcare.evidence import load
from simcare.model import statement as s
from simcare.model.clocks import make_shape, weibull_scale
from simcare.model.language import Reader
from simcare.scenario.domain import RetentionSpec


def piecewise_from_curve(weeks: Sequence[float], shares: Sequence[float]) -> s.Piecewise:
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
    return s.Piecewise(tuple(ends), (*rates, rates[-1]))


def retention(reader: Reader, spec: RetentionSpec, where: str) -> s.Hazard:
    """Return the dropout hazard of a retention curve."""
    ways = [spec.curve, spec.weeks or spec.shares, spec.dropout_share or spec.by_weeks]
    if sum(way is not None for way in ways) > 1:
        reader.problem(where, "retention is stated in more than one way; keep one of them.")
    if spec.curve is not None:
        return _published(reader, spec.curve, where)
    if spec.weeks is not None and spec.shares is not None:
        if not spec.source:
            reader.problem(where, "a curve stated here needs a `source`; add it.")
        try:
            return piecewise_from_curve(tuple(spec.weeks), tuple(spec.shares))
        except ValueError as error:
            reader.problem(where, f"{error}")
            return s.Exponential(0.0)
    if spec.dropout_share is not None and spec.by_weeks is not None:
        left = 1.0 - reader.share(spec.dropout_share, where)
        weeks = reader.number(spec.by_weeks, where)
        shape = make_shape(reader, spec.shape if spec.shape is not None else 1, where)
        if 0.0 < left < 1.0 and weeks > 0.0:
            return s.Weibull(shape, weibull_scale(shape, left, weeks))
    reader.problem(
        where,
        "say retention by `curve`, by `weeks` with `shares` and `source`, or by `dropout_share` "
        "(between 0 and 1) with `by_weeks`.",
    )
    return s.Exponential(0.0)


def _published(reader: Reader, curve_id: str, where: str) -> s.Hazard:
    try:
        curve = load().curve(curve_id)
    except UserError as error:
        for problem in error.problems:
            reader.problem(f"{where}.curve", problem)
        return s.Exponential(0.0)
    if not curve.is_evidence:
        reader.problem(
            f"{where}.curve",
            f"{curve.id} has the status {curve.status}, so it is no evidence; name another curve, "
            "or state one with its `source`.",
        )
    return piecewise_from_curve(curve.weeks, curve.shares)
