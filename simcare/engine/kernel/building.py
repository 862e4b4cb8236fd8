"""How the loops are compiled.

numba keeps what it has compiled on disk, but looks only at the file of the function that is
called to see whether it is still good. So that function is kept under a name that also says
what all the files held.

numba knows `_nrt=False` although its pages do not name it: without it, half of the time goes to
counting references to arrays that outlive the call anyway.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

U = np.uint64
"""Of an index that is not negative, which spares the compiled code a test."""
Function = TypeVar("Function", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
_FROM_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Nothing but other loops calls these, so nothing is made to call them from Python."""
_SHARED = ("draws", "engine/arrays", "engine/family", "engine/flat")
"""Other files of the package whose numbers are compiled in."""


def inner(function: Function) -> Function:
    """Compile a function into each place that calls it."""
    made: Function = njit(function, forceinline=True, **_OPTIONS, **_FROM_INSIDE)
    return made


def seldom(function: Function) -> Function:
    """Compile a function that is called too seldom for a copy of it in every place to pay."""
    made: Function = njit(function, **_OPTIONS, **_FROM_INSIDE)
    return made


def outer(function: Function) -> Function:
    """Compile a function that is called from Python, and keep it on disk."""
    function.__qualname__ = f"{function.__name__}-{sources()}"
    made: Function
    try:
        made = njit(function, cache=True, **_OPTIONS)
    except RuntimeError:
        # There is no folder that can be written to: compiled anew by each program, then.
        made = njit(function, **_OPTIONS)
    return made


@cache
def sources() -> str:
    """Return a short digest of every file that the loops are made of."""
    here = Path(__file__).parent
    package = here.parents[1]
    files = [*sorted(here.glob("*.py")), *(package / f"{name}.py" for name in _SHARED)]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def _without_lowest(_: Any, bits: Any) -> Any:
    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        # Not numba's own difference, which is undefined where only the sign is set.
        (word,) = arguments
        return builder.and_(word, builder.sub(word, ir.Constant(word.type, 1)))

    return types.int64(bits), generate


def _lowest(_: Any, bits: Any) -> Any:
    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(bits), generate


lowest: Any = intrinsic(_lowest)
"""Return the number of the lowest bit that is set in a word that is not zero."""
without_lowest: Any = intrinsic(_without_lowest)
"""Return a word without the lowest bit that is set in it."""
