"""One question about a log file to DuckDB alone. `python duck_question.py floor|scan FILE THREADS MEMORY`"""

from __future__ import annotations

import sys
import tempfile

import duckdb

READERS = {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}
QUESTIONS = {
    # The least that any judgement of agents by day has to do.
    "floor": "SELECT count(*), sum(n) FROM (SELECT agent_id, day, count(DISTINCT customer_id) AS n FROM "
    "(SELECT agent_id, customer_id, CAST(timestamp AS DATE) AS day FROM {source}) GROUP BY agent_id, day)",
    # Every value is parsed, and nothing is done with it.
    "scan": "SELECT max(timestamp), max(agent_id), max(customer_id), max(action), max(ticket_id) FROM {source}",
}


def main(question: str, path: str, threads: str, memory: str) -> None:
    source = f"{READERS[path.rpartition('.')[2]]}('{path}')"
    with tempfile.TemporaryDirectory() as spill:
        config = {"threads": int(threads), "memory_limit": memory, "temp_directory": spill}
        with duckdb.connect(config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'").fetchall()
            select = QUESTIONS[question].format(source=source)
            connection.execute(f"CREATE TEMP TABLE answer AS {select}").fetchall()


if __name__ == "__main__":
    main(*sys.argv[1:5])
