"""The package's SimPy engine against models written by hand for SimPy, salabim and Ciw."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.harness import Benchmark, Effort, Goal, Ratio, Table, ratio, seconds
from benchmarks.rivals import by_simcare, by_simpy, pathway, whole_by_simcare, whole_by_simpy
from simcare.engine.arrays import Arrays
from simcare.engine.family import FIRED, MOVED, Row
from simcare.model.instances import Lives

GOAL = Goal(1.25, "at most")
FEW = 100
"""As many as the package runs in one environment."""
HARM = 1
"""Number of the region whose clock is the incidents of a whole family."""
Model = Callable[[], int]
"""Runs a model and gives the number of its events."""


def run(effort: Effort) -> Table:
    table = Table(
        [
            "pathway",
            "written for",
            "our time over theirs",
            "goal",
            "met",
            "events a family, ours and theirs",
        ]
    )
    n = effort.families
    for families in (FEW, n):
        _whole(table, families, effort)
    _one_region(table, "seven stages", n, None, effort)
    _one_region(table, "seven stages, staffed", n, pathway.staff(n), effort)
    ours = by_simcare.laid_out(n, None, need=True)
    _row(table, "seven stages and a need", "SimPy", _fired(*ours), _need(n), n, effort)
    return table


def _whole(table: Table, families: int, effort: Effort) -> None:
    arrays, lives = whole_by_simcare.laid_out(families)
    ours = lambda: _changes(by_simcare.run(arrays, lives, 1))  # noqa: E731
    theirs = lambda: len(whole_by_simpy.run(families, 1))  # noqa: E731
    _row(table, f"a whole family, {families:,} of them", "SimPy", ours, theirs, families, effort)


def _one_region(table: Table, what: str, families: int, staff: int | None, effort: Effort) -> None:
    # Only this needs the extra `benchmarks`.
    from benchmarks.rivals import by_ciw, by_salabim

    ours = _fired(*by_simcare.laid_out(families, staff, need=False))
    rivals: dict[str, Model] = {
        "SimPy": lambda: len(by_simpy.run(families, staff, 1)),
        "salabim": lambda: len(by_salabim.run(families, staff, 1)),
        "Ciw": lambda: by_ciw.run(families, staff, 1),
    }
    for name, theirs in rivals.items():
        _row(table, what, name, ours, theirs, families, effort)


def _need(families: int) -> Model:
    return lambda: len(by_simpy.run_with_need(families, 1))


def _fired(arrays: Arrays, lives: Lives) -> Model:
    """Clocks that fire: a place given is no event of a rival's log."""
    return lambda: sum(row[1] == FIRED for log in by_simcare.run(arrays, lives, 1) for row in log)


def _changes(logs: list[list[Row]]) -> int:
    """Moves and incidents, which is what the model written by hand logs."""
    return sum(
        row[1] == MOVED or (row[1] == FIRED and row[2] == HARM) for log in logs for row in log
    )


def _row(
    table: Table, what: str, library: str, ours: Model, theirs: Model, families: int, effort: Effort
) -> None:
    counts = ours(), theirs()
    found: Ratio = ratio(
        _per_event(ours, counts[0]), _per_event(theirs, counts[1]), effort.repetitions
    )
    each = [n / families for n in counts]
    table.add(
        [what, library, str(found), str(GOAL), "yes" if GOAL.met(found.median) else "**no**",
         f"{each[0]:.1f} and {each[1]:.1f}"],
        what=what, library=library, median=found.median, low=found.low, high=found.high,
        ours_per_family=each[0], theirs_per_family=each[1],
        our_seconds_per_event=found.above, their_seconds_per_event=found.below,
    )  # fmt: skip


def _per_event(model: Model, events: int) -> Callable[[], float]:
    return lambda: seconds(model, least=0.0) / events


BENCHMARK = Benchmark(
    "libraries",
    "The SimPy engine against models written by hand",
    "The same pathway as users of each library would write it (benchmarks/rivals), all "
    "numbers made up. *A whole family* is of the package's own shape in small: 28 clocks in "
    "eight regions that act on one another, in SimPy a process for each part, interrupted "
    "when its rate changes. *Seven stages* is one region with nothing beside it, which is all "
    "that Ciw can state. What is not comparable: the models by hand draw from one stream of "
    "random numbers, so two policies do not share their luck; they keep the moves but not "
    "what made them; and a new pathway is new code. The package runs families who share "
    "nothing 100 at a time, and the models by hand run all in one environment, which slows as "
    "it fills: hence the two sizes. Times are for each event, since the draws differ; the "
    "numbers of events say that the models agree.\n\n"
    "Where one region is all there is, a model by hand is a few lines of straight code, and an "
    "interpreter of arrays cannot match it: of our 7.4 µs for an event of seven stages, some 3 go "
    "to starting clocks (two for each event, each with a draw of its own key in plain integers and "
    "a logarithm), 1 to moving and logging the move, 1 to SimPy itself, and the rest to the calls "
    "between. No part stands out. What pays is the compiled engine.",
    run,
)
