"""England: a support that is switched off gives back usual practice to the byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcare.engine.engines import EngineName
from simcare.errors import UserError
from simcare.experiment.compare import Comparison, compare
from simcare.experiment.ready import make_ready

OFF = """
extends = "england"
title = "England with supports that are switched off"

[policies.treatment_off]
title = "Treatment and therapy, offered to nobody"
plain = "Two supports are there, and nobody is offered them"
extends = "usual_practice"
offers = [
    { support = "residential_treatment", at = ["pre_proceedings"], reach = 0 },
    { support = "residential_treatment", at = ["care_proceedings"], reach = 0 },
    { support = "psychotherapy", at = ["pre_proceedings"], reach = 0 },
]

[policies.key_person_off]
title = "A key person, offered to nobody"
plain = "The support is there, and nobody is offered it"
extends = "usual_practice"
offers = [
    { support = "long_term_support", at = ["protection_plan"], reach = 0 },
    { support = "long_term_support", at = ["after_removal"], reach = 0 },
]
"""
PACKAGE = "long_term_support+treatment_off"
POLICIES = ["treatment_off", "key_person_off", PACKAGE]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("off") / "off.toml"
    made.write_text(OFF, encoding="utf-8")
    return made


@pytest.fixture(scope="module", params=["simpy", "compiled"])
def off(path: Path, request: pytest.FixtureRequest) -> Comparison:
    engine: EngineName = request.param
    if engine == "compiled":
        pytest.importorskip("numba")
    return compare(path, POLICIES, families=120, engine=engine, keep="log")


def of(table: pd.DataFrame, policy: str) -> pd.DataFrame:
    own = table[table["policy"] == policy].drop(columns="policy")
    return own.reset_index(drop=True)


def alike(comparison: Comparison, policy: str, other: str) -> None:
    """Everything that is kept of a policy is what is kept of the other, to the last bit."""
    own, usual = comparison.columns[policy], comparison.columns[other]
    for name in usual:
        assert own[name].tobytes() == usual[name].tobytes(), name
    assert np.array_equal(comparison.helped[policy], comparison.helped[other])
    for table in (comparison.weekly, comparison.ledger):
        pd.testing.assert_frame_equal(of(table, policy), of(table, other), check_exact=True)


@pytest.mark.parametrize("policy", ["treatment_off", "key_person_off"])
def test_a_policy_whose_supports_reach_nobody_is_usual_practice(
    off: Comparison, policy: str
) -> None:
    alike(off, policy, "usual_practice")
    assert off.columns[policy]["reached"].sum() == 0.0


def test_a_package_with_a_support_that_is_switched_off_is_the_rest_of_it(off: Comparison) -> None:
    alike(off, PACKAGE, "long_term_support")
    assert off.columns[PACKAGE]["reached"].sum() > 3.0
    table = off.packages
    assert not table[table["kind"] == "interaction"]["mean"].any()
    assert table[table["kind"] == "joint"]["mean"].any()


def test_offered_and_not_offered_contradict_one_another(path: Path) -> None:
    with pytest.raises(UserError) as caught:
        make_ready(path, ["long_term_support+key_person_off"])
    assert (
        "package long_term_support+key_person_off: `long_term_support` and "
        "`key_person_off` make the offer `offer/long_term_support/protection_plan` differently"
    ) in str(caught.value)
