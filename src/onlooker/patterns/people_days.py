"""AGENT_DAYS on an engine -> the days of people that patterns judge: ids that fold together are one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.schema.actors import PERSON, with_recognised
from onlooker.schema.same_person import folded

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

LOOK_BACK_DAYS = 112
"""Days that patterns look back on: habits of 84 days, which end 14 days before each of the last 14."""

HOURS = "hours_of_day"
COUNTS = ("customers", "looked_up", "other_spellings", "exported_rows", "listed_rows", "exports", "reveals",
          "in_sequence", "borrowed", HOURS, "events", "unexplained")  # fmt: skip
"""Columns of AGENT_DAYS that patterns read; days stored before a column was counted have none of it."""
LOOKED_AT = ("customers", "looked_up", "other_spellings")
WHO = ("agent_id", "day", "queue", "site", "role", "actor_type", "hours")

ACTIVE = """
SELECT {who}, {counts} FROM agent_days WHERE day <= {until}{past}
"""
EARLIER = """
UNION ALL SELECT {who}, {counts} FROM {past} WHERE day < {since} AND day >= {since} - {memory}
"""
PLACE = """CASE WHEN queue IS NOT NULL THEN concat('queue ', queue) WHEN site IS NOT NULL THEN concat('site ', site)
                ELSE '' END"""
ROLE = "coalesce(role, '')"
PEOPLE = """
SELECT a.number AS agent, CAST(d.day AS BIGINT) AS day, p.number AS place, r.number AS role, {counts}
FROM ({days}) d JOIN pattern_agents a ON a.name = d.agent_id
JOIN pattern_places p ON p.name = {place} JOIN pattern_roles r ON r.name = {role}
WHERE {person}
ORDER BY day NULLS FIRST, agent NULLS FIRST
"""
NUMBERS = """
SELECT name, CAST(row_number() OVER (ORDER BY name NULLS FIRST) - 1 AS BIGINT) AS number
FROM (SELECT DISTINCT {name} AS name FROM pattern_days) named
"""
TABLES = {"pattern_agents": "agent_id", "pattern_places": PLACE, "pattern_roles": ROLE}


@dataclass(frozen=True)
class PeopleDays:
    """Days of people, sorted by day; arrays have one entry per person and day."""

    day: NDArray[np.int64]
    person: Ints
    place: Ints
    """The queue, else the site. Never the team: one that is bent as a whole would be its own measure."""
    role: Ints
    login: Ints
    """The id with most customers that day, of those that are the person's."""
    counts: dict[str, Floats]
    """By column of AGENT_DAYS; NaN where it was not counted."""
    logins: Sequence[str]
    places: Sequence[str]
    """`queue x`, `site x`, or nothing where the log has neither."""

    @property
    def people(self) -> int:
        """People are numbered from 0 to below this."""
        return int(self.person.max(initial=-1)) + 1

    def known(self, name: str) -> Floats:
        """A column, 0 where it was not counted."""
        return np.nan_to_num(self.counts[name])

    def nights(self) -> Iterator[tuple[int, slice]]:
        """Each day with its rows."""
        days, starts = np.unique(self.day, return_index=True)
        ends = np.append(starts[1:], len(self.day))[: len(days)]
        for day, start, end in zip(days, starts, ends, strict=True):
            yield int(day), slice(int(start), int(end))


def read_people_days(engine: Engine, until: int, past: str | None = None, since: int = 0) -> PeopleDays:
    """Read `agent_days` up to the day `until`; `past` is SQL that stands for the AGENT_DAYS before `since`."""
    held = set(engine.columns("agent_days"))
    now = ", ".join(_count(name, held) for name in COUNTS)
    earlier = ""
    if past:
        before = set(engine.arrow(f"SELECT * FROM {past} LIMIT 0").column_names)
        counts = ", ".join(_count(name, before) for name in COUNTS)
        earlier = EARLIER.format(who=", ".join(WHO), counts=counts, past=past, since=since, memory=LOOK_BACK_DAYS)
    engine.table("pattern_days", ACTIVE.format(who=", ".join(WHO), counts=now, until=until, past=earlier))
    for table, name in TABLES.items():
        engine.table(table, NUMBERS.format(name=name))
    who = {"days": with_recognised("pattern_days"), "person": PERSON, "place": PLACE, "role": ROLE}
    found = engine.arrays(PEOPLE.format(**who, counts=", ".join(COUNTS)))
    logins, places = (
        [name for (name,) in engine.rows(f"SELECT name FROM {table} ORDER BY number NULLS FIRST")]
        for table in ("pattern_agents", "pattern_places")
    )
    for table in (*TABLES, "pattern_days"):
        engine.drop(table)
    counts_of = {name: np.asarray(np.ma.filled(found[name], np.nan), dtype=np.float64) for name in COUNTS}
    keys = ("day", "agent", "place", "role")
    day, agent, place, role = (np.asarray(found[name], dtype=np.int64) for name in keys)
    return people_days(day, agent, place, role, counts_of, logins, places)


def people_days(
    day: NDArray[np.int64], agent: Ints, place: Ints, role: Ints, counts: dict[str, Floats], logins: Sequence[str],
    places: Sequence[str],
) -> PeopleDays:  # fmt: skip
    """Days of agents, sorted by day, as days of people: counts of several ids of one person are added up."""
    number: dict[str, int] = {}
    person_of = np.array([number.setdefault(folded(name), len(number)) for name in logins], dtype=np.intp)
    person = person_of[agent]
    # Of several ids each knows what all of them looked at.
    looked_at = np.add.reduce([np.nan_to_num(counts[name]) for name in LOOKED_AT])
    counts = {**counts, "looked_at": looked_at}
    if len(number) == len(logins):
        return PeopleDays(day, person, place, role, agent, counts, logins, places)
    order = np.lexsort((agent, -counts["customers"], person, day))
    starts = np.flatnonzero(np.r_[True, np.diff((day * len(number) + person)[order]) != 0])
    first = order[starts]
    added = {name: np.add.reduceat(values[order], starts) for name, values in counts.items()}
    hours = np.nan_to_num(counts[HOURS][order]).astype(np.int64)
    added[HOURS] = np.bitwise_or.reduceat(hours, starts).astype(np.float64)
    added["looked_at"] = looked_at[first]
    return PeopleDays(day[first], person[first], place[first], role[first], agent[first], added, logins, places)


def _count(name: str, held: set[str]) -> str:
    return f"CAST({name} AS DOUBLE) AS {name}" if name in held else f"CAST(NULL AS DOUBLE) AS {name}"
