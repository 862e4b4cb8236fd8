"""The sentences of scenario files, read and refused."""

from __future__ import annotations

import math

import pytest

from simcare.model import statement as s
from simcare.model.build import reader_for
from simcare.model.language import Reader
from simcare.scenario.load import load

WHERE = "regions.case.levels.plan.review"


@pytest.fixture
def reader() -> Reader:
    """A reader of the made-up council, with a few registers and numbers more."""
    scenario = load("three_families").scenario
    values = {"patience_weeks": 26.0, "chances": 3.0, "half": 0.5, "seven": 7.0}
    found = reader_for(scenario, values, "as_now")
    birth = found.registers["birth"]
    found.registers |= {"incidents": birth, "last_seen": birth, "due": birth}
    return found


GUARDS: list[tuple[str, s.Guard]] = [
    ("case is plan", (s.LevelIs("case", ("plan",)),)),
    ("case is plan, closed", (s.LevelIs("case", ("plan", "closed")),)),
    (
        "case is @known",
        (s.LevelIs("case", ("referral", "assessment", "plan", "proceedings")),),
    ),
    (
        "case is plan, @known",
        (s.LevelIs("case", ("plan", "referral", "assessment", "proceedings")),),
    ),
    ("drugs is not severe", (s.LevelIs("drugs", ("absent", "moderate", "remitted")),)),
    (
        "case is not @known, closed",
        (s.LevelIs("case", ("order",)),),
    ),
    ("treatment is attending", (s.LevelIs("treatment", ("attending",)),)),
    ("incidents >= chances", (s.Compare("register", "incidents", ">=", 3.0),)),
    ("incidents >=chances", (s.Compare("register", "incidents", ">=", 3.0),)),
    ("incidents < 1", (s.Compare("register", "incidents", "<", 1.0),)),
    ("incidents <= 1", (s.Compare("register", "incidents", "<=", 1.0),)),
    ("incidents > 0", (s.Compare("register", "incidents", ">", 0.0),)),
    ("incidents == 0", (s.Compare("register", "incidents", "==", 0.0),)),
    ("incidents != 0", (s.Compare("register", "incidents", "!=", 0.0),)),
    ("engagement >= half", (s.Compare("register", "engagement", ">=", 0.5),)),
    ("weeks since last_seen >= patience_weeks", (s.Compare("since", "last_seen", ">=", 26.0),)),
    ("weeks in case >= patience_weeks", (s.Compare("weeks_in", "case", ">=", 26.0),)),
    ("week >= 0", (s.Compare("week", "", ">=", 0.0),)),
    ("children in @home >= 1", (s.Compare("children", "placement", ">=", 1.0, ("home",)),)),
    (
        "children in foster, home == chances",
        (s.Compare("children", "placement", "==", 3.0, ("foster", "home")),),
    ),
    (
        "case is plan or week >= 0 or drugs is severe",
        (
            s.LevelIs("case", ("plan",)),
            s.Compare("week", "", ">=", 0.0),
            s.LevelIs("drugs", ("severe",)),
        ),
    ),
]


@pytest.mark.parametrize(("sentence", "guard"), GUARDS, ids=[text for text, _ in GUARDS])
def test_a_guard_is_read(sentence: str, guard: s.Guard, reader: Reader) -> None:
    assert reader.guard(sentence, WHERE) == guard
    assert reader.problems == []


BAD_GUARDS: list[tuple[str, str]] = [
    ("case is nowhere", "`nowhere`"),
    ("caze is plan", "`caze`"),
    ("case is @nobody", "`@nobody`"),
    ("case is @home", "`home`"),
    ("case is not nowhere", "`nowhere`"),
    ("case is notplan", "`notplan`"),
    ("case plan", "`case plan` is not a rule"),
    ("", "`` is not a rule"),
    ("case is plan or", "`plan or`"),
    ("case is plan and drugs is severe", "`plan and drugs is severe`"),
    ("incidents >= 2", "`2`"),
    ("incidents >= 0.5", "`0.5`"),
    ("incidents >= patience", "`patience`"),
    ("incidents >= chances weeks", "is not a rule"),
    ("incidence >= chances", "`incidence`"),
    ("weeks since last_scene >= chances", "`last_scene`"),
    ("weeks in caze >= chances", "`caze`"),
    ("children in plan >= 1", "`plan`"),
    ("children in @nobody >= 1", "`@nobody`"),
    ("incidents => chances", "`incidents =`"),
    ("incidents = chances", "is not a rule"),
]


