"""New events told from those that the store has: whole lines are compared, lines with an event id by what they say."""

from __future__ import annotations

from onlooker.engines.base import Engine
from onlooker.store import Store
from onlooker.tables import EVENTS

COLUMNS = ", ".join(f'"{name}"' for name in EVENTS.names)
KEY = ("us", "agent_id", "customer_id", "action", "event_id")
"""Two lines that agree in these, with an event id, are the same line; the later one corrects the earlier."""


def take_in(engine: Engine, store: Store) -> int:
    """Make `arrived`: the events of `events` that the store does not have as they are. Returns how many it had."""
    touched = days_of(engine, "events")
    stored = store.select("events", touched[0], touched[-1]) if touched else None
    if stored is None:
        engine.table("arrived", f"SELECT {COLUMNS} FROM events")
        return 0
    held = [int(day) for (day,) in engine.rows(f"SELECT DISTINCT day FROM {stored}")]
    both = ", ".join(map(str, sorted(set(held) & set(touched)))) or "NULL"
    # Only days that the store has something of are compared: a new day's million lines are new.
    engine.table(
        "arrived",
        f"""SELECT {COLUMNS} FROM events WHERE coalesce(day NOT IN ({both}), TRUE) UNION ALL
            (SELECT {COLUMNS} FROM events WHERE day IN ({both})
             EXCEPT SELECT {COLUMNS} FROM {stored} WHERE day IN ({both}))""",
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
