"""A log with what engines disagree on: nulls, ties, daylight-saving days, one-event days, odd spellings."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

HEADER = ("timestamp", "agent_id", "customer_id", "action", "ticket_id", "team", "site", "role", "actor_type", "note")
ZONE = ZoneInfo("Europe/Paris")
VERBS = ("view", "edit", "export", "reveal", "search", "list", "recordViewed", "UPDATE", "", "frobnicate")
TICKETS = ("", "", "none", " N/A ", "-")
LOUD = r"CORP\o'neill"
"""What SQL literals disagree on: a backslash and a quote."""
SPELLINGS = ("%d/%b/%Y:%H:%M:%S +0000", "%b %d, %Y @ %H:%M:%S.000 Z", "%a, %d %b %Y %H:%M:%S GMT", "%Y%m%dT%H%M%SZ")


def write_awkward_log(path: Path, seed: int = 1) -> Path:
    """CSV; both changes of the clock of 2024 in Paris lie within its days, and one agent has two loud weeks."""
    random = Random(seed)
    rows = [row for start in ("2024-03-01", "2024-10-10") for row in _season(datetime.fromisoformat(start), random)]
    rows += [_row(datetime(2024, 3, 31, 0, minute, tzinfo=UTC), "lone", "c-lone") for minute in (59, 59)]
    rows += [_row(datetime(2024, 11, 4 + n // 40, 9, n % 40, tzinfo=UTC), LOUD, f"loud {n}") for n in range(400)]
    rows += [rows[5], ("not a time", *rows[6][1:]), ("03/04/2024 10:00", *rows[6][1:])]
    rows += [("2024-03-05T10:00:00Z", "", *rows[6][2:]), ("2024-03-05T10:00:00Z", "ann", "", "view", *rows[6][4:])]
    return write_rows(path, rows)


def add_damage(path: Path) -> None:
    """A line that has too few columns: only text can have it."""
    with path.open("a", encoding="utf-8") as file:
        file.write("2024-03-05T10:00:00Z,ann\r\n")


def write_awkward_nights(folder: Path, start: str = "2024-03-01", seed: int = 1) -> list[Path]:
    """One CSV for each UTC day of forty days."""
    files: dict[str, list[tuple[str, ...]]] = {}
    for at, row in _dated(datetime.fromisoformat(start), Random(seed)):
        files.setdefault(f"{at:%Y-%m-%d}", []).append(row)
    return [write_rows(folder / f"{day}.csv", rows) for day, rows in sorted(files.items())]


def write_rows(path: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def _season(start: datetime, random: Random) -> list[tuple[str, ...]]:
    return [row for _, row in _dated(start, random)]


def _dated(start: datetime, random: Random) -> list[tuple[datetime, tuple[str, ...]]]:
    rows = []
    for _ in range(2500):
        at = start.replace(tzinfo=UTC) + timedelta(seconds=random.randrange(40 * 86400) // 30 * 30)
        number = random.randrange(30) ** 2 // 30
        agent, customer = LOUD if number == 1 else f"agent {number}", f"c{int(random.expovariate(0.02))}"
        rows.append((at, _row(at, agent, customer, random)))
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
        _stamp(at, random.randrange(8)),
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
    plain = (at.isoformat().replace("+00:00", "Z"), local.isoformat(), naive, str(int(at.timestamp() * 1000)))
    return plain[spelling] if spelling < len(plain) else at.strftime(SPELLINGS[spelling - len(plain)])
