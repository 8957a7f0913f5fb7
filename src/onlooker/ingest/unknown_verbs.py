"""Verbs that no word list knows: they count as views, and are named."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.ingest.load import STORED
from onlooker.ingest.validate import unknown_verbs

SHOWN = 10


def name_unknown_verbs(engine: Engine) -> list[str]:
    """Make views of the events whose verb is not known; the note that names the verbs, if there are any."""
    where = f"WHERE {unknown_verbs()}"
    rows = engine.rows(f"SELECT action, count(*) AS n FROM events {where} GROUP BY action ORDER BY n DESC, action")
    if not rows:
        return []
    engine.rows(f"UPDATE {STORED} SET action = 'view' {where}")
    named = ", ".join(f"{verb[1:][:40]} ({n:,})" for verb, n in rows[:SHOWN])
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return [f"Actions that are not known count as views: {named}{more}."]
