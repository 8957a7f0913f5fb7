"""Agents who are called null, n/a or the like: a word that stands for nobody, so their lines are rejected, and told."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.ingest.plans import Plan
from onlooker.ingest.records import temporary

_WORDS = "ingest_nobody"
NAMED = 5


def make_nobody(engine: Engine) -> None:
    """Make the table that `note_nobody` fills, empty."""
    temporary(engine, _WORDS, "SELECT ''::VARCHAR AS word, 0::BIGINT AS lines LIMIT 0")


def note_nobody(engine: Engine, plan: Plan) -> None:
    """Count the lines of `plan` by such a word, if there are any."""
    words = f"SELECT ingest_bare_id(agent_id) AS word FROM ({plan.raw}) WHERE flaw IS NULL"
    engine.rows(f"INSERT INTO {_WORDS} SELECT word, count(*) FROM ({words}) WHERE ingest_nothing(word) GROUP BY word")


def called_nobody(engine: Engine) -> list[str]:
    """The note that names the words, and how many lines have each."""
    rows = engine.rows(f"SELECT word, sum(lines) AS n FROM {_WORDS} GROUP BY word ORDER BY n DESC, word")
    engine.drop(_WORDS)
    if not rows:
        return []
    named = ", ".join(f"{word} ({lines:,})" for word, lines in rows[:NAMED])
    more = f" and {len(rows) - NAMED:,} more such words" if len(rows) > NAMED else ""
    return [f"Agents called {named}{more} stand for nobody: these lines are rejected, and whose they are is not known."]
