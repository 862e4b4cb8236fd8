from __future__ import annotations

import dataclasses
import subprocess
import sys
import time

import pytest

from simcare.errors import UserError
from simcare.evidence import UnknownEvidence, load
from simcare.evidence.register import load as read_once

REGISTER = load()


def value(id: str) -> float | None:
    return REGISTER.get(id).value


def test_both_weekly_figures_of_the_pause_saving_are_held_as_rivals() -> None:
    printed, worked = REGISTER.get("SEED-WEEK-1013"), REGISTER.get("PAUSE-WEEK-1098")
    assert printed.value == 1013
    assert printed.status == "VERIFIED"
    assert "£1,013 per child per week" in printed.quote
    assert worked.value == pytest.approx(57102 / 52, abs=0.005)
    assert worked.low == pytest.approx(57102 / 52.1775, abs=0.005)
    assert "£57,102" in worked.quote
    assert printed.unit == worked.unit == "£/week"
    assert printed.rivals == ("PAUSE-WEEK-1098",)
    assert worked.rivals == ("SEED-WEEK-1013",)
    assert printed.disagreement == worked.disagreement
    assert "£1,098" in printed.disagreement


def test_the_price_of_twelve_weeks_can_be_used_low_middle_and_high() -> None:
    whole = REGISTER.get("TC-SEED-COST")
    assert (whole.value, whole.low, whole.high) == (None, 10000, 12000)
    assert value("TC-SEED-COST-LOW") == 10000
    assert value("TC-SEED-COST-MID") == 11000
    assert value("TC-SEED-COST-HIGH") == 12000
    week = REGISTER.get("TC-SEED-COST-WEEK")
    assert week.value == pytest.approx(11000 / 12, abs=0.005)
    assert (week.low, week.high) == (833.33, 1000)


def test_family_types_are_held_cell_by_cell_and_do_not_sum_to_100() -> None:
    kinds = ("SHORT", "SINGLE", "ACUTE", "LONG")
    assert [value(f"SEED-TYPE-ALL-{kind}") for kind in kinds] == [20, 40, 10, 25]
    assert [value(f"SEED-TYPE-SIG-{kind}") for kind in kinds] == [0, 32, 25, 40]
    for column, total in (("ALL", "95"), ("SIG", "97")):
        for kind in kinds:
            assert f"= {total}" in REGISTER.get(f"SEED-TYPE-{column}-{kind}").note
    blank = REGISTER.get("SEED-TYPE-SIG-SHORT")
    assert (blank.low, blank.high) == (0, 3)
    assert "blank" in blank.note


def test_parents_needs_and_help_received_are_held_in_pairs() -> None:
    pairs = {
        need: (value(f"SEED-CSCI-{need}-NEED"), value(f"SEED-CSCI-{need}-RECEIVED"))
        for need in ("DV", "MH", "SUBST", "HOUSING", "PARENTING", "LD")
    }
    assert pairs == {
        "DV": (19, 8),
        "MH": (13, 10),
        "SUBST": (11, 7),
        "HOUSING": (15, 11),
        "PARENTING": (22, 19),
        "LD": (4, 4),
    }


def test_single_numbers_that_scenarios_need_are_held_apart() -> None:
    assert value("SEED-STAFF-POSTS") == 36
    assert value("SEED-STAFF-FILLED") == 21
    assert value("SEED-STAFF-SHARE") == pytest.approx(100 * 21 / 36, abs=0.05)
    assert (value("SAFECARE-LOW"), value("SAFECARE-HIGH")) == (0.74, 0.83)
    assert (value("FDAC-CEASE-FDAC"), value("FDAC-CEASE-ORDINARY")) == (46, 30)
    assert (value("FGC-LAC-REFERRED"), value("FGC-LAC-USUAL")) == (36.2, 44.8)
    assert value("PSY-PREF-OR") == 1.79
    assert (value("REV-DFE22"), value("REV-REF12")) == (22, 32)
    assert set(REGISTER.get("FGC-LAC").parts) == {"FGC-LAC-REFERRED", "FGC-LAC-USUAL"}


def test_a_recalled_figure_is_shipped_and_is_not_evidence() -> None:
    recalled = [e for e in REGISTER.numbers.values() if e.status == "RECALLED"]
    assert len(recalled) > 20
    assert not any(e.is_evidence for e in recalled)
    assert REGISTER.get("B-REHAB1213").is_evidence
    assert REGISTER.curve("UIS-RETENTION-ALL").is_evidence


def test_the_withdrawn_edition_names_its_replacement() -> None:
    withdrawn = REGISTER.get("RAND-V1")
    assert "RAND-PKG" in withdrawn.rivals
    assert "withdrawn" in withdrawn.disagreement


