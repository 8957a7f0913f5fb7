"""The same log through both engines, table by table."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from onlooker.engines.base import Engine
from onlooker.engines.duck import DuckEngine
from onlooker.engines.spark import SparkEngine
from onlooker.engines.spark_events import SparkReading, open_log, read_events
from onlooker.features import build_agent_days
from onlooker.ingest import read_logs
from onlooker.visits import build_visits

ZONE = "Europe/Paris"
TABLES = {
    "events": "ORDER BY us, agent_id, customer_id NULLS FIRST, action, ticket_id NULLS FIRST, team NULLS FIRST",
    "visits": "ORDER BY agent_id, customer_id, day",
    "agent_days": "ORDER BY agent_id, day",
    "agent_hours": "ORDER BY agent_id, day, hour",
}


def words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("onlooker.ingest").joinpath("formats/verbs.toml").read_text("utf-8"))


def on_spark(engine: SparkEngine, source: str, mapping: dict[str, str]) -> SparkReading:
    known = words()
    log = open_log(engine, source)
    reading = read_events(engine, log, mapping, ZONE, verbs=known["actions"], actor_types=known["actor_types"])
    assert reading.first_day is not None
    count(engine, reading.first_day)
    return reading


def count(engine: Engine, first_day: int) -> None:
    build_visits(engine, first_day)
    build_agent_days(engine)


def tables(engine: Engine) -> dict[str, pa.Table]:
    return {name: engine.arrow(f"SELECT * FROM {name} {order}") for name, order in TABLES.items()}


def check_parity(spark: SparkEngine, log: Path, source: str | None = None) -> None:
    with DuckEngine(threads=1) as duck:
        reading = read_logs(duck, [log], timezone=ZONE)
        count(duck, reading.first_day)
        found = on_spark(spark, source or str(log), reading.mapping)
        assert (found.lines, found.events, found.rejected, found.duplicates) == tuple(
            reading.counts[name] for name in ("lines", "events", "rejected", "duplicates")
        )
        assert dict(found.rejects_by_reason) == reading.rejects_by_reason
        ours, theirs = tables(duck), tables(spark)
    for name, table in ours.items():
        assert table.num_rows > 50, name
        same(table, theirs[name], name)


def same(ours: pa.Table, theirs: pa.Table, name: str) -> None:
    """Integers and texts equal, floats to 1e-9."""
    assert ours.column_names == theirs.column_names, name
    assert [str(t) for t in ours.schema.types] == [str(t) for t in theirs.schema.types], name
    for column in ours.column_names:
        left, right = ours.column(column).to_pylist(), theirs.column(column).to_pylist()
        if pa.types.is_floating(ours.column(column).type):
            assert all(abs(a - b) <= 1e-9 for a, b in zip(left, right, strict=True)), f"{name}.{column}"
        else:
            assert left == right, f"{name}.{column}"
