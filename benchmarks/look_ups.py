"""What questions to a year of VISITS in a store cost: `python -m benchmarks.look_ups --visits 1e8`.

Makes a store of 365 days, asks it about one agent and about 1,000 customers (in SQL and as the commands do), each in a
process of its own with DuckDB's usual memory, and prints a table; then the same after `store compact`. `--days 62`
makes two months of such a year: what share is read does not depend on the number of months. The pages may be in the
system's cache: `read` is what was asked of the disk or the cache, and does not depend on it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import onlooker
from benchmarks.measure import machine
from onlooker.engines.duck import DuckEngine
from onlooker.schema.tables import VISITS
from onlooker.store import Commit, Store

FIRST_DAY, DAYS = 20_000, 365
AGENTS, VISITS_PER_CUSTOMER = 10_000, 20
MIX = "CAST(hash(i * 10 + {salt}) % 2147483648 AS BIGINT)"

QUESTIONS = {
    "one agent, all columns": "WHERE agent_id = 'agent00421'",
    "1,000 customers, all columns": "WHERE customer_id IN ({customers})",
    "1,000 customers from a table": "WHERE customer_id IN (SELECT unnest([{customers}]))",
    "all of it, one column": "WHERE events > 1000",
}

LOOKS = {"onlooker exposure of one agent": "exposure", "onlooker trace of 1,000 customers": "trace {sought}"}


def day_select(visits: int, day: int) -> str:
    """SQL of one day's visits: pairs of agent and customer that look random."""
    daily = visits // DAYS
    who, whom, when, why = (MIX.format(salt=salt) for salt in range(4))
    us = f"CAST({FIRST_DAY + day} AS BIGINT) * 86400000000 + 21600000000 + {when} % 50400 * 1000000"
    values = {
        "agent_id": f"'agent' || lpad(CAST({who} % {AGENTS} AS VARCHAR), 5, '0')",
        "customer_id": f"'customer' || lpad(CAST({whom} % {visits // VISITS_PER_CUSTOMER} AS VARCHAR), 9, '0')",
        "day": f"{FIRST_DAY + day}", "first_us": us, "last_us": f"{us} + {why} % 600 * 1000000",
        "hour": f"6 + {when} % 50400 // 3600", "events": f"1 + {why} % 4", "edits": f"{why} % 5 // 4",
        "ticket_id": f"CASE WHEN {why} % 5 > 0 THEN 'T' || (i // 2) END", "ticket_customers": "1",
        "worked": f"{why} % 3 = 0", "ticketed": f"{why} % 5 > 0", "own_gap": f"nullif({why} % 15, 0)",
        "any_gap": f"nullif({when} % 15, 0)", "colleagues": f"{when} % 2", "recent_colleagues": f"{when} % 3",
        "strength": f"CASE WHEN {why} % 5 > 0 THEN 'strong' ELSE 'none' END",
        "explanation": f"CASE WHEN {why} % 5 > 0 THEN 'ticket' ELSE 'unexplained' END",
    }  # fmt: skip
    columns = ", ".join(
        f"CAST({values.get(c.name, '0' if c.type == 'BIGINT' else 'NULL')} AS {c.type}) AS {c.name}"
        for c in VISITS.columns
    )
    return f"SELECT {columns} FROM range({day * daily}, {(day + 1) * daily}) t(i)"


def make(root: Path, visits: int, days: int) -> None:
    """A store with `days` days of a year of `visits` visits, a file per day, as nightly runs leave it."""
    with Store.open(root, "write", create=True) as store, DuckEngine() as engine:
        store.start_run("benchmark", "0")
        for start in range(0, days, 30):
            with store.begin("benchmark") as writing:
                for day in range(start, min(start + 30, days)):
                    writing.put("visits", engine.arrow(day_select(visits, day)), FIRST_DAY + day)
                writing.commit(Commit())


def ask(root: Path, what: str) -> None:
    """One question, in this process; prints what it cost. `what` is SQL, or a command of LOOKS and its customers."""
    start, before = time.perf_counter(), counted("io", "rchar")
    command, _, customers = what.partition(" ")
    if command == "exposure":
        rows = onlooker.exposure("agent00421", root, threads=2).table.num_rows
    elif command == "trace":
        rows = len(onlooker.trace(customers.split(), root, threads=2).agents)
    else:
        with Store.open(root, "read") as store, DuckEngine(threads=2) as engine:
            rows = engine.arrow(f"SELECT * FROM {store.select('visits')} {what}").num_rows
    seconds, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cost = {"rows": rows, "seconds": seconds, "cpu": used.ru_utime + used.ru_stime}
    print(json.dumps({**cost, "read": counted("io", "rchar") - before, "peak": counted("status", "VmHWM") * 1024}))


def counted(file: str, name: str) -> int:
    """A number that Linux keeps of this process. (The peak of getrusage may be that of the parent.)"""
    lines = Path(f"/proc/self/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def table(root: Path, visits: int, what: str) -> None:
    """All questions, as a table."""
    files = list(root.rglob("*.parquet"))
    size = sum(file.stat().st_size for file in files)
    ids = [f"customer{n * (visits // VISITS_PER_CUSTOMER) // 1000:09}" for n in range(1000)]
    customers, sought = ", ".join(f"'{one}'" for one in ids), " ".join(ids)
    print(f"\n{what}: {len(files)} files, {size / 1e9:.2f} GB\n")
    print("| question | rows | seconds | processor | read | peak memory |\n|---|--:|--:|--:|--:|--:|")
    for name, question in (QUESTIONS | LOOKS).items():
        asked = question.format(customers=customers, sought=sought)
        command = [sys.executable, "-m", "benchmarks.look_ups", "--ask", str(root), asked]
        cost = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(
            f"| {name} | {cost['rows']:,} | {cost['seconds']:.1f} s | {cost['cpu']:.1f} s | "
            f"{cost['read'] / 1e6:,.0f} MB ({cost['read'] / size:.0%}) | {cost['peak'] / 1e9:.2f} GB |",
            flush=True,
        )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=float, default=1e7)
    parser.add_argument("--days", type=int, default=DAYS, help="of the year, that many are made")
    parser.add_argument("--folder", help="where the store is made; by default where temporary files go")
    parser.add_argument("--ask", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        ask(Path(given.ask[0]), given.ask[1])
        return
    visits = int(given.visits)
    print(f"{machine()}; {visits:,} visits a year, {AGENTS:,} agents; {given.days} days of it")
    with TemporaryDirectory(dir=given.folder) as folder:
        root = Path(folder) / "store"
        make(root, visits, given.days)
        table(root, visits, "A file per day")
        with Store.open(root, "write") as store:
            store.compact(FIRST_DAY + given.days + 31)
        with Store.open(root, "write") as store:
            store.start_run("afterwards", "0")  # which removes the day files
        table(root, visits, "A file per month")


if __name__ == "__main__":
    main()
