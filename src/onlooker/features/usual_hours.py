"""Which hours of each agent-day are unusual for the agent: habits by kind of day, in tables that are small.

The habit of an hour is the share of the agent's days of that kind (Monday to Friday, or the weekend) with activity in
it, over ten weeks that ended two weeks ago, so that what begins now does not become a habit while it is judged. What
people do counts for a few days beside it, and alone where the agent has none. Neighbouring hours count half: a clock
that is put forward or back makes nobody unusual.
"""

from __future__ import annotations

from itertools import pairwise

from onlooker.engines.protocol import Engine
from onlooker.schema.actors import PERSON, with_recognised
from onlooker.schema.tables import MEMORY_DAYS

BITS = 24
LAG = 14
"""Days between a day and the end of the habit that it is held against."""
RARE = 0.04
"""An hour with activity on less than this share of the days is unusual."""
PRIOR_DAYS = 3
"""This many days of what all people do, or all machines, are added to the agent's own."""
FEW_LINES = 3
"""A day of more log lines, and of half as many hours as usual, is a shift: in unusual hours as a whole it has moved."""
LONGER = 1
"""A shift that reaches into unusual hours has moved if it is longer than usual by at most this number of hours."""
TOGETHER, STEPS_TOGETHER = 2, 6
"""Two hours with activity belong together if one is at most two hours after the other; six such steps reach half a
day."""
MOVED, MOVED_LEAST = 0.25, 3
"""A queue or site has moved its hours when this share of its people, and at least three, work in unusual hours."""

PER_NUMBER, COUNT = 8, 128
"""Hours whose counts one number holds; no count reaches COUNT, since a habit has fewer days."""
ALL = 2**BITS - 1
WEEKEND = "((day + 3) % 7 >= 5)"
PLACE = "coalesce(queue, site, '')"
COUNTED = ("agent_id", "day", "hours", "hours_of_day", "events")
SAID = ("queue", "site", "actor_type")
REACHES = tuple(f"hour_reached_{step}" for step in range(STEPS_TOGETHER + 1))
STEPS = (
    "hour_apart", *REACHES[::-1], "hour_rare", "hour_all_near", "hour_own_near", "hour_all", "hour_everybody",
    "hour_own", "hour_packed", "hour_days", "hour_typed_days",
)  # fmt: skip


def _spread(number: int) -> str:
    """SQL of the number that holds 1 for each of its hours with activity."""
    first = number * PER_NUMBER
    return " + ".join(
        f"CASE WHEN hours_of_day & {1 << (first + i)} <> 0 THEN {COUNT**i} ELSE 0 END" for i in range(PER_NUMBER)
    )


