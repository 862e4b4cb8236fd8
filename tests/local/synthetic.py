"""A synthetic looked-after return in the form of the SSDA903 specification of 2024-25.

No child in it exists. `python -m tests.local.synthetic FOLDER` writes the files that
docs/your-council.md uses; the same seed always gives the same bytes.
"""

from __future__ import annotations

import datetime
import random
import sys
from pathlib import Path

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)
UASC = "CHILD,SEX,DOB,DUC"
FIRST, LAST = datetime.date(2023, 4, 1), datetime.date(2025, 3, 31)
_POSTCODE, _ELSEWHERE, _URN = "ZZ99 9ZZ", "ZZ99 8ZZ", "XXXXXXX"  # of nowhere
_YEAR = 365.25
_PLACES = {
    "young": (("U3", "PR1", 20), ("U6", "PR1", 28), ("U6", "PR4", 26), ("P1", "PR0", 4)),
    "middle": (("U1", "PR1", 14), ("U4", "PR1", 18), ("U4", "PR4", 34), ("K2", "PR4", 20)),
    "old": (("U6", "PR4", 20), ("K2", "PR4", 18), ("K3", "PR4", 30), ("P2", "PR5", 8)),
}


def day(date: datetime.date) -> str:
    return f"{date:%d/%m/%Y}"


def make(seed: int = 903, a_year: int = 54, alone_a_year: int = 6) -> dict[str, str]:
    """The files of two years' returns joined, of a made-up council: {name: text}."""
    rng = random.Random(seed)
    header, episodes, uasc = [HEADER], [EPISODES], [UASC]
    serial = 0
    for year in range(2010, LAST.year + 1):
        for alone in [False] * a_year + [True] * alone_a_year:
            start = datetime.date(year, 1, 1) + datetime.timedelta(days=rng.randrange(365))
            rows, born = _child(rng, start, alone)
            rows = [r for r in rows if r[0] <= LAST and (r[4] is None or r[4] >= FIRST)]
            if not rows:
                continue
            serial += 1
            child, sex = f"SYNTHETIC{serial:04d}", rng.choice("MF")
            mother = "0" if sex == "F" else ""
            header.append(f"{child},{sex},{day(born)},WBRI,UN1,{mother},")
            if alone:
                uasc.append(f"{child},{sex},{day(born)},")
            after = [r[1] for r in rows[1:]] + [""]
            episodes += [_line(child, r, then) for r, then in zip(rows, after, strict=True)]
    return {
        "header.csv": "\r\n".join(header) + "\r\n",
        "episodes.csv": "\r\n".join(episodes) + "\r\n",
        "uasc.csv": "\r\n".join(uasc) + "\r\n",
    }


Row = tuple[datetime.date, str, str, tuple[str, str], datetime.date | None, str, bool]


def _child(
    rng: random.Random, start: datetime.date, alone: bool
) -> tuple[list[Row], datetime.date]:
    age = rng.uniform(16, 17.7) if alone else rng.choice((0.1, 2, 4, 7, 11, 13, 15, 16.5))
    age = min(age + rng.uniform(0, 0.8), 17.8)
    born = start - datetime.timedelta(days=int(age * _YEAR))
    eighteen = born + datetime.timedelta(days=int(18 * _YEAR))
    stay = rng.expovariate(1 / 150) if rng.random() < 0.3 else rng.expovariate(1 / 2200)
    stop = min(start + datetime.timedelta(days=int(stay) + 10), eighteen)
    legal, rows, at, reason = "V2" if alone or rng.random() < 0.45 else "C1", [], start, "S"
    place = _place(rng, age)
    while True:
        step = datetime.timedelta(days=int(rng.expovariate(1 / 420)) + 20)
        end = min(at + step, stop)
        last = end == stop
        ceased = _ceased(rng, age, stop == eighteen) if last else "X1"
        if place[0] == "P1" and legal == "V2":
            place = ("U3", "PR1")  # nobody is accommodated by agreement with a parent
        rows.append((at, reason, legal, place, end if end <= LAST else None, ceased, alone))
        if last or end > LAST:
            return rows, born
        at, age = end, (end - born).days / _YEAR
        reason = rng.choice("PPL") if legal == "C1" else "P"
        if reason == "L":
            legal = "C2"
        else:
            place = _place(rng, age)


def _place(rng: random.Random, age: float) -> tuple[str, str]:
    found = _PLACES["young" if age < 10 else "middle" if age < 16 else "old"]
    code, provider, _ = rng.choices(found, [weight for _, _, weight in found])[0]
    return code, provider


def _ceased(rng: random.Random, age: float, grown: bool) -> str:
    if grown:
        return "E5"
    if age < 5 and rng.random() < 0.3:
        return "E12"
    return rng.choices(("E4A", "E47", "E8"), (60, 30, 10))[0]


def _line(child: str, row: Row, then: str) -> str:
    start, reason, legal, (place, provider), end, ceased, alone = row
    ended = ("", "") if end is None else (day(end), ceased)
    need = "N8" if alone else "N1"
    change = "CARPL" if then in ("P", "B") else ""
    at, urn = (_POSTCODE, "") if place == "P1" else (_ELSEWHERE, "" if place == "P2" else _URN)
    dec, rec = ended
    return ",".join(
        [child, day(start), reason, legal, need, place, provider, dec, rec, change, _POSTCODE,
         at, urn]
    )  # fmt: skip


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    write(Path(sys.argv[1]), make())
