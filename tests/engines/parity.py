"""The same log through both engines: the tables row by row, then the scores and the alerts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.engines.protocol import Engine
from onlooker.engines.spark import SparkEngine
from onlooker.ingest import Reading, read_logs
from onlooker.ingest.spark.read_on_spark import read_on_spark
from onlooker.scanning.result import Scan
from onlooker.scanning.run import scan
from onlooker.schema.side_tables import SIDE_TABLES

ZONE = "Europe/Paris"
ORDERS = {
    "events": "us, agent_id, customer_id NULLS FIRST, action, ticket_id NULLS FIRST, team NULLS FIRST",
    "visits": "agent_id, customer_id, day",
    "agent_days": "agent_id, day",
    "agent_hours": "agent_id, day, hour",
}
COUNTED = ("visits", "agent_days", "agent_hours")
WHERE_IT_RAN = ("inputs", "settings", "id", "started", "seconds", "stages")
"""What two equal runs may differ in."""
COUNTS = ("lines", "events", "rejected", "duplicates", "agents", "customers")


def ordered(engine: Engine, name: str) -> pa.Table:
    return engine.arrow(f"SELECT * FROM {name} ORDER BY {ORDERS[name]}")


def check_events(spark: SparkEngine, log: Path, tables: tuple[str, ...] = ()) -> Reading:
    """EVENTS, the counts and the rejects by reason are those of DuckDB; gives what Spark's reading said."""
    with DuckEngine(threads=1) as duck:
        ours = read_logs(duck, [log], timezone=ZONE)
        theirs = read_on_spark(spark, () if tables else (log,), tables, timezone=ZONE)
        for name in COUNTS:
            assert ours.counts[name] == theirs.counts[name], name
        for name in ("mapping", "unmapped", "timezone", "notes", "first_day", "last_day"):
            assert getattr(ours, name) == getattr(theirs, name), name
        assert shared(ours.rejects_by_reason) == shared(theirs.rejects_by_reason)
        same(ordered(duck, "events"), ordered(spark, "events"), "events")
    return theirs


def shared(reasons: Mapping[str, int]) -> dict[str, int]:
    """Spark can't say what is wrong with a line that it can't cut into columns; how many there are must agree."""
    found: dict[str, int] = {}
    for reason, number in reasons.items():
        name = "damaged" if reason in ("not readable as a line of its kind", "too few columns") else reason
        found[name] = found.get(name, 0) + number
    return found


def check_scans(log: Path, settings: Mapping[str, Any], kinds: Collection[str] = (), **inputs: Any) -> None:
    """A scan on Spark finds what one on DuckDB does: tables, scores, alerts, and all that is said about the run.

    `kinds` are kinds of alerts that it must raise, so that they are compared.
    """
    ours_settings = {name: settings[name] for name in ("tz", *SIDE_TABLES) if name in settings}
    with (
        scan([log], Settings(threads=1, **ours_settings)) as ours,
        scan([] if inputs.get("tables") else [log], Settings(engine="spark", **settings), **inputs) as theirs,
    ):
        for name in COUNTED:
            assert ours.engine.rows(f"SELECT 1 FROM {name} LIMIT 1"), name
            same(ordered(ours.engine, name), ordered(theirs.engine, name), name)
        check_found(ours, theirs)
        assert {alert.kind for alert in ours.alerts} >= set(kinds)


def check_found(ours: Scan, theirs: Scan) -> None:
    by_day = [("date", "ascending"), ("agent_id", "ascending")]
    same(ours.score_table.sort_by(by_day), theirs.score_table.sort_by(by_day), "scores")
    assert ours.alerts
    alike([alert.record() for alert in ours.alerts], [alert.record() for alert in theirs.alerts], "alerts")
    alike(said(ours), said(theirs), "run")


def said(result: Scan) -> dict[str, Any]:
    record = {name: value for name, value in result.run.record().items() if name not in WHERE_IT_RAN}
    return json.loads(json.dumps(record | {"rejects_by_reason": shared(result.run.rejects_by_reason)}))


def same(ours: pa.Table, theirs: pa.Table, name: str) -> None:
    """Integers and texts equal, floats to 1e-9."""
    assert ours.column_names == theirs.column_names, name
    assert [str(t) for t in ours.schema.types] == [str(t) for t in theirs.schema.types], name
    for column in ours.column_names:
        alike(ours.column(column).to_pylist(), theirs.column(column).to_pylist(), f"{name}.{column}")


def alike(ours: Any, theirs: Any, where: str) -> None:
    if isinstance(ours, dict):
        assert ours.keys() == theirs.keys(), where
        for name, value in ours.items():
            alike(value, theirs[name], f"{where}.{name}")
    elif isinstance(ours, list | tuple):
        assert len(ours) == len(theirs), f"{where}: {ours} and {theirs}"
        for place, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            alike(left, right, f"{where}[{place}]")
    elif isinstance(ours, float):
        assert abs(ours - theirs) <= 1e-9, f"{where}: {ours} and {theirs}"
    else:
        assert ours == theirs, f"{where}: {ours!r} and {theirs!r}"
