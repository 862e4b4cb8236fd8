"""Measures again, by the plainest loop over logs that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from simcare.engine.family import FIRED, Row
from simcare.model.instances import Instances
from simcare.observe.measures import Measure
from tests.helpers import Run, Stretch, stretches


def counted(run: Run, measure: Measure) -> list[float]:
    """What a measure comes to for each family."""
    plain = _Plain(run, measure)
    return [plain.family(i, log) for i, log in enumerate(run.logs)]


class _Plain:
    def __init__(self, run: Run, measure: Measure) -> None:
        self.run, self.measure = run, measure
        index = Instances(run.statement)
        self.places = [region for region, _ in index.regions()]
        self.clocks = [clock for _, clock, _ in index.clocks()]

    def family(self, i: int, log: Sequence[Row]) -> float:
        pieces = list(stretches(self.run.lives, i, log, self.run.horizon))
        m = self.measure
        if m.kind == "weeks":
            return sum(self.weeks(piece) for piece in pieces)
        rows = self.fires(log) if m.kind == "fires" else self.moves(log, pieces)
        total = sum(self.children(row[0], pieces) for row in rows if row[0] >= 0.0)
        return float(min(total, 1) if m.capped else total)

    def weeks(self, piece: Stretch) -> float:
        here = self.standing((self.measure.region, self.measure.to or ()), piece)
        which = self.measure.each_child_in
        times = 1 if which is None else self.standing(which, piece)
        return max(piece.end - max(piece.start, 0.0), 0.0) * here * times

    def standing(self, which: tuple[str, tuple[str, ...]], piece: Stretch) -> int:
        places = zip(self.places, piece.levels, strict=True)
        return sum(r.name == which[0] and r.levels[at].name in which[1] for r, at in places)

    def children(self, week: float, pieces: Sequence[Stretch]) -> int:
        if self.measure.each_child_in is None:
            return 1
        before = next((p for p in pieces if p.start < week <= p.end), pieces[0])
        if not self.rules_hold(week, pieces):
            return 0
        return self.standing(self.measure.each_child_in, before)

    def fires(self, log: Sequence[Row]) -> list[Row]:
        name = (self.measure.region, self.measure.clock)
        fired = [row for row in log if row[1] == FIRED]
        return [r for r in fired if (self.clocks[r[5]].region, self.clocks[r[5]].name) == name]

    def rules_hold(self, week: float, pieces: Sequence[Stretch]) -> bool:
        """Whether rules of the family's regions held just before."""
        before = next((p for p in pieces if p.start < week <= p.end), pieces[0])
        return all(self.standing(rule, before) for rule in self.measure.when)

    def first_since(self, row: Row, path: list[tuple[float, str, str]]) -> bool:
        """Whether a move meets what is asked of an earlier one; that one is then used up.

        path: earlier moves of the region: week, level before and level after.
        """
        m = self.measure.since
        if m is None:
            return True
        starts = [
            i
            for i, (_, before, after) in enumerate(path)
            if (m.start is None or before in m.start) and (m.to is None or after in m.to)
        ]
        seen = {after for _, _, after in path[starts[-1] if starts else 0 :]}
        if m.through is not None and not seen & set(m.through):
            return False
        if seen & set(m.not_through):
            return False
        used = self.used.get(row[2])
        self.used[row[2]] = starts[-1] if starts else None
        fresh = bool(starts) and used != starts[-1]
        return fresh and m.least <= row[0] - path[starts[-1]][0] <= m.most

    def moves(self, log: Sequence[Row], pieces: Sequence[Stretch]) -> list[Row]:
        paths: dict[int, list[tuple[float, str, str]]] = {}
        self.used: dict[int, int | None] = {}
        m, times, since, found = self.measure, Counter[int](), dict[int, float](), list[Row]()
        for row in log:
            week, kind, where, before, after, _, _ = row
            if kind == FIRED or self.places[where].name != m.region:
                continue
            stay, since[where] = week - since.get(where, float("-inf")), week
            names = self.places[where].level_names()
            path = paths.setdefault(where, [])
            path.append((week, names[before], names[after]))
            if m.start is not None and names[before] not in m.start:
                continue
            if m.to is not None and names[after] not in m.to:
                continue
            times[where] += 1
            short = m.stay_weeks is None or stay <= m.stay_weeks
            if times[where] < m.nth or not (m.each_child_in or self.rules_hold(week, pieces)):
                continue
            if self.first_since(row, path[:-1]) and short:
                found.append(row)
        if m.again_weeks is None:
            return found
        pairs = pairwise(found)
        return [row for last, row in pairs if row[0] - last[0] <= m.again_weeks]
