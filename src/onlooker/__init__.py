"""Onlooker finds the support agents who look at customer records they have no business with.

In Python: `run = onlooker.scan("logs/*.csv")`, then `run.alerts`, `run.scores`, `run.visits`. Names are loaded when
they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from onlooker.api import check, scan
    from onlooker.errors import OnlookerError
    from onlooker.findings import Alert, Reason, Run
    from onlooker.look_ups import explain, exposure, trace
    from onlooker.scan_result import Scan

_HOME = {
    "scan": "onlooker.api",
    "check": "onlooker.api",
    "explain": "onlooker.look_ups",
    "exposure": "onlooker.look_ups",
    "trace": "onlooker.look_ups",
    "OnlookerError": "onlooker.errors",
    "Alert": "onlooker.findings",
    "Reason": "onlooker.findings",
    "Run": "onlooker.findings",
    "Scan": "onlooker.scan_result",
}

__all__ = [
    "Alert",
    "OnlookerError",
    "Reason",
    "Run",
    "Scan",
    "__version__",
    "check",
    "explain",
    "exposure",
    "scan",
    "trace",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'onlooker' has no attribute {name!r}")
