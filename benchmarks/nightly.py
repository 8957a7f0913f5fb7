"""What one more night costs on a store of many: `python -m benchmarks.nightly --days 30 365`.

A real day is scanned once; the days before it are copies of its tables with other dates and customers, written into the
store as a run would. Then a new day is scanned by the installed command, and its time, processor seconds (what to trust
where others use the machine) and peak memory are taken.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

LAST = 20_600
"""The last day of the made store, days since 1970-01-01."""
LOOK_BACK = 90
"""Days of visits that are written; earlier ones are never read by a night."""
BY_NIGHT = ("visits", "agent_hours", "agent_days", "scores")

EVENTS = """
SELECT strftime(make_timestamp(CAST(us AS BIGINT)), '%Y-%m-%dT%H:%M:%SZ') AS timestamp, agent_id, customer_id, action,
       ticket_id, team, queue, site, actor_type
FROM (SELECT {day} * 86400000000 + CAST(7e9 * 3600 / 1000 + random() * 3.6e10 AS BIGINT) + step * 90000000 AS us,
             'agent-' || lpad(CAST(a AS VARCHAR), 5, '0') AS agent_id, 'C' || customer AS customer_id,
             CASE WHEN step = 2 AND customer % 3 = 0 THEN 'edit' ELSE 'view' END AS action,
             CASE WHEN customer % 20 > 0 THEN 'T-' || (CAST({day} AS BIGINT) * 1000000 + i) END AS ticket_id,
             'team-' || a // 12 AS team, 'queue-' || a % 8 AS queue, 'site-' || a % 3 AS site, 'human' AS actor_type,
             step
      FROM (SELECT i, i % {agents} AS a, CAST(random() * {customers} AS BIGINT) AS customer
            FROM range({visits}) r(i)) v, range(3) s(step))
ORDER BY timestamp
"""


def make_day(path: Path, day: int, wish: argparse.Namespace) -> None:
    """One day of the log as a Parquet file."""
    select = EVENTS.format(day=day, agents=wish.agents, visits=wish.events // 3, customers=wish.customers)
    with duckdb.connect() as db:
        db.execute("SELECT setseed(0.5)").fetchall()
        db.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)").fetchall()


def scan(store: Path, log: Path, *options: str) -> dict[str, Any]:
    """Scan by the installed command; its record, with wall and processor seconds and peak memory in MB."""
    command = [str(Path(sys.executable).parent / "onlooker"), "scan", "--store", str(store), "--json"]
    command += ["--out", str(store.parent / "out"), *options, str(log)]
    # A process of its own in between, whose only child is the scan: the peak is that of the scan alone.
    program = (
        f"import resource, subprocess, sys; r = subprocess.run({command!r}, stdout=subprocess.PIPE); "
        "sys.stdout.buffer.write(r.stdout); used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "sys.stderr.write(f'\\nused {used.ru_utime + used.ru_stime} {used.ru_maxrss}'); sys.exit(r.returncode)"
    )
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode not in (0, 6):
        raise SystemExit(done.stderr)
    record: dict[str, Any] = json.loads(done.stdout)["run"]
    processor, peak = map(float, done.stderr.rsplit("used ", 1)[1].split())
    return record | {"wall": seconds, "processor": processor, "peak_mb": peak / 1024}


def make_store(place: Path, model: Path, days: int) -> None:
    """A store of so many nights, the last of which is the one real night of the store `model`."""
    from onlooker.scoring.state_arrays import load, save
    from onlooker.store import Commit, Store

    first = LAST - days + 1
    with Store.open(model) as real, Store.open(place, "write", create=True) as store, duckdb.connect() as db:
        found = {table: real.select(table) for table in BY_NIGHT}
        blob = real.blob("state")
        assert blob is not None
        state = load(blob[1])
        state["first_day"] = np.array(first)
        save(place.parent / "state.npz", state)
        columns = real.nights()[-1].record["columns"]
        mark = real.watermarks()["log"]
        store.start_run("made", "benchmark")
        for table in BY_NIGHT:
            db.execute(f"CREATE TABLE {table} AS SELECT * FROM {found[table]}").fetchall()
        for begin in range(first, LAST + 1, 30):
            with store.begin("made") as writing:
                for day in range(begin, min(begin + 30, LAST + 1)):
                    back = LAST - day
                    for table in BY_NIGHT:
                        if table == "visits" and back > LOOK_BACK:
                            continue
                        changes = [f"CAST(day - {back} AS {'BIGINT' if table == 'scores' else 'INTEGER'}) AS day"]
                        if table == "visits":
                            # Tickets are numbered as they are opened, and always with as many digits.
                            changes.append(f"'T-' || (CAST(ticket_id[3:] AS BIGINT) - {back} * 1000000) AS ticket_id")
                            changes.append(f"'C' || (CAST(customer_id[2:] AS BIGINT) + {back} * 7919) AS customer_id")
                            changes += [f"{c} - {back} * 86400000000 AS {c}" for c in ("first_us", "last_us")]
                        if table == "scores":
                            changes.append(f"date - {back} AS date")
                        rows = db.sql(f"SELECT * REPLACE ({', '.join(changes)}) FROM {table}").to_arrow_table()
                        writing.put(table, rows, day)
                nights = {d: {"columns": columns, "offset": 0} for d in range(begin, min(begin + 30, LAST + 1))}
                if LAST in nights:
                    writing.put_blob("state", LAST, place.parent / "state.npz")
                writing.commit(Commit(nights=nights, watermarks={"log": mark}))
        store.finish_run("made", {"mapping": columns})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, nargs="+", default=[30, 365])
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=5_000_000, help="So many customers are seen, all alike.")
    parser.add_argument("--keep", type=Path, help="Folder to work in, left as it is at the end.")
    wish = parser.parse_args()
    folder = wish.keep or Path(tempfile.mkdtemp(prefix="onlooker-benchmark-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if not (folder / "model").exists():
            make_day(folder / "last.parquet", LAST, wish)
            scan(folder / "model", folder / "last.parquet", "--closed")
            make_day(folder / "new.parquet", LAST + 1, wish)
        for days in wish.days:
            store = folder / f"days-{days}" / "store"
            shutil.rmtree(store.parent, ignore_errors=True)
            store.parent.mkdir()
            make_store(store, folder / "model", days)
            told = scan(store, folder / "new.parquet", "--closed")
            print(
                f"{days:>4} days of store: {told['wall']:.1f} s, {told['processor']:.1f} s of processor, "
                f"{told['peak_mb']:,.0f} MB; "
                f"{told['counts']['events']:,} events, {told['counts']['agent_days']:,} agents; {told['stages']}",
                flush=True,
            )
    finally:
        if not wish.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
