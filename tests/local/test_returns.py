"""A looked-after return: known answers, files as they come, and what may never be told."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.errors import UserError
from simcare.local.form import Council, Plan, read_plan
from simcare.local.returns.counts import Counts, count, latest_year, lines_of
from simcare.local.returns.disclosure import disclosed
from simcare.local.returns.numbers import with_return
from simcare.local.returns.rows import date_of
from simcare.local.returns.spells import Care, read_care
from tests.local import children, synthetic

YEAR = datetime.date(2025, 3, 31)
PLAN = read_plan()


def read(folder: Path, header: str, episodes: str) -> Care:
    return read_care(*children.written(folder, header, episodes), PLAN.codes)


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counts:
    return count(read(tmp_path_factory.mktemp("return"), *children.texts()), PLAN.codes, YEAR)


# --- known answers ---


def test_who_is_in_care_on_the_day(counts: Counts) -> None:
    # A and E; B and H have left, and D lives with parents.
    assert counts.stock.value == 20
    assert counts.with_parents.value == 10
    assert counts.alone_stock.value == 10
    assert {n: c.value for n, c in counts.places.items() if c.value} == {
        "placed_kin": 10,
        "placed_in_house": 10,
    }
    assert counts.other_places.value == 0


def test_who_started_in_the_year(counts: Counts) -> None:
    assert (counts.starts.value, counts.alone_starts.value) == (20, 10)
    assert {a: c.value for a, c in counts.by_age.items() if c.value} == {
        "under 1": 10,
        "10 to 15": 10,
    }
    assert {a: c.value for a, c in counts.by_legal.items() if c.value} == {
        "interim": 10,
        "voluntary": 10,
    }


def test_who_moved_and_for_how_long_children_were_in_care(counts: Counts) -> None:
    assert counts.moves.value == 10
    assert round(children.CHILD_YEARS, 1) == 32.7
    assert counts.child_years.value == 35
    stay = counts.mean_stay_weeks
    assert stay is not None
    assert stay == pytest.approx(35 / 20 * 52.1775)


def test_who_left_and_how(counts: Counts) -> None:
    assert counts.ends.value == 20
    assert {n: c.value for n, c in counts.exits.items()} == {
        "exits_returned": 10,
        "exits_guardianship": 0,
        "exits_adopted": 10,
    }
    assert counts.other_exits.value == 0


def test_who_went_home_the_year_before_and_came_back(counts: Counts) -> None:
    assert (counts.returned_before.value, counts.back_within_a_year.value) == (20, 10)


def test_the_numbers_of_a_council_from_its_counts(counts: Counts) -> None:
    council, added = with_return(council_of(children=10_000), PLAN, counts)
    values = {n: council.numbers[n].value for n in added}
    assert values == {
        "looked_after": 20,
        "care_starts": 20,
        "placed_kin": 10,
        "placed_in_house": 10,
        "placed_agency": 0,
        "placed_residential": 0,
        "placed_supported": 0,
        "placement_moves": pytest.approx(10 / 35, abs=1e-4),
        "exits_returned": 0.5,
        "exits_adopted": 0.5,
        "reentries": 0.5,
    }


def test_the_councils_own_file_wins_over_its_return(counts: Counts) -> None:
    own = council_of(children=10_000, looked_after=70, with_parents=4, placed_kin=3)
    council, added = with_return(own, PLAN, counts)
    assert council.numbers["looked_after"].value == 70
    assert council.numbers["with_parents"].value == 4
    assert "care_starts" in added
    assert "placed_in_house" not in added  # a mix is taken from one place


def test_what_the_return_has_left_out_is_not_taken_off_again(counts: Counts) -> None:
    council, _ = with_return(council_of(children=10_000, unaccompanied=5), PLAN, counts)
    assert "unaccompanied" not in council.numbers


def council_of(**numbers: float) -> Council:
    return Council.model_validate(
        {
            "council": "Made up",
            "source": "made up for a test",
            "price_year": "2024-25",
            "numbers": numbers,
        }
    )


@pytest.mark.parametrize(
    ("number", "shown", "value"),
    [(0, "0", 0), (1, "c", 3), (5, "c", 3), (6, "5", 5), (8, "10", 10), (1234, "1,235", 1235)],
)
def test_small_counts_are_suppressed_and_others_rounded(
    number: int, shown: str, value: float
) -> None:
    made = disclosed(number)
    assert (made.shown, made.value) == (shown, value)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_neither_one_child_nor_two_can_be_told_by_subtraction(total: int, rest: int) -> None:
    """What is shown of two counts that differ by a few is the same as of many other pairs."""
    few = disclosed(total).value - disclosed(rest).value
    assert few % 5 in (0, 2, 3)
    assert abs(few - (total - rest)) <= 6


# --- files as they come ---


def test_order_case_marks_and_line_ends_of_columns_do_not_matter(
    tmp_path: Path, counts: Counts
) -> None:
    header, episodes = children.texts()
    rows = [line.split(",") for line in episodes.splitlines()]
    rows[0] = [f" {name.lower()} " for name in rows[0]]
    turned = "\r\n".join(",".join(f'"{cell}"' for cell in reversed(row)) for row in rows)
    care = read(tmp_path, "\ufeff" + header.replace("\n", "\r\n"), turned + "\r\n\r\n,,,\r\n")
    assert count(care, PLAN.codes, YEAR) == counts


def test_dates_of_other_programs_are_read() -> None:
    wanted = datetime.date(2024, 12, 31)
    for text in ("31/12/2024", "2024-12-31", "2024-12-31 00:00:00", "31/12/2024 0:00"):
        assert date_of(text) == wanted
    for text in ("", "31/12/24", "31.12.2024", "12/31/2024", "2024-12-31 09:30", "soon"):
        assert date_of(text) is None


def test_missing_columns_are_named_in_one_sentence(tmp_path: Path) -> None:
    header, episodes = children.texts()
    with pytest.raises(UserError) as caught:
        read(tmp_path, header, episodes.replace("DECOM", "START").replace(",REC,", ",WHY,"))
    (said,) = caught.value.problems
    assert said.startswith("episodes.csv: the columns DECOM, REC are missing; ")


def test_a_file_without_its_first_line_does_not_tell_what_stands_there(tmp_path: Path) -> None:
    header, episodes = children.texts()
    with pytest.raises(UserError) as caught:
        read(tmp_path, header, episodes.partition("\n")[2])
    assert "QX" not in str(caught.value)
    assert "2024" not in str(caught.value).replace("31/12/2024", "")


def test_bad_rows_are_named_by_line_and_never_by_child(tmp_path: Path) -> None:
    header, episodes = children.texts(1)
    lines = episodes.splitlines()
    lines[1] = lines[1].replace("01/06/2024", "32/06/2024")
    lines[3] = lines[3].replace("01/07/2024", "01/07/1999")
    lines[4] = lines[4].replace(",P,", ",,")
    with pytest.raises(UserError) as caught:
        read(tmp_path, header.replace("01/01/2024", "yesterday"), "\n".join(lines))
    assert caught.value.problems == (
        "header.csv: line 2: DOB is no date; write it as 31/12/2024.",
        "episodes.csv: line 2: DECOM is no date; write it as 31/12/2024.",
        "episodes.csv: line 4: DEC is before DECOM.",
        "episodes.csv: line 5: RNE is empty.",
    )


def test_ages_that_cannot_be_are_named_by_line(tmp_path: Path) -> None:
    header, episodes = children.texts(1)
    lines = header.splitlines()
    lines[1] = lines[1].replace("01/01/2024", "02/09/2024")
    lines[2] = lines[2].replace("15/03/2012", "15/03/2001")
    lines.append(lines[3].replace("01/05/2007", "01/05/2008"))
    with pytest.raises(UserError) as caught:
        read(tmp_path, "\n".join(lines), episodes)
    assert caught.value.problems == (
        f"header.csv: line {len(lines)}: DOB is not that of an earlier line of the same child.",
        "episodes.csv: lines 2, 3: DECOM is before the child's DOB in the Header.",
        "episodes.csv: lines 4, 5: DECOM is on or after the child's 18th birthday.",
    )
    assert "QX" not in str(caught.value)


def test_a_return_of_short_breaks_alone_is_refused(tmp_path: Path) -> None:
    header, episodes = children.texts(1)
    first, *rest = episodes.splitlines()
    breaks = [line for line in rest if ",V3," in line]
    assert breaks
    with pytest.raises(UserError, match="no episode in it but series of short breaks"):
        read(tmp_path, header, "\n".join([first, *breaks]))


def test_a_workbook_is_not_taken_for_a_csv_file(tmp_path: Path) -> None:
    header, _ = children.texts(1)
    files = children.written(tmp_path, header, "PK\x03\x04\0\0")
    with pytest.raises(UserError, match="not as a workbook"):
        read_care(*files, PLAN.codes)


def test_overlapping_and_repeated_episodes_are_put_in_order(tmp_path: Path) -> None:
    header = f"{children.HEADER}\nQX1,1,01/01/2015,,,,\n"
    rows = [
        "QX1,01/01/2024,S,C1,N1,U6,PR1,,,,,,",  # open in the first year's return
        "QX1,01/01/2024,S,C1,N1,U6,PR1,01/08/2024,X1,,,,",  # and ended in the second's
        "QX1,01/07/2024,P,C1,N1,U6,PR4,,,,,,",  # begins before the other ends
    ]
    care = read(tmp_path, header, "\n".join([children.EPISODES, *rows]))
    assert [(e.start, e.end) for e in care.episodes] == [
        (datetime.date(2024, 1, 1), datetime.date(2024, 7, 1)),
        (datetime.date(2024, 7, 1), None),
    ]
    assert (care.oddities.overlaps, care.oddities.repeated) == (1, 1)


def test_children_without_a_header_have_no_age(tmp_path: Path) -> None:
    _, episodes = children.texts()
    care = read(tmp_path, children.HEADER + "\n", episodes)
    found = count(care, PLAN.codes, YEAR)
    assert found.by_age["not known"].value == found.starts.value == 20
    assert care.oddities.without_header == 70  # all but those with short breaks


def test_unaccompanied_children_are_known_by_the_best_mark(tmp_path: Path) -> None:
    header, episodes = children.texts()
    marked = "\n".join(
        line + (",UASC" if line == children.HEADER else f",{int(line.startswith('QXB'))}")
        for line in header.splitlines()
    )
    care = read(tmp_path, marked, episodes)
    assert care.how == "by the column UASC of the Header"
    assert len(care.alone) == 10
    assert count(care, PLAN.codes, YEAR).moves.value == 0  # those of B, who are marked here
    files = children.written(tmp_path, header, episodes)
    third = tmp_path / "uasc.csv"
    third.write_text("CHILD,SEX,DOB,DUC\nQXA0001Z,1,01/01/2024,\nQXNONE,1,01/01/2024,\n")
    by_file = read_care(*files, PLAN.codes, third)
    assert (len(by_file.alone), by_file.how) == (1, "by the file of unaccompanied children")


def test_the_year_is_the_last_that_the_return_covers(tmp_path: Path) -> None:
    assert latest_year(read(tmp_path, *children.texts(1))) == YEAR
    header, episodes = children.texts(1)
    earlier = episodes.replace("31/03/2025", "10/01/2025")
    assert latest_year(read(tmp_path, header, earlier)) == datetime.date(2024, 3, 31)


# --- what may never be told ---

IDS = st.text("QXZJ789", min_size=7, max_size=9)
# None is the last or first day of a year, which is shown.
DATES = st.dates(datetime.date(1995, 4, 2), datetime.date(2025, 3, 30))
SHOWN_TO_ALL = ("31/12/2024",)
"""How a date should be written."""
SPOILT = st.sampled_from(["", "32/01/2020", "QQ77 7ZZ", "31.12.2001"])


@st.composite
def returns(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """Header and Episodes of anything, good and bad, and what may not be told of them."""
    header, episodes, secrets = [children.HEADER], [children.EPISODES], []
    faulty = draw(st.booleans())
    for child in draw(st.lists(IDS, min_size=1, max_size=5, unique=True)):
        born = draw(DATES)
        secrets += [child, f"{born:%d/%m/%Y}", f"{born:%Y-%m-%d}", "ZZ99 7QX"]
        header.append(f"{child},1,{born:%d/%m/%Y},WBRI,A12345,,")
        start, end = sorted((draw(DATES), draw(DATES)))
        first: str = f"{start:%d/%m/%Y}"
        if faulty and draw(st.booleans()):
            first = draw(SPOILT)
            secrets += [first] if first else []
        else:
            secrets += [first, f"{start:%Y-%m-%d}"]
        secrets += [f"{end:%d/%m/%Y}", f"{end:%Y-%m-%d}"]
        codes = draw(st.sampled_from(["S,C1,N1,U4,PR1", "S,V2,N8,H5,PR4", "Q,Q9,N1,Q7,QQ9"]))
        episodes.append(f"{child},{first},{codes},{end:%d/%m/%Y},E4A,,ZZ99 7QX,ZZ99 7QX,")
    if faulty and draw(st.booleans()):
        del episodes[0]
    if faulty and draw(st.booleans()):
        episodes[-1] = '"' + episodes[-1]
    return "\n".join(header), "\n".join(episodes), secrets


@settings(max_examples=60)
@given(returns())
def test_nothing_of_a_child_is_ever_told(made: tuple[str, str, list[str]]) -> None:
    header, episodes, secrets = made
    with tempfile.TemporaryDirectory(prefix="return-") as folder:
        said = everything_told(PLAN, *children.written(Path(folder), header, episodes))
    for secret in secrets:
        if secret not in SHOWN_TO_ALL:
            assert secret not in said


def everything_told(plan: Plan, header: Path, episodes: Path) -> str:
    """All that is shown, written or said of a return."""
    try:
        care = read_care(header, episodes, plan.codes)
    except UserError as error:
        return "\n".join(error.problems)
    counts = count(care, plan.codes, latest_year(care))
    lines = [f"{x.group} {x.title} {x.count.shown}" for x in lines_of(counts, plan.codes)]
    council, added = with_return(council_of(children=1000), plan, counts)
    return "\n".join([*lines, care.how, str(council), *added, f"{counts.year_ending:%d %B %Y}"])


# --- the synthetic return ---


def test_the_synthetic_return_is_as_its_generator_makes_it() -> None:
    folder = Path(__file__).parents[2] / "docs" / "synthetic-return"
    for name, text in synthetic.make().items():
        assert (folder / name).read_bytes() == text.encode(), name


def test_the_synthetic_return_follows_the_specification(tmp_path: Path) -> None:
    synthetic.write(tmp_path, synthetic.make(seed=7))
    names = [tmp_path / f"{n}.csv" for n in ("header", "episodes", "uasc")]
    assert names[0].read_text().splitlines()[0] == children.HEADER
    assert names[1].read_text().splitlines()[0] == children.EPISODES
    care = read_care(names[0], names[1], PLAN.codes, names[2])
    assert list(care.oddities.sentences()) == []
    found = count(care, PLAN.codes, YEAR)
    assert found.stock.value > 50
    assert found.other_places.value == 0
