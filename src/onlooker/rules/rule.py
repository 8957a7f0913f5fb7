"""What a hard rule is, and what it may depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onlooker.schema.findings import Severity


@dataclass(frozen=True)
class Given:
    """What the settings say, and whether the log has tickets."""

    daily_cap: int
    may_export: Sequence[str] = ()
    """Agents and roles; without any, exports are not judged."""
    has_tickets: bool = False
    reveal_cap: int | None = None
    row_cap: int | None = None
    """Limits for a person and day; without one nobody is held against it."""


@dataclass(frozen=True)
class Rule:
    """One hard rule; `name` is its file in this package, and its heading in docs/signals.md."""

    name: str
    condition: str
    """SQL on `rule_days`: `actor_days`, with what spellings of one id did added up (see `person_days`)."""
    observed: str
    """SQL of the number that the sentence says."""
    severity: Severity
    sentence: str
    """With `{observed}` and `{date}`."""
    visits: str = ""
    """SQL on a visit and what the side tables say of it: the visits that it is about; empty for all of the day."""
    why: str = ""
    """What these visits are, in a few words."""
    of_person: bool = False
    """Whether it is about what a person did under all spellings of the id, and speaks once."""


@dataclass(frozen=True)
class Firing:
    """One rule on one agent-day."""

    rule: Rule
    agent_id: str
    day: int
    observed: float
