"""The same families, week by week, under two policies: cost, weeks in care, and safety.

    import simcare

    result = simcare.compare("england", families=500)
    result.summary

Importing the package does no work; the parts are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simcare.evidence import load as register
    from simcare.experiment.compare import Comparison, compare
    from simcare.experiment.ready import make_ready as check
    from simcare.report.folder import write
    from simcare.scenario.shipped import names as scenarios

__version__ = "0.1.0"
__all__ = ["Comparison", "__version__", "check", "compare", "register", "scenarios", "write"]

_WHERE = {
    "Comparison": ("simcare.experiment.compare", "Comparison"),
    "check": ("simcare.experiment.ready", "make_ready"),
    "compare": ("simcare.experiment.compare", "compare"),
    "register": ("simcare.evidence", "load"),
    "scenarios": ("simcare.scenario.shipped", "names"),
    "write": ("simcare.report.folder", "write"),
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'simcare' has no attribute '{name}'")
    from importlib import import_module

    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return list(__all__)
