"""Tracing: which agents met more of some customers than their share of the work makes likely.

Every meeting of an agent and one of the customers (the first of each pair) is shared out over those who could have had
it as well, in proportion to the customers whom each met for the first time: the agents of the same actor type who were
active that day in the same queue and site. Where these are fewer than eight, such remainders of a queue stand together,
then those of a day, of a week, of the span. What an agent receives is `expected`. So a large volume explains many
meetings, customers of one queue, site or week accuse nobody there, and the shares sum to the meetings.

The p-value is the upper tail of a binomial of that mean, which bounds the sum of unequal chances (W. Hoeffding, 1956,
"On the distribution of the number of successes in independent trials"). Where agents in general stray further from
their shares than that (customers who have an agent of their own), it is a negative binomial with variance
mean + dispersion * mean^2. What agents in general do is asked without those who stand out most, since their meetings
make everybody else's look few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.investigate.fraud_dates import Victims
from onlooker.investigate.stored_visits import Span, visits_seen, waiting_events
from onlooker.investigate.victim_cover import CoverStep, greedy_cover
from onlooker.investigate.victims_met import find_meetings
from onlooker.schema.notebook_html import as_html
from onlooker.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from onlooker.investigate.exposed_customers import Exposed

Floats = NDArray[np.float64]

LEAST_AGENTS = 8
"""With fewer agents a group says little about what others would have done."""
MEDIAN = 0.4549364
"""Of a chi-squared variable with one degree of freedom."""
RAREST = 1e-300
ASIDE = 10
"""One in this many agents is left out where it is asked what agents in general do."""
LATEST = 28
"""Judged days that are asked for an agent's queue, site and actor type where the log of a later day does not say."""

GROUPS = ("day, queue, site", "day, queue", "day", "day // 7", "1")
"""Who else of the same actor type could have had a meeting, from close to far: the first that is large enough."""

VOLUMES = """
SELECT v.agent_id, v.day, v.n, coalesce(d.actor_type, 'human') AS actor, coalesce(d.queue, '') AS queue,
       coalesce(d.site, '') AS site
FROM (SELECT agent_id, day, count(*) FILTER (WHERE own_gap IS NULL OR day - own_gap < {since}) AS n
      FROM {visits} GROUP BY agent_id, day) v
LEFT JOIN {days} d ON d.agent_id = v.agent_id AND d.day = v.day
"""
JUDGED_DAYS = "SELECT agent_id, day, actor_type, queue, site FROM {days}"
# Days that are not over have no AGENT_DAYS yet: what their log says of the agents, as features/ reads it, and where it
# says nothing (the agents table does) what was last known.
WAITING_DAYS = """
SELECT e.agent_id, e.day, {columns}
FROM (SELECT agent_id, day, {said} FROM {events} GROUP BY agent_id, day) e
LEFT JOIN (SELECT agent_id, {known} FROM {latest} GROUP BY agent_id) k ON k.agent_id = e.agent_id
"""
ABOUT = ("actor_type", "queue", "site")
NO_DAYS = "(SELECT '' AS agent_id, 0 AS day, '' AS actor_type, '' AS queue, '' AS site WHERE 1 = 0)"
KEYED = "SELECT agent_id, day, n, actor, queue, site, concat_ws(chr(31), {level}, actor, {group}) AS pool FROM {rows}"
LARGE = "SELECT pool FROM keyed GROUP BY pool HAVING count(DISTINCT agent_id) >= {least}"
SHARES = """
SELECT p.agent_id, sum(CAST(s.meetings AS DOUBLE) * p.n / nullif(s.total, 0)) AS expected,
       CAST(sum(s.meetings) AS BIGINT) AS chances
FROM members p
JOIN (SELECT pool, sum(n) AS total, sum(met) AS meetings
      FROM (SELECT q.pool, q.n, coalesce(m.met, 0) AS met FROM members q
            LEFT JOIN (SELECT agent_id, day, count(*) AS met FROM meetings GROUP BY agent_id, day) m
              ON m.agent_id = q.agent_id AND m.day = q.day) with_meetings
      GROUP BY pool) s ON s.pool = p.pool
GROUP BY p.agent_id
"""
# The same by day, for some agents, among all: day by day the shares of an agent add up to what it was expected to meet.
DAILY = """
SELECT p.agent_id, p.day, coalesce(CAST(s.meetings AS DOUBLE) * p.n / nullif(s.total, 0), 0) AS expected, p.met
FROM (SELECT q.agent_id, q.day, q.n, q.pool, coalesce(m.met, 0) AS met FROM pooled q
      LEFT JOIN (SELECT agent_id, day, count(*) AS met FROM meetings GROUP BY agent_id, day) m
        ON m.agent_id = q.agent_id AND m.day = q.day WHERE q.agent_id IN ({agents})) p
JOIN (SELECT pool, sum(n) AS total, sum(met) AS meetings
      FROM (SELECT q.pool, q.n, coalesce(m.met, 0) AS met FROM pooled q
            LEFT JOIN (SELECT agent_id, day, count(*) AS met FROM meetings GROUP BY agent_id, day) m
              ON m.agent_id = q.agent_id AND m.day = q.day) with_meetings
      GROUP BY pool) s ON s.pool = p.pool
ORDER BY p.agent_id, p.day
"""
AGENTS = """
SELECT s.agent_id, round(coalesce(s.expected, 0), 9) AS expected, s.chances, coalesce(m.victims, 0) AS victims,
       coalesce(m.unexplained, 0) AS unexplained
FROM ({shares}) s
LEFT JOIN (SELECT agent_id, count(*) AS victims, count(*) FILTER (WHERE unexplained) AS unexplained
           FROM meetings GROUP BY agent_id) m ON m.agent_id = s.agent_id
ORDER BY s.agent_id
"""


