"""From the events of simulated families to a looked-after return, so that each checks the other.

Children of a model are nobody; their dates of birth are left at a round age.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pandas as pd

from simcare.report.words import date_of
from tests.local.children import EPISODES, HEADER
from tests.local.synthetic import day

PLACES = {
    "kin": "U3,PR1",
    "in_house_foster": "U6,PR1",
    "agency_foster": "U6,PR4",
    "residential": "K2,PR4",
    "supported": "H5,PR4",
}
EXITS = {"home_again": "E4A", "special_guardianship": "E45", "adopted": "E12", "adult": "E5"}
LEGAL = {
    "voluntary": "V2", "interim": "C1", "in_court": "C1", "emergency": "L2", "final_order": "C1",
    "care_order": "C2", "placement_order": "E1",
}  # fmt: skip


def exported(events: pd.DataFrame, start: datetime.date) -> tuple[str, str]:
    """The texts of Header and Episodes of everyone who was ever in care."""
    moves = events[(events.kind == "move") & events.region.isin(["placement", "legal"])]
    header, episodes = [HEADER], [EPISODES]
    for (family, child), own in moves.groupby(["family", "child"], sort=True):
        rows = list(_episodes(own, start))
        if rows:
            name = f"MODEL{family:06d}C{child}"
            header.append(f"{name},1,01/01/2020,,,,")
            episodes += [f"{name},{row},,,," for row in rows]
    return "\n".join(header) + "\n", "\n".join(episodes) + "\n"


def _episodes(own: pd.DataFrame, start: datetime.date) -> Iterator[str]:
    """Rows of one child: a new one whenever it comes, moves, or has another legal status."""
    place, legal, since, reason = "", "none", datetime.date.min, ""
    for week, moment in own.groupby("week", sort=True):
        when = date_of(start, float(str(week)))
        places = moment[moment.region == "placement"].after.tolist()
        before_legal = legal
        legal = [legal, *moment[moment.region == "legal"].after.tolist()][-1]
        now = [place, *places][-1]
        if place in PLACES and (places or legal != before_legal):
            ends = now not in PLACES
            yield _row(since, reason, before_legal, place, when, EXITS[now] if ends else "X1")
        if now in PLACES:
            if place not in PLACES:
                reason, since = "S", when
            elif places or legal != before_legal:
                moved, ordered = bool(places), legal != before_legal
                reason, since = "B" if moved and ordered else "P" if moved else "L", when
        place = now
    if place in PLACES:
        yield _row(since, reason, legal, place, None, "")


def _row(
    since: datetime.date,
    reason: str,
    legal: str,
    place: str,
    end: datetime.date | None,
    ceased: str,
) -> str:
    ended = "" if end is None else day(end)
    return f"{day(since)},{reason},{LEGAL[legal]},N1,{PLACES[place]},{ended},{ceased}"
