"""The story of an agent's day from first to last look: when, how much, searches, looks in quick succession, pauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from onlooker.alerts.numbers import plural
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.schema.local_clock import Ints, clock
from onlooker.store import Store

PAUSE = 30 * 60
"""Seconds without a look that divide two sessions."""
QUICK, FEWEST = 20, 5
"""A run of looks: at most 20 seconds from one to the next, and at least five customers."""

SEEN = """SELECT us, hour, customer_id, action FROM {events} WHERE agent_id = {agent} AND day = {day}
ORDER BY us, customer_id NULLS FIRST, action"""


@dataclass(frozen=True)
class Looks:
    """The log lines of one agent-day in their order."""

    us: Ints
    hour: Ints
    """Local hour."""
    customer: NDArray[np.object_]
    action: NDArray[np.object_]

    @classmethod
    def read(cls, engine: Engine, store: Store, agent: str, day: int) -> Looks | None:
        """From the store's events; None if it has none of that day."""
        events = store.select("events", day, day)
        rows = engine.rows(SEEN.format(events=events, agent=literal(agent), day=day)) if events else []
        if not rows:
            return None
        us, hour, customer, action = zip(*rows, strict=True)
        return cls(np.array(us), np.array(hour), np.array(customer, dtype=object), np.array(action, dtype=object))

    def slice(self, begin: int, end: int) -> Looks:
        """The lines from `begin` to before `end`."""
        return Looks(self.us[begin:end], self.hour[begin:end], self.customer[begin:end], self.action[begin:end])


def story(looks: Looks, offset: int) -> Iterator[str]:
    """The sessions of a day, each in a line, and the pauses between them."""
    breaks = np.flatnonzero(np.diff(looks.us) > PAUSE * 1_000_000) + 1
    edges = [0, *breaks.tolist(), len(looks.us)]
    for begin, end in pairwise(edges):
        if begin:
            minutes = int(looks.us[begin] - looks.us[begin - 1]) // 60_000_000
            yield f"a pause of {minutes // 60} h {minutes % 60:02d} min"
        yield session(looks.slice(begin, end), offset)


def session(looks: Looks, offset: int) -> str:
    """One session in a line."""
    first, last = clock(looks.us[0], offset), clock(looks.us[-1], offset)
    customers = len({one for one in looks.customer if one is not None})
    told = [f"{first} to {last}: {plural(customers, 'customer')} in {plural(len(looks.us), 'line')} of the log"]
    for action, noun in (("search", "search"), ("list", "list"), ("reveal", "reveal"), ("export", "export")):
        if number := int((looks.action == action).sum()):
            told.append(f"{number} searches" if (noun, number > 1) == ("search", True) else plural(number, noun))
    if run := longest_run(looks):
        begin, end, number = run
        seconds = int(looks.us[end] - looks.us[begin]) // 1_000_000
        span = f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"
        told.append(f"{number} customers one after the other within {span} from {clock(looks.us[begin], offset)}")
    return ", ".join(told)


def longest_run(looks: Looks) -> tuple[int, int, int] | None:
    """First and last line of the run with most customers, and how many these are; None if none has enough."""
    edges = np.flatnonzero(np.diff(looks.us) > QUICK * 1_000_000) + 1
    spans = zip([0, *edges.tolist()], [*edges.tolist(), len(looks.us)], strict=True)
    runs = [(begin, end - 1, len({*looks.customer[begin:end]} - {None})) for begin, end in spans]
    best = max(runs, key=lambda run: run[2])
    return best if best[2] >= FEWEST else None
