"""Side tables for the awkward log: nulls, ids of another system, days of the clocks' changes, rows that are no good."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from .logs import LOUD

AGENTS = [*(f"agent {n}" for n in range(29) if n != 1), LOUD, "lone"]
DAYS = [date(2024, 3, 1) + timedelta(n) for n in range(40)] + [date(2024, 10, 10) + timedelta(n) for n in range(40)]
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "", "Mars/Olympus")


def write_side_tables(folder: Path) -> dict[str, str]:
    """Each table as CSV; name -> path, as the settings take them."""
    folder.mkdir()
    tables: dict[str, Iterable[tuple[object, ...]]] = {
        "agents": _agents(),
        "identities": _identities(),
        "tickets": _tickets(),
        "roster": _roster(),
        "leave": [
            ("agent_id", "from", "to"),
            ("agent 2", "2024-03-05", "2024-03-09"),
            ("agent 2", "2024-03-09", "2024-03-20"),
            ("agent 5", "2024-03-31", ""),
            ("agent 5", "2024-04-02", "2024-04-01"),
        ],
        "customers": [("customer_id", "tier", "vip", "owner_agent", "canary"), *_customers()],
        "contacts": _contacts(),
        "calendar": [
            ("kind", "from", "to", "site", "team", "agent_id", "customers", "approver"),
            ("holiday", "2024-04-01", "", "Łódź", "", "", "", ""),
            ("outage", "2024-10-27", "2024-10-28", "", "", "", "", ""),
            ("project", "2024-03-10", "2024-03-20", "", "blue", "", "", "H3"),
            ("sample", "2024-10-20", "2024-10-30", "", "", "agent 0", "", "H0"),
            ("sample", "2024-03-15", "2024-04-05", "", "", "", "c1; c2|c7", "H4"),
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return {name: str(folder / f"{name}.csv") for name in tables}


def _agents() -> Iterable[tuple[object, ...]]:
    yield ("agent_id", "team", "manager", "queue", "site", "zone", "role", "hire_date", "leave_date", "valid_from")
    for n, agent in enumerate(AGENTS[:-4]):
        left = "2024-10-20" if n == 6 else ""
        yield agent, f"team {n % 4}", "H3", "chat" if n % 2 else "", "", ZONES[n % 5], "", "2024-03-03", left, ""
    yield "agent 3", "team 9", "", "mail", "", "Asia/Kolkata", "lead", "", "", "2024-10-15"
    yield "", "team 1", "", "", "", "", "", "", "", ""


def _identities() -> Iterable[tuple[object, ...]]:
    """The help desk calls people H0, H1, ...; one login went from one person to another."""
    yield "system", "id", "entity", "valid_from", "valid_to"
    for n, agent in enumerate(AGENTS):
        yield "helpdesk", f"H{n}", f"person {n}", "", ""
        yield "log", agent, f"person {n}", "", "2024-10-25" if n == 8 else ""
    yield "log", AGENTS[8], "person 99", "2024-10-26", ""


def _tickets() -> Iterable[tuple[object, ...]]:
    yield "ticket_id", "customer_id", "assignee", "opened", "closed", "opened_by"
    for n in range(180):
        opened = datetime(2024, 3, 1, 1, 30) + timedelta(days=n % 78 * (1 if n % 2 else 3), minutes=n)
        closed = (opened + timedelta(days=n % 9)).isoformat() if n % 3 else ""
        yield f"T-c{n}", f"c{n}", f"H{n % 20}", f"{opened.isoformat()}+02:00", closed, f"H{n % 7}" if n % 5 else ""
    for n in range(300):
        yield f"T{n}", f"c{n % 90}" if n % 4 else "", "", "2024-03-01T00:00:00Z", "", ""
    yield "T-c1", "c1", "H1", "not a time", "", ""


def _contacts() -> Iterable[tuple[object, ...]]:
    yield "agent_id", "start", "end", "direction", "customer_id", "ticket_id"
    for n in range(4000):
        start = datetime(2024, 3, 1, n % 24, n % 60) + timedelta(days=n % 40 if n % 3 else n % 31 + 223)
        end = start + timedelta(minutes=n % 50)
        who = f"c{n % 90}" if n % 4 else "", f"T{n % 300}" if n % 12 == 0 else ""
        yield f"H{n % 20}", start.isoformat(), end.isoformat(), ("in", "out", "")[n % 3], *who


def _roster() -> Iterable[tuple[object, ...]]:
    yield "agent_id", "day", "start", "end"
    for n, agent in enumerate(AGENTS[:20]):
        for day in DAYS[n % 3 :: 2]:
            yield (agent, day, "22:00", "06:00") if n % 2 else (agent, day, "9:00", "17:30")


def _customers() -> Iterable[tuple[object, ...]]:
    for n in range(120):
        tier = ("gold", "basic", "", "VIP")[n % 4]
        yield f"c{n}", tier, "yes" if n == 5 else "", f"H{n}" if n < 9 else "", "yes" if n == 66 else ""
