"""Plants tries in a copy of the log: the lines that its insiders would have left, and the work they leave undone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.backtesting.honest_log import HonestLog
from onlooker.backtesting.surroundings import DAY, MADE_UP, Records, Surroundings, days_worked
from onlooker.backtesting.tries import Try
from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns import Looks, look

if TYPE_CHECKING:
    import pyarrow as pa

# Lines look like the insider's own of that day: same team, site, session, kind of record, steps of the clock.
PLANTED = """
SELECT DISTINCT {columns} FROM (
  SELECT o.* REPLACE (
    o.us + (p.second - (o.day * 86400 + o.hour * 3600 + o.us // 1000000 % 3600)) * 1000000 AS us,
    p.login AS agent_id, c.customer_id AS customer_id, coalesce(p.action, o.action) AS action,
    CAST(p.second // 86400 AS INTEGER) AS day, CAST(p.second // 3600 % 24 AS {hour}) AS hour,
    coalesce(p.invented, t.ticket_id) AS ticket_id)
  FROM read_parquet('{looks}') p
  JOIN planted_patterns o ON o.number = p.agent AND o.day = p.worked AND o.place = p.pick % o.own_lines
  JOIN customer_numbers c ON c.number = p.customer
  LEFT JOIN ticket_numbers t ON t.number = p.ticket)
"""
PATTERNS = """
SELECT e.*, a.number, row_number() OVER (PARTITION BY e.agent_id, e.day ORDER BY e.us, e.customer_id) - 1 AS place,
       count(*) OVER (PARTITION BY e.agent_id, e.day) AS own_lines
FROM honest_events e JOIN agents_by_name a ON a.name = e.agent_id
WHERE e.customer_id IS NOT NULL
  AND (a.number, e.day) IN (SELECT (agent, worked) FROM read_parquet('{looks}'))
  AND (e.action IN ('view', 'reveal') OR NOT EXISTS (
       SELECT 1 FROM honest_events v WHERE v.agent_id = e.agent_id AND v.day = e.day AND v.customer_id IS NOT NULL
         AND v.action IN ('view', 'reveal')))
"""
STEPS = (60_000_000, 1_000_000, 1_000)
"""Steps of a clock, microseconds."""


@dataclass
class Planting:
    """What is planted in one copy. Days are days since 1970."""

    logins: list[list[str]] = field(default_factory=list)
    """Per try, the ids under which its insiders are found."""
    views: list[dict[int, int]] = field(default_factory=list)
    """Per try, records looked at by day."""
    begun: list[int] = field(default_factory=list)
    """Per try, the first day with a look; -1 where there is none."""


@dataclass
class _Lines:
    """Columns of the planted lines."""

    agent: list[Ints] = field(default_factory=list)
    worked: list[Ints] = field(default_factory=list)
    second: list[Ints] = field(default_factory=list)
    customer: list[Ints] = field(default_factory=list)
    ticket: list[Ints] = field(default_factory=list)
    pick: list[Ints] = field(default_factory=list)
    login: list[str] = field(default_factory=list)
    action: list[str | None] = field(default_factory=list)
    invented: list[str | None] = field(default_factory=list)


def clock_step(log: HonestLog) -> int:
    """The steps in which the log's clock goes, microseconds: whole minutes, seconds, milliseconds, or 1."""
    shares = ", ".join(f"avg(CASE WHEN us % {step} = 0 THEN 1.0 ELSE 0.0 END)" for step in STEPS)
    (found,) = log.engine.rows(f"SELECT {shares} FROM honest_events")
    return next((step for step, share in zip(STEPS, found, strict=True) if share and share > 0.99), 1)


def plant(log: HonestLog, records: Records, tries: Sequence[Try], step: int) -> Planting:
    """Make the tables `planted`, `undone_days` and `undone_visits` of one copy."""
    lines, planting = _Lines(), Planting()
    taken = np.zeros(records.customers, dtype=bool)
    undone_days: list[tuple[str, int, int, str | None]] = []
    undone_visits: list[tuple[int, int, int]] = []
    for one in tries:
        planting.logins.append([])
        seen: dict[int, int] = {}
        for turn, agent in enumerate(one.insiders):
            rng = np.random.default_rng([one.seed, turn])
            name, kind = log.names.agents[agent], one.kind
            first = one.first + round(kind.stagger * turn * (one.last - one.first))
            around = Surroundings(records, agent, taken, again=bool(kind.victims))
            worked = days_worked(records, agent, first, one.last)
            looks = look(kind, kind.taste_for(rng), worked, around, rng, one.strength)
            logins = ids_of(name, kind.logins, log.names.agents, rng)
            _write(lines, looks, agent, logins, kind.action, around, log, records, rng)
            planting.logins[-1] += [*logins, name]
            taken[looks.customer] = True
            for day in looks.day.tolist():
                seen[day + log.first_day] = seen.get(day + log.first_day, 0) + 1
            if kind.logins == "new":
                undone_days.append((name, first + log.first_day, log.last_day, logins[0]))
            if kind.leaves:
                undone_days.append((name, one.last + log.first_day, log.last_day, None))
            if kind.instead:
                undone_visits += left_undone(records, agent, first, one.last, kind.instead, log.first_day, rng)
        planting.views.append(seen)
        planting.begun.append(min(seen, default=-1))
    _tables(log, lines, undone_days, undone_visits, step)
    return planting


def left_undone(
    records: Records, agent: int, first: int, last: int, share: float, first_day: int, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Own visits (agent, customer, day) that an insider leaves undone."""
    own = records.own(agent)
    own = own[(records.day[own] >= first) & (records.day[own] < last)]
    own = own[rng.random(len(own)) < share]
    return [(agent, int(c), int(d) + first_day) for c, d in zip(records.customer[own], records.day[own], strict=True)]


def ids_of(name: str, logins: str, taken: Sequence[str], rng: np.random.Generator) -> list[str]:
    """The ids under which an insider's planted lines stand."""
    if logins == "spellings":
        return list(dict.fromkeys([name, name.upper(), name.lower(), name.title()]))[:3]
    if logins == "new":
        return [renumbered(name, set(taken), rng)]
    return [name]


def renumbered(text: str, taken: set[str], rng: np.random.Generator) -> str:
    """An id like this one that is not `taken`: other digits, or two more of them where it has too few."""
    for attempt in range(20):
        made = re.sub(r"\d{1,4}(?=\D*$)", lambda m: f"{rng.integers(0, 10 ** len(m[0])):0{len(m[0])}d}", text)
        made = made if attempt < 10 and made != text else f"{text}{rng.integers(0, 100):02d}"
        if made not in taken:
            return made
    return f"{text}{rng.integers(0, 10**9)}"


def _write(
    lines: _Lines, looks: Looks, agent: int, logins: Sequence[str], action: str, around: Surroundings,
    log: HonestLog, records: Records, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Add the lines of one insider's looks."""
    own = records.own(agent)
    deep = records.lasted[own][records.lines[own] > 1]
    which = np.repeat(np.arange(len(looks)), looks.lines)
    lasts = deep[rng.integers(0, len(deep), len(looks))] if len(deep) else np.full(len(looks), 300)
    later = np.where(np.insert(which[1:] == which[:-1], 0, False), rng.random(len(which)) * lasts[which], 0)
    second = np.minimum(looks.second[which] + later.astype(np.int64), (looks.second[which] // DAY + 1) * DAY - 1)
    lines.agent.append(np.full(len(which), agent))
    lines.worked.append(looks.day[which] + log.first_day)
    lines.second.append(second + log.first_day * DAY)
    lines.customer.append(looks.customer[which])
    ticket = looks.ticket[which]
    lines.ticket.append(np.where(ticket >= MADE_UP, -1, ticket))
    lines.pick.append(rng.integers(0, 10**6, len(which)))
    spread = rng.integers(0, len(logins), len(looks))[which]
    lines.login += [logins[place] for place in spread]
    lines.action += [None if action == "view" else action] * len(which)
    invented = _invented(log, around.made_up, rng)
    lines.invented += [invented[number - MADE_UP] if number >= MADE_UP else None for number in ticket.tolist()]


def _invented(log: HonestLog, near: Sequence[int], rng: np.random.Generator) -> list[str]:
    """Tickets that do not exist, each numbered like one of those given."""
    if not near:
        return []
    rows = log.engine.rows(
        f"SELECT number, ticket_id FROM ticket_numbers WHERE number IN ({', '.join(map(str, set(near)))})"
    )
    text = {int(number): str(ticket) for number, ticket in rows}
    return [renumbered(text[one], set(text.values()), rng) for one in near]


def _tables(
    log: HonestLog, lines: _Lines, undone_days: Sequence[tuple[str, int, int, str | None]],
    undone_visits: Sequence[tuple[int, int, int]], step: int,
) -> None:  # fmt: skip
    import pyarrow as pa
    import pyarrow.parquet as pq

    engine = log.engine
    numbers = {
        name: pa.array(np.concatenate([np.zeros(0, np.int64), *getattr(lines, name)]).astype(np.int64))
        for name in ("agent", "worked", "second", "customer", "ticket", "pick")
    }
    texts = {name: pa.array(getattr(lines, name), pa.string()) for name in ("login", "action", "invented")}
    looks, days, visits = (
        engine.folder / f"{name}.parquet" for name in ("planted_looks", "undone_days", "undone_visits")
    )
    pq.write_table(pa.table({**numbers, **texts}), looks)
    kinds = {"agent_id": pa.string(), "first": pa.int64(), "last": pa.int64(), "moved_to": pa.string()}
    pq.write_table(_table(undone_days, kinds), days)
    pq.write_table(_table(undone_visits, dict.fromkeys(("agent", "customer", "day"), pa.int64())), visits)
    engine.table("planted_patterns", PATTERNS.format(looks=looks))
    types = dict(
        engine.rows("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'honest_events'")
    )
    names = engine.columns("honest_events")
    columns = ", ".join(
        f"us - us % {step} AS us" if name == "us" else "NULL AS event_id" if name == "event_id" else name
        for name in names
    )
    engine.table("planted", PLANTED.format(columns=columns, looks=looks, hour=types["hour"]))
    engine.table(
        "undone_days",
        f"""SELECT agent_id, CAST(unnest(range(first, last + 1)) AS INTEGER) AS day, moved_to
                                    FROM read_parquet('{days}')""",
    )
    engine.table(
        "undone_visits",
        f"""SELECT a.name AS agent_id, c.customer_id, CAST(u.day AS INTEGER) AS day
        FROM read_parquet('{visits}') u JOIN agents_by_name a ON a.number = u.agent
        JOIN customer_numbers c ON c.number = u.customer""",
    )


def _table(rows: Sequence[tuple[Any, ...]], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    import pyarrow as pa

    columns = zip(*rows, strict=True) if rows else [[] for _ in kinds]
    return pa.table(
        {name: pa.array(list(column), kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)}
    )
