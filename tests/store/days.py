"""Small days of a support organisation, and what a store holds, as plain values that can be compared."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from onlooker.schema.findings import Alert, InputFile
from onlooker.schema.tables import VISITS
from onlooker.store import Commit, KeptAlert, Store, TakenFile
from onlooker.store.history_chain import Entry

FIRST = 20_500
"""2026-02-16."""

TYPES = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "VARCHAR": pa.string(), "BOOLEAN": pa.bool_()}


def visits(day: int, rows: int = 300, agents: int = 12, customers: int = 400, days: int = 1) -> pa.Table:
    rng = np.random.default_rng(day)
    columns = {}
    for column in VISITS.columns:
        values = rng.integers(0, 10, rows)
        if column.type == "VARCHAR":
            columns[column.name] = pa.array([f"t{v}" for v in values])
        else:
            columns[column.name] = pa.array(values.astype("int64")).cast(TYPES[column.type])
    columns["agent_id"] = pa.array([f"agent-{v}" for v in rng.integers(0, agents, rows)])
    columns["customer_id"] = pa.array([f"C{v:05}" for v in rng.integers(0, customers, rows)])
    columns["day"] = pa.array(day + rng.integers(0, days, rows), pa.int32())
    return pa.table(columns)


def agent_hours(day: int) -> pa.Table:
    agents = [f"agent-{n}" for n in range(12)]
    hours = {"agent_id": agents, "day": pa.array([day] * 12, pa.int32()), "hour": pa.array([9] * 12, pa.int32())}
    return pa.table(hours | {"visits": [7] * 12})


def state(day: int) -> bytes:
    out = io.BytesIO()
    np.savez(out, agents=np.array([f"agent-{n}" for n in range(12)]), level=np.full((12, 3), float(day)))
    return out.getvalue()


def alert(day: int, agent: str = "agent-3", **more: object) -> KeptAlert:
    told = Alert(
        id=f"alert-{agent}-{day}", kind="score", agent_id=agent, date=(date(1970, 1, 1) + timedelta(day)).isoformat(),
        severity="high", confidence="medium", headline=f"{agent} opened 212 records", reasons=(), kinds=(), against=(),
        visits=(), score=3.0, p_value=0.001, q_value=0.1, rank=1, actor_type="human", team=None, site=None,
        evidence=4.0, customers=9, expected=2.0, unexplained=5,
    )  # fmt: skip
    return KeptAlert(json.loads(json.dumps(told.record())) | more, day)


def reason(signal: str = "glances", text: str = "40 glances", **more: object) -> dict[str, object]:
    return {"signal": signal, "text": text, "horizon": 1, "observed": 40.0, "expected": 2.0, "peers": 2.0,
            "evidence": 3.0, "agent_id": "", **more}  # fmt: skip


def taken(day: int) -> TakenFile:
    sha256 = hashlib.sha256(str(day).encode()).hexdigest()
    return TakenFile(InputFile(f"day-{day}.jsonl", 1000, sha256, 300, 0, "jsonl", "none", "utf-8"), (day,))


def write_night(store: Store, day: int, run_id: str, rows: int = 300) -> None:
    """One night as the pipeline writes it."""
    with store.begin(run_id) as work:
        work.put("visits", visits(day, rows), day)
        work.put("agent_hours", agent_hours(day), day)
        work.put_blob("state", day, state(day))
        work.commit(
            Commit(
                nights={day: {"judged": 12}},
                inputs=(taken(day),),
                watermarks={"log": day * 86_400_000_000},
                alerts=(alert(day),),
                blobs_from={"state": day - 2},
            )
        )


def scan(path: Path, days: range, run_id: str = "run-1", rows: int = 300) -> None:
    """A run that takes in the days that are not there yet."""
    with Store.open(path, "write", create=True) as store:
        store.start_run(run_id, "1.0")
        done = {night.day for night in store.nights()}
        for day in days:
            if day not in done:
                write_night(store, day, run_id, rows)
        store.finish_run(run_id, {"nights": len(days)})


def lines_told(store: Store) -> list[Entry]:
    """The history without the lines that seal what was written by hand."""
    return [entry for entry in store.history() if entry.what != "changed"]


def content(store: Store) -> str:
    """Everything a reader can see, without times, run ids and generations."""
    files = {}
    for row in store.db.execute("SELECT tbl, first, last, sha256, rows FROM files WHERE superseded IS NULL"):
        files["/".join(map(str, row[:3]))] = row[3:]
    nights = [(night.day, night.provisional, dict(night.record)) for night in store.nights()]
    inputs = store.db.execute("SELECT sha256, name, rows, days FROM inputs ORDER BY name").fetchall()
    kept = [(a.record, a.day, a.state, a.lines) for a in store.alerts()]
    return json.dumps([files, nights, inputs, store.watermarks(), kept], sort_keys=True)


def rows_of(store: Store, table: str) -> pa.Table:
    return pa.concat_tables([pq.read_table(path) for path in store.files(table)])
