"""Are some people alerted on more often than others? Rates by site, shift, tenure and part-time work.

A method can be right on the whole and wrong about those on nights. So every run counts, over its last 90 days, alerts
and surprising agent-days of each group. Only people are counted: accounts are judged among themselves.

The days of one agent hang together, so a rate's interval is Wilson's with the number of agent-days divided by the
design effect of whole agents (Kish 1965). A group that stands out is a question, not an answer: there may be misuse in
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.schema.actors import ACTOR, with_recognised
from onlooker.schema.days import BEFORE_ALL
from onlooker.schema.findings import GroupRate

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Labels = dict[str, tuple[NDArray[np.str_], Ints]]
"""What groups are formed by -> their names, in order, and the place of each agent-day's."""

DAYS = 90
"""Days over which rates are taken."""
NEW_DAYS = 60
"""How long somebody counts as new."""
KNOWN_DAYS = 14
"""Who is in the first days of a log was there before."""
FEWEST_AGENTS = 5
"""The rate of a smaller group would be a statement about persons, and is not shown."""
SURPRISING = 0.01
"""p-value that one agent-day in a hundred has without misuse."""
STANDS_OUT, TIMES = 3.0, 2.0
"""Standard errors above everybody else, and times the rate of everybody else, from which a group stands out."""
NORMAL_95 = 1.959964
HISTORY_DAYS = DAYS + NEW_DAYS + KNOWN_DAYS
"""Days of AGENT_DAYS that say who is new."""

SHIFTS = ("middle at 00-06 h", "middle at 06-12 h", "middle at 12-18 h", "middle at 18-24 h")
TENURES = (f"{NEW_DAYS} days or more", f"under {NEW_DAYS} days")
WEEKS = ("more than 4 days a week", "4 days a week or fewer")

PEOPLE = """
SELECT agent_id, coalesce(max(site), '') AS site, min(day) AS first, coalesce(min(hire_day), -1000000) AS hired,
       min(hire_day) IS NOT NULL AS hire_known, 1.0 * count(*) / count(DISTINCT floor((day + 3) / 7)) AS days_a_week
FROM ({actor_days}) a WHERE day > {after} AND day <= {until}
GROUP BY agent_id HAVING max_by({actor}, day) = 'human' ORDER BY agent_id NULLS FIRST
"""
HOURS = """
SELECT agent_id, CAST(hour AS BIGINT) AS hour, CAST(sum(visits) AS BIGINT) AS visits
FROM {agent_hours} WHERE day > {after} AND day <= {until} GROUP BY agent_id, hour
"""


@dataclass(frozen=True)
class People:
    """What groups each agent belongs to; one entry per agent."""

    number: Mapping[str, int]
    """Place of each agent id."""
    site: NDArray[np.str_]
    shift: NDArray[np.str_]
    week: NDArray[np.str_]
    since: NDArray[np.int64]
    """Day on which the agent was hired, or first seen; long ago for those who were there before the log."""

    def labels(self, agent: Ints, day: NDArray[np.int64]) -> Labels:
        """The groups of each agent-day, by what they are formed by."""
        by_agent = {"site": self.site, "shift": self.shift, "part-time": self.week}
        numbered = {by: np.unique(names, return_inverse=True) for by, names in by_agent.items()}
        found = {by: (names, place[agent]) for by, (names, place) in numbered.items()}
        new = (day - self.since[agent] < NEW_DAYS).astype(np.intp)
        return {"site": found["site"], "shift": found["shift"], "tenure": (np.array(TENURES), new),
                "part-time": found["part-time"]}  # fmt: skip


def fairness(
    engine: Engine, scores: pa.Table, agent_days: str = "agent_days", agent_hours: str = "agent_hours"
) -> tuple[GroupRate, ...]:
    """Rates of the groups over the last 90 days of `scores` (SCORES); the other two are SQL that stands for tables."""
    day = scores["date"].cast("int32").to_numpy().astype(np.int64)
    if not len(day):
        return ()
    until = int(day.max())
    recent = scores.select(["agent_id", "p_value", "alerted"]).filter(day > until - DAYS)
    people = people_of(engine, agent_days, agent_hours, until)
    ids = recent["agent_id"].combine_chunks().dictionary_encode()
    place = np.array([people.number.get(name, -1) for name in ids.dictionary.to_pylist()], dtype=np.intp)
    agent = place[ids.indices.to_numpy()]
    mine = agent >= 0
    labels = people.labels(agent[mine], day[day > until - DAYS][mine])
    surprising = recent["p_value"].to_numpy()[mine] <= SURPRISING
    return group_rates(agent[mine], labels, recent["alerted"].to_numpy()[mine], surprising)


