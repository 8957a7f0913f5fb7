"""Groups of agents that figures may be told of: at least ten people each, the smaller ones put together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.honest_log import HonestLog

FEWEST = 10
"""People below which a group is put together with other small ones."""
REST = "all others"
WHOLE = "everybody"

QUEUES = """
SELECT a.number, coalesce(max_by(d.queue, d.day), 'not known') AS queue
FROM honest_actor_days d JOIN agents_by_name a ON a.name = d.agent_id GROUP BY a.number
"""


@dataclass(frozen=True)
class Grouping:
    """One way to part the people."""

    by: str
    names: tuple[str, ...]
    group: NDArray[np.intp]
    """By agent; -1 for who is in none."""


def groupings(log: HonestLog, person: NDArray[np.bool_]) -> list[Grouping]:
    """By nothing, site, queue, tenure and shift, where there are two groups of ten people."""
    from onlooker.checks.fairness import people_of

    people = people_of(log.engine, "honest_agent_days", "honest_agent_hours", log.last_day, log.days)
    inside = np.array([people.number.get(name, -1) for name in log.names.agents])
    agents = np.arange(len(log.names.agents))
    middle = np.full(len(agents), (log.first_day + log.last_day) // 2, dtype=np.int64)
    labels = people.labels(inside, middle)
    queue = dict(log.engine.rows(QUEUES))
    names = {by: [str(labels[by][0][p]) for p in labels[by][1]] for by in ("site", "tenure", "shift")}
    names["queue"] = [str(queue.get(agent, "")) for agent in agents]
    known = person & (inside >= 0)
    whole = Grouping("all", (WHOLE,), np.where(known, 0, -1))
    parted = [merged(by, names[by], known) for by in ("site", "queue", "tenure", "shift")]
    return [whole, *(one for one in parted if len(one.names) > 1)]


def merged(by: str, label: list[str], known: NDArray[np.bool_]) -> Grouping:
    """Groups by label; those with fewer than ten people are one, which joins the smallest while it has fewer."""
    size = Counter(one for one, counted in zip(label, known, strict=True) if counted)
    large = sorted((name for name, people in size.items() if people >= FEWEST), key=lambda name: (size[name], name))
    small = sum(people for name, people in size.items() if people < FEWEST)
    together = {name: name for name in large}
    if 0 < small < FEWEST and large:  # too few even together: nobody is to be told apart by what is left over
        together[large[0]] = REST
    shown = sorted({*together.values(), *([REST] if small else [])})
    if sum(size.values()) < FEWEST:
        return Grouping(by, (), np.full(len(label), -1, dtype=np.intp))
    places = {name: shown.index(together.get(name, REST)) for name in size}
    group = [places[one] if counted else -1 for one, counted in zip(label, known, strict=True)]
    return Grouping(by, tuple(name or "not known" for name in shown), np.array(group, dtype=np.intp))
