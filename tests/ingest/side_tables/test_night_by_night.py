"""With side tables too, nights one by one give what one scan gives."""

from __future__ import annotations

from pathlib import Path

from onlooker.engines.duck import DuckEngine
from onlooker.features import COUNTS, build_agent_days, build_event_days
from onlooker.ingest import read_logs
from onlooker.ingest.side_tables import localise, read_context
from onlooker.schema.tables import AGENT_DAYS, VISITS
from onlooker.simulation.simulate_organisation import simulate
from onlooker.simulation.write_logs import write_logs
from onlooker.visits.build_visits import build_visits

ORDER = "ORDER BY agent_id, day"


def test_nights_one_by_one_equal_one_scan(tmp_path: Path) -> None:
    simulated = simulate(agents=12, days=19, seed=5, pace=12)
    paths = write_logs(simulated, tmp_path, local=False, compress=False, side_tables=("agents", "tickets", "roster"))
    customers = simulated.tickets["customer_id"].to_pylist()
    (tmp_path / "calendar.csv").write_text(
        "kind,from,to,customers,approver\n" + "".join(f"sample,2026-01-10,2026-01-30,{c},lea\n" for c in customers[:60])
    )
    with DuckEngine() as engine:
        read_logs(engine, paths)
        tables = {name: tmp_path / f"{name}.csv" for name in ("agents", "tickets", "roster", "calendar")}
        reading = read_context(engine, **tables)
        assert reading.ticket_rules
        span = localise(engine)
        assert span is not None
        first, last = span
        engine.table("all_events", "SELECT * FROM events")
        build_event_days(engine)
        build_visits(engine, first)
        build_agent_days(engine)
        columns = ", ".join(VISITS.names)
        counts = ", ".join((*AGENT_DAYS.names, *(f.name for f in COUNTS)))
        visits = engine.rows(f"SELECT {columns} FROM visits {ORDER}, customer_id")
        days = engine.rows(f"SELECT {counts} FROM agent_days {ORDER}")
        assert {row[-1] for row in visits} >= {"ticket", "sample", "mismatch", "shared", "unexplained", "unknown"}
        engine.drop("events")
        for day in (first + 14, *range(first + 15, last + 1)):
            begun = day > first + 14
            since = day if begun else first
            engine.view("events", f"SELECT * FROM all_events WHERE day BETWEEN {since} AND {day}")
            build_event_days(engine)
            build_visits(engine, first, "past_visits" if begun else None, since)
            build_agent_days(engine, "past_days" if begun else None, since, "past_visits" if begun else None)
            for name, table in (("past_visits", "visits"), ("past_days", "agent_days")):
                fresh = f"SELECT * FROM {table} WHERE day >= {since}"
                engine.table(name, f"SELECT * FROM {name} UNION ALL {fresh}" if begun else fresh)
        assert engine.rows(f"SELECT {columns} FROM past_visits {ORDER}, customer_id") == visits
        assert engine.rows(f"SELECT {counts} FROM past_days {ORDER}") == days
