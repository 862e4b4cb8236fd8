"""One row for each family and policy: who it is, what it cost, and what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.experiment.unit import Lived, Outcome, Who
from simcare.scenario.schema import Scenario

Floats = NDArray[np.float64]


def sums(outcomes: Sequence[Outcome], policy: str) -> dict[str, Floats]:
    """Return everything that was added up under a policy: {name: (n,) numbers}.

    Families come unit by unit.
    """
    lived = _under(outcomes, policy)
    return {
        name: np.concatenate([x.values[:, i] for x in lived])
        for i, name in enumerate(lived[0].columns)
    }


def family_columns(
    outcomes: Sequence[Outcome], reference: str, scenario: Scenario
) -> dict[str, dict[str, Floats]]:
    """Return what is reported of each family, by policy: {policy: {name: (n,) numbers}}.

    Outcomes of the scenario first, then `reached` (1 if the policy changes any move of the
    family's life, anything that is counted of it, or what it costs) and money. Categories and
    payers without any money are left out.
    """
    found = {policy: sums(outcomes, policy) for policy in outcomes[0].lived}
    prints = {p: np.concatenate([x.prints for x in _under(outcomes, p)]) for p in found}
    money = [name for name in found[reference] if name.startswith("cost")]
    kept = [
        name
        for name in money
        if not name.startswith(("cost_category_", "cost_payer_"))
        or any(columns[name].any() for columns in found.values())
    ]
    return {
        policy: {
            **{name: columns[name] for name in scenario.outcomes},
            "reached": _changed(policy, reference, found, prints, [*scenario.outcomes, *money]),
            **{name: columns[name] for name in kept},
        }
        for policy, columns in found.items()
    }


def _changed(
    policy: str,
    reference: str,
    found: Mapping[str, Mapping[str, Floats]],
    prints: Mapping[str, NDArray[np.int64]],
    names: Sequence[str],
) -> Floats:
    changed = prints[policy] != prints[reference]
    for name in names:
        changed |= found[policy][name] != found[reference][name]
    reached: Floats = changed.astype(np.float64)
    return reached


def families_table(who: Sequence[Who], columns: Mapping[str, Mapping[str, Floats]]) -> pd.DataFrame:
    """Return the columns of every policy with who the families are, one row for each.

    Columns: policy, replication, family (number), arrival_week, type, children (at arrival), and
    those of `columns`.
    """
    count, times = sum(len(w.number) for w in who), len(columns)
    kinds = np.array(who[0].kinds, dtype=object)
    replication = np.repeat([w.replication for w in who], [len(w.number) for w in who])
    names = next(iter(columns.values()))
    return pd.DataFrame(
        {
            "policy": np.repeat(np.array(list(columns), dtype=object), count),
            "replication": np.tile(replication, times),
            "family": np.tile(np.concatenate([w.number for w in who]), times),
            "arrival_week": np.tile(np.concatenate([w.arrival for w in who]), times),
            "type": np.tile(kinds[np.concatenate([w.kind for w in who])], times),
            "children": np.tile(np.concatenate([w.children for w in who]), times),
            **{n: np.concatenate([own[n] for own in columns.values()]) for n in names},
        }
    )


def _under(outcomes: Sequence[Outcome], policy: str) -> list[Lived]:
    return [outcome.lived[policy] for outcome in outcomes]
