"""The description of the model: that it is up to date, and that its words say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcare.experiment.ready import Ready, make_ready
from simcare.model import statement as s
from simcare.report.description.clocks import runs
from simcare.report.description.page import COMMAND, page, template
from simcare.report.description.sayings import Sayings
from simcare.report.description.tables import generated

PAGE = Path(__file__).parents[3] / "docs" / "model-description.md"
STRESS = ("1.1 Purpose of the model", "1.2 Model outputs", "1.3 Experimentation aims",
          "2.1 Base model overview diagram", "2.2 Base model logic", "2.3 Scenario logic",
          "2.4 Algorithms", "2.5 Components", "2.5.1 Entities", "2.5.2 Activities",
          "2.5.3 Resources", "2.5.4 Queues", "2.5.5 Entry and exit points", "3.1 Data sources",
          "3.2 Pre-processing", "3.3 Input parameters", "3.4 Assumptions", "4.1 Initialisation",
          "4.2 Run length", "4.3 Estimation approach", "5.1 Software or programming language",
          "5.2 Random sampling", "5.3 Model execution", "5.4 System specification",
          "6.1 Computer model sharing statement")  # fmt: skip
ODD = ("Purpose and patterns", "Entities, state variables and scales",
       "Process overview and scheduling", "Design concepts", "Initialization", "Input data",
       "Submodels")  # fmt: skip
TRACE = ("Problem formulation", "Model description", "Data evaluation",
         "Conceptual model evaluation", "Implementation verification",
         "Model output verification", "Model analysis", "Model output corroboration")  # fmt: skip


@pytest.fixture(scope="module")
def england() -> Ready:
    return make_ready("england")


@pytest.fixture(scope="module")
def says(england: Ready) -> Sayings:
    return Sayings(england, england.statements[england.scenario.reference])


def test_the_committed_page_is_what_the_command_in_it_writes(england: Ready) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(england), f"run: {COMMAND}"
    assert COMMAND in PAGE.read_text(encoding="utf-8")


def test_the_page_follows_the_headings_of_the_three_checklists() -> None:
    text = template()
    for item in STRESS:
        assert re.search(rf"\*+{re.escape(item)}\.\*+", text), item
    trace = text.split("## Part C. TRACE")[1]
    for i, element in enumerate(ODD, start=1):
        assert f"\n### {i}. {element}\n" in text
    for i, element in enumerate(TRACE, start=1):
        assert f"\n{i}. **{element}.**" in trace


def test_every_generated_part_has_a_place_and_every_place_a_part(england: Ready) -> None:
    places = set(re.findall(r"\{\{ ([a-z_]+) \}\}", template()))
    assert places == set(generated(england)) | {"command", "title"}


def test_every_level_and_every_clock_that_can_fire_is_described(
    england: Ready, says: Sayings
) -> None:
    text = page(england)
    part = text.split("## Part D")[1]
    for region in says.statement.regions:
        assert f"| {region.title} | {region.per} |" in text
    rows = [line for line in part.splitlines() if line.startswith("| ") and "---" not in line]
    alive = [c for c in says.statement.clocks if runs(says.statement, c)]
    headings = {c.region for c in alive}
    assert len(rows) == len(alive) + len(headings)
    assert 50 < len(alive) < len(says.statement.clocks)


def test_every_number_of_the_run_is_told(england: Ready) -> None:
    run = generated(england)["run"]
    scenario = england.scenario
    for number in (scenario.warm_up_weeks, scenario.horizon_weeks, scenario.families_):
        assert f"{number:,}" in run
    assert f"| Seed | {scenario.seed} |" in run


@pytest.mark.parametrize(
    ("hazard", "said"),
    [
        (s.Exponential(0.25), "at random, 0.25 a week (mean 4)"),
        (s.Exponential(0.0), "never"),
        (s.Weibull(1.0, 8.0), "Weibull, shape 1, scale 8 weeks (mean 8)"),
        (s.Weibull(2.0, 10.0), "Weibull, shape 2, scale 10 weeks (mean 8.862)"),
        (s.Piecewise((52.0,), (0.0, 0.5)), "a week: 0 to week 52 and then 0.5"),
        (s.Fixed(6.0), "after 6 weeks"),
        (s.Fixed(0.0), "at once"),
        (s.Since("birth", 900.0), "in the week of birth plus 900 weeks"),
    ],
)
def test_when_a_clock_fires_is_said(says: Sayings, hazard: s.Hazard, said: str) -> None:
    assert says.hazard(hazard) == said


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (s.LevelIs("drugs", ("severe",)), "drug misuse is severe"),
        (s.LevelIs("drugs", ("absent", "moderate", "remitted")), "drug misuse is not severe"),
        (s.LevelIs("case", ("closed", "after_removal")), "the case is *not open*"),
        (s.Compare("since", "birth", "<", 5.0), "less than 5 weeks since birth"),
        (s.Compare("weeks_in", "case", ">=", 60.0), "at least 60 weeks at this level"),
        (s.Compare("children", "placement", "<", 1.0, ("home", "home_again", "newborn")),
         "no child in *home*"),
        (s.Compare("week", "", "<", 9.0), "the week is less than 9"),
    ],
)  # fmt: skip
def test_a_rule_is_said(says: Sayings, test: s.Test, said: str) -> None:
    assert says.test(test) == said


def test_rules_that_have_a_name_are_called_by_it_and_so_are_their_opposites(
    says: Sayings,
) -> None:
    dangers = ("drugs", "alcohol", "domestic_abuse", "mental_health")
    danger = tuple(s.LevelIs(need, ("severe",)) for need in dangers)
    safe = [(s.LevelIs(need, ("absent", "moderate", "remitted")),) for need in dangers]
    assert says.guards([danger]) == "*danger*"
    assert says.guards(safe) == "no *danger*"
    assert says.guards(safe[:1]) == "drug misuse is not severe"
    assert says.guards([]) == ""


def test_what_multiplies_a_hazard_is_said(says: Sayings) -> None:
    by_need = s.LevelFactor("drugs", (("moderate", 2.0), ("severe", 5.0), ("remitted", 1.0)))
    assert says.factor(by_need) == "2 if drug misuse is moderate; 5 if drug misuse is severe"
    assert says.factor(s.RegisterFactor("frailty")) == "frailty"
    at_home = ("home", "home_again", "newborn")
    assert says.factor(s.CountFactor("placement", at_home, (0.0, 1.0))) == (
        "0 without a child in *home*"
    )
    assert says.factor(s.CountFactor("placement", at_home, (0.0, 1.0, 2.0))) == (
        "the number of children in *home*"
    )
