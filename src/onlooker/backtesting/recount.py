"""A planted copy, counted: only the customers, agents and days that the planting touches are counted anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.honest_log import FACTS, IN_ORDER, HonestLog, fired_rules, found_patterns, numbered
from onlooker.schema.actors import NUMBER
from onlooker.schema.tables import MEMORY_DAYS, VISITS
from onlooker.scoring.read_panel import GROUP

if TYPE_CHECKING:
    from onlooker.patterns import Hit

# The honest lines from `since` on without what is left undone, and with what is planted.
EVENTS = """
SELECT {columns} FROM honest_events e
WHERE e.day >= {since} AND e.day <= {until} AND {which}
  AND NOT EXISTS (SELECT 1 FROM undone_days u WHERE u.agent_id = e.agent_id AND u.day = e.day)
  AND NOT EXISTS (SELECT 1 FROM undone_visits u
                  WHERE u.agent_id = e.agent_id AND u.day = e.day AND u.customer_id = e.customer_id)
UNION ALL
SELECT {moved} FROM honest_events e JOIN undone_days u ON u.agent_id = e.agent_id AND u.day = e.day
WHERE u.moved_to IS NOT NULL AND e.day <= {until} AND {which}
UNION ALL
SELECT {columns} FROM planted e WHERE e.day >= {since} AND e.day <= {until} AND {which}
"""
# Of one agent and day all lines are counted anew.
BUSY = """
SELECT DISTINCT agent_id, day FROM planted WHERE day <= {until}
UNION SELECT agent_id, day FROM undone_visits WHERE day <= {until}
UNION SELECT agent_id, day FROM undone_days WHERE day <= {until}
UNION SELECT moved_to AS agent_id, day FROM undone_days WHERE moved_to IS NOT NULL AND day <= {until}
"""
# Customers whose visits may change: those planted or left out, and those who share a ticket with them.
TOUCHED = """
SELECT DISTINCT customer_id FROM (
  SELECT customer_id, ticket_id FROM planted
  UNION ALL
  SELECT v.customer_id, v.ticket_id FROM honest_visits v JOIN undone_visits u
    ON u.agent_id = v.agent_id AND u.day = v.day AND u.customer_id = v.customer_id
  UNION ALL
  SELECT v.customer_id, v.ticket_id FROM honest_visits v JOIN undone_days u ON u.agent_id = v.agent_id AND u.day = v.day
) WHERE customer_id IS NOT NULL
"""
BY_TICKET = """
SELECT customer_id FROM touched_first
UNION
SELECT v.customer_id FROM honest_visits v
WHERE v.ticket_id IN (SELECT ticket_id FROM planted WHERE ticket_id IS NOT NULL
                      UNION SELECT v.ticket_id FROM honest_visits v JOIN undone_visits u
                        ON u.agent_id = v.agent_id AND u.day = v.day AND u.customer_id = v.customer_id
                      UNION SELECT v.ticket_id FROM honest_visits v JOIN undone_days u
                        ON u.agent_id = v.agent_id AND u.day = v.day)
"""
# What a ticket covers is told from all of its customers.
AROUND = """
SELECT customer_id FROM touched
UNION SELECT v.customer_id FROM honest_visits v
WHERE v.day >= {since} - {memory} AND v.ticket_id IN (
  SELECT w.ticket_id FROM honest_visits w JOIN touched t ON t.customer_id = w.customer_id WHERE w.ticket_id IS NOT NULL)
"""
# Agents some of whose counts may differ from the honest ones.
CHANGED = """
SELECT DISTINCT agent_id FROM (
  (SELECT * FROM counted_anew EXCEPT SELECT {names} FROM counted_before)
  UNION ALL (SELECT {names} FROM counted_before EXCEPT SELECT * FROM counted_anew)
  ) UNION SELECT agent_id FROM busy
"""
# What is usual at an hour is everybody's: in a small log one insider moves it, in a large one nobody does.
EVERYBODY = "SELECT DISTINCT agent_id FROM honest_agent_days UNION SELECT agent_id FROM busy"
FEW_ROWS = 20_000
"""Agent-days up to which those of all agents are counted anew."""
ROWS = """
SELECT agent_id, CAST(day AS BIGINT) AS day, {team} AS work_group, coalesce(role, '') AS role,
       CAST({number} AS BIGINT) AS actor, {columns}
