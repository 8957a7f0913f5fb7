"""Onlooker finds the support agents who look at customer records they have no business with.

In Python: `run = onlooker.scan("logs/*.csv")`, then `run.alerts`, `run.scores`, `run.visits`. Names are loaded when
they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from onlooker.schema.version import __version__

if TYPE_CHECKING:
    from onlooker.api import access, backtest, check, explain, export, exposure, scan, simulate, today, trace
    from onlooker.errors import OnlookerError
    from onlooker.python_store import Store
    from onlooker.scanning.result import Scan
    from onlooker.schema.findings import Alert, Reason, Run

_HOME = {
    "access": "onlooker.api",
    "scan": "onlooker.api",
    "backtest": "onlooker.api",
    "check": "onlooker.api",
    "explain": "onlooker.api",
    "export": "onlooker.api",
    "exposure": "onlooker.api",
    "simulate": "onlooker.api",
    "today": "onlooker.api",
    "trace": "onlooker.api",
    "OnlookerError": "onlooker.errors",
    "Alert": "onlooker.schema.findings",
    "Reason": "onlooker.schema.findings",
    "Run": "onlooker.schema.findings",
    "Scan": "onlooker.scanning.result",
    "Store": "onlooker.python_store",
}

__all__ = [
    "Alert",
    "OnlookerError",
    "Reason",
    "Run",
    "Scan",
    "Store",
    "__version__",
    "access",
    "backtest",
    "check",
    "explain",
    "export",
    "exposure",
    "scan",
    "simulate",
    "today",
    "trace",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'onlooker' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
