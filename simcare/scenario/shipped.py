"""Where the scenarios that come with the package lie."""

from __future__ import annotations

from pathlib import Path

from simcare.errors import UserError, hint

_HERE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Return the folder of shipped scenarios: in an installed wheel, or in a checkout."""
    installed = _HERE / "shipped_scenarios"
    return installed if installed.is_dir() else _HERE.parent / "scenarios"


def names() -> list[str]:
    """Return the names of the scenarios that can be run, in alphabetical order.

    Files in sub-folders are layers that other scenarios extend.
    """
    return sorted(path.stem for path in folder().glob("*.toml"))


def name_of(path: Path) -> str:
    """Return the name by which a shipped scenario is found, or else that of the file."""
    try:
        return path.resolve().relative_to(folder().resolve()).with_suffix("").as_posix()
    except ValueError:
        return path.stem


def find(name_or_path: str | Path, beside: Path | None = None) -> Path:
    """Return the file of a scenario given as a path or as a shipped name.

    beside: the folder of the file that refers to it. Raises UserError if there is none.
    """
    given = Path(name_or_path)
    candidates = [given, Path(f"{given}.toml")]
    if beside is not None:
        candidates = [beside / c for c in candidates] + candidates
    candidates += [folder() / given, folder() / f"{given}.toml"]
    for path in candidates:
        if _is_file(path):
            return path
    raise UserError(
        f"{name_or_path}: there is no such scenario file, nor a shipped scenario of that name; "
        f"give the path of a .toml file or a shipped name: {hint(given.stem, names())}"
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long, or a folder that may not be looked into
        return False
