"""Alerts in ArcSight's Common Event Format (CEF, version 0 of its implementation standard), one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onlooker.outputs.alert_format import AlertFormat, Exported, instants, milliseconds, signals_of
from onlooker.outputs.attack_techniques import techniques_of
from onlooker.schema.findings import Severity
from onlooker.schema.hidden_characters import escape, replace_hidden
from onlooker.schema.version import __version__

SEVERITY: dict[Severity, int] = {"low": 3, "medium": 5, "high": 8, "critical": 10}
LONGEST_NAME, LONGEST_MESSAGE = 512, 1023
"""Characters of the header's name and of `msg`, as the standard has them."""


def lines(alerts: Iterable[Exported]) -> Iterator[str]:
    """One event a line."""
    return map(event, alerts)


def event(one: Exported) -> str:
    """The event of an alert. `externalId` is the alert's id."""
    alert, names = one.alert, signals_of(one.alert)
    first, last = map(milliseconds, instants(alert))
    attacks = [technique.sub_id or technique.technique_id for technique in techniques_of(names)]
    numbers = {"customers": alert.customers, "unexplained": alert.unexplained, "rank": alert.rank}
    texts = {
        "signals": ", ".join(names), "confidence": alert.confidence, "case": one.case or "",
        "attack": ", ".join(attacks), "status": one.status, "night": alert.date,
    }  # fmt: skip
    extension = {
        "externalId": alert.id, "cat": alert.kind, "start": first, "end": last, "rt": last, "suser": alert.agent_id,
        "cfp1": f"{alert.score:.6g}", "cfp1Label": "score",
        **{name: value for n, (label, number) in enumerate(numbers.items(), 1)
           for name, value in ((f"cn{n}", number), (f"cn{n}Label", label))},
        **{name: value for n, (label, text) in enumerate(texts.items(), 1) if text
           for name, value in ((f"cs{n}", text), (f"cs{n}Label", label))},
        "msg": " ".join(reason.text for reason in alert.reasons)[:LONGEST_MESSAGE],
    }  # fmt: skip
    signature = alert.pattern or (names[0] if alert.kind == "rule" and names else alert.kind)
    head = ("CEF:0", "Onlooker", "Onlooker", __version__, signature, alert.headline[:LONGEST_NAME])
    fields = (*head[:1], *map(in_header, head[1:]), str(SEVERITY[alert.severity]))
    return (
        "|".join(fields)
        + "|"
        + " ".join(f"{name}={in_extension(value)}" for name, value in extension.items() if value != "")
    )


def in_header(text: str) -> str:
    """A field of the header: backslash and bar are escaped, and what nobody sees."""
    return _visible(text).replace("\\", "\\\\").replace("|", "\\|")


def in_extension(value: object) -> str:
    """A value of the extension: backslash and equals sign are escaped, and what nobody sees."""
    return _visible(str(value)).replace("\\", "\\\\").replace("=", "\\=")


def _visible(text: str) -> str:
    return replace_hidden(text, escape)


FORMAT = AlertFormat("cef", "alerts.cef", "one CEF event a line, for collectors of syslog", lines)
OUTPUT = FORMAT.output(b"CEF:0|Onlooker|")
