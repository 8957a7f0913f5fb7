"""A log with what engines disagree on: nulls, ties, daylight-saving days, one-event days, odd spellings."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

HEADER = ("timestamp", "agent_id", "customer_id", "action", "ticket_id", "team", "site", "role", "actor_type", "note")
ZONE = ZoneInfo("Europe/Paris")
VERBS = ("view", "edit", "export", "reveal", "search", "list", "recordViewed", "UPDATE", "", "frobnicate")
TICKETS = ("", "", "none", " N/A ", "-")


def write_awkward_log(path: Path, seed: int = 1) -> Path:
    """CSV; both changes of the clock of 2024 in Paris lie within its days."""
    random = Random(seed)
    rows = [row for start in ("2024-03-01", "2024-10-10") for row in _season(datetime.fromisoformat(start), random)]
    rows += [_row(datetime(2024, 3, 31, 0, minute, tzinfo=UTC), "lone", "c-lone") for minute in (59, 59)]
    rows += [rows[5], ("not a time", *rows[6][1:]), ("2024-03-05T10:00:00Z", "", *rows[6][2:])]
    rows.append(("2024-03-05T10:00:00Z", "ann", "", "view", *rows[6][4:]))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def _season(start: datetime, random: Random) -> list[tuple[str, ...]]:
    rows = []
    for _ in range(2500):
        at = start.replace(tzinfo=UTC) + timedelta(seconds=random.randrange(40 * 86400) // 30 * 30)
        agent, customer = f"agent {random.randrange(30) ** 2 // 30}", f"c{int(random.expovariate(0.02))}"
        rows.append(_row(at, agent, customer, random))
    return rows


def _row(at: datetime, agent: str, customer: str, random: Random | None = None) -> tuple[str, ...]:
    if random is None:
        return (_stamp(at, 0), agent, customer, "view", "", "", "", "", "", "")
    action = random.choice(VERBS)
    named = "" if action in ("search", "list") and random.random() < 0.7 else customer
    ticket = random.choice((*TICKETS, f"T{random.randrange(300)}", f"T-{customer}"))
    team = random.choice(("", "blue", "red, and 'green'", 'the "best"'))
    kind = "service" if agent == "agent 0" else random.choice(("", "human"))
    return (
        _stamp(at, random.randrange(4)),
        agent,
        named,
        action,
        ticket,
        team,
        "Łódź",
        "tier 1",
        kind,
        str(random.random()),
    )


def _stamp(at: datetime, spelling: int) -> str:
    local = at.astimezone(ZONE)
    naive = local.replace(tzinfo=None).isoformat(sep=" ")
    return (at.isoformat().replace("+00:00", "Z"), local.isoformat(), naive, str(int(at.timestamp() * 1000)))[spelling]
