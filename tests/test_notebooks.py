"""Notebooks call the package and do nothing else; they run from top to bottom."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 300
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Try, ast.With, ast.AugAssign,
)  # fmt: skip

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return list(notebook.cells)


def faults(source: str) -> Iterator[str]:
    """What a code cell does that belongs into the package."""
    for node in ast.walk(ast.parse(source)):
        name = type(node).__name__
        if isinstance(node, LOGIC):
            yield name
        elif isinstance(node, ast.BinOp) and not is_plain(node):
            yield f"{name}: {ast.unparse(node)}"
        elif isinstance(node, ast.Import):
            yield from (f"import {a.name}" for a in node.names if not is_ours(a.name))
        elif isinstance(node, ast.ImportFrom) and not is_ours(str(node.module)):
            yield f"from {node.module}"


def is_plain(node: ast.expr) -> bool:
    """Whether it is a number, or a sum of numbers written out."""
    if isinstance(node, ast.BinOp):
        return is_plain(node.left) and is_plain(node.right)
    return isinstance(node, ast.Constant)


def is_ours(module: str) -> bool:
    return module.split(".")[0] == "simcare"


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@each_notebook
def test_code_cells_hold_no_logic(path: Path) -> None:
    code = [c.source for c in cells(path) if c.cell_type == "code"]
    assert code
    assert [fault for source in code for fault in faults(source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass", "class A: pass", "for x in y: pass", "while True: pass",
        "[x for x in y]", "a = b * 2", "import numpy", "from numpy import mean", "f = lambda: 1",
    ],
)  # fmt: skip
def test_logic_would_be_found(source: str) -> None:
    assert list(faults(source))


def test_a_sum_of_plain_numbers_is_no_logic() -> None:
    assert list(faults("1_013 * 52\nimport simcare\nsimcare.compare('x', families=2)")) == []


@each_notebook
def test_outputs_are_stripped_and_the_file_holds_nothing_that_changes(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert dict(notebook.metadata.language_info) == {"name": "python"}
    for number, cell in enumerate(notebook.cells, start=1):
        assert cell.id == f"cell-{number:02d}"
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.slow
@each_notebook
def test_it_runs_from_top_to_bottom(path: Path) -> None:
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [o for c in code for o in c.outputs if o.output_type in ("error", "stream")] == []
    assert sum("image/png" in o.get("data", {}) for c in code for o in c.outputs) >= 4
