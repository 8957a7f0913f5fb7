"""What holds for every line of every file of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from onlooker.ingest.times import Zone

Order = Literal["", "dmy", "mdy"]
"""Whether the day or the month comes first in dates such as 03/04/2026; empty where that is not known."""


@dataclass(frozen=True)
class LineRules:
    """How the values of a line are understood."""

    zone: Zone | None = None
    """Of local days, and of times without an offset."""
    verbs: Mapping[str, str] = field(default_factory=dict)
    """The user's own: verb -> action."""
    fold: bool = False
    """Whether ids that differ in case, marks or `.0` only are one."""