@dataclass(frozen=True)
class Trace:
    """Who met the customers of a list."""

    victims: int
    """Customers of the list."""
    met: int
    """Of these, those whom anybody met, before the fraud where the list says when it was."""
    first: str
    """First and last local date that was looked at, ISO; empty if the store has nothing of these days."""
    last: str
    active: int
    """Agents with a visit on these days, those who met none of the customers included."""
    agents: pd.DataFrame = field(repr=False)
    """Those who met at least one, least likely first: agent_id, victims (distinct ones met), expected, p_value, q_value
    (Benjamini and Hochberg over all active agents), unexplained (victims met without an explanation)."""
    noted: bool = True
    """Whether the look is in the store's history."""
    left_out: int = 0
    """Meetings of an agent and a victim that were left out: all of them lie on the day of the fraud or later."""
    notes: tuple[str, ...] = ()
    """What a reader must know."""
    cover: tuple[CoverStep, ...] = ()
    """A small set of agents who together met all of those met: see `victim_cover`."""
    exposed: Exposed | None = None
    """Whom those who stand out opened since it began, if that was asked for and somebody stands out."""
    manifest: str = ""
    """SHA-256 of the manifest of the files that were written, if that was asked for."""

    def record(self) -> Mapping[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "victims": self.victims, "met": self.met, "first": self.first, "last": self.last, "active": self.active,
            "agents": self.agents.to_dict("records"), "left_out": self.left_out, "notes": list(self.notes),
            "cover": [asdict(step) for step in self.cover],
            "exposed": self.exposed.record() if self.exposed else None, "manifest": self.manifest or None,
        }  # fmt: skip

    def _repr_html_(self) -> str:
        facts: list[tuple[str, object]] = [("from", self.first), ("to", self.last), ("active agents", self.active)]
        title = f"{self.met:,} of {self.victims:,} customers of the list were met by somebody"
        return as_html(title, facts, list(self.agents.columns), self.agents.to_numpy().tolist(), self.notes)