def test_rivals_exist_and_name_each_other() -> None:
    disputed = [e for e in REGISTER.numbers.values() if e.rivals]
    assert len(disputed) > 150
    for e in disputed:
        assert e.id not in e.rivals
        assert len(set(e.rivals)) == len(e.rivals)
        assert e.disagreement.endswith("."), e.id
        for rival in e.rivals:
            assert e.id in REGISTER.get(rival).rivals
    assert not any(e.disagreement for e in REGISTER.numbers.values() if not e.rivals)


def test_every_stated_disagreement_and_caution_is_about_figures_that_exist() -> None:
    from simcare.evidence.register import _disagreements

    rivals, disagreements, cautions = _disagreements()
    assert set(rivals) | set(disagreements) | set(cautions) <= set(REGISTER.ids())
    assert "stock" in REGISTER.get("A-CPPMEANDUR-2025").note.casefold()


def test_an_unknown_id_is_refused_with_names_like_it() -> None:
    with pytest.raises(
        UnknownEvidence, match=r"“B-REHAB12”.*did you mean .*B-REHAB1213"
    ) as refused:
        REGISTER.get("B-REHAB12")
    assert isinstance(refused.value, UserError)
    with pytest.raises(UnknownEvidence, match="did you mean B-REHAB1213"):
        REGISTER.get("b-rehab1213")
    with pytest.raises(UnknownEvidence, match="simcare evidence --search WORD"):
        REGISTER.get("?")
    with pytest.raises(UnknownEvidence, match=r"no curve.*UIS-RETENTION-ALL"):
        REGISTER.curve("UIS-RETENTION-EVERYONE")


def test_search_looks_at_id_topic_quantity_source_and_quote_in_any_case() -> None:
    assert {e.id for e in REGISTER.search("b-rehab1213")} >= {"B-REHAB1213", "B-REHAB1213-2425"}
    assert "FDAC-CEASE" in {e.id for e in REGISTER.search("drug and alcohol COURT")}
    assert "SEED-WEEK-1013" in {e.id for e in REGISTER.search("£1,013")}
    assert "REV-REF12" in {e.id for e in REGISTER.search("Goldacre")}
    assert "FGC-LAC" in {e.id for e in REGISTER.search("looked after at 12 months")}
    assert REGISTER.search("no such words anywhere") == []
    assert len(REGISTER.search("")) == len(REGISTER.ids())


def test_curves_fall_and_agree_with_the_figures_computed_from_the_same_data() -> None:
    checked = 0
    for curve in REGISTER.curves.values():
        assert list(curve.weeks) == sorted(set(curve.weeks))
        assert list(curve.shares) == sorted(curve.shares, reverse=True)
        sizes = {len(curve.weeks), len(curve.shares), len(curve.low), len(curve.high)}
        assert sizes == {len(curve.weeks)}
        assert len(curve.counts) in {0, len(curve.weeks)}
        for share, low, high in zip(curve.shares, curve.low, curve.high, strict=True):
            assert 0 <= low <= share <= high <= 1
        for count, share in zip(curve.counts, curve.shares, strict=False):
            assert count / curve.n == pytest.approx(share, abs=5e-5)
        for week, share in zip(curve.weeks, curve.shares, strict=True):
            retention = f"TC-UIS-RET-{curve.group}-W{week:02.0f}"
            relapse = f"TC-UIS-REL-{curve.group}-D{week * 7:.0f}"
            figure = retention if "RETENTION" in curve.id else relapse
            if figure in REGISTER.numbers:
                assert value(figure) == pytest.approx(share, abs=6e-4), figure
                checked += 1
    assert checked > 40
    assert REGISTER.curve("UIS-RETENTION-PLAN180PLUS").n == 405


def test_the_register_is_read_once_and_cannot_be_changed() -> None:
    assert load() is load()
    with pytest.raises(TypeError):
        REGISTER.numbers["X"] = REGISTER.get("B-REHAB1213")  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        REGISTER.get("B-REHAB1213").value = 1.0  # type: ignore[misc]


def test_the_register_loads_in_a_few_hundredths_of_a_second() -> None:
    def once() -> float:
        read_once.cache_clear()
        started = time.perf_counter()
        read_once()
        return time.perf_counter() - started

    assert min(once() for _ in range(5)) < 0.06


def test_reading_the_register_loads_none_of_the_heavy_libraries() -> None:
    heavy = "{'pandas', 'numpy', 'scipy', 'pyarrow', 'matplotlib', 'pydantic'}"
    program = f"import sys, simcare.evidence as e; e.load(); print({heavy} & set(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "set()"
