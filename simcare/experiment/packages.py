"""What a package of policies does, taken apart: each part, and how they act on one another.

The interaction is what the joint effect is more, or less, than the sum of the effects of the
parts alone: interaction on the additive scale (VanderWeele and Knol 2014). All are differences
on the same families, so each has an interval of its own, and the parts and the interaction add
up to the joint effect in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcare.experiment.statistics import (
    Estimate,
    Sampling,
    interaction,
    mean_of,
    ratio_difference,
    ratio_interaction,
)
from simcare.experiment.summary import Columns, outcomes_of
from simcare.scenario.schema import Scenario
from simcare.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

ALONE, INTERACTION, JOINT, LAST = "alone", "interaction", "joint", "added last"
COLUMNS = (
    "package", "outcome", "title", "unit", "term", "kind",
    "mean", "standard_error", "low", "high", "interval",
)  # fmt: skip

Term = tuple[str, str, Estimate]
"""What acts, in what way (kind), and what it does."""


def parts_of(scenario: Scenario, policies: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the packages among the policies that were run, each with its parts.

    A package of which a part was not run is left out, as is one that is the reference.
    """
    run = list(policies)
    every = {p: tuple(scenario.policies[p].together) for p in run if p != scenario.reference}
    return {p: parts for p, parts in every.items() if parts and set(parts) <= set(run)}


def decompose(
    families: Mapping[str, Columns], reference: str, scenario: Scenario, sampling: Sampling
) -> pd.DataFrame:
    """Return the joint effect of every package, part by part, for each outcome.

    families: {policy: {name: (n,) numbers}}, of the same families in the same order under every
    policy, replication by replication. Rows, in this order: each part `alone` (policy minus
    reference), the `interaction`, the `joint` effect, which is the sum of those before it, and,
    where there are two parts, each when it is `added last` (package minus the other part).
    """
    packages = parts_of(scenario, families)
    needed = {reference, *packages, *(part for parts in packages.values() for part in parts)}
    observed = {
        policy: {name: sampling.observations(column) for name, column in columns.items()}
        for policy, columns in families.items()
        if policy in needed and packages
    }
    rows = [
        (
            package, outcome, title, unit, term, kind,
            x.mean, x.standard_error, x.low, x.high, sampling.interval,
        )
        for package, parts in packages.items()
        for outcome, title, unit, _, bottom in outcomes_of(scenario, observed[package])
        for term, kind, x in _terms(observed, package, parts, reference, outcome, bottom)
    ]  # fmt: skip
    import pandas as pd

    return pd.DataFrame(rows, columns=list(COLUMNS))


def interacts(
    families: Mapping[str, Columns],
    package: str,
    parts: Sequence[str],
    reference: str,
    outcome: str,
) -> NDArray[np.bool_]:
    """Say of each family whether the parts do not simply add up in it: (n,).

    Differences far below a penny are the rounding of sums.
    """
    usual = families[reference][outcome]
    joint, alone = families[package][outcome] - usual, [families[p][outcome] - usual for p in parts]
    unlike: NDArray[np.bool_] = np.abs(interaction(joint, alone)) > 1e-6
    return unlike


def _terms(
    observed: Mapping[str, Columns],
    package: str,
    parts: Sequence[str],
    reference: str,
    outcome: str,
    bottom: str | None,
) -> Iterator[Term]:
    make = _Means(observed, outcome) if bottom is None else _Ratios(observed, outcome, bottom)
    for part in parts:
        yield part, ALONE, make.difference(part, reference)
    yield INTERACTION, INTERACTION, make.interaction(package, parts, reference)
    yield JOINT, JOINT, make.difference(package, reference)
    if len(parts) == 2:
        for part, other in (parts, parts[::-1]):
            yield part, LAST, make.difference(package, other)


class _Means:
    """An outcome of which the mean over families is wanted."""

    def __init__(self, observed: Mapping[str, Columns], outcome: str) -> None:
        self.of = {policy: columns[outcome] for policy, columns in observed.items()}

    def difference(self, policy: str, other: str) -> Estimate:
        return mean_of(self.of[policy] - self.of[other])

    def interaction(self, package: str, parts: Sequence[str], reference: str) -> Estimate:
        usual = self.of[reference]
        alone = [self.of[part] - usual for part in parts]
        return mean_of(interaction(self.of[package] - usual, alone))


class _Ratios:
    """An outcome that is counted per year of another."""

    def __init__(self, observed: Mapping[str, Columns], outcome: str, bottom: str) -> None:
        self.of = {p: (x[outcome], x[bottom] / WEEKS_PER_YEAR) for p, x in observed.items()}

    def difference(self, policy: str, other: str) -> Estimate:
        return ratio_difference(*self.of[policy], *self.of[other])

    def interaction(self, package: str, parts: Sequence[str], reference: str) -> Estimate:
        alone = [self.of[part] for part in parts]
        return ratio_interaction(self.of[package], alone, self.of[reference])
