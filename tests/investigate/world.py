"""A store of made-up meetings, of which it is known who met whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from onlooker.schema.tables import AGENT_DAYS, EVENTS, VISITS
from onlooker.store import Commit, Store

FIRST, DAYS = 20_500, 28
CUSTOMERS = 6_000
TYPES = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "VARCHAR": pa.string(), "BOOLEAN": pa.bool_()}


@dataclass(frozen=True)
class World:
    """Where it lies, and its meetings: agent_id, customer_id, day, explanation, own_gap."""

    place: Path
    meetings: pd.DataFrame

    def customers_of(self, agent: str) -> np.ndarray:
        return self.meetings.loc[self.meetings.agent_id == agent, "customer_id"].unique()


def world(place: Path, seed: int = 1, extra: pd.DataFrame | None = None) -> World:
    """Twenty agents in each of two queues at two sites, each with its own customers; the first works six times as much.

    `extra` are meetings on top of this work.
    """
    rng = np.random.default_rng(seed)
    parts = []
    for queue in (0, 1):
        for number in range(20):
            daily = 60 if (queue, number) == (0, 0) else rng.integers(7, 13)
            met = 2 * rng.integers(0, CUSTOMERS // 4, daily * DAYS) + number % 2 + queue * CUSTOMERS // 2
            days = FIRST + np.arange(daily * DAYS) % DAYS
            parts.append(pd.DataFrame({"agent_id": f"q{queue}-{number:02}", "customer": met, "day": days}))
    meetings = pd.concat(parts)
    meetings["customer_id"] = "C" + meetings.pop("customer").astype(str).str.zfill(5)
    meetings["explanation"] = "ticket"
    meetings = pd.concat([meetings, extra] if extra is not None else [meetings])
    meetings = meetings.drop_duplicates(["agent_id", "customer_id", "day"]).sort_values(["day", "agent_id"])
    meetings["own_gap"] = meetings.groupby(["agent_id", "customer_id"]).day.diff()
    with Store.open(place, "write", create=True) as store:
        store.start_run("made", "0")
        with store.begin("made") as writing:
            for day, rows in meetings.groupby("day"):
                writing.put("visits", visits(rows), int(day))
                writing.put("agent_days", agent_days(rows), int(day))
            writing.commit(Commit(nights={day: {"alerts": 0} for day in range(FIRST, FIRST + DAYS)}))
    return World(place, meetings.reset_index(drop=True))


def wait(place: Path, rows: pd.DataFrame) -> None:
    """Add events of one day that is not over; `rows` has agent_id, customer_id, day and what the log says of agents."""
    us = rows["day"].to_numpy() * 86_400_000_000 + 10 * 3_600_000_000
    known = {"us": us, "action": ["view"] * len(rows), **{name: rows[name] for name in rows.columns}}
    events = pa.table({column.name: known_or(column, known, len(rows)) for column in EVENTS.columns})
    with Store.open(place, "write") as store:
        store.start_run("later", "0")
        with store.begin("later") as writing:
            writing.put("events", events, int(rows["day"].iloc[0]))
            writing.commit(Commit())


def site_of(agent: str) -> str:
    return "even" if agent[-1] in "02468" else "odd"


def visits(rows: pd.DataFrame) -> pa.Table:
    """VISITS of one day."""
    us = rows["day"].to_numpy() * 86_400_000_000 + 10 * 3_600_000_000
    known = {"first_us": us, "last_us": us + 60_000_000, **{name: rows[name] for name in rows.columns}}
    known["own_gap"] = rows["own_gap"].astype("Int32")
    return pa.table({column.name: known_or(column, known, len(rows)) for column in VISITS.columns})


def agent_days(rows: pd.DataFrame) -> pa.Table:
    days = rows.groupby(["agent_id", "day"], as_index=False).size()
    known = {"agent_id": days["agent_id"], "day": days["day"], "queue": days["agent_id"].str[:2]}
    known["site"] = days["agent_id"].map(site_of)
    return pa.table({column.name: known_or(column, known, len(days)) for column in AGENT_DAYS.columns})


def known_or(column, known, rows: int) -> pa.Array:
    """The column as it is known, else null, or where it must be something 0."""
    if column.name in known:
        return pa.array(known[column.name]).cast(TYPES[column.type])
    value = {"VARCHAR": "", "BOOLEAN": False}.get(column.type, 0) if column.required else None
    return pa.array([value] * rows, TYPES[column.type])
