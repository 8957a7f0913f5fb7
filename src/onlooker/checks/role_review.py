"""The role review of a first scan: whom the past of a log can't tell about, since it was so from the first day on.

Somebody who sees three times as many customers as the queue from the beginning has no past to stand out from: it is
another job that no table names, or it began before the log. Each finding has the line to write if it is the job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from onlooker.alerts.numbers import count, plural
from onlooker.engines.protocol import Engine
from onlooker.schema.actors import PERSON, ROUND_THE_CLOCK, SHARE
from onlooker.schema.days import iso
from onlooker.schema.findings import RoleNote

TIMES = 3.0
"""People who look at this multiple of their queue's customers, or more, are named."""
BEGINNING = 28
"""Days from the first one in the log that are somebody's beginning."""
LEAST_DAYS, LEAST_PEERS = 10, 4
"""Days worked that somebody needs, and others in the queue."""
WITHOUT, WITH = 0.95, 0.5
"""A queue counts as without tickets if 95 % of its visits have none, and another queue lacks them in at most half."""

PEOPLE = """
SELECT agent_id, place, role, min(day) AS first_day, count(*) AS days, avg(CAST(customers AS DOUBLE)) AS a_day,
       count(CASE WHEN day < began + {beginning} THEN 1 END) AS days_then,
       avg(CASE WHEN day < began + {beginning} THEN CAST(customers AS DOUBLE) END) AS a_day_then
FROM (SELECT agent_id, day, coalesce(queue, site, '') AS place, coalesce(role, '') AS role, customers,
             min(day) OVER (PARTITION BY agent_id) AS began FROM actor_days WHERE {person}) d
GROUP BY agent_id, place, role ORDER BY agent_id, days DESC, place, role
"""
ROUND = """
SELECT agent_id, count(*) AS days, count(CASE WHEN hours >= {hours} THEN 1 END) AS around
FROM actor_days WHERE actor_type IS NULL OR actor_type = 'human' GROUP BY agent_id
HAVING count(*) >= {least} AND count(CASE WHEN hours >= {hours} THEN 1 END) >= {share} * count(*) ORDER BY agent_id
"""
QUEUES = """
SELECT coalesce(queue, site, '') AS place, count(DISTINCT agent_id) AS people, sum(customers) AS visits,
       sum(no_ticket) AS ticketless
FROM actor_days WHERE {person} GROUP BY 1 HAVING sum(customers) > 0 ORDER BY 1
"""


@dataclass(frozen=True)
class Worker:
    """One person's customers per day worked."""

    agent_id: str
    place: str
    role: str
    first: int
    days: int
    a_day: float
    days_then: int
    a_day_then: float


def role_review(engine: Engine, columns: Collection[str]) -> tuple[RoleNote, ...]:
    """All findings, people first, the furthest above their queue first; `actor_days` of the whole log is on `engine`.

    `columns` are those of the log and the side tables.
    """
    notes = [*above_the_queue(workers(engine)), *round_the_clock(engine)]
    if "ticket_id" in columns:
        notes += queues_without_tickets(engine)
    return tuple(notes)


def workers(engine: Engine) -> list[Worker]:
    """People with enough days, each in the queue and role of most of them."""
    rows = engine.rows(PEOPLE.format(beginning=BEGINNING, person=PERSON))
    mine: dict[str, Worker] = {}
    for agent, place, role, first, days, a_day, days_then, a_day_then in rows:
        worker = Worker(agent, place, role, int(first), int(days), a_day, int(days_then), a_day_then or 0.0)
        mine.setdefault(agent, worker)
    return [one for one in mine.values() if one.days >= LEAST_DAYS]


def above_the_queue(people: list[Worker]) -> list[RoleNote]:
    """Who sees three times as many customers a day as the middle of the others of the queue and role, from the first
    days on; whose role is another one is not told of."""
    alike: dict[tuple[str, str], list[Worker]] = {}
    for one in people:
        alike.setdefault((one.place, one.role), []).append(one)
    found: list[tuple[float, RoleNote]] = []
    for one in people:
        others = [other for other in alike[one.place, one.role] if other is not one]
        if len(others) < LEAST_PEERS or one.days_then < LEAST_DAYS // 2:
            continue
        usual, then = median(o.a_day for o in others), median(o.a_day_then for o in others)
        if one.a_day >= TIMES * max(usual, 1.0) and one.a_day_then >= TIMES * max(then, 1.0):
            found.append((one.a_day / max(usual, 1.0), _above(one, usual)))
    return [note for _, note in sorted(found, key=lambda pair: (-pair[0], pair[1].agent_id))]


def _above(one: Worker, usual: float) -> RoleNote:
    queue = f"queue {one.place}" if one.place else "the log"
    return RoleNote(
        "above the queue", one.agent_id, one.place,
        f"{one.agent_id} has seen {count(one.a_day)} customers per day worked since {iso(one.first)}; the others of "
        f"{queue} see {count(usual)}. It was so from the beginning, so the own past shows nothing unusual.",
        "If somebody else confirms that this is the job, give it a role of its own. It is then held against its own "
        "level, and not exempted.",
        "agents", f"agent_id,role\n{cell(one.agent_id)},case review",
    )  # fmt: skip


def round_the_clock(engine: Engine) -> Iterator[RoleNote]:
    """Accounts that no machine type names and that are active at more hours than a person can be."""
    rows = engine.rows(ROUND.format(hours=ROUND_THE_CLOCK, least=3, share=SHARE))
    for agent, days, around in rows:
        yield RoleNote(
            "round the clock", agent, "",
            f"{agent} was active at {ROUND_THE_CLOCK} hours of the day or more on {around:,} of "
            f"{plural(int(days), 'day')}: a service account, or a login that several people share.",
            "If it is a service account, say so: it is then compared with machines. Several people need a login each.",
            "agents", f"agent_id,actor_type\n{cell(agent)},service",
        )  # fmt: skip


def queues_without_tickets(engine: Engine) -> Iterator[RoleNote]:
    """Queues whose work shows no tickets where that of others does."""
    rows = engine.rows(QUEUES.format(person=PERSON))
    shares: Mapping[str, float] = {place: (without or 0) / visits for place, _, visits, without in rows}
    if not any(share <= WITH for share in shares.values()):
        return
    for place, people, visits, _ in rows:
        if shares[place] >= WITHOUT and people > LEAST_PEERS:
            queue = f"Queue {place}" if place else "Work without a queue"
            yield RoleNote(
                "queue without tickets", "", place,
                f"{queue}: {shares[place]:.0%} of {int(visits):,} visits have no ticket, while other queues "
                "have them. Its people stand out for nothing but that.",
                "Give the table in which this work is kept: its tickets, or the contacts that the people handled.",
                "contacts", "agent_id,start,end,channel,customer_id",
            )  # fmt: skip


def cell(text: str) -> str:
    """An id as a cell of a CSV file."""
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(char in text for char in ',"\n\r') else text
