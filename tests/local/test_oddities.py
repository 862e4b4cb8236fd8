"""What a council's analyst meets in a return: each odd thing is said once, and of no child."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from simcare.errors import UserError
from simcare.local.returns.counts import count, latest_year
from simcare.local.returns.oddities import Oddities
from simcare.local.returns.spells import Care
from tests.local import children
from tests.local.test_returns import PLAN, YEAR, read

BORN = "01/01/2015"
TAIL = ",,,,"


def returned(folder: Path, *rows: str, born: str = BORN, child: str = "QX1") -> Care:
    """One child's return, from rows without the child's own column."""
    header = f"{children.HEADER}\n{child},1,{born},,,,\n"
    return read(
        folder, header, "\n".join([children.EPISODES, *(f"{child},{r}{TAIL}" for r in rows)])
    )


def said(care: Care) -> list[str]:
    return list(care.oddities.sentences())


def test_nothing_is_said_of_a_return_as_it_should_be(tmp_path: Path) -> None:
    assert said(read(tmp_path, *children.texts())) == []


def test_care_ends_at_eighteen(tmp_path: Path) -> None:
    # It goes on for a month.
    care = returned(tmp_path, "01/01/2023,S,C2,N1,U6,PR1,01/02/2025,E5", born="01/01/2007")
    (kept,) = care.episodes
    assert (kept.end, kept.ceased) == (datetime.date(2025, 1, 1), "E5")
    assert said(care) == [
        "1 to 5 episodes go on after the child is 18; they were ended on that birthday."
    ]


def test_who_is_eighteen_after_the_last_day_is_as_others_are(tmp_path: Path) -> None:
    care = returned(tmp_path, "01/01/2025,S,C2,N1,U6,PR1,,", born="02/01/2007")
    assert care.episodes[0].end is None
    assert said(care) == []


def test_a_birthday_on_a_leap_day_comes_on_the_first_of_march(tmp_path: Path) -> None:
    care = returned(tmp_path, "01/01/2024,S,C2,N1,U6,PR1,01/03/2026,E5", born="29/02/2008")
    assert care.episodes[0].end == datetime.date(2026, 3, 1)
    assert said(care) == []


def test_an_end_needs_a_reason_and_a_reason_an_end(tmp_path: Path) -> None:
    care = returned(
        tmp_path, "01/06/2024,S,C2,N1,U6,PR1,01/08/2024,", "01/09/2024,S,C2,N1,U6,PR1,,E4A"
    )
    assert said(care)[0].startswith("1 to 5 episodes have a DEC and no REC, or a REC and no DEC; ")
    assert count(care, PLAN.codes, YEAR).ends.value == 0


def test_codes_that_are_not_known_are_said_by_column_and_never_shown(tmp_path: Path) -> None:
    care = returned(
        tmp_path,
        "01/06/2024,Q,Q9,N1,Q7,PR1,01/08/2024,E98",
        "01/09/2024,S,C2,N1,U4,PR9,,",
    )
    told = said(care)
    assert [t.partition(" that")[0] for t in told[1:]] == [
        f"1 to 5 episodes have a code in {c}" for c in ("RNE", "LS", "PLACE", "REC")
    ]
    assert told[0].startswith("1 to 5 episodes with foster carers have no PLACE_PROVIDER")
    assert not any(code in "".join(told) for code in ("Q9", "Q7", "E98", "PR9"))


def test_many_are_told_roughly() -> None:
    told = list(Oddities(overlaps=12, without_header=7).sentences())
    assert told == [
        "about 10 episodes reach into the child's next one; their ends were brought forward.",
        "about 5 children of the episodes have no row in the Header, and so no age.",
    ]


def test_a_short_break_may_leave_out_what_others_must_say(tmp_path: Path) -> None:
    care = returned(tmp_path, "01/06/2024,,V4,,,,08/06/2024,", "01/09/2024,S,C2,N1,U4,PR1,,")
    assert len(care.episodes) == 1
    assert said(care) == []


@pytest.mark.parametrize(
    ("row", "born", "problem"),
    [
        (
            "01/06/2024,S,V3,N1,U4,PR1,08/06/2024,E8",
            BORN,
            "no episode in it but series of short breaks",
        ),
        (
            "01/06/2024,S,C2,N1,U4,PR1,,",
            "01/01/1925",
            "line 2: DECOM is on or after the child's 18th birthday.",
        ),
        ("01/06/2093,S,C2,N1,U4,PR1,,", BORN, "line 2: DECOM is later than today."),
        ("01/06/2024,S,C2,N1,U4,PR1,01/06/2094,E8", BORN, "line 2: DEC is later than today."),
        ("01/06/2024,S,C2,N1,U4,PR1,,", "01/06/2099", "line 2: DOB is later than today."),
        ("01/06/0024,S,C2,N1,U4,PR1,,", BORN, "line 2: DECOM is no date"),
        ("01/06/2024,S,C2,N1,U4,PR1,01/05/2024,E8", BORN, "line 2: DEC is before DECOM."),
    ],
)
def test_what_cannot_be_counted_is_one_sentence(
    tmp_path: Path, row: str, born: str, problem: str
) -> None:
    with pytest.raises(UserError) as caught:
        returned(tmp_path, row, born=born)
    (told,) = caught.value.problems
    assert problem in told
    for secret in ("QX1", "2093", "2094", "1925", "2099", "0024"):
        assert secret not in told


@pytest.mark.parametrize("column", ["CIN", "PLACE_PROVIDER"])
def test_without_a_column_the_specification_has_nothing_is_guessed(
    tmp_path: Path, column: str
) -> None:
    header, episodes = children.texts(1)
    with pytest.raises(UserError, match=f"the column {column} is missing"):
        read(tmp_path, header, episodes.replace(f",{column},", ",OTHER,", 1))


def test_more_columns_than_are_needed_do_not_matter(tmp_path: Path) -> None:
    header, episodes = children.texts()
    wide = "\n".join(f"note,{line},also" for line in episodes.splitlines())
    assert count(read(tmp_path, header, wide), PLAN.codes, YEAR) == count(
        read(tmp_path, header, episodes), PLAN.codes, YEAR
    )


def test_registered_supported_accommodation_is_in_the_mix(tmp_path: Path) -> None:
    rows = [f"QX{i},01/06/2024,S,C2,N1,K3,PR4,,{TAIL}" for i in range(10)]
    care = read(tmp_path, children.HEADER + "\n", "\n".join([children.EPISODES, *rows]))
    found = count(care, PLAN.codes, latest_year(care).replace(year=2025))
    assert found.places["placed_supported"].value == 10
    assert found.other_places.value == 0
