"""Text is broken where it must be and not before."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.report.canvas import inches_wide, wrap

WORDS = st.lists(st.text("aiWV.£–0", min_size=1, max_size=12), min_size=1, max_size=30)


@given(WORDS, st.floats(0.5, 3.0), st.sampled_from(["normal", "bold"]))
@settings(max_examples=40)
def test_lines_fit_and_are_as_full_as_can_be(words: list[str], inches: float, weight: str) -> None:
    lines = wrap(" ".join(words), inches, 8.0, weight).split("\n")
    assert " ".join(lines).split(" ") == words
    for line in lines:
        assert " " not in line or inches_wide(line, 8.0, weight) <= 1.01 * inches
    for line, after in pairwise(lines):
        longer = f"{line} {after.split(' ')[0]}"
        assert inches_wide(longer, 8.0, weight) >= 0.99 * inches


def test_a_text_that_is_twice_as_large_is_twice_as_wide() -> None:
    assert inches_wide("as wide", 16.0) == pytest.approx(2.0 * inches_wide("as wide", 8.0))


def test_white_at_the_ends_counts() -> None:
    assert inches_wide("a ", 8.0) > inches_wide("a", 8.0)
    assert inches_wide("", 8.0) == 0.0
