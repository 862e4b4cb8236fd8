"""What policies inherit from one another, and where packages of them make no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simcare.errors import UserError
from simcare.experiment.ready import make_ready
from simcare.scenario.domain import OfferSpec, PolicySpec, RollOutSpec
from simcare.scenario.lineage import adds_itself, disagreements, needless
from simcare.scenario.narrow import with_packages

SAMPLED = Path(__file__).parents[1] / "report" / "sampled.toml"


def policy(**keys: Any) -> PolicySpec:
    return PolicySpec(title="Title", plain="Plain", **keys)


def offer(**keys: Any) -> OfferSpec:
    return OfferSpec(support="advice", at=["plan"], **keys)


def pair(left: dict[str, Any], right: dict[str, Any], **whole: Any) -> list[str]:
    """Contradictions of two policies that rest on the same one."""
    policies = {
        "usual": policy(use={"x": "usual_x"}),
        "a": policy(extends="usual", **left),
        "b": policy(extends="usual", **right),
        "both": policy(together=["a", "b"], **whole),
    }
    return disagreements(policies, "both")


# --- contradictions ---


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ({"use": {"x": "y"}}, {"use": {"x": "z"}}, "replace the parameter `x` differently"),
        (
            {"offers": [offer()]},
            {"offers": [offer(reach=0)]},
            "make the offer `offer/advice/plan` differently",
        ),
        (
            {"roll_out": {"advice": RollOutSpec(starts=1)}},
            {"roll_out": {"advice": RollOutSpec(ends="late")}},
            "roll out the support `advice` differently",
        ),
    ],
)
def test_parts_that_contradict_one_another_are_named(
    left: dict[str, Any], right: dict[str, Any], says: str
) -> None:
    (said,) = pair(left, right)
    assert said.startswith(f"`a` and `b` {says}; leave one of them out, or say which is to hold")
    assert pair(left, right, **left) == []
    assert pair(left, left) == []
    assert pair(left, {}) == []


def test_what_both_inherit_is_no_contradiction() -> None:
    assert pair({"use": {"x": "y"}}, {}) == []


def test_every_pair_of_parts_is_looked_at() -> None:
    policies = {n: policy(use={"x": n}) for n in ("a", "b", "c")}
    policies["all"] = policy(together=["a", "b", "c"])
    assert len(disagreements(policies, "all")) == 3


# --- parts that add nothing ---

POLICIES = {
    "usual": policy(),
    "a": policy(extends="usual"),
    "b": policy(extends="usual"),
    "more": policy(extends="a"),
    "ab": policy(together=["a", "b"]),
}


@pytest.mark.parametrize(
    ("together", "says"),
    [
        (["a", "b"], None),
        (["more", "b"], None),
        (["a", "a"], "`a` stands there more than once; name it once."),
        (["a", "b", "a"], "`a` stands there more than once; name it once."),
        (["usual", "a"], "`usual` is the reference, with which all are compared, and adds"),
        (["a", "more"], "`more` already holds all of `a`; leave `a` out."),
        (["more", "a"], "`more` already holds all of `a`; leave `a` out."),
        (["ab", "b"], "`ab` already holds all of `b`; leave `b` out."),
        (["a"], "`a` stands alone; name another policy, or say `extends` instead."),
    ],
)
def test_parts_that_add_nothing_are_named(together: list[str], says: str | None) -> None:
    found = needless({**POLICIES, "whole": policy(together=together)}, "whole", "usual")
    if says is None:
        assert found == []
    else:
        (said,) = found
        assert said.startswith(says)


def test_a_policy_that_puts_nothing_together_has_no_needless_parts() -> None:
    assert all(needless(POLICIES, name, "usual") == [] for name in POLICIES)


def test_a_package_that_states_something_itself_is_told_from_one_that_does_not() -> None:
    policies = {
        **POLICIES,
        "plainly": policy(together=["a", "b"], extends="usual"),
        "offers": policy(together=["a", "b"], offers=[offer()]),
        "elsewhere": policy(together=["a", "b"], extends="other"),
        "other": policy(),
    }
    found = [name for name in policies if adds_itself(policies, name) and policies[name].together]
    assert found == ["offers", "elsewhere"]


# --- as a person meets them ---


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            'together = ["stay", "tsreatment"]',
            "over.toml: policies.whole.together: there is no policy `tsreatment`; did you mean "
            "`treatment`?",
        ),
        (
            'together = ["stay", "stay"]',
            "over.toml: policies.whole.together: `stay` stands there more than once",
        ),
        (
            'together = ["stay", "as_now"]',
            "over.toml: policies.whole.together: `as_now` is the reference",
        ),
        (
            'together = ["harmful", "treatment"]',
            "over.toml: policies.whole.together: `harmful` already holds all of `treatment`",
        ),
        ('together = ["stay"]', "over.toml: policies.whole.together: `stay` stands alone"),
        (
            'together = ["harmful", "milder"]\n[policies.milder]\ntitle = "M"\nplain = "M"\n'
            'use = { harm_moderate = "harm_severe" }',
            "over.toml: policies.whole.together: `harmful` and `milder` replace the parameter "
            "`harm_moderate` differently; leave one of them out, or say which is to hold in a "
            "policy of the scenario that has them `together`.",
        ),
        (
            'together = ["stay", "whole"]',
            "over.toml: policies.whole.together: it goes round in a circle by way of `whole`",
        ),
    ],
)
def test_a_package_in_a_file_is_checked(tmp_path: Path, body: str, says: str) -> None:
    path = tmp_path / "over.toml"
    path.write_text(
        f'extends = "{SAMPLED.as_posix()}"\ntitle = "Over"\n[policies.whole]\ntitle = "Whole"\n'
        f'plain = "Whole"\n{body}\n',
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        make_ready(path)
    assert says in str(caught.value)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("stay+stay", "package stay+stay: `stay` stands there more than once"),
        ("as_now+stay", "package as_now+stay: `as_now` is the reference"),
        ("treatment+harmful", "`harmful` already holds all of `treatment`; leave `treatment` out."),
    ],
)
def test_a_package_named_in_passing_is_checked_without_blaming_a_file(name: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        make_ready(SAMPLED, [name])
    assert says in str(caught.value)
    assert "sampled.toml" not in str(caught.value)


def test_a_package_is_titled_by_its_parts() -> None:
    scenario = make_ready(SAMPLED).scenario
    made = with_packages(scenario, ["stay+late+dear", "late+stay", "stay+nobody"]).policies
    assert made["stay+late+dear"].title == (
        "Long-term family support with treatment in proceedings only and costly advice that does "
        "nothing"
    )
    assert made["late+stay"].title == (
        "Treatment in proceedings only with long-term family support"
    )
    assert made["late+stay"].together == ["late", "stay"]
    assert "stay+nobody" not in made
