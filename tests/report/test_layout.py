"""Boxes and arrows are laid out so that they can be read."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.report.layout import Edge, Layout, lay_out


def rows(layout: Layout) -> dict[str, float]:
    return {n: y for n, (_, y) in layout.at.items()}


def test_a_chain_runs_straight_down() -> None:
    layout = lay_out("abc", [("a", "b"), ("b", "c")], "a")
    assert rows(layout) == {"a": 0.0, "b": 1.0, "c": 2.0}
    assert len({x for x, _ in layout.at.values()}) == 1


def test_a_box_stands_below_the_longest_way_to_it() -> None:
    layout = lay_out("abcd", [("a", "d"), ("a", "b"), ("b", "c"), ("c", "d")], "a")
    assert rows(layout)["d"] == 3.0
    assert len(layout.routes[("a", "d")]) == 4


def test_an_arrow_that_closes_a_circle_leads_back_up() -> None:
    layout = lay_out("ab", [("a", "b"), ("b", "a")], "a")
    assert layout.backward == {("b", "a")}
    assert layout.routes[("b", "a")][0] == layout.at["b"]


def test_a_box_without_arrows_stands_at_the_foot() -> None:
    layout = lay_out("abc", [("a", "b")], "a")
    assert rows(layout)["c"] == 2.0


def test_a_box_that_nothing_leads_to_stands_just_over_what_it_leads_to() -> None:
    layout = lay_out("abcde", [("a", "b"), ("b", "c"), ("c", "d"), ("e", "d")], "a")
    assert rows(layout)["e"] == rows(layout)["d"] - 1.0


def test_two_arrows_do_not_cross_where_they_need_not() -> None:
    layout = lay_out("rabxy", [("r", "a"), ("r", "b"), ("a", "y"), ("b", "x")], "r")
    above = layout.at["a"][0] < layout.at["b"][0]
    below = layout.at["y"][0] < layout.at["x"][0]
    assert above == below


def graphs() -> st.SearchStrategy[tuple[list[str], list[Edge]]]:
    nodes = st.integers(1, 12).map(lambda n: [f"n{i}" for i in range(n)])

    def edges(names: list[str]) -> st.SearchStrategy[tuple[list[str], list[Edge]]]:
        pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
        pairs = st.lists(pair.filter(lambda e: e[0] != e[1]), max_size=24)
        return st.tuples(st.just(names), pairs if len(names) > 1 else st.just([]))

    return nodes.flatmap(edges)


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_any_graph_is_laid_out_without_overlap(graph: tuple[list[str], list[Edge]]) -> None:
    nodes, edges = graph
    layout = lay_out(nodes, edges, nodes[0])
    assert set(layout.at) == set(nodes)
    by_row: dict[float, list[float]] = {}
    for x, y in layout.at.values():
        by_row.setdefault(y, []).append(x)
    for xs in by_row.values():
        for a, b in pairwise(sorted(xs)):
            assert b - a >= 1.0
    assert set(layout.routes) == set(edges)
    for (u, v), route in layout.routes.items():
        assert route[0] == layout.at[u]
        assert route[-1] == layout.at[v]
        step = -1.0 if (u, v) in layout.backward else 1.0
        assert all(b[1] - a[1] == step for a, b in pairwise(route))


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_the_same_graph_is_always_laid_out_the_same(graph: tuple[list[str], list[Edge]]) -> None:
    nodes, edges = graph
    assert lay_out(nodes, edges, nodes[0]) == lay_out(nodes, edges, nodes[0])
