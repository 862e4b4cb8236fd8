"""The sentence on a package claims no more than its numbers do."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.experiment.compare import Comparison, compare
from simcare.report.packages.words import (
    effects,
    package_sentence,
    package_sentences,
    packages,
    term_title,
)
from tests.report.conftest import PACKAGES

FOLDER = Path(__file__).parents[1]
TIED = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def dear() -> Comparison:
    """A package in which nothing acts on anything else, and which costs more than it saves."""
    return compare(FOLDER / "sampled.toml", ["nothing_new+dear"], workers=1)


def said(comparison: Comparison, package: str) -> str:
    return package_sentence(comparison, package).replace(TIED, " ")


def test_what_the_parts_save_alone_and_together_adds_up_to_the_pound(packaged: Comparison) -> None:
    text = said(packaged, PACKAGES[0])
    cost = effects(packaged, PACKAGES[0])[0].terms
    treatment, stay = (-cost[part].mean for part in ("treatment", "stay"))
    assert text.startswith(
        "Treatment on a plan with long-term family support: together they save "
        f"£{-cost['joint'].mean:,.0f} ± £{cost['joint'].half:,.0f} per family over ten years; "
        f"the net savings of the parts alone are £{treatment:,.0f} ± "
    )
    assert f"(long-term family support), which makes £{treatment + stay:,.0f}; " in text
    excess = cost["interaction"]
    assert excess.verdict == "higher"
    assert (
        f"the net saving together is £{excess.mean:,.0f} ± £{excess.half:,.0f} less than that, "
        "because in 18 % of the families one changes what the other does;"
    ) in text
    assert "incidents at home: −55 ± 22 per 100 child-years at home" in text
    assert "±: half of a 95 % Monte Carlo interval; how wrong the inputs may be is not" in text
    assert text.endswith("Every number in this scenario is made up and is not evidence.")


def test_there_is_one_for_each_package(packaged: Comparison, listed: Comparison) -> None:
    assert list(package_sentences(packaged)) == PACKAGES
    assert "because in 31 % of the families one changes what another does" in said(
        packaged, PACKAGES[1]
    )
    assert package_sentences(listed) == {}
    assert packages(listed) == {}


def test_a_package_that_costs_is_not_called_a_saving(dear: Comparison) -> None:
    text = said(dear, "nothing_new+dear")
    assert "together they cost £4,458 ± £1,062 more than they save per family" in text
    assert "£0 (as now under another name)" in text
    assert (
        "the net saving together is exactly that, because in no family does one change what "
        "another does"
    ) in text


def test_what_cannot_be_told_from_chance_is_said_so() -> None:
    found = compare(FOLDER / "sampled.toml", ["stay+dear"], families=30, workers=1)
    text = said(found, "stay+dear")
    assert "whether they save or cost money together cannot be told from chance (net" in text
    assert "whether the net saving together is more or less than that cannot be told from" in text
    assert "because" not in text


def test_without_an_interval_none_is_claimed(rationed_package: Comparison) -> None:
    text = said(rationed_package, PACKAGES[0])
    assert "±" not in text
    assert "No interval can be given" in text
    assert "or who gets a place" in text


def test_what_a_package_states_itself_is_owned_up_to(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        f'extends = "{(FOLDER / "sampled.toml").as_posix()}"\ntitle = "Own"\n[policies.whole]\n'
        'title = "Whole"\nplain = "Whole"\ntogether = ["stay", "treatment"]\n'
        'offers = [{ support = "advice", at = ["plan"] }]\n',
        encoding="utf-8",
    )
    found = compare(path, ["whole"], families=30, workers=1)
    assert term_title(found, "whole", "interaction") == "Interaction and the rest"
    assert "also what the package states itself beside its parts" in said(found, "whole")


def test_the_rounding_of_sums_is_no_interaction(packaged: Comparison) -> None:
    for package in PACKAGES:
        for one in effects(packaged, package):
            parts = [x.mean for term, x in one.terms.items() if term != "joint"]
            assert sum(parts) == pytest.approx(one.terms["joint"].mean, abs=1e-6)
