"""Days that late data reaches too late to be judged again: counted anew, since later nights look back on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from onlooker.nightly.look_back import days_before, visits_before
from onlooker.nightly.new_events import with_stored
from onlooker.nightly.night_files import Put, taken
from onlooker.scanning.job import AnyEngine
from onlooker.store import Store

Count = Callable[[int, str | None, str | None], None]
"""Counts the events on the engine from a day on, given SQL of the VISITS and AGENT_DAYS before it."""


def recounted(
    engine: AnyEngine, store: Store, days: tuple[int, ...], count: Count, look: Callable[[int], None]
) -> Iterator[Put]:
    """What each of `days` becomes with the data that came. Scores stay as they were; hard rules `look` at the day.

    A day whose stored events are gone by retention is left as it is: only a part of it would be counted.
    """
    for day in days:
        if store.select("agent_days", day, day) and not store.select("events", day, day):
            continue
        engine.drop("events")
        engine.table("events", with_stored(store, day, day))
        count(day, visits_before(engine, store, day), days_before(engine, store, day))
        look(day)
        for table in ("visits", "agent_hours", "agent_days"):
            yield taken(engine, table, f"SELECT * FROM {table} WHERE day = {day}", [day])
