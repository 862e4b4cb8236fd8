"""README.md gives two commands, and they are the ones that .ci/run runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
MARKERS = ["run", "test"]
SCRIPT = ROOT / ".ci" / "readme_command.py"


def extract(name: str, readme: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), name, str(readme)],
        capture_output=True,
        text=True,
        check=False,
    )


def shell_fences() -> list[str]:
    text = README.read_text(encoding="utf-8")
    return re.findall(r"^```(?:sh|bash|shell|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_readme_marks_exactly_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")
    assert re.findall(r"<!-- command: (\S+) -->", text) == MARKERS


@pytest.mark.parametrize("name", MARKERS)
def test_each_marked_command_is_extracted_as_one_line(name: str) -> None:
    result = extract(name, README)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 1


def test_readme_has_no_other_shell_commands_in_fences() -> None:
    assert shell_fences() == [extract(name, README).stdout for name in MARKERS]


@pytest.mark.parametrize("name", MARKERS)
def test_each_command_makes_the_environment_and_keeps_to_the_constraints(name: str) -> None:
    line = extract(name, README).stdout
    assert line.startswith("python3 -m venv .venv && ")
    assert " -c constraints.txt " in line


@pytest.mark.parametrize("name", MARKERS)
def test_ci_takes_each_command_from_the_readme_by_its_marker(name: str) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"{name}_command=$(python3 .ci/readme_command.py {name} README.md)" in script
    assert f'-c "${name}_command"' in script
    assert extract(name, README).stdout.strip() not in script


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no marker at all\n", "found 0"),
        ("<!-- command: run -->\n```sh\na\n```\n" * 2, "found 2"),
        ("<!-- command: run -->\n```sh\na\nb\n```\n", "one line"),
        ("<!-- command: run -->\n\nsome words\n```sh\na\n```\n", "right after"),
    ],
)
def test_extraction_refuses_a_readme_that_does_not_say_one_thing(
    tmp_path: Path, text: str, complaint: str
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(text, encoding="utf-8")
    result = extract("run", readme)
    assert result.returncode != 0
    assert complaint in result.stderr
    assert result.stdout == ""


def test_the_lines_of_python_run_as_they_stand(tmp_path: Path) -> None:
    found = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 1
    assert len([line for line in found[0].splitlines() if line]) == 4
    script = tmp_path / "four_lines.py"
    script.write_text(found[0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "residential_treatment" in done.stdout
    assert (tmp_path / "results" / "residential" / "figures" / "weekly_costs.png").is_file()
