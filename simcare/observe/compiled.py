"""The functions of a module, compiled by numba when they are first wanted.

The same source runs as plain Python; nothing is compiled, and numba is not even imported, until
`compiled` is called. What is compiled is kept on disk beside the module (numba's cache), which is
made anew when the module's file changes. A module that is to be compiled must call no functions
of others but `math`'s.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from types import FunctionType, SimpleNamespace


def can_compile() -> bool:
    """Say whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


@functools.cache
def compiled(name: str) -> SimpleNamespace:
    """Return the functions of the module called `name`, compiled, by their own names.

    They hold no lock of the interpreter while they run. Raises ImportError without numba.
    """
    from numba import njit

    module = importlib.import_module(name)
    namespace = dict(vars(module))
    for key, function in vars(module).items():
        if isinstance(function, FunctionType) and function.__module__ == name:
            # A copy that finds the compiled functions, and not the plain ones, by their names.
            copy = FunctionType(function.__code__, namespace, key)
            inner = key.startswith("_")
            namespace[key] = njit(cache=True, nogil=True, error_model="numpy", forceinline=inner)(
                copy
            )
    return SimpleNamespace(**{k: v for k, v in namespace.items() if v is not vars(module).get(k)})