@pytest.mark.parametrize(("sentence", "says"), BAD_GUARDS)
def test_a_bad_guard_is_refused_with_its_place(sentence: str, says: str, reader: Reader) -> None:
    reader.guard(sentence, WHERE)
    assert reader.problems
    assert all(problem.startswith(f"{WHERE}: ") for problem in reader.problems)
    assert says in " ".join(reader.problems)


def test_a_guard_that_could_not_be_read_never_holds(reader: Reader) -> None:
    assert reader.guard("case plan", WHERE) == (s.Compare("week", "", "<", -math.inf),)


EFFECTS: list[tuple[str, s.Effect]] = [
    ("case to closed", s.Move("case", "closed")),
    ("placement from home to foster", s.Move("placement", "foster", ("home",))),
    ("placement from @home to foster", s.Move("placement", "foster", ("home",))),
    ("case from plan, order to closed", s.Move("case", "closed", ("plan", "order"))),
    (
        "first placement from unborn to home",
        s.Move("placement", "home", ("unborn",), first=True),
    ),
    ("first placement to home", s.Move("placement", "home", first=True)),
    ("drugs to remitted", s.Move("drugs", "remitted")),
    ("add incidents", s.Add("incidents")),
    ("set incidents to 0", s.Put("incidents", 0.0)),
    ("set incidents to seven", s.Put("incidents", 7.0)),
    ("stamp last_seen", s.Stamp("last_seen")),
    ("stamp due plus seven", s.Stamp("due", 7.0)),
]


@pytest.mark.parametrize(("sentence", "effect"), EFFECTS)
def test_an_effect_is_read(sentence: str, effect: s.Effect, reader: Reader) -> None:
    assert reader.effect(sentence, WHERE) == effect
    assert reader.problems == []


BAD_EFFECTS: list[tuple[str, str]] = [
    ("case to nowhere", "`nowhere`"),
    ("caze to plan", "`caze`"),
    ("placement from nowhere to home", "`nowhere`"),
    ("placement from @nobody to home", "`@nobody`"),
    ("case", "`case` is not an effect"),
    ("close the case", "`close the case` is not an effect"),
    ("case to plan or closed", "is not an effect"),
    ("add incidence", "`incidence`"),
    ("add incidents twice", "is not an effect"),
    ("set incidents to 7", "`7`"),
    ("set incidence to 0", "`incidence`"),
    ("stamp last_scene", "`last_scene`"),
    ("stamp due plus 7", "`7`"),
    ("stamp due plus", "is not an effect"),
]


@pytest.mark.parametrize(("sentence", "says"), BAD_EFFECTS)
def test_a_bad_effect_is_refused_with_its_place(sentence: str, says: str, reader: Reader) -> None:
    reader.effect(sentence, WHERE)
    assert reader.problems
    assert all(problem.startswith(f"{WHERE}: ") for problem in reader.problems)
    assert says in " ".join(reader.problems)


def test_a_stamp_says_plus(reader: Reader) -> None:
    reader.effect("stamp due minus seven", WHERE)
    assert reader.problems


def test_first_is_said_of_children_only(reader: Reader) -> None:
    reader.effect("first case to closed", WHERE)
    assert reader.problems


# --- numbers ---


def test_numbers_are_parameters_or_0_or_1(reader: Reader) -> None:
    given: list[str | int] = ["half", "0", "1", 0, 1]
    assert [reader.number(x, WHERE) for x in given] == [0.5, 0.0, 1.0, 0.0, 1.0]
    assert reader.used == {"half"}
    assert reader.problems == []


def test_a_share_lies_between_0_and_1(reader: Reader) -> None:
    assert reader.share("half", WHERE) == 0.5
    assert reader.share("seven", WHERE) == 0.0
    assert reader.problems == [f"{WHERE}: the share seven is 7; it must lie between 0 and 1."]


def test_every_problem_is_gathered(reader: Reader) -> None:
    reader.guard("case is nowhere or caze is plan", WHERE)
    reader.effect("add incidence", "elsewhere")
    assert [problem.partition(": ")[0] for problem in reader.problems] == [
        WHERE,
        WHERE,
        "elsewhere",
    ]