def trace(engine: Engine, store: Store, victims: Victims, span: Span) -> Trace:
    """Which agents met more of `victims` on the days of `span`, before the fraud, than their share makes likely."""
    import pandas as pd

    columns = ["agent_id", "victims", "expected", "p_value", "q_value", "unexplained"]
    everything, dates = visits_seen(store, span), span.within(store)
    if everything is None or dates is None:
        return Trace(len(victims.ids), 0, "", "", 0, pd.DataFrame(columns=columns), notes=victims.notes)
    left_out = find_meetings(engine, store, victims, span)
    engine.table("volumes", VOLUMES.format(visits=everything, days=about_agents(store, span), since=span.first))
    pool(engine)
    found = shared_out(engine)
    ((met, meetings),) = engine.rows("SELECT count(DISTINCT customer_id), count(*) FROM meetings")
    victims_met, expected, chances = found[["victims", "expected", "chances"]].to_numpy(float).T
    chances = np.minimum(chances, meetings)
    by_chance = tail(victims_met, expected, chances)
    aside = np.argsort(by_chance)[: max(1, len(found) // ASIDE)]
    others = shared_out(engine, found["agent_id"].iloc[aside].tolist())
    dispersion = spread(*others[["victims", "expected"]].to_numpy(float).T)
    found["p_value"] = tail(victims_met, expected, chances, dispersion)
    found["q_value"] = benjamini_hochberg(found["p_value"].to_numpy())
    found["beyond"] = found["victims"] - found["expected"]
    chosen = found[found["victims"] > 0].sort_values(
        ["p_value", "beyond", "agent_id"], ascending=[True, False, True], ignore_index=True
    )
    pairs = engine.arrow("SELECT agent_id, customer_id FROM meetings").to_pandas()
    notes = (*(_left_out(left_out) if left_out else ()), *victims.notes)
    return Trace(
        len(victims.ids), met, *dates, len(found), chosen[columns], left_out=left_out, notes=notes,
        cover=greedy_cover(pairs, chosen),
    )  # fmt: skip


def _left_out(meetings: int) -> Iterator[str]:
    were = "meeting of an agent and a customer was" if meetings == 1 else "meetings of an agent and a customer were"
    yield f"{meetings:,} {were} left out: on the day of the fraud or later."


def about_agents(store: Store, span: Span) -> str:
    """SQL of agent_id, day, actor_type, queue and site on the days of `span`, those that are not over included."""
    judged, waiting = store.select("agent_days", span.first, span.last), waiting_events(store, span)
    parts = [JUDGED_DAYS.format(days=judged)] if judged else []
    if waiting:
        _, last = store.span("agent_days") or (0, 0)
        latest = store.select("agent_days", last - LATEST + 1, last) or NO_DAYS
        columns = ", ".join(f"coalesce(e.{name}, k.{name}) AS {name}" for name in ABOUT)
        said = ", ".join(f"max({name}) AS {name}" for name in ABOUT)
        known = ", ".join(f"max_by({name}, day) AS {name}" for name in ABOUT)
        parts.append(WAITING_DAYS.format(columns=columns, said=said, known=known, events=waiting, latest=latest))
    return f"({' UNION ALL '.join(parts)})" if parts else NO_DAYS


def pool(engine: Engine) -> None:
    """Make `pooled`: every agent-day of `volumes` in the closest of its GROUPS that is large enough, or the last."""
    rows, parts = "volumes", []
    for level, group in enumerate(GROUPS):
        engine.table("keyed", KEYED.format(level=level, group=group, rows=rows))
        large = LARGE.format(least=LEAST_AGENTS if level + 1 < len(GROUPS) else 1)
        parts.append(f"SELECT agent_id, day, n, pool FROM pooled_{level}")
        engine.table(f"pooled_{level}", f"SELECT * FROM keyed WHERE pool IN ({large})")
        engine.table("rest", f"SELECT * FROM keyed WHERE pool NOT IN ({large})")
        rows = "rest"
    engine.view("pooled", " UNION ALL ".join(parts))


def shared_out(engine: Engine, aside: Sequence[str] = ()) -> pd.DataFrame:
    """Each active agent's meetings and its part in all; the agents `aside` and their meetings are left out of both."""
    among = f"WHERE agent_id NOT IN ({literals(aside)})" if len(aside) else ""
    engine.view("members", f"SELECT * FROM pooled {among}")
    frame: pd.DataFrame = engine.arrow(AGENTS.format(shares=SHARES)).to_pandas()
    return frame


def tail(met: Floats, expected: Floats, chances: Floats, dispersion: float = 0.0) -> Floats:
    """P(as many or more) of each agent: by chance, of the meetings that could have been the agent's, or with more.

    With a `dispersion` there is no such bound to a mean.
    """
    from scipy.special import betainc

    k, most = np.maximum(met, 1.0), np.maximum(chances, np.maximum(met, 1.0))
    if dispersion > 0:
        p = betainc(k, 1.0 / dispersion, expected / (1.0 / dispersion + expected))
    else:
        p = betainc(k, most - k + 1.0, np.minimum(expected / most, 1.0))
    return np.where((met < 1) | (expected <= 0), 1.0, np.maximum(p, RAREST))


def spread(met: Floats, expected: Floats) -> float:
    """Variance of the agents' rates around their shares, relative to the mean; 0 where chance suffices.

    The value at which the median of (met - expected)^2 / (expected + dispersion * expected^2) is that of a chi-squared
    variable: a median, since several agents may be sought. Of agents with an expected count of at least 1; with fewer
    than eight of these nothing is said.
    """
    enough = expected >= 1
    if enough.sum() < LEAST_AGENTS:
        return 0.0
    mean = expected[enough]
    return max(float(np.median(((met[enough] - mean) ** 2 / MEDIAN - mean) / mean**2)), 0.0)


def benjamini_hochberg(p: Floats) -> Floats:
    """The q-value of each p-value: the lowest expected share of false alarms among the agents named if this one is."""
    order = np.argsort(p)
    steps = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return q
