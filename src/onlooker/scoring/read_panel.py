"""AGENT_DAYS on an engine -> the panel that scoring works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.schema.actors import NUMBER, round_the_clock, with_recognised
from onlooker.schema.tables import HISTORY_CUTS, MEMORY_DAYS
from onlooker.scoring.panel import Panel
from onlooker.scoring.state_arrays import Names

GROUP = "coalesce(queue, site, '')"
ROLE = "coalesce(role, '')"

# Numbers by the order of the names: ranking the few names costs nothing, ranking all rows by name does.
RANKS = """
SELECT name, CAST(row_number() OVER (ORDER BY name NULLS FIRST) - 1 AS BIGINT) AS number
FROM (SELECT DISTINCT {name} AS name FROM actor_days WHERE day <= {until}) named
"""
NAMED = {"agents_by_name": "agent_id", "groups_by_name": GROUP, "roles_by_name": ROLE}
NUMBERED = """
SELECT a.number AS agent, CAST(d.day AS BIGINT) AS day, g.number AS work_group, r.number AS role,
       CAST({number} AS BIGINT) AS actor,
       {signals}
FROM actor_days d JOIN agents_by_name a ON a.name = d.agent_id JOIN groups_by_name g ON g.name = {group}
JOIN roles_by_name r ON r.name = {role}
WHERE d.day >= {first} AND d.day <= {last} ORDER BY day NULLS FIRST, agent NULLS FIRST
"""
BLOCK = 500_000
"""Agent-days that are read at a time: what an engine hands over is twice as large as what is kept of it."""


# A customer's visits of a day share one gap, and their weights sum to 1.
RETURNING = """
SELECT CAST(day AS BIGINT) AS day, CAST(coalesce(any_gap, 0) AS BIGINT) AS gap,
       CAST(round(sum(1.0 / (1 + colleagues))) AS BIGINT) AS customers
FROM visits WHERE day <= {until} AND NOT coalesce(machine, FALSE) GROUP BY 1, 2
"""


def recognise_actors(engine: Engine, past: str | None = None, since: int = 0) -> int:
    """Make `actor_days`, AGENT_DAYS with `recognised`; return how many accounts were recognised as services.

    `past` is SQL that stands for the AGENT_DAYS before `since`, where `agent_days` begins there.
    """
    engine.drop("actor_days")
    if not engine.rows(f"{round_the_clock('agent_days', past, since)} LIMIT 1"):
        engine.view("actor_days", "SELECT *, FALSE AS recognised FROM agent_days")
        return 0
    engine.table("actor_days", with_recognised("agent_days", past, since))
    return int(engine.rows("SELECT count(DISTINCT agent_id) FROM actor_days WHERE recognised")[0][0])


def read_panel(engine: Engine, signals: Sequence[tuple[str, bool]], first_day: int, names: Names, until: int) -> Panel:
    """Read `actor_days` up to the day `until`. `signals` are the features to score and whether each looks back.

    Agents, groups and roles get the numbers that `names` has for them; new ones are added to it.
    """
    for table, name in NAMED.items():
        engine.table(table, RANKS.format(name=name, until=until))
    agents = Names.extend(names.agents, in_order(engine, "agents_by_name"))
    groups = Names.extend(names.groups, in_order(engine, "groups_by_name"))
    Names.extend(names.roles, [""])  # no role is number 0, whoever is seen first
    roles = Names.extend(names.roles, in_order(engine, "roles_by_name"))
    spans = blocks(engine, until)
    rows = sum(size for _, _, size in spans)
    number = {name: np.zeros(rows, dtype=np.intp) for name in ("agent", "work_group", "actor", "role")}
    day, counts = np.zeros(rows, dtype=np.int64), np.zeros((rows, len(signals)), dtype=np.float32)
    columns = ", ".join(f"CAST({name} AS REAL) AS {name}" for name, _ in signals)
    start = 0
    for first, last, size in spans:
        select = NUMBERED.format(signals=columns, group=GROUP, role=ROLE, number=NUMBER, first=first, last=last)
        block, part = engine.arrays(select), slice(start, start + size)
        day[part] = block["day"]
        for name, into in number.items():
            into[part] = block[name]
        for place, (name, _) in enumerate(signals):
            counts[part, place] = np.ma.filled(block[name], np.nan)
        start += size
    return Panel(
        signals=tuple(name for name, _ in signals),
        looks_back=np.array([looks_back for _, looks_back in signals], dtype=bool),
        first_day=first_day,
        agents=len(names.agents),
        agent=agents[number["agent"]],
        day=day,
        counts=counts,
        group=groups[number["work_group"]],
        actor=number["actor"],
        role=roles[number["role"]],
        returning=returning(engine, until),
        cuts=cuts(engine, names.agents),
    )


def blocks(engine: Engine, until: int) -> list[tuple[int, int, int]]:
    """First day, last day and rows of `actor_days` of each block to read."""
    found: list[tuple[int, int, int]] = []
    per_day = f"SELECT day, count(*) FROM actor_days WHERE day <= {until} GROUP BY day ORDER BY day NULLS FIRST"
    for day, rows in engine.rows(per_day):
        if found and found[-1][2] + rows <= BLOCK:
            found[-1] = found[-1][0], day, found[-1][2] + rows
        else:
            found.append((day, day, rows))
    return found


def cuts(engine: Engine, agents: Sequence[str]) -> NDArray[np.intp]:
    """`history_cuts` by the agents' numbers, shape (cuts, 2)."""
    make_missing(engine, [HISTORY_CUTS])
    number = {name: i for i, name in enumerate(agents)}
    found = engine.rows(f"SELECT agent_id, day FROM {HISTORY_CUTS.name}")
    return np.array([(number[a], day) for a, day in found if a in number], dtype=np.intp).reshape(-1, 2)


def returning(engine: Engine, until: int) -> dict[int, NDArray[np.float64]]:
    """Per day of `visits` its customers by days since anybody last saw them (see Panel)."""
    table = engine.arrays(RETURNING.format(until=until))
    day, gap = np.asarray(table["day"], dtype=np.int64), np.asarray(table["gap"], dtype=np.intp)
    days, place = np.unique(day, return_inverse=True)
    customers = np.zeros((len(days), MEMORY_DAYS + 1))
    customers[place, gap] = table["customers"]
    return {int(one): row for one, row in zip(days, customers, strict=True)}


def in_order(engine: Engine, table: str) -> list[str]:
    """The names of one of the tables of names, by their numbers."""
    return [row[0] for row in engine.rows(f"SELECT name FROM {table} ORDER BY number NULLS FIRST")]
