"""What the store costs: `python -m tests.store.measure [DAYS]` writes 274,000 visits a day (100 million a year)."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onlooker.engines.duck import DuckEngine
from onlooker.schema.tables import VISITS
from onlooker.store import Commit, Store

FIRST, ROWS, AGENTS, CUSTOMERS = 20_454, 274_000, 5_000, 2_000_000


def customer_ids(numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise("C", pc.cast(pa.array(numbers + 10_000_000), pa.string()), "")


def visits(day: int) -> pa.Table:
    rng = np.random.default_rng(day)
    us = day * 86_400_000_000 + rng.integers(0, 86_400_000_000, ROWS)
    agents = pa.array([f"agent-{n}" for n in range(AGENTS)])
    words = pa.array(["ticket", "shared", "worked", "unexplained"])
    columns = {
        "agent_id": agents.take(pa.array(rng.integers(0, AGENTS, ROWS))),
        "customer_id": customer_ids((CUSTOMERS * rng.random(ROWS) ** 1.5).astype(int)),
        "day": pa.array(np.full(ROWS, day), pa.int32()),
        "first_us": us,
        "last_us": us + rng.integers(0, 600_000_000, ROWS),
        "hour": pa.array(us // 3_600_000_000 % 24, pa.int32()),
        "ticket_id": pc.binary_join_element_wise("T", pc.cast(pa.array(rng.integers(0, 10**8, ROWS)), pa.string()), ""),
        "worked": rng.random(ROWS) < 0.5,
        "ticketed": rng.random(ROWS) < 0.8,
        "own_gap": pa.array(rng.integers(0, 84, ROWS), pa.int32(), mask=rng.random(ROWS) < 0.7),
        "any_gap": pa.array(rng.integers(0, 84, ROWS), pa.int32(), mask=rng.random(ROWS) < 0.4),
        "explanation": words.take(pa.array(rng.integers(0, 4, ROWS))),
    }
    return pa.table({name: columns.get(name, rng.integers(0, 4, ROWS)) for name in VISITS.names})


def look(store: Store, label: str) -> None:
    chance = random.Random(1)
    victims = [f"'C{10_000_000 + int(CUSTOMERS * chance.random() ** 1.5)}'" for _ in range(1000)]
    wanted = {
        "one agent": "agent_id = 'agent-77'",
        "one customer": f"customer_id = {victims[0]}",
        "1,000 customers": f"customer_id IN ({', '.join(victims)})",
    }
    with DuckEngine(threads=2) as engine:
        for what, where in wanted.items():
            sql = f"SELECT count(*), max(customer_id), sum(events), max(explanation) FROM {store.select('visits')}"
            seconds = []
            for _ in range(3):
                started = time.perf_counter()
                (row,) = engine.rows(f"{sql} WHERE {where}")
                seconds.append(time.perf_counter() - started)
            print(f"{label}, {len(store.files('visits'))} files: {what}: {min(seconds):.2f} s, {row[0]:,} visits")


def measure(place: Path, days: int) -> None:
    spent = 0.0
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        for day in range(FIRST, FIRST + days):
            table = visits(day)
            started = time.perf_counter()
            with store.begin("r") as work:
                work.put("visits", table, day)
                work.commit(Commit(nights={day: {}}))
            spent += time.perf_counter() - started
        size = store.status().bytes["visits"]
        print(f"{days * ROWS:,} visits: {spent / days:.2f} s a day, {size / 1e6:,.0f} MB")
        look(store, "day files")
        started = time.perf_counter()
        store.compact(FIRST + days)
        print(f"compact: {time.perf_counter() - started:.1f} s")
        look(store, "compacted")
        for what, do in {
            "verify": store.verify,
            "forget one customer": lambda: store.forget("customer", "C10777777", "ana", "asked for it"),
            "forget one agent": lambda: store.forget("agent", "agent-77", "ana", "asked for it"),
        }.items():
            started = time.perf_counter()
            do()
            print(f"{what}: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "store", int(sys.argv[1]) if len(sys.argv) > 1 else 73)
