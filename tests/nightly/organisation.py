"""A small organisation with sites at +8 and -5 hours, its log in files cut at UTC midnight, and what a store holds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.scanning.run import Scan
from onlooker.simulation import Campaign, Site, simulate, write_logs
from onlooker.store import Store

SITES = (Site("bayview", "Asia/Manila", (6, 14, 22)), Site("altura", "America/Bogota", (7, 12)))
SETTINGS = Settings(threads=2, daily_cap=30)
LONG = {"days": 86, "agents": 20, "seed": 8}
"""A log with enough history for alerts that come from scores."""
LONG_AGO = 3600
HEADER = "timestamp,agent_id,customer_id,action,ticket_id,team,queue,site,role,actor_type,event_id"
COLUMNS = tuple(HEADER.split(","))


@dataclass(frozen=True)
class Line:
    """One line of the log, and its instant."""

    at: datetime
    text: str


@cache
def log(days: int = 25, agents: int = 14, seed: int = 5) -> tuple[Line, ...]:
    """All lines in the order of their instants; one agent turns loud, another slowly curious."""
    import tempfile

    made = simulate(
        agents=agents, days=days, seed=seed, pace=9, depth=0.4, sites=SITES,
        campaigns=[Campaign(kind, 1, start=start, if_possible=True) for kind, start in (("loud", 0.7), ("slow", 0.5))],
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        (path,) = write_logs(made, Path(folder), columns=COLUMNS, period="all", compress=False, side_tables=())
        lines = path.read_text().splitlines()
    assert lines[0].replace('"', "") == HEADER
    found = [Line(datetime.fromisoformat(line.partition(",")[0]).astimezone(UTC), line) for line in lines[1:]]
    return tuple(sorted(found, key=lambda line: (line.at, line.text)))


def write(path: Path, lines: Iterable[Line | str]) -> Path:
    """One file, written long enough ago not to be watched for growing."""
    texts = [line if isinstance(line, str) else line.text for line in lines]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *texts]) + "\n")
    settled(path)
    return path


def settled(path: Path) -> None:
    then = time.time() - LONG_AGO
    os.utime(path, (then, then))


def by_utc_day(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(f"{line.at:%Y-%m-%d}", []).append(line)
    return found


def night_files(folder: Path, days: int = 25) -> list[Path]:
    """The log in one file for each day of UTC."""
    return [write(folder / f"access-{day}.csv", lines) for day, lines in by_utc_day(log(days)).items()]


def night(store: Path, *files: Path, closed: bool = False, settings: Settings = SETTINGS) -> Scan:
    """One run; its tables are closed, its record stays."""
    with scan_into(store, files, settings, closed=closed) as done:
        return done


def scores_of(store: Path) -> pd.DataFrame:
    with Store.open(store) as opened:
        selected = opened.select("scores")
    return of(f"SELECT * FROM {selected} ORDER BY day, agent_id")


def of(select: str) -> pd.DataFrame:
    with duckdb.connect() as db:
        return db.sql(select).df()


def same_scores(one: pd.DataFrame, other: pd.DataFrame, within: float = 1e-9) -> None:
    """Both have the same agent-days, and every number is the same."""
    names = [name for name in one.columns if name in other.columns and name != "day"]
    one, other = (frame[names].sort_values(["date", "agent_id"]).reset_index(drop=True) for frame in (one, other))
    assert len(one) == len(other)
    for name in names:
        if one[name].dtype.kind == "f":
            assert np.abs(one[name] - other[name]).max() <= within, name
        else:
            assert (one[name].astype(str) == other[name].astype(str)).all(), name


def alerts_of(store: Path) -> set[tuple[str, str, str]]:
    with Store.open(store) as opened:
        return {(alert.id, alert.agent_id, alert.state) for alert in opened.alerts()}


def content(store: Path) -> dict[str, Any]:
    """All that must be equal in stores that took in the same log, but for numbers with a fraction."""
    with Store.open(store) as opened:
        assert opened.verify() == ()
        tables = {name: opened.select(name) for name in ("events", "visits", "agent_hours", "agent_days")}
        nights = [(night.day, night.record) for night in opened.nights()]
        cases = opened.db.execute("SELECT id, agent_id, state, opened FROM cases ORDER BY id").fetchall()
    rows = {name: of(f"SELECT * FROM {table} ORDER BY ALL").to_csv() for name, table in tables.items() if table}
    return {"nights": nights, "cases": cases, "alerts": alerts_of(store), **rows}


def same_store(one: Path, other: Path) -> None:
    first, second = content(one), content(other)
    for name in first:
        assert first[name] == second[name], name
    same_scores(scores_of(one), scores_of(other))


def doubled(files: Sequence[Path], folder: Path) -> list[Path]:
    """The same bytes under other names."""
    return [Path(copy(file, folder / f"again-{file.name}")) for file in files]


def copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())
    settled(target)
    return target
