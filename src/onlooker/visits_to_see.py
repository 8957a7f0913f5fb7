"""Which visits of an alerted agent-day an analyst looks at first, and how many of its visits have which explanation."""

from __future__ import annotations

from collections.abc import Iterable

from onlooker.dates import instant, iso
from onlooker.engines.base import Engine
from onlooker.findings import VisitToSee
from onlooker.tables import MEMORY_DAYS, RECENT_DAYS

SHOWN = 5

FIRST = """
SELECT agent_id, day, customer_id, first_us, last_us, events, exports, reveals, ticket_customers, any_gap, own_gap,
       colleagues, explanation
FROM (SELECT v.*, row_number() OVER (PARTITION BY v.agent_id, v.day ORDER BY
               CASE explanation WHEN 'mismatch' THEN 0 WHEN 'unexplained' THEN 0 WHEN 'unknown' THEN 1
                 WHEN 'worked' THEN 2 WHEN 'shared' THEN 3 WHEN 'continued' THEN 4 ELSE 5 END,
               exports DESC NULLS LAST, reveals DESC NULLS LAST,
               CASE WHEN colleagues = 0 THEN 0 ELSE 1 END, CASE WHEN any_gap > {recent} THEN 0 ELSE 1 END,
               CASE WHEN own_gap IS NULL THEN 0 ELSE 1 END, first_us NULLS LAST, customer_id NULLS LAST) AS place
      FROM visits v WHERE (v.agent_id, v.day) IN ({wanted})) ranked
WHERE place <= {shown} ORDER BY agent_id NULLS LAST, day NULLS LAST, place NULLS LAST
"""

EXPLANATIONS = """
SELECT agent_id, day, explanation, count(*) FROM visits WHERE (agent_id, day) IN ({wanted})
GROUP BY agent_id, day, explanation
"""

WHY = {
    "mismatch": "its ticket does not explain it",
    "unexplained": "nothing explains it",
    "unknown": "too early in the log to tell",
    "worked": "only the agent's own work explains it",
    "shared": "a colleague worked on the customer",
    "continued": "goes on with own work",
    "ticket": "under a ticket",
    "sample": "in a review sample",
}

AgentDay = tuple[str, int]


def look_first(engine: Engine, wanted: Iterable[AgentDay]) -> dict[AgentDay, tuple[VisitToSee, ...]]:
    """At most five visits of each wanted agent-day, the least explained first."""
    values = listed(wanted)
    if not values:
        return {}
    found: dict[AgentDay, list[VisitToSee]] = {}
    for row in engine.rows(FIRST.format(wanted=values, shown=SHOWN, recent=RECENT_DAYS)):
        agent, day, customer, first, last, events, exports, reveals, _, any_gap, own_gap, colleagues, explanation = row
        why = [WHY[explanation]]
        why += [
            f"{n} {noun}" if n == 1 else f"{n} {noun}s" for n, noun in ((exports, "export"), (reveals, "reveal")) if n
        ]
        if explanation in {"unexplained", "mismatch", "unknown"}:
            if not colleagues and (any_gap is None or any_gap > RECENT_DAYS):
                since = f"for {any_gap} days" if any_gap else f"in the {MEMORY_DAYS} days before"
                why.append(f"nobody had seen the customer {since}")
            if own_gap is None and events == 1:
                why.append("a single glance at a customer new to the agent")
        found.setdefault((agent, day), []).append(
            VisitToSee(customer, iso(day), instant(first), instant(last), int(events), explanation, "; ".join(why))
        )
    return {key: tuple(visits) for key, visits in found.items()}


def explanations(engine: Engine, wanted: Iterable[AgentDay]) -> dict[AgentDay, dict[str, int]]:
    """Visits by explanation of each wanted agent-day."""
    values = listed(wanted)
    result: dict[AgentDay, dict[str, int]] = {}
    if values:
        for agent, day, explanation, visits in engine.rows(EXPLANATIONS.format(wanted=values)):
            result.setdefault((agent, day), {})[explanation] = int(visits)
    return result


def listed(wanted: Iterable[AgentDay]) -> str:
    """Agent-days as SQL values; ids are log content, so quotes are doubled."""
    return ", ".join("('" + agent.replace("'", "''") + f"', {int(day)})" for agent, day in wanted)