FROM copy_actor_days WHERE day <= {until} {order}
"""
RETURNING = """
SELECT CAST(day AS BIGINT) AS day, CAST(coalesce(any_gap, 0) AS BIGINT) AS gap,
       CAST(round(sum(1.0 / (1 + colleagues))) AS BIGINT) AS customers
FROM {visits} WHERE day <= {until} AND NOT coalesce(machine, FALSE) GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Recounted:
    """What differs from the honest log on the days `since` to `until`; all rows of the agents named replace theirs."""

    since: int
    until: int
    replaced: frozenset[int]
    """Numbers of the agents whose honest rows are replaced."""
    newcomers: tuple[str, ...]
    """Ids that the honest log does not have, numbered after its own."""
    agent: NDArray[np.intp]
    day: NDArray[np.int64]
    group: NDArray[np.intp]
    role: NDArray[np.intp]
    actor: NDArray[np.intp]
    counts: NDArray[np.float32]
    facts: NDArray[np.float64]
    fired: tuple[tuple[int, int, str], ...]
    """Agent, day and name of each hard rule that fired, of all agents."""
    returning: dict[int, NDArray[np.float64]]
    """What is to be added to the honest panel's `returning`, by day."""
    hits: tuple[Hit, ...] = ()
    """Patterns that somebody passes, of all agents."""


def recount(log: HonestLog, since: int, until: int) -> Recounted:
    """Count the copy whose planting is in the tables `planted`, `undone_days` and `undone_visits`."""
    _touched(log, since, until)
    _event_days(log, since, until)
    _visits(log, since, until)
    return _agent_days(log, since, until)


def copy_events(log: HonestLog, since: int, until: int, which: str = "TRUE") -> str:
    """SQL of the copy's EVENTS of the days `since` to `until` that meet the condition `which` on `e`."""
    names = log.engine.columns("honest_events")
    columns = ", ".join(f"e.{name}" for name in names)
    moved = ", ".join("u.moved_to AS agent_id" if name == "agent_id" else f"e.{name}" for name in names)
    return EVENTS.format(columns=columns, moved=moved, since=since, until=until, which=which)


def _touched(log: HonestLog, since: int, until: int) -> None:
    engine = log.engine
    engine.table("busy", BUSY.format(until=until))
    engine.table("touched_first", TOUCHED)
    engine.table("touched", BY_TICKET)
    engine.table("around", AROUND.format(since=since, memory=MEMORY_DAYS))


def _event_days(log: HonestLog, since: int, until: int) -> None:
    """Make `copy_event_days`: the honest ones but for the busy days, which are counted anew."""
    from onlooker.features import build_event_days

    engine = log.engine
    is_busy = "EXISTS (SELECT 1 FROM busy b WHERE b.agent_id = {0}.agent_id AND b.day = {0}.day)"
    engine.drop("event_days")
    engine.table("events", copy_events(log, since, until, is_busy.format("e")))
    build_event_days(engine)
    engine.table(
        "copy_event_days",
        f"""SELECT * FROM event_days UNION ALL BY NAME
            SELECT * FROM honest_event_days h WHERE h.day >= {since} AND h.day <= {until}
              AND NOT {is_busy.format("h")}""",
    )
    engine.drop("event_days")


def _visits(log: HonestLog, since: int, until: int) -> None:
    """Make `counted_anew` and `counted_before`: the visits to the touched customers, and what they were."""
    from onlooker.visits.build_visits import build_visits

    engine, names = log.engine, ", ".join(VISITS.names)
    engine.view("event_days", "SELECT * FROM copy_event_days")
    engine.table("events", copy_events(log, since, until, "e.customer_id IN (SELECT customer_id FROM around)"))
    build_visits(engine, log.first_day, "honest_visits", since)
    touched = f"customer_id IN (SELECT customer_id FROM touched) AND day >= {since} AND day <= {until}"
    engine.table("counted_anew", f"SELECT {names} FROM visits WHERE {touched}")
    engine.table("counted_before", f"SELECT {names} FROM honest_visits WHERE {touched}")
    ((rows,),) = engine.rows(f"SELECT count(*) FROM honest_agent_days WHERE day >= {since} AND day <= {until}")
    engine.table("changed", EVERYBODY if rows <= FEW_ROWS else CHANGED.format(names=names))
    engine.drop("visits")
    engine.drop("event_days")


