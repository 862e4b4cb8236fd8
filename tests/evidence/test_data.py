"""The shipped data against the collected files, and against itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simcare.evidence import Evidence, load

SHARED = Path(__file__).parents[3] / "shared"
COLLECTED = SHARED / "evidence"
needs_collected = pytest.mark.skipif(
    not COLLECTED.exists(), reason="the collected files are not beside the checkout"
)
needs_seeds = pytest.mark.skipif(
    not (SHARED / "seeds").exists(), reason="the source documents are not beside the checkout"
)
STATUSES = {"VERIFIED", "VERIFIED_NOQUOTE", "DERIVED", "COMPUTED", "RECALLED"}
SAME_IN_BOTH = ["unit", "publisher", "year", "address", "status", "quote", "quantity"]


# The collectors' working notes and names of files are not shipped; the figures are untouched.
TITLES = {
    "seed 000_1bcc631cc2d0e7fa.txt": "R. Devine, The Case for Change: How to Help Children and "
    "Families (blog)",
    "seed 003_0f95d9457a45fcc8.txt": "J. Thoburn, Using what we know about what works (slides)",
    "seed 004_1fb2550ecd2e8f96.txt": "CSCI, Supporting parents, safeguarding children, 2006",
    " (seed 000)": "",
    " (seed 003)": "",
    " (seed 004)": "",
    "seed 000 weekly figure v annual": "weekly figure v annual",
    "seed 000 and UIS": "Devine 2021 and UIS",
    "as quoted in seed 000": "as quoted in Devine 2021",
    "(abstract page; address not kept)": "",
    "(secondary page; address not kept)": "",
    " (figures own memory)": " (figures recalled)",
    "(own memory for figures)": "",
    "(own memory for HRs)": "",
    "(own memory; EMCDDA Insights 15 (2014) interior was not seen)": "EMCDDA Insights 15 (2014): not seen",  # noqa: E501
    "(own memory)": "",
    "(HRs from memory; direction seen)": "(hazard ratios recalled; direction seen)",
    " (streetguide copy)": "",
    "seed price x UIS plan>=180d retention": "Devine's price x UIS plan>=180d retention",
    "report stored but figures beyond visible text; recalled ": "recalled ",
    "not seen: the stored SIs truncate before fee 2.2;": "not seen;",
    "not seen in stored text; no national statistic on length or number found": "not seen; no national statistic on length or number found",  # noqa: E501
    "exists; not found in store": "exists; not seen",
    " from memory; the R package": " recalled; the R package",
    "UK, seed document": "UK, Devine 2021",
}


def titled(text: str) -> str:
    for ours, title in TITLES.items():
        text = text.replace(ours, title)
    return "" if text == "seed document" else text


def collected(name: str) -> list[dict[str, str]]:
    with (COLLECTED / name).open(encoding="utf-8", newline="") as file:
        return [{key: titled(text) for key, text in row.items()} for row in csv.DictReader(file)]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def number(text: str) -> float | None:
    return float(text) if text else None


def assert_same_value(shipped: Evidence, raw: str) -> None:
    if is_number(raw):
        assert (shipped.value, shipped.text) == (float(raw), "")
    elif raw.startswith("~") and is_number(raw[1:]):
        assert (shipped.value, shipped.text) == (float(raw[1:]), raw)
    else:
        assert (shipped.value, shipped.text) == (None, raw)


@needs_collected
@pytest.mark.parametrize(
    ("name", "also"),
    [
        ("system.csv", {"period": "period", "geography": "geography"}),
        (
            "interventions.csv",
            {"topic": "intervention", "population": "population", "followup": "followup"},
        ),
    ],
)
def test_every_collected_row_is_shipped_unchanged(name: str, also: dict[str, str]) -> None:
    rows = collected(name)
    assert len(rows) == {"system.csv": 922, "interventions.csv": 355}[name]
    for row in rows:
        shipped = load().get(row["id"])
        assert_same_value(shipped, row["value"])
        assert (shipped.low, shipped.high) == (number(row["low"]), number(row["high"]))
        assert shipped.source == row["source_title"]
        for field in SAME_IN_BOTH:
            assert getattr(shipped, field) == row[field], (row["id"], field)
        for ours, theirs in also.items():
            assert getattr(shipped, ours) == row[theirs], (row["id"], ours)


@needs_collected
def test_what_is_shipped_and_was_not_collected_is_said_to_be_derived() -> None:
    seen = {row["id"] for name in ("system.csv", "interventions.csv") for row in collected(name)}
    added = [e for e in load().numbers.values() if e.id not in seen]
    assert len(load().ids()) == len(seen) + len(added)
    quoted = {e.id for e in added if e.status == "VERIFIED"}
    assert quoted == {"SEED-WEEK-1013", "SEED-STAFF-POSTS", "SEED-STAFF-FILLED"}
    for e in added:
        assert e.note, e.id
        assert e.value is not None, e.id
        assert e.id in quoted or e.derived_from, e.id


@needs_collected
@pytest.mark.parametrize(
    ("name", "prefix", "share", "weeks"),
    [
        ("uis_retention_curves.csv", "UIS-RETENTION-", "proportion", lambda r: float(r["week"])),
        (
            "uis_relapse_curves.csv",
            "UIS-RELAPSE-",
            "drug_free",
            lambda r: int(r["day_from_admission"]) / 7,
        ),
    ],
)
def test_every_point_of_the_collected_curves_is_shipped(
    name: str, prefix: str, share: str, weeks: object
) -> None:
    rows = collected(name)
    assert callable(weeks)
    groups = {row["group"] for row in rows}
    assert groups == {id.removeprefix(prefix) for id in load().curves if id.startswith(prefix)}
    for group in groups:
        points = [row for row in rows if row["group"] == group]
        curve = load().curve(prefix + group)
        assert {curve.n} == {int(p["n"]) for p in points}
        assert curve.weeks == tuple(weeks(p) for p in points)
        assert curve.shares == tuple(float(p[share]) for p in points)
        assert curve.low == tuple(float(p["low95"]) for p in points)
        assert curve.high == tuple(float(p["high95"]) for p in points)
        assert curve.counts == tuple(int(p["still_in"]) for p in points if "still_in" in p)


@needs_seeds
@pytest.mark.parametrize(
    ("document", "prefixes"),
    [("000", ("SEED-WEEK",)), ("003", ("SEED-TYPE-",)), ("004", ("SEED-STAFF", "SEED-CSCI-"))],
)
def test_figures_read_from_the_source_documents_quote_them(
    document: str, prefixes: tuple[str, ...]
) -> None:
    (place,) = (SHARED / "seeds").glob(f"{document}_*.txt")
    text = place.read_text(encoding="utf-8")
    quoted = [e for e in load().numbers.values() if e.id.startswith(prefixes)]
    assert quoted
    for e in quoted:
        assert e.quote in text, e.id
        assert TITLES[f"seed {place.name}"] in e.address


def derived() -> Iterator[tuple[Evidence, Evidence]]:
    for e in load().numbers.values():
        if e.derived_from:
            yield e, load().get(e.derived_from)


def numbers_in(text: str) -> set[float]:
    return {float(n) for n in re.findall(r"\d*\.?\d+", text.replace(",", ""))}


def test_a_part_can_be_read_in_the_figure_it_comes_from_or_shows_its_working() -> None:
    pairs = list(derived())
    assert len(pairs) > 300
    for part, whole in pairs:
        assert part.value is not None
        said = numbers_in(f"{whole.text} {whole.value or ''} {whole.quantity} {whole.quote}")
        working = " = " in part.note or "blank" in part.note
        assert abs(part.value) in said or working, part.id


def test_a_part_keeps_its_source_and_is_recalled_if_its_whole_is() -> None:
    for part, whole in derived():
        for field in ("source", "publisher", "year", "address"):
            assert getattr(part, field) == getattr(whole, field), part.id
        assert part.id in whole.parts
        assert part.is_evidence == whole.is_evidence, part.id
        assert part.status in {"DERIVED", "RECALLED"}, part.id


def test_every_figure_has_a_source_a_unit_and_a_known_status() -> None:
    for e in load().numbers.values():
        assert e.status in STATUSES, e.id
        assert e.unit, e.id
        assert e.topic, e.id
        assert e.quantity, e.id
        assert e.source or e.status == "RECALLED", e.id
        assert e.quote or e.status not in {"VERIFIED", "DERIVED"} or e.derived_from, e.id
        if e.low is not None and e.high is not None:
            assert e.low <= e.high, e.id


def test_price_years_are_given_where_pounds_state_them_and_nowhere_else() -> None:
    expected = {
        "B-REHAB1213": "2012-13",
        "B-REHAB1213-2425": "2024-25",
        "B-NAORES1920": "2023-24",  # the unit says so; the period is 2019-20
        "B-DFOSTWK-2425": "2024-25",
        "B-IFA18": "2018",
        "B-CR1.2m": "2019-20",
        "C-WELLBY": "2019",
        "C-QALY": "2024",
        "TC-NTA12-COST": "2011-12",
        "PSY-PSSRU08": "2008",
        "PSY-IAPT-HI": "2009",
        "TC-SCOT-COST21": None,  # 2021-24 is three years
        "B-FDAC16-BCR": None,  # £ per £1 has no prices
        "TC-SEED-COST": None,
        "IFPS-WSIPP": None,  # dollars
        "A-REF-2025": None,
    }
    assert {id: load().get(id).price_year for id in expected} == expected
    for e in load().numbers.values():
        if e.price_year:
            assert e.unit.startswith(("£", "GBP")), e.id
            assert re.fullmatch(r"(19|20)\d\d(-\d\d)?", e.price_year), e.id
