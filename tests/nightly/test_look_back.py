"""Counting by what a night looks back on gives what counting by all stored days gives."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import build_agent_days, build_event_days
from onlooker.nightly.look_back import days_before, visits_before
from onlooker.schema.tables import EVENTS
from onlooker.visits.build_visits import build_visits

FIRST, DAYS = 20_000, 110
HOUR = 3_600_000_000


@dataclass
class Stored:
    """Tables of an engine in the place of a store's."""

    engine: DuckEngine

    def select(self, table: str, since: int, until: int) -> str | None:
        chosen = f"(SELECT * FROM stored_{table} WHERE day BETWEEN {since} AND {until}) AS s"
        return chosen if self.engine.rows(f"SELECT 1 FROM {chosen} LIMIT 1") else None


@pytest.fixture(scope="module")
def engine():
    """All events, and what was counted of all days: few agents and customers, so that everything meets again."""
    rng = np.random.default_rng(3)
    n = 6_000
    day = FIRST + np.sort(rng.integers(0, DAYS, n))
    hour = rng.integers(8, 18, n)
    customer = rng.integers(0, 400, n)
    ticket = np.where(rng.random(n) < 0.6, rng.integers(0, 150, n) + day // 30 * 40, -1)
    columns = {
        "us": (day * 24 + hour) * HOUR + rng.integers(0, HOUR, n),
        "agent_id": [f"agent{a}" for a in rng.integers(0, 12, n)],
        "customer_id": [f"C{c}" for c in customer],
        "action": np.where(rng.random(n) < 0.2, "edit", "view").tolist(),
        "day": day.astype(np.int32),
        "hour": hour.astype(np.int32),
        "ticket_id": [f"T{t}" if t >= 0 else None for t in ticket],
    }
    with DuckEngine() as made:
        made.connection.register("given", pa.table(columns))
        names = ", ".join(
            c.name if c.name in columns else f"CAST(NULL AS {c.type}) AS {c.name}" for c in EVENTS.columns
        )
        made.table("all_events", f"SELECT {names} FROM given")
        made.table("events", "SELECT * FROM all_events")
        build_event_days(made)
        build_visits(made, FIRST)
        build_agent_days(made)
        for table in ("visits", "agent_days", "agent_hours"):
            made.table(f"stored_{table}", f"SELECT * FROM {table}")
        yield made


def counted(engine: DuckEngine, since: int, visits: str | None, days: str | None) -> list[list[tuple]]:
    build_event_days(engine)
    build_visits(engine, FIRST, visits, since)
    build_agent_days(engine, days, since, visits)
    assert dict(engine.rows("SELECT column_name, column_type FROM (DESCRIBE agent_hours)"))["visits"] == "BIGINT"
    return [
        engine.rows(f"SELECT * FROM {name} WHERE day >= {since} ORDER BY ALL")
        for name in ("visits", "agent_days", "agent_hours")
    ]


def test_days_stored_before_their_hours_were_counted_have_those_of_the_first_looks(engine):
    since = FIRST + 100
    engine.table("events", f"SELECT * FROM all_events WHERE day = {since}")
    engine.table("kept", "SELECT * FROM stored_agent_days")
    store, before = Stored(engine), {}
    for columns in ("*", "* REPLACE (CAST(NULL AS BIGINT) AS hours_of_day)", "* EXCLUDE (hours_of_day)"):
        engine.table("stored_agent_days", f"SELECT {columns} FROM kept")
        engine.table("known", f"SELECT agent_id, day, hours_of_day FROM {days_before(engine, store, since)}")
        before[columns] = engine.rows("SELECT * FROM known ORDER BY ALL")
    engine.table("stored_agent_days", "SELECT * FROM kept")
    whole, *older = before.values()
    assert len(whole) > 700
    assert older[0] == older[1]
    seen = zip(whole, older[0], strict=True)
    assert all(one[:2] == other[:2] and other[2] and not other[2] & ~one[2] for one, other in seen)


@pytest.mark.parametrize(("since", "days"), [(0, 3), (5, 1), (14, 1), (16, 4), (100, 1), (104, 6), (20, 90)])
def test_what_is_counted_is_the_same(engine, since, days):
    first, last = FIRST + since, FIRST + since + days - 1
    engine.table("events", f"SELECT * FROM all_events WHERE day BETWEEN {first} AND {last}")
    store = Stored(engine)
    past = first - 84, first - 1
    plain = counted(engine, first, store.select("visits", *past), store.select("agent_days", *past))
    visits, earlier = visits_before(engine, store, first), days_before(engine, store, first)
    assert (visits is None) == (since == 0)
    assert counted(engine, first, visits, earlier) == plain


def test_a_single_night_reads_fewer_rows(engine):
    engine.table("events", f"SELECT * FROM all_events WHERE day = {FIRST + 100}")
    store = Stored(engine)
    ((stored,),) = engine.rows(f"SELECT count(*) FROM {store.select('visits', FIRST + 16, FIRST + 99)}")
    ((rows,),) = engine.rows(f"SELECT count(*) FROM {visits_before(engine, store, FIRST + 100)}")
    assert rows < stored / 2
