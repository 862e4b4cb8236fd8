"""Eight kinds of children in a return, worked out by hand; each kind is there ten times.

Ten, because small counts are suppressed and others rounded to the nearest five.
"""

from __future__ import annotations

from pathlib import Path

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    # A baby with kin from June: a start under 1, in care on the day, 304 days of the year.
    "A": (
        "01/01/2024",
        (
            "01/06/2024,S,C1,N1,U3,PR1,01/09/2024,X1,",
            "01/09/2024,L,C2,N1,U3,PR1,,,",
        ),
    ),
    # From foster care to a children's home, and home in January: a move, an exit, 284 days.
    "B": (
        "15/03/2012",
        (
            "01/01/2020,S,V2,N1,U6,PR4,01/07/2024,X1,CARPL",
            "01/07/2024,P,C2,N1,K2,PR4,10/01/2025,E4A,",
        ),
    ),
    # Unaccompanied: counted apart.
    "C": ("01/05/2007", ("01/05/2024,S,V2,N8,H5,PR4,,,",)),
    # Under a care order at home with parents: counted apart.
    "D": ("01/02/2019", ("01/02/2024,S,C2,N1,P1,PR0,,,",)),
    # Home in October 2023, back in August 2024, a day before turning 11: 243 days.
    "E": (
        "02/08/2013",
        (
            "01/01/2023,S,V2,N1,U4,PR1,01/10/2023,E4B,",
            "01/08/2024,S,V2,N1,U4,PR1,,,",
        ),
    ),
    # Short breaks: not counted.
    "F": ("01/06/2015", ("01/06/2024,S,V3,N2,R1,PR1,08/06/2024,E8,",)),
    # Home in June 2023 for good.
    "G": ("01/03/2021", ("01/03/2023,S,C1,N1,U5,PR1,01/06/2023,E4A,",)),
    # Adopted on the last day of the year: an exit, no longer in care on that day, 364 days.
    "H": ("01/01/2021", ("01/01/2022,S,E1,N1,A6,PR0,31/03/2025,E12,",)),
}
CHILD_YEARS = 10 * (304 + 284 + 243 + 364) / 365.2425  # 32.7


def texts(times: int = 10) -> tuple[str, str]:
    """The texts of Header and Episodes."""
    header, episodes = [HEADER], [EPISODES]
    for kind, (born, spells) in KINDS.items():
        for i in range(times):
            child = f"QX{kind}{i:04d}Z"
            header.append(f"{child},1,{born},WBRI,UN1,,")
            episodes += [f"{child},{spell},ZZ99 9ZZ,ZZ99 8ZZ,SC123456" for spell in spells]
    return "\n".join(header) + "\n", "\n".join(episodes) + "\n"


def written(folder: Path, header: str, episodes: str) -> tuple[Path, Path]:
    """The two files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "header.csv").write_bytes(header.encode())
    (folder / "episodes.csv").write_bytes(episodes.encode())
    return folder / "header.csv", folder / "episodes.csv"
