"""The page of every policy and support that is kept in docs/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcare.evidence import load
from simcare.experiment.ready import Ready, make_ready
from simcare.report.supports import COMMAND, page

PAGE = Path(__file__).parents[2] / "docs" / "supports.md"
OWN = """
extends = "three_families"
title = "Made up"
[parameters]
spread = { value = 0.25, unit = "share", assumed = { low = 0.1, high = 0.4, reason = "nobody | has counted" } }
published = { evidence = "B-REHAB1213", unit = "£/week" }
worked_out = { value = 8, unit = "weeks", evidence = ["PSY-DROP", "PSY-PREF-OR"], how = "by hand" }
soon = { value = 1, unit = "weeks", source = "made up" }
[supports.talk]
title = "Talk"
serves = []
take_up = "spread"
planned_weeks = "worked_out"
retention = { curve = "UIS-RETENTION-ALL" }
leaving = [{ up_to_weeks = "soon", remission = 0, worse = "spread" }, { remission = "spread" }]
speeds_remission = "harm"
speeds = [{ clock = "talk/gives_up", by = "harm" }]
chances = [{ clock = "case/proceedings/hearing", outcome = "closed", share = "spread" }]
ends_at = ["@known"]
per_week = [{ amount = "published", payer = "nhs", category = "help", item = "talk" }]
spares_per_week = [{ amount = "plan_price", payer = "police_justice", category = "help", item = "crime" }]
evidence_strength = "before-after"
cannot_show = "that it helps"
[policies.talk]
title = "Talking"
plain = "Talk on a plan"
extends = "as_now"
offers = [{ support = "talk", at = ["plan", "referral"], after_weeks = "soon", when = ["weeks in case >= soon"] }]
stops = [{ support = "treatment", at = ["order"] }]
use = { review_weeks = "court_weeks" }
roll_out.talk = { starts = "soon" }
[policies.both]
title = "Both"
plain = "Everything"
together = ["treatment", "talk"]
"""  # noqa: E501 (a file as it is written)


@pytest.fixture(scope="module")
def menu() -> Ready:
    return make_ready("menu")


@pytest.fixture(scope="module")
def written(menu: Ready) -> str:
    return page(menu)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return page(make_ready(path))


def test_the_committed_page_is_what_the_command_in_it_writes(written: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == written, f"run: {COMMAND}"
    assert COMMAND in written


def test_every_policy_and_support_is_described_once(menu: Ready, written: str) -> None:
    for kind, named in (("policy", menu.scenario.policies), ("support", menu.scenario.supports)):
        for name, spec in named.items():
            assert written.count(f'<a id="{kind}-{name}"></a>') == 1, name
            assert spec.title in written


def test_every_link_inside_the_page_leads_somewhere(written: str, own: str) -> None:
    for text in (written, own):
        links = set(re.findall(r"\]\(#([^)]+)\)", text))
        anchors = re.findall(r'<a id="([^"]+)"></a>', text)
        assert len(set(anchors)) == len(anchors)
        assert links <= set(anchors)


def test_each_support_says_what_its_study_found_and_where(written: str) -> None:
    studies = (PAGE.parent / "validation-supports.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(validation-supports\.md#([^)]+)\)", written)
    assert len(linked) > 15
    for anchor in linked:
        assert f'<a id="{anchor}"></a>' in studies
    said = written.count("- Held to ")
    assert written.count("- Held to no study") + len(linked) == said
    section = written.split('<a id="support-drug_and_alcohol_court">')[1].split("####")[0]
    assert re.search(r"- Held to its study, the model gives \d+ % of the effect on", section)


def test_where_the_size_is_assumed_the_evidence_says_so(written: str) -> None:
    section = written.split('<a id="support-parent_education">')[1].split("####")[0]
    assert "- Evidence: **trial; size assumed**." in section
    section = written.split('<a id="support-safecare">')[1].split("####")[0]
    assert "- Evidence: **trial**." in section


def test_no_figure_that_was_only_recalled_is_cited(written: str) -> None:
    register = load()
    cited = re.findall(r"^- <a id=\"[^\"]+\"></a>`([^`]+)`", written, re.MULTILINE)
    assert len(cited) > 40
    for id in cited:
        figure = register.numbers.get(id) or register.curve(id)
        assert figure.is_evidence, id


def test_every_cited_figure_is_told_with_its_source_and_year(written: str) -> None:
    figure = load().get("B-REHAB1213")
    (line,) = [x for x in written.splitlines() if x.startswith('- <a id="b-rehab1213">')]
    for part in (figure.quantity, figure.source, figure.publisher, figure.year):
        assert part in line


@pytest.mark.parametrize(
    "line",
    [
        "| [Talking](#policy-talk) | Talk on a plan | before-after |",
        "- Beside all that [As now](#policy-as_now) does.",
        "- All at once: [Treatment on a plan](#policy-treatment) and [Talking](#policy-talk).",
        "- It stops [Residential treatment](#support-treatment) at: care order.",
        "| [Talk](#support-talk) | child protection plan; referral | 1 week | all "
        "| every family; `weeks in case >= soon` |",
        "| Talk starts in week | `soon` | 1 week |  | made up |",
        "| `review_weeks`, by `court_weeks` | 13 weeks | 26 weeks |  | made up |",
        "- For: every family.",
        "- For: drug misuse (severe).",
        "- It ends at: referral; assessment; child protection plan; care proceedings.",
        "- What it cannot show: That it helps.",
        "- Who stays how long: the curve [UIS-RETENTION-ALL](#uis-retention-all).",
        "| share of those offered it who take it up | `spread` | 25 % | 10 to 40 % "
        "| assumed: nobody \\| has counted |",
        "| planned length | `worked_out` | 8 weeks |  | worked out from [PSY-DROP](#psy-drop) and "
        "[PSY-PREF-OR](#psy-pref-or): by hand |",
        "| band 1 of time attended: chance that needs remit |  | 0 |  | laid down |",
        "| band 1 of time attended: chance that they become severe | `spread` | 25 % | 10 to 40 % "
        "| assumed: nobody \\| has counted |",
        "| rate of `talk/gives_up`, while it lasts | `harm` | × 1 |  | made up |",
    ],
)
def test_what_the_page_says_of_a_small_scenario(line: str, own: str) -> None:
    assert line in own.splitlines()


def test_prices_are_in_the_scenarios_year_with_who_pays(own: str) -> None:
    (line,) = [x for x in own.splitlines() if x.startswith("| price a week, paid by the NHS: talk")]
    assert re.search(r"\| `published` \| £9\d\d(\.\d+)? a week \|", line)
    assert "published: [B-REHAB1213](#b-rehab1213)" in line
    assert "£100 a week spared by police and justice" in own


def test_a_policy_that_says_its_strength_itself_is_as_strong_as_it_says(written: str) -> None:
    section = written.split('<a id="policy-matched_menu">')[1].split("###")[0]
    assert "- Evidence: **argument only**." in section
