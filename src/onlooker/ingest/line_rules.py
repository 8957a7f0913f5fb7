"""What holds for every line of every file of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onlooker.ingest.times import Order, Zone


@dataclass(frozen=True)
class LineRules:
    """How the values of a line are understood."""

    zone: Zone | None = None
    """Of local days, and of times without an offset."""
    verbs: Mapping[str, str] = field(default_factory=dict)
    """The user's own: verb -> action."""
    dates: Order = ""
    """How dates such as 03/04/2026 are read, if the user says so; else each column settles it."""
    join_ids: bool = False
    """Whether ids that differ in case, marks or `.0` only are one."""