NUMBERS = tuple(f"third_{number}" for number in range(BITS // PER_NUMBER))


def _unpacked(hour: int) -> str:
    """SQL of the count of an hour in its number."""
    return f"{NUMBERS[hour // PER_NUMBER]} // {COUNT ** (hour % PER_NUMBER)} % {COUNT}"


def _each(text: str) -> str:
    """SQL columns, one for each hour: `{h}` in `text` is the hour, `{a}` the one before and `{b}` the one after."""
    return ", ".join(text.format(h=h, a=(h - 1) % BITS, b=(h + 1) % BITS, bit=1 << h) for h in range(BITS))


# Windows over three numbers cost an eighth of windows over 24.
PACKED = f"""
SELECT h.*, {", ".join(f"CAST({_spread(n)} AS BIGINT) AS {name}" for n, name in enumerate(NUMBERS))}
FROM hour_days h
"""
OWN = f"""
SELECT agent_id, day, hours_of_day, hours, events, place, person, weekend, own_days, own_length,
       {", ".join(f"{_unpacked(h)} AS at_{h}" for h in range(BITS))}
FROM (SELECT agent_id, day, hours_of_day, hours, events, place, person, weekend, count(*) OVER before AS own_days,
             coalesce(sum(hours) OVER before, 0) AS own_length,
             {", ".join(f"CAST(coalesce(sum({name}) OVER before, 0) AS BIGINT) AS {name}" for name in NUMBERS)}
      FROM hour_packed
      WINDOW before AS (PARTITION BY agent_id, weekend ORDER BY day NULLS FIRST
                        RANGE BETWEEN {MEMORY_DAYS} PRECEDING AND {LAG} PRECEDING)) windows
WHERE day >= {{since}}
"""
EVERYBODY = f"""
SELECT person, weekend, day, count(*) AS days, sum(hours) AS length,
       {_each("count(CASE WHEN (hours_of_day & {bit}) <> 0 THEN 1 END) AS at_{h}")}
FROM hour_days GROUP BY person, weekend, day
"""
ALL_DAYS = f"""
SELECT person, weekend, day, sum(days) OVER before AS days, sum(length) OVER before AS length,
       {_each("sum(at_{h}) OVER before AS at_{h}")}
FROM hour_everybody
WINDOW before AS (PARTITION BY person, weekend ORDER BY day NULLS FIRST
                  RANGE BETWEEN {MEMORY_DAYS} PRECEDING AND {LAG} PRECEDING)
"""
# Each hour counts twice beside its neighbours; `most` is in the same measure.
OWN_NEAR = f"""
SELECT agent_id, day, hours_of_day, hours, events, place, person, weekend, own_length,
       CAST(own_days + {PRIOR_DAYS} AS DOUBLE) AS days, {4 * RARE} * CAST(own_days + {PRIOR_DAYS} AS DOUBLE) AS most,
       {_each("at_{a} + 2 * at_{h} + at_{b} AS near_{h}")}
FROM hour_own
"""
ALL_NEAR = f"""
SELECT person, weekend, day, CAST({PRIOR_DAYS} * length AS DOUBLE) / days AS length,
       {_each(f"CAST({PRIOR_DAYS} * (at_{{a}} + 2 * at_{{h}} + at_{{b}}) AS DOUBLE) / days AS near_{{h}}")}
FROM hour_all
"""
RARE_HOURS = f"""
SELECT o.agent_id, o.day, o.hours_of_day, o.hours, o.events, o.place, o.person,
       (o.own_length + e.length) / o.days AS length,
       CAST({" + ".join(f"CASE WHEN o.near_{h} + e.near_{h} < o.most THEN {1 << h} ELSE 0 END" for h in range(BITS))}
            AS BIGINT) AS rare
FROM hour_own_near o
JOIN hour_all_near e ON e.person = o.person AND e.weekend = o.weekend AND e.day = o.day
"""


def _around(hours: str) -> str:
    """SQL of the hours at most TOGETHER from some: bits beside them, and those that are moved past midnight."""
    beside = [f"shiftleft({hours}, {n}) | ({hours} // {2**n})" for n in range(1, TOGETHER + 1)]
    beside += [f"({hours} // {2 ** (BITS - n)}) | shiftleft({hours}, {BITS - n})" for n in range(1, TOGETHER + 1)]
    return f"(({' | '.join(beside)}) & {ALL})"


REACHED = f"""
SELECT agent_id, day, hours_of_day, hours, events, place, person, rare, length,
       hours_of_day & ({ALL} - rare) AS reached
FROM hour_rare
"""
REACHED_FURTHER = f"""
SELECT agent_id, day, hours_of_day, hours, events, place, person, rare, length,
       reached | (hours_of_day & {_around("reached")}) AS reached
FROM {{before}}
"""
# `reached` are the hours that belong together with usual ones, `apart` the unusual ones that do not.
APART = f"""
SELECT agent_id, day, place, person, CASE WHEN moved THEN 0 ELSE hours_of_day & rare END AS unusual,
       CASE WHEN moved THEN 0 ELSE hours_of_day & rare & ({ALL} - reached) END AS apart
FROM (SELECT *, CASE WHEN reached = 0 THEN events > {FEW_LINES} AND 2 * hours >= length
                     ELSE (hours_of_day & ({ALL} - reached)) = 0 AND hours <= length + {LONGER} END AS moved
      FROM {{reached}}) days
"""
UNUSUAL = f"""
SELECT d.agent_id, d.day, d.unusual, d.apart
FROM hour_apart d
JOIN (SELECT place, person, day, count(*) AS agents, count(CASE WHEN unusual <> 0 THEN 1 END) AS unusual
      FROM hour_apart GROUP BY place, person, day) p ON p.place = d.place AND p.person = d.person AND p.day = d.day
WHERE d.unusual <> 0 AND NOT (p.unusual >= {MOVED_LEAST} AND p.unusual >= {MOVED} * p.agents)
"""

AGENTS = """
LEFT JOIN ctx_agents a ON a.agent_id = e.agent_id AND e.day >= a.from_day AND e.day < a.to_day"""


def build_unusual_hours(engine: Engine, with_agents: bool, past: str | None, others: str | None, since: int) -> None:
    """Make the table `unusual_hours` of the agent-days of `event_days` that have any: agent_id, day, unusual, apart.

    `past` is SQL of the AGENT_DAYS before `since` and `others` that of agents who are counted elsewhere.
    """
    said = {name: f"coalesce(e.{name}, a.{name})" if with_agents else f"e.{name}" for name in SAID}
    columns = ", ".join(f"{value} AS {name}" for name, value in said.items())
    days = f"SELECT {', '.join(f'e.{name}' for name in COUNTED)}, {columns} FROM event_days e"
    days += AGENTS if with_agents else ""
    names = ", ".join((*COUNTED, *SAID))
    if past:
        days += f" UNION ALL SELECT {names} FROM {past} WHERE day < {since} AND day >= {since} - {MEMORY_DAYS}"
    if others:
        days += f" UNION ALL SELECT {names} FROM ({others}) o"
    engine.view("hour_typed_days", days)
    engine.table(
        "hour_days",
        f"SELECT {', '.join(COUNTED)}, {PLACE} AS place, {PERSON} AS person, {WEEKEND} AS weekend "
        f"FROM ({with_recognised('hour_typed_days')}) t",
    )
    for name, select in (("hour_packed", PACKED), ("hour_own", OWN.format(since=since))):
        engine.view(name, select)
    engine.table("hour_everybody", EVERYBODY)
    for name, select in (("hour_all", ALL_DAYS), ("hour_own_near", OWN_NEAR), ("hour_all_near", ALL_NEAR)):
        engine.view(name, select)
    engine.table("hour_rare", RARE_HOURS)
    engine.view(REACHES[0], REACHED)
    for before, name in pairwise(REACHES):
        engine.view(name, REACHED_FURTHER.format(before=before))
    engine.table("hour_apart", APART.format(reached=REACHES[-1]))
    engine.table("unusual_hours", UNUSUAL)
    for name in STEPS:
        engine.drop(name)