def _agent_days(log: HonestLog, since: int, until: int) -> Recounted:
    from onlooker.features import build_agent_days
    from onlooker.scoring.read_panel import recognise_actors

    engine = log.engine
    changed, between = "agent_id IN (SELECT agent_id FROM changed)", f"day >= {since} AND day <= {until}"
    names = ", ".join(VISITS.names)
    engine.view("event_days", f"SELECT * FROM copy_event_days WHERE {changed}")
    engine.view(
        "visits",
        f"""SELECT {names} FROM counted_anew WHERE {changed} UNION ALL
            SELECT {names} FROM honest_visits WHERE {changed} AND {between}
              AND customer_id NOT IN (SELECT customer_id FROM touched)""",
    )
    others = f"SELECT * FROM honest_agent_days WHERE {between} AND NOT {changed}"
    build_agent_days(engine, "honest_agent_days", since, "honest_visits", others)
    recognise_actors(engine, "honest_agent_days", since)
    engine.table("copy_actor_days", "SELECT * FROM actor_days")
    engine.drop("actor_days")
    fired = _fired(log, f"SELECT * FROM honest_actor_days WHERE {between} AND NOT {changed}")
    hits = _hits(log, since, until, f"{between} AND NOT {changed}")
    found = _rows(log, since, until, fired, hits)
    for name in ("visits", "events", "agent_days", "actor_days", "event_days"):
        engine.drop(name)
    return found


def _fired(log: HonestLog, others: str) -> list[tuple[str, int, str]]:
    """The hard rules that fire in the copy."""
    engine = log.engine
    engine.view("actor_days", f"SELECT * FROM copy_actor_days UNION ALL BY NAME {others}")
    return fired_rules(engine, log.settings, log.reading.offers)


def _hits(log: HonestLog, since: int, until: int, others: str) -> tuple[Hit, ...]:
    """The patterns that somebody passes in the copy."""
    engine = log.engine
    engine.table("copy_agent_days", "SELECT * FROM agent_days")
    engine.drop("agent_days")
    engine.view(
        "agent_days",
        f"SELECT * FROM copy_agent_days UNION ALL BY NAME SELECT * FROM honest_agent_days WHERE {others}",
    )
    return found_patterns(engine, log.reading, since, until, "honest_agent_days")


def _rows(
    log: HonestLog, since: int, until: int, fired: list[tuple[str, int, str]], hits: tuple[Hit, ...]
) -> Recounted:
    engine, names = log.engine, log.names
    columns = dict.fromkeys((*FACTS, *log.panel.signals))
    rows = engine.arrow(ROWS.format(team=GROUP, number=NUMBER, columns=", ".join(columns), until=until, order=IN_ORDER))
    ids = rows["agent_id"].to_pylist()
    number = {name: place for place, name in enumerate(names.agents)}
    newcomers = sorted({name for name in ids if name not in number})
    number |= {name: len(number) + place for place, name in enumerate(newcomers)}
    replaced = {name for (name,) in engine.rows("SELECT agent_id FROM changed")}
    groups, roles = ({name: place for place, name in enumerate(known)} for known in (names.groups, names.roles))

    def table(wanted: Sequence[str]) -> NDArray[np.float64]:
        return np.stack([rows[name].to_numpy().astype(np.float64) for name in wanted], axis=1)

    return Recounted(
        since, until, frozenset(number[name] for name in replaced if name in number), tuple(newcomers),
        agent=np.array([number[name] for name in ids], dtype=np.intp),
        day=rows["day"].to_numpy().astype(np.int64),
        group=np.array([groups[name] for name in rows["work_group"].to_pylist()], dtype=np.intp),
        role=np.array([roles[name] for name in rows["role"].to_pylist()], dtype=np.intp),
        actor=rows["actor"].to_numpy().astype(np.intp),
        counts=table(log.panel.signals).astype(np.float32),
        facts=table(FACTS),
        fired=numbered([one for one in fired if since <= one[1] <= until], [*names.agents, *newcomers]),
        returning=_returning(log, until),
        hits=hits,
    )  # fmt: skip


def _returning(log: HonestLog, until: int) -> dict[int, NDArray[np.float64]]:
    found: dict[int, NDArray[np.float64]] = {}
    for table, sign in (("counted_anew", 1.0), ("counted_before", -1.0)):
        for day, gap, customers in log.engine.rows(RETURNING.format(visits=table, until=until)):
            found.setdefault(int(day), np.zeros(MEMORY_DAYS + 1))[int(gap)] += sign * customers
    return found
