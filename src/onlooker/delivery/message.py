"""What a receiver is told of an alert: counts, severity, ids and where to work on it; never a customer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onlooker.schema.hidden_characters import escape, replace_hidden

Event = Literal["new", "raised again"]
FORMAT = 1
EVENTS: dict[str, str] = {"new": "new alert", "raised again": "case raised again"}

_MEANS_SOMETHING = re.compile(r"[^\w .@+:/\\'-]")
"""Characters of a name that chats, mails and HTML give a meaning to."""
LONGEST = 120


@dataclass(frozen=True)
class Message:
    """One message to one receiver."""

    seq: int
    """Its place in the outbox: messages of a receiver go in this order."""
    id: str
    """Stable: a repeat has the same, and so has the same news for another receiver."""
    queued_at: str
    """UTC, ISO."""
    facts: Mapping[str, Any]
    """Names that a body can use, with their values, ready for JSON."""
    line: str = ""
    """The same as a line in another format, for a receiver that asks for one."""


def message_id(alert_id: str, event: Event, night: int) -> str:
    """The id of the news that `alert_id` is new, or that its case was raised again on `night`."""
    return hashlib.sha256(f"{alert_id}\0{event}\0{night}".encode()).hexdigest()[:32]


def facts_of(
    alert: Mapping[str, Any], *, message_id: str, event: Event, night: str, case: str, link: str, names: bool
) -> dict[str, Any]:
    """What is said of an alert (`Alert.record()`), at most.

    Its sentences are left out, since they may name customers. `link` may have {case} and {alert}; where there is
    none, the command stands there.
    """
    facts: dict[str, Any] = {
        "format": FORMAT,
        "id": message_id,
        "event": EVENTS[event],
        "date": night,
        "severity": alert["severity"],
        "confidence": alert["confidence"],
        "kind": alert["kind"],
        "signals": list(dict.fromkeys(reason["signal"] for reason in alert["reasons"])),
        "customers": alert["customers"],
        "expected": None if alert["expected"] is None else round(alert["expected"]),
        "unexplained": alert["unexplained"],
        "alert": alert["id"],
        "case": case,
        "link": link.replace("{case}", case).replace("{alert}", alert["id"]) or f"onlooker cases show {case}",
    }
    return facts | ({"agent": plain_name(alert["agent_id"]), "team": plain_name(alert["team"] or "")} if names else {})


def plain_name(name: str) -> str:
    """A name from a log, short, without what a chat, a mail or a page would give a meaning to."""
    return _MEANS_SOMETHING.sub("?", replace_hidden(name, escape))[:LONGEST]
