"""The engines by name, behind one call that hands events on as they happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal, Protocol

from simcare.engine.arrays import Arrays
from simcare.engine.events import Events, Take
from simcare.engine.flat import refusal
from simcare.engine.simpy_engine import Change, Progress, simulate
from simcare.errors import UserError
from simcare.model.instances import Lives

EngineName = Literal["simpy", "compiled"]
Wanted = Literal["simpy", "compiled", "auto"]
WANTED: tuple[Wanted, ...] = ("auto", "compiled", "simpy")
FEW_LIVES = 2_000
"""Lives (families times policies) so few that nobody should wait for a compiler."""


class Engine(Protocol):
    """Runs families under one policy, or under one that another follows."""

    def stream(
        self,
        lives: Lives,
        take: Take,
        *,
        seed: int,
        horizon: float,
        progress: Progress | None = None,
    ) -> None:
        """Simulate families to a horizon, handing their events to `take`."""


@dataclass(frozen=True)
class Choice:
    """The engine to use, and why it is not the compiled one where one would think so."""

    engine: EngineName
    why_not_compiled: str | None = None


@dataclass(frozen=True)
class _Simpy:
    arrays: Arrays
    change: Change | None

    def stream(
        self,
        lives: Lives,
        take: Take,
        *,
        seed: int,
        horizon: float,
        progress: Progress | None = None,
    ) -> None:
        logs = simulate(
            self.arrays, lives, seed=seed, horizon=horizon, change=self.change, progress=progress
        )
        take(Events.of(logs))


def prepare(engine: EngineName, arrays: Arrays, change: Change | None = None) -> Engine:
    """Return an engine for one policy, or for one that another follows from a week on.

    Raises ValueError if the later policy's arrays are laid out otherwise.
    """
    if change is not None and not arrays.same_layout(change.arrays):
        raise ValueError("a life cannot go on under arrays that are laid out otherwise")
    if engine == "simpy":
        return _Simpy(arrays, change)
    from simcare.engine.compiled import Compiled

    return Compiled(arrays, change)


def choose(wanted: Wanted, arrays: Iterable[Arrays], lives: int) -> Choice:
    """Choose an engine: both give the same events, so this is a matter of time alone.

    arrays: of every policy; lives: how many are to be simulated in all. "auto" takes the compiled
    engine wherever it can, except for so few lives that nobody should wait for it to be compiled.
    Raises UserError if the compiled engine is asked for and cannot run these.
    """
    if wanted == "simpy":
        return Choice("simpy")
    if wanted == "auto" and lives <= FEW_LIVES:
        return Choice("simpy")
    why = _obstacle(arrays)
    if why is None:
        return Choice("compiled")
    if wanted == "compiled":
        raise UserError(
            f"option --engine: the compiled engine cannot run this, because {why}; use simpy, "
            "or leave the option out."
        )
    return Choice("simpy", why)


def _obstacle(arrays: Iterable[Arrays]) -> str | None:
    if find_spec("numba") is None:
        return "numba is not installed (the extra `fast` brings it)"
    try:
        from numba.core import config
    except ImportError as error:
        return f"numba cannot be loaded ({error})"
    if getattr(config, "USING_SVML", False):
        return "this numba uses a library of short vectors that rounds otherwise"
    return next((why for why in map(refusal, arrays) if why is not None), None)
