"""The house: which room may know which, and what an engine may not know."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "simcare"
ROOMS = ["evidence", "scenario", "model", "engine", "observe", "economics", "experiment", "local",
         "report", "cli"]  # fmt: skip
COMMON = {"errors", "units", "draws", "__version__"}


def imports(file: Path) -> Iterator[str]:
    """The parts of the package that a file imports, as dotted names without the first."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simcare."):
            yield str(node.module).removeprefix("simcare.")
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.startswith("simcare."):
                    yield name.name.removeprefix("simcare.")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_the_rooms_above_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) | COMMON
    for file in (PACKAGE / room).rglob("*.py"):
        for name in imports(file):
            assert name.split(".")[0] in allowed, f"{file.name} imports simcare.{name}"


@pytest.mark.parametrize("above", ["engine", "observe"])
def test_economics_knows_nothing_of_how_a_table_was_simulated(above: str) -> None:
    for file in (PACKAGE / "economics").rglob("*.py"):
        assert not any(name.split(".")[0] == above for name in imports(file))


def test_no_module_imports_in_a_circle() -> None:
    found = {
        ".".join(f.relative_to(PACKAGE).with_suffix("").parts): set(imports(f))
        for f in PACKAGE.rglob("*.py")
        if f.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " -> ".join((*above, name))
        if name in done or name not in found:
            return
        for other in sorted(found[name]):
            visit(other, (*above, name))
        done.add(name)

    for name in sorted(found):
        visit(name, ())


def names_of_the_domain() -> set[str]:
    """Names of stages, needs, supports, policies and placements of the England scenario."""
    names: set[str] = set()
    for file in (ROOT / "scenarios" / "england").glob("*.toml"):
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        for part in ("needs", "supports", "policies", "places"):
            names |= set(tables.get(part, {}))
        for region in tables.get("regions", {}).values():
            names |= set(region.get("levels", {}))
    everyday = {"home", "here", "new", "none", "closed", "moving", "ended", "referral"}
    return {n for n in names if n not in everyday}


@pytest.mark.parametrize("file", sorted((PACKAGE / "engine").rglob("*.py")), ids=lambda f: f.name)
def test_no_stage_support_or_policy_is_named_in_engine_code(file: Path) -> None:
    words = set(re.findall(r"[a-z_]+", file.read_text(encoding="utf-8")))
    assert len(names_of_the_domain()) > 40
    assert not words & names_of_the_domain()
