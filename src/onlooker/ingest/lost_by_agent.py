"""Lines that did not count, by agent: rejects, and lines with the event_id of an earlier one that says something else.

An agent who can spoil the lines of the own visits, or give them the event_id of other lines, hides visits in this way.
So agents who lose many lines are named.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from onlooker.engines.protocol import Engine
from onlooker.ingest.records import temporary

TABLE = "lost_lines"
"""agent_id, rejected, repeated, events: the lines of an agent that did not count, and those that did."""
_RAW = "ingest_lost"
FEWEST, SHARE = 20, 0.2
"""An agent is named who lost at least this many lines, and at least this share of the own lines."""
NAMED, KEPT = 5, 100


@dataclass(frozen=True)
class LostLines:
    """What did not count of one agent's lines."""

    agent_id: str
    rejected: int
    repeated: int
    """Lines with the event_id of an earlier line that says something else."""
    events: int

    @property
    def much(self) -> bool:
        """Whether it is a large share of the agent's lines."""
        lost = self.rejected + self.repeated
        return lost >= FEWEST and lost >= SHARE * (lost + self.events)

    @property
    def note(self) -> str:
        """What must be said of it."""
        lines = self.rejected + self.repeated + self.events
        return (
            f"Of {lines:,} lines of {self.agent_id}, {self.rejected:,} were rejected and {self.repeated:,} have the "
            "event_id of an earlier line that says something else."
        )

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def make_lost(engine: Engine) -> None:
    """Make the empty table that `note_rejected` and `note_repeated` fill."""
    columns = "''::VARCHAR AS agent_id, ''::VARCHAR AS text, 0::BIGINT AS rejected, 0::BIGINT AS repeated"
    temporary(engine, _RAW, f"SELECT {columns} LIMIT 0")


def note_rejected(engine: Engine, lines: str) -> None:
    """Count the rejects of `lines`, as `validate.judged` makes them."""
    text = "CASE WHEN agent_id IS NULL THEN left(text, 200) END"
    counted = f"SELECT agent_id, {text} AS text, count(*), 0 FROM ({lines}) WHERE reason IS NOT NULL GROUP BY ALL"
    engine.rows(f"INSERT INTO {_RAW} {counted}")


def note_repeated(engine: Engine, lines: str) -> None:
    """Count `lines`, a SELECT of agent_id of each line that an event_id took out."""
    engine.rows(f"INSERT INTO {_RAW} SELECT agent_id, NULL, 0, count(*) FROM ({lines}) GROUP BY agent_id")


def lost_lines(engine: Engine) -> tuple[LostLines, ...]:
    """Make TABLE, and return those who lost most. Of a spoilt line the agent is the only one whom its text names."""
    words = f"""SELECT rowid AS place, rejected, unnest(regexp_extract_all(text, '[^,;|\\t" ]+')) AS word
        FROM {_RAW} WHERE agent_id IS NULL"""
    named = f"""SELECT min(word) AS agent_id, min(rejected) AS rejected, 0 AS repeated FROM ({words})
        WHERE word IN (SELECT agent_id FROM events) GROUP BY place HAVING count(DISTINCT word) = 1"""
    every = f"SELECT agent_id, rejected, repeated FROM {_RAW} WHERE agent_id IS NOT NULL UNION ALL ({named})"
    lost = f"SELECT agent_id, sum(rejected) AS rejected, sum(repeated) AS repeated FROM ({every}) GROUP BY agent_id"
    counted = f"""SELECT agent_id, count(*) AS events FROM events
        WHERE agent_id IN (SELECT agent_id FROM ({lost})) GROUP BY agent_id"""
    engine.drop(TABLE)
    engine.table(
        TABLE,
        f"""SELECT l.agent_id, l.rejected::BIGINT AS rejected, l.repeated::BIGINT AS repeated,
        coalesce(e.events, 0) AS events FROM ({lost}) l LEFT JOIN ({counted}) e ON e.agent_id = l.agent_id""",
    )
    engine.drop(_RAW)
    rows = engine.rows(f"SELECT * FROM {TABLE} ORDER BY rejected + repeated DESC, agent_id LIMIT {KEPT}")
    return tuple(LostLines(*row) for row in rows)


def told(lost: tuple[LostLines, ...]) -> list[str]:
    """A note on each agent of whom much did not count, the first of them by name."""
    much = [one for one in lost if one.much]
    more = [f"The same of {len(much) - NAMED:,} more agents: run.json has them."] if len(much) > NAMED else []
    return [*(one.note for one in much[:NAMED]), *more]
