"""Alerts as a table in Markdown, for tickets and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from onlooker.outputs.alert_format import AlertFormat, Exported
from onlooker.schema.hidden_characters import escape, replace_hidden

COLUMNS = ("night", "severity", "confidence", "agent", "customers", "unexplained", "headline", "status", "alert")
_MARKUP = re.compile(r"[\\`*_{}\[\]#|~!$^=]")
"""Characters that a backslash makes plain."""
_ENTITY = re.compile(r"[<>&@]|(?<=[A-Za-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
"""What some readers make tags, mentions and links of even behind a backslash."""


def lines(alerts: Iterable[Exported]) -> Iterator[str]:
    """The header, and one alert a row."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for one in alerts:
        alert = one.alert
        row = (
            alert.date, alert.severity, alert.confidence, alert.agent_id, f"{alert.customers:,}",
            f"{alert.unexplained:,}", alert.headline, one.status, alert.id,
        )  # fmt: skip
        yield f"| {' | '.join(map(plain, row))} |"


def plain(text: str) -> str:
    """`text` as a cell that shows it as it is: no markup, no link, no mention, on one line."""
    marked = _MARKUP.sub(lambda found: f"\\{found[0]}", replace_hidden(text, escape))
    return _ENTITY.sub(lambda found: f"&#{ord(found[0])};", marked)


FORMAT = AlertFormat("markdown", "alerts.md", "a table of the alerts in Markdown, for tickets and wikis", lines)
OUTPUT = FORMAT.output(f"| {' | '.join(COLUMNS)} |".encode())