def people_of(engine: Engine, agent_days: str, agent_hours: str, until: int, days: int = DAYS) -> People:
    """Who was active in the last `days` up to `until`, and before that as far back as tenure has to be known."""
    after = until - days
    people = {"actor_days": with_recognised(agent_days), "actor": ACTOR, "after": after - NEW_DAYS - KNOWN_DAYS}
    table = engine.arrays(PEOPLE.format(**people, until=until))
    names = [str(name) for name in table["agent_id"]]
    number = {name: place for place, name in enumerate(names)}
    first = np.asarray(table["first"], dtype=np.int64)
    before = first < first.min(initial=until) + KNOWN_DAYS
    seen = np.where(before, BEFORE_ALL, first)
    return People(
        number=number,
        site=np.array([str(site) for site in table["site"]], dtype=np.str_),
        shift=shifts(engine, agent_hours, number, after, until),
        week=np.array(WEEKS)[(np.round(np.asarray(table["days_a_week"], dtype=float)) <= 4).astype(int)],
        since=np.where(np.asarray(table["hire_known"], dtype=bool), np.asarray(table["hired"], dtype=np.int64), seen),
    )


def shifts(engine: Engine, agent_hours: str, number: Mapping[str, int], after: int, until: int) -> NDArray[np.str_]:
    """The quarter of the day in which the middle of each agent's visits falls: a circular mean, since nights wrap."""
    table = engine.arrays(HOURS.format(agent_hours=agent_hours, after=after, until=until))
    agent = np.array([number.get(str(name), -1) for name in table["agent_id"]], dtype=np.intp)
    known = agent >= 0
    angle = 2 * np.pi * (np.asarray(table["hour"], dtype=float) + 0.5) / 24
    sums = np.zeros(len(number), dtype=complex)
    np.add.at(sums, agent[known], (np.asarray(table["visits"], dtype=float) * np.exp(1j * angle))[known])
    # Rounded, so that sums in another order do not tip a middle that lies on the border.
    middle = np.round(np.angle(sums) / (2 * np.pi) * 24, 6) % 24
    return np.asarray(np.array(SHIFTS)[(middle // 6).astype(int) % len(SHIFTS)])


def group_rates(
    agent: Ints, labels: Labels, alerted: NDArray[np.bool_], surprising: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    """Rates of every group with enough agents, where there are two groups to compare; one entry per agent-day."""
    rates: list[GroupRate] = []
    effects = design_effect(agent, alerted), design_effect(agent, surprising)
    for by, (names, places) in labels.items():
        groups = []
        for place, name in enumerate(names):
            inside = places == place
            agents = int(np.count_nonzero(np.bincount(agent[inside])))
            if agents >= FEWEST_AGENTS:
                groups.append(rate_of(by, str(name), agents, inside, alerted, surprising, effects))
        rates += groups if len(groups) > 1 else []
    return tuple(rates)


def rate_of(
    by: str, group: str, agents: int, inside: NDArray[np.bool_], alerted: NDArray[np.bool_],
    surprising: NDArray[np.bool_], effects: tuple[float, float],
) -> GroupRate:  # fmt: skip
    """One group against everybody else."""
    n, alerts, unlikely = int(inside.sum()), int(alerted[inside].sum()), int(surprising[inside].sum())
    low, high = wilson(alerts, n, effects[0])
    outside = len(inside) - n
    against = (
        (alerts, int(alerted.sum()) - alerts, effects[0]),
        (unlikely, int(surprising.sum()) - unlikely, effects[1]),
    )
    return GroupRate(
        by=by,
        group=group or "not known",
        agents=agents,
        agent_days=n,
        alerts=alerts,
        alerts_per_1000=round(1000 * alerts / n, 2),
        low=round(1000 * low, 2),
        high=round(1000 * high, 2),
        surprising_per_1000=round(1000 * unlikely / n, 2),
        stands_out=any(stands_out(hits, n, others, outside, effect) for hits, others, effect in against),
    )


def stands_out(hits: int, n: int, others: int, outside: int, effect: float) -> bool:
    """Whether `hits` of `n` are far more than `others` of `outside`, by factor and beyond chance."""
    if not hits or not outside:
        return False
    pooled = (hits + others) / (n + outside)
    error = np.sqrt(effect * pooled * (1 - pooled) * (1 / n + 1 / outside))
    return bool(hits / n >= TIMES * others / outside and hits / n - others / outside >= STANDS_OUT * error)


def design_effect(agent: Ints, hit: NDArray[np.bool_]) -> float:
    """How much wider the rate of `hit` scatters than it would if all agent-days were independent; at least 1."""
    rate = float(hit.mean()) if len(hit) else 0.0
    if not 0 < rate < 1:
        return 1.0
    days, hits = np.bincount(agent), np.bincount(agent, weights=hit)
    return max(1.0, float(((hits - rate * days) ** 2).sum() / (len(hit) * rate * (1 - rate))))


def wilson(hits: int, n: int, effect: float = 1.0, z: float = NORMAL_95) -> tuple[float, float]:
    """Interval of a rate (Wilson 1927) where `n` observations say as much as n / `effect` independent ones."""
    size, rate = n / effect, hits / n
    middle = (rate + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * np.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
