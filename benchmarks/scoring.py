"""What scoring costs by agents and days: `python -m benchmarks.scoring`.

AGENT_DAYS are made up on the engine, every agent active on every day, and judged as a scan of a whole log judges them:
read, scored, decided on, put into SCORES. Each size runs in a process of its own, and what making up took is not
counted. Processor seconds are what to trust where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

from benchmarks.measure import machine
from onlooker.config import load
from onlooker.engines.duck import DuckEngine
from onlooker.engines.missing_tables import make_missing
from onlooker.features import COUNTS, scored_features
from onlooker.patterns.pattern import Given
from onlooker.scanning.job import Job
from onlooker.scanning.judge import judge
from onlooker.scanning.past import Earlier
from onlooker.scanning.span import Span
from onlooker.schema.tables import AGENT_DAYS, CONTEXT, VISITS

FIRST_DAY = 20_000
COLUMNS = frozenset({"ticket_id", "action", "fields", "queue", "site", "role"})
AGENTS, DAYS = [2_500, 5_000, 10_000], [90, 180, 365]
SHARES = (0.3, 0.05, 0.2, 0.4, 0.15, 0.1, 0.02)
"""Of the day's customers, the part that each further count has, in turn."""

# An agent has a pace, a day a luck of its own; one agent in fifty has twice the usual in the last weeks.
PACE = """
SELECT 'agent' || lpad(CAST(a AS VARCHAR), 6, '0') AS agent_id, CAST({first} + d AS INTEGER) AS day,
       'queue' || a % 20 AS queue, 'site' || a % 4 AS site,
       CAST(round((10 + a % 37) * (0.5 + random()) * CASE WHEN a % 50 = 0 AND d > {days} - 20 THEN 2 ELSE 1 END)
            AS BIGINT) AS customers
FROM range({agents}) x(a), range({days}) y(d)
"""
FIXED = {
    "agent_id": "agent_id", "day": "day", "queue": "queue", "site": "site", "events": "customers * 2", "hours": "8",
    "customers": "customers",
}  # fmt: skip


def make_up(engine: DuckEngine, agents: int, days: int) -> None:
    """The tables that judging reads: AGENT_DAYS in full, VISITS with a customer per agent-day."""
    scored = [feature.name for feature in scored_features(COLUMNS, COLUMNS)]
    parts = {name: SHARES[i % len(SHARES)] for i, name in enumerate(scored)}
    known = FIXED | {
        name: f"CAST(floor(customers * {part} * (0.5 + random())) AS BIGINT)"
        for name, part in parts.items()
        if name not in FIXED
    }
    columns = [f"{known.get(c.name, f'CAST(NULL AS {c.type})')} AS {c.name}" for c in AGENT_DAYS.columns]
    columns += [f"{known.get(f.name, 'CAST(0 AS BIGINT)')} AS {f.name}" for f in COUNTS]
    pace = PACE.format(first=FIRST_DAY, days=days, agents=agents)
    engine.rows("SELECT setseed(0.5)")
    engine.table("agent_days", f"SELECT {', '.join(columns)} FROM ({pace})")
    seen = {"agent_id": "agent_id", "day": "day", "any_gap": "CAST(day % 30 AS INTEGER)", "colleagues": "0"}
    visits = ", ".join(f"{seen.get(c.name, f'CAST(NULL AS {c.type})')} AS {c.name}" for c in VISITS.columns)
    engine.table("visits", f"SELECT {visits} FROM agent_days WHERE FALSE")
    make_missing(engine, CONTEXT)


def used() -> float:
    """Processor seconds of this process so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def one(agents: int, days: int) -> dict[str, float]:
    """Judge one made-up log in this process."""
    settings = load({"threads": 2})
    with DuckEngine(memory=settings.memory, threads=2) as engine:
        make_up(engine, agents, days)
        cpu, start = used(), time.perf_counter()
        span = Span(FIRST_DAY, FIRST_DAY + days - 1, FIRST_DAY, FIRST_DAY + days)
        found = judge(Job(engine, settings), Given(COLUMNS), span, Earlier(), ()).outcome
        seconds, cpu = time.perf_counter() - start, used() - cpu
        assert found.scores.num_rows == agents * days
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return {"seconds": seconds, "processor": cpu, "gigabytes": peak, "alerts": float(len(found.alerts))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--agents", type=int, nargs="+", default=AGENTS)
    parser.add_argument("--days", type=int, nargs="+", default=DAYS)
    parser.add_argument("--one", action="store_true", help="only the first size, in this process, as JSON")
    wish = parser.parse_args()
    if wish.one:
        print(json.dumps(one(wish.agents[0], wish.days[0])))
        return
    print(f"{machine()}\n\n| agents | days | seconds | processor | per million agent-days | peak memory | alerts |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for agents in wish.agents:
        for days in wish.days:
            command = [
                sys.executable,
                "-m",
                "benchmarks.scoring",
                "--one",
                "--agents",
                str(agents),
                "--days",
                str(days),
            ]
            cost = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            each = cost["processor"] / (agents * days / 1e6)
            print(
                f"| {agents:,} | {days} | {cost['seconds']:.1f} s | {cost['processor']:.1f} s | {each:.1f} s | "
                f"{cost['gigabytes']:.2f} GB | {cost['alerts']:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
