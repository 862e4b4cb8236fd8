"""The functions of a module, compiled by numba when they are first wanted.

The same source runs as plain Python; nothing is compiled, and numba is not even imported, until
`compiled` is called. What is compiled is kept on disk beside the module (numba's cache),
under a name that says what the module and its numbers were. A module that is to be compiled must
call no functions of others but `math`'s.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import inspect
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any


def can_compile() -> bool:
    """Say whether there is a numba that can be loaded."""
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        importlib.import_module("numba")
    except ImportError:
        return False
    return True


@functools.cache
def compiled(name: str) -> SimpleNamespace:
    """Return the functions of the module called `name`, compiled, by their own names.

    They hold no lock of the interpreter while they run. Raises ImportError without numba.
    """
    module = importlib.import_module(name)
    namespace = dict(vars(module))
    for key, function in vars(module).items():
        if isinstance(function, FunctionType) and function.__module__ == name:
            # A copy that finds the compiled functions, and not the plain ones, by their names.
            copy = FunctionType(function.__code__, namespace, key)
            inner = key.startswith("_")
            copy.__qualname__ = f"{key}-{_source(module)}"
            namespace[key] = _made(copy, inner)
    return SimpleNamespace(**{k: v for k, v in namespace.items() if v is not vars(module).get(k)})


def _made(function: FunctionType, inner: bool) -> Any:
    from numba import njit

    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": inner}
    try:
        return njit(function, cache=True, **options)
    except RuntimeError:
        # There is no folder that can be written to: compiled anew by each program, then.
        return njit(function, **options)


@functools.cache
def _source(module: ModuleType) -> str:
    """Return a digest of what is compiled in: the module's text and its numbers."""
    numbers = {k: v for k, v in vars(module).items() if isinstance(v, int | float)}
    text = inspect.getsource(module) + repr(sorted(numbers.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
