"""The log that is measured: 60 days, 2,000 agents, every value a function of the row's number, so always the same.

Rows come in the order of time, as logs do, without a sort. `contacts`: a customer writes in, a ticket is opened, one or
two agents look at the record on two days, several times each; a third of the looks are single. `uniform`: every row
is a random agent and a random customer, so that nearly every event is a visit of its own: the most work that a log of
its size can make. `long_ids`: `contacts` with the ids that many systems have, addresses for agents and UUIDs for
customers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb

Shape = Literal["contacts", "uniform", "long_ids"]
Format = Literal["csv", "jsonl", "parquet"]

DAYS = 60
AGENTS = 2_000
START = "2024-01-01"
WORKING_SECONDS = 14 * 3600
"""Of each day, from 06:00."""

_SHORT = {
    "agent_id": "'agent' || lpad(agent::VARCHAR, 5, '0')",
    "customer_id": "'C' || lpad(customer::VARCHAR, 9, '0')",
    "ticket_id": "'T' || ticket",
}
_LONG = {
    "agent_id": "'agent.' || lpad(agent::VARCHAR, 5, '0') || '@support.example'",
    "customer_id": "md5(customer::VARCHAR)::UUID::VARCHAR",
    "ticket_id": "'CASE-2024-' || lpad(ticket::VARCHAR, 10, '0')",
}

_COPY = {"csv": "FORMAT csv, HEADER", "jsonl": "FORMAT json", "parquet": "FORMAT parquet, COMPRESSION zstd"}


def _mix(value: str, salt: int) -> str:
    """A 31-bit number that looks random: the same in every version of every engine, unlike hash()."""
    first = f"((({value}) * 2654435761 + {salt} * 40503) % 2147483648)"
    return f"(xor({first}, {first} >> 15) * 2246822519 % 2147483648)"


def _contacts(rows: int) -> str:
    """Three looks per visit, some minutes apart, and two visits per contact, about a day apart."""
    gap = max(rows // DAYS // (WORKING_SECONDS // 150), 1)
    visits_apart = max(rows // 3 // DAYS * 5 // 4, 1)
    third = f"""SELECT i, i // {3 * gap} * {gap} + i % {gap} AS trio, i % {3 * gap} // {gap} AS look
        FROM range({rows}) t(i)"""
    visit = f"""SELECT i, CASE WHEN {_mix("trio", 1)} % 3 = 0 AND look > 0 THEN {rows} + i ELSE trio END AS visit
        FROM ({third})"""
    contact = f"""SELECT i, visit // {2 * visits_apart} * {visits_apart} + visit % {visits_apart} AS contact,
        visit // {visits_apart} % 2 AS again FROM ({visit})"""
    home = f"{_mix('contact', 2)} % {AGENTS}"
    colleague = f"({home}) // 20 * 20 + {_mix('contact', 3)} % 20"
    return f"""SELECT i, CASE WHEN again = 1 AND {_mix("contact", 4)} % 2 = 0 THEN {colleague} ELSE {home} END AS agent,
        {_mix("contact", 5)} % {max(rows // 10, 1)} AS customer,
        CASE WHEN {_mix("contact", 6)} % 5 > 0 THEN contact END AS ticket FROM ({contact})"""


def _uniform(rows: int) -> str:
    return f"""SELECT i, {_mix("i", 2)} % {AGENTS} AS agent, {_mix("i", 5)} % {max(rows // 10, 1)} AS customer,
        CASE WHEN {_mix("i", 6)} % 5 > 0 THEN i END AS ticket FROM range({rows}) t(i)"""


def log_select(rows: int, shape: Shape = "contacts") -> str:
    """DuckDB SQL of the log: timestamp, agent_id, customer_id, action, ticket_id."""
    chosen = _uniform(rows) if shape == "uniform" else _contacts(rows)
    ids = _LONG if shape == "long_ids" else _SHORT
    second = f"i * {WORKING_SECONDS} // {max(rows // DAYS, 1)}"
    clock = f"to_seconds(({second}) // {WORKING_SECONDS} * 86400 + 21600 + ({second}) % {WORKING_SECONDS})"
    return f"""SELECT strftime(TIMESTAMP '{START}' + {clock}, '%Y-%m-%dT%H:%M:%SZ') AS timestamp,
        {ids["agent_id"]} AS agent_id, {ids["customer_id"]} AS customer_id,
        CASE WHEN {_mix("i", 7)} % 12 = 0 THEN 'edit' WHEN {_mix("i", 7)} % 97 = 0 THEN 'export'
             ELSE 'view' END AS action,
        {ids["ticket_id"]} AS ticket_id FROM ({chosen})"""


def make_log(folder: Path, rows: int, kind: Format = "csv", shape: Shape = "contacts") -> Path:
    """The file of that many rows in `folder`, made if it is not there yet."""
    path = folder / f"{shape}-{rows}.{kind}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with duckdb.connect() as connection:
            copy = f"COPY ({log_select(rows, shape)}) TO '{unfinished}' ({_COPY[kind]})"
            connection.execute(copy).fetchall()
        unfinished.replace(path)
    return path
