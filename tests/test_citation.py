"""CITATION.cff is valid, and says the version that the package says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import simcare

ROOT = Path(__file__).parents[1]
CITATION = ROOT / "CITATION.cff"


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    """Check a file against the Citation File Format schema that check-jsonschema carries."""
    program = [sys.executable, "-m", "check_jsonschema", "--no-cache", "--output-format", "text"]
    schema = ["--builtin-schema", "vendor.citation-file-format"]
    return subprocess.run(
        [*program, *schema, str(path)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def citation() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    return content


@pytest.fixture
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_citation_fits_the_schema() -> None:
    result = validate(CITATION)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("key", ["cff-version", "message", "title", "authors"])
def test_schema_refuses_a_citation_without_a_required_key(
    tmp_path: Path, citation: dict[str, Any], key: str
) -> None:
    del citation[key]
    broken = tmp_path / "CITATION.cff"
    broken.write_text(yaml.safe_dump(citation), encoding="utf-8")
    result = validate(broken)
    assert result.returncode == 1
    assert f"'{key}' is a required property" in result.stdout


def test_schema_is_version_1_2_0(tmp_path: Path, citation: dict[str, Any]) -> None:
    assert citation["cff-version"] == "1.2.0"
    older = tmp_path / "CITATION.cff"
    older.write_text(yaml.safe_dump(citation | {"cff-version": "1.1.0"}), encoding="utf-8")
    assert validate(older).returncode == 1


def test_citation_version_is_the_package_version(citation: dict[str, Any]) -> None:
    assert citation["version"] == simcare.__version__


def test_project_takes_its_version_from_the_package(project: dict[str, Any]) -> None:
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "simcare/__init__.py"


def test_citation_and_project_agree_on_licence_and_keywords(
    citation: dict[str, Any], project: dict[str, Any]
) -> None:
    assert citation["license"] == project["project"]["license"] == "MIT"
    assert citation["keywords"] == project["project"]["keywords"]


def test_change_log_has_an_entry_for_this_version(citation: dict[str, Any]) -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{simcare.__version__}] - {citation['date-released']}\n" in log
