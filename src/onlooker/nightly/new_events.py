"""New events told from those that the store has: whole lines are compared, lines with an event id by what they say."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.schema.tables import EVENTS
from onlooker.store import Store

COLUMNS = ", ".join(f'"{name}"' for name in EVENTS.names)
LOCAL = ("day", "hour")
KEY = ("us", "agent_id", "customer_id", "action", "event_id")
"""Two lines that agree in these, with an event id, are the same line; the later one corrects the earlier."""


def take_in(engine: Engine, store: Store) -> int:
    """Make `arrived`: the events of `events` that the store does not have as they are. Returns how many it had.

    The local day and hour are not compared: another roster or zone does not make another event of it.
    """
    touched = days_of(engine, "events")
    stored = store.select("events", touched[0] - 1, touched[-1] + 1) if touched else None
    if stored is None:
        engine.table("arrived", f"SELECT {COLUMNS} FROM events")
        return 0
    ((begin, end),) = engine.rows(f"SELECT min(us), max(us) FROM {stored}")
    held = stored.replace(" AS stored_events", " AS s")
    same = " AND ".join(f's."{name}" IS NOT DISTINCT FROM e."{name}"' for name in EVENTS.names if name not in LOCAL)
    # Only instants that the store has something of are compared: a new day's million lines are new.
    engine.table(
        "arrived",
        f"""SELECT {COLUMNS} FROM events WHERE us NOT BETWEEN {begin} AND {end} UNION ALL
            SELECT {COLUMNS} FROM events e WHERE us BETWEEN {begin} AND {end}
            AND NOT EXISTS (SELECT 1 FROM {held} WHERE {same})""",
    )
    ((before, after),) = engine.rows("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM arrived)")
    return int(before) - int(after)


def with_stored(store: Store, since: int, until: int, where: str = "TRUE") -> str:
    """SQL of the arrived events and of the stored ones that they do not correct, of the days `since` to `until`."""
    between = f"day BETWEEN {since} AND {until} AND ({where})"
    arrived = f"SELECT {COLUMNS} FROM arrived WHERE {between}"
    stored = store.select("events", since, until)
    if stored is None:
        return arrived
    same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM s.{name}" for name in KEY)
    kept = f"""SELECT {COLUMNS} FROM {stored.replace(" AS stored_events", " AS s")} WHERE {between} AND NOT EXISTS (
               SELECT 1 FROM arrived a WHERE a.event_id IS NOT NULL AND {same})"""
    return f"{arrived} UNION ALL {kept}"


def days_of(engine: Engine, table: str) -> list[int]:
    """The local days of a table, in order."""
    return [int(day) for (day,) in engine.rows(f"SELECT DISTINCT day FROM {table} ORDER BY day")]
