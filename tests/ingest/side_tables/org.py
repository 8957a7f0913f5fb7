"""A tiny log and side tables written by hand, through the stages as far as AGENT_DAYS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onlooker.engines.duck import DuckEngine
from onlooker.features import build_agent_days, build_event_days
from onlooker.ingest import read_logs
from onlooker.ingest.side_tables import ContextReading, localise, read_context
from onlooker.visits.build_visits import build_visits

HEADER = "timestamp,agent_id,customer_id,action,ticket_id\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text.replace("\n    ", "\n").lstrip(), encoding="utf-8")
    return path


@contextmanager
def events(folder: Path, log: str, header: str = HEADER, **options: Any) -> Iterator[DuckEngine]:
    """An engine with EVENTS of `log`, lines without a header."""
    path = write(folder, "log.csv", header + log)
    with DuckEngine() as engine:
        read_logs(engine, [path], **options)
        yield engine


def context(engine: DuckEngine, folder: Path, **tables: Any) -> ContextReading:
    """Read side tables given as text; other options go through."""
    names = {"agents", "identities", "tickets", "roster", "leave", "customers", "calendar", "contacts"}
    given = {n: write(folder, f"{n}.csv", t) if n in names else t for n, t in tables.items()}
    return read_context(engine, **given)


def count(engine: DuckEngine, first_day: int = 0) -> None:
    """Go on as far as AGENT_DAYS; `first_day` long ago, so that nothing is too early to tell."""
    localise(engine)
    build_event_days(engine)
    build_visits(engine, first_day)
    build_agent_days(engine)


def why(engine: DuckEngine) -> dict[tuple[str, str], tuple[str, str]]:
    """(agent, customer) -> explanation and strength; of several days the last."""
    rows = engine.rows("SELECT agent_id, customer_id, explanation, strength FROM visits ORDER BY day")
    return {(agent, customer): (explanation, strength) for agent, customer, explanation, strength in rows}


def total(engine: DuckEngine, name: str, agent: str = "ann") -> int:
    """A count of `agent` over all days."""
    ((value,),) = engine.rows(f"SELECT sum({name}) FROM agent_days WHERE agent_id = '{agent}'")
    return int(value)


def rejects(engine: DuckEngine) -> list[tuple[int, str]]:
    return engine.rows("SELECT line, reason FROM rejects ORDER BY file, line")
