"""Build the C kernel and run it as the package's engines are run.

The kernel is compiled when it is first used (`gcc`, or what the variable CC names) and reads
the same arrays as every engine. `Kernel` has the form of `simcare.engine.engines.Engine`.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from simcare.engine.arrays import Arrays
from simcare.engine.events import COLUMNS, Events
from simcare.engine.simpy_engine import Change
from simcare.model.instances import Lives

SOURCE = Path(__file__).with_name("kernel.c")
FLAGS = ("-O3", "-ffp-contract=off", "-fPIC", "-shared", "-std=gnu11")
ROOM = 1 << 14
"""Rows of the buffer in which events are handed over."""
Take = Callable[[Events], None]
_DONE, _MORE = 1, 0
_SIZES = ("clocks", "regions", "registers", "levels", "resources")
_FAILURES = {
    -1: "a family goes round in a circle in which no time passes",
    -2: "the buffer for events is too small for what happens at once",
}


class _Arrays(ctypes.Structure):
    """The C struct: whole numbers, then pointers in the order of the dataclass."""


_numbers = [f.name for f in fields(Arrays) if f.type == "int"]
_tables = [f.name for f in fields(Arrays) if f.type != "int"]
_Arrays._fields_ = [(n, ctypes.c_int64) for n in (*_numbers, *_SIZES)] + [
    (n, ctypes.c_void_p) for n in _tables
]


@cache
def library(words: int) -> ctypes.CDLL:
    """Compile and load the kernel for models with at most 64 * `words` clocks."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "kernel.so"
        compiler = os.environ.get("CC", "gcc")
        command = [compiler, *FLAGS, f"-DWORDS={words}", "-o", str(built), str(SOURCE), "-lm"]
        subprocess.run(command, check=True)
        kernel = ctypes.CDLL(str(built))
    for name in ("model_new", "plan_new", "town_new"):
        getattr(kernel, name).restype = ctypes.c_void_p
    for name in ("model_free", "plan_free", "town_free"):
        getattr(kernel, name).argtypes = [ctypes.c_void_p]
        getattr(kernel, name).restype = None
    return kernel


class Kernel:
    """The C kernel for one policy, or for one that another follows.

    ahead: where places are limited, let a family live on through what cannot concern others.
    Raises ValueError if the later policy's arrays are laid out otherwise.
    """

    def __init__(
        self, arrays: Arrays, change: Change | None = None, *, ahead: bool = True, room: int = ROOM
    ) -> None:
        if change is not None and not arrays.same_layout(change.arrays):
            raise ValueError("a life cannot go on under arrays that are laid out otherwise")
        self.arrays, self.change, self.ahead, self.room = arrays, change, ahead, room
        self.library = library(max(-(-arrays.clocks // 64), 1))

    def stream(self, lives: Lives, take: Take, *, seed: int, horizon: float) -> None:
        """Simulate families and hand their events to `take`, which must not keep them."""
        week = np.empty(self.room)
        code = np.empty((self.room, len(COLUMNS)), dtype=np.int32)
        rows = ctypes.c_int64(0)
        out = (_pointer(week), _pointer(code), ctypes.c_int64(self.room), ctypes.byref(rows))
        with self._plan(lives, seed, horizon) as plan, self._steps(plan) as step:
            state = _MORE
            while state == _MORE:
                state = step(*out)
                take(Events(week[: rows.value], code[: rows.value]))
            if state != _DONE:
                raise ValueError(_FAILURES[state])

    @contextmanager
    def _steps(self, plan: ctypes.c_void_p) -> Iterator[Callable[..., int]]:
        kernel = self.library
        if not _limited(self.arrays):
            yield partial(kernel.run_alone, plan, ctypes.byref(ctypes.c_int64(0)))
            return
        town = ctypes.c_void_p(kernel.town_new(plan, int(self.ahead)))
        try:
            yield partial(kernel.town_run, town)
        finally:
            kernel.town_free(town)

    @contextmanager
    def _plan(self, lives: Lives, seed: int, horizon: float) -> Iterator[ctypes.c_void_p]:
        kernel, change = self.library, self.change
        kept = [
            np.ascontiguousarray(lives.number, dtype=np.int64),
            np.ascontiguousarray(lives.arrival, dtype=np.float64),
            np.ascontiguousarray(lives.level, dtype=np.int64),
            np.ascontiguousarray(lives.register, dtype=np.float64),
        ]
        after = self.arrays if change is None else change.arrays
        models = [_model(kernel, x) for x in (self.arrays, after)]
        plan = ctypes.c_void_p(
            kernel.plan_new(
                *models,
                ctypes.c_int(change is not None),
                ctypes.c_double(change.week if change is not None else 0.0),
                ctypes.c_double(horizon),
                ctypes.c_int64(seed),
                ctypes.c_int64(len(lives)),
                *(_pointer(a) for a in kept),
            )
        )
        try:
            yield plan
        finally:
            kernel.plan_free(plan)
            for model in models:
                kernel.model_free(model)


def _limited(arrays: Arrays) -> bool:
    queues = bool(np.any(arrays.hold >= 0) or np.any(arrays.queue_resource >= 0))
    return queues and bool(np.any(arrays.capacity >= 0))


def _model(kernel: ctypes.CDLL, x: Arrays) -> ctypes.c_void_p:
    sizes = (x.clocks, x.regions, len(x.register_start), x.hold.shape[1], len(x.capacity))
    given = _Arrays(
        *(getattr(x, n) for n in _numbers), *sizes, *(_address(getattr(x, n)) for n in _tables)
    )
    model = kernel.model_new(ctypes.byref(given))
    if model is None:
        raise ValueError("the kernel cannot hold a model of this size")
    return ctypes.c_void_p(model)


def _address(array: Any) -> int:
    if not array.flags.c_contiguous:
        raise ValueError("the kernel reads contiguous arrays")
    return int(array.ctypes.data)


def _pointer(array: Any) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
