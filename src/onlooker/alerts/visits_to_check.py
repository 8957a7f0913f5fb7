"""Which visits of an alerted agent-day an analyst looks at first, and how many of its visits have which explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.features.facts import facts, given
from onlooker.schema.days import instant, iso
from onlooker.schema.explanations import BY_NAME, LOOK, WITHOUT
from onlooker.schema.findings import VisitToSee
from onlooker.schema.tables import MEMORY_DAYS, RECENT_DAYS

SHOWN = 5

# One pass over the visits, of which there may be millions: the first ones to see, and of each explanation one with
# their number. Days are compared first, since numbers cost less than pairs.
WANTED = """
SELECT agent_id, day, customer_id, first_us, last_us, events, exports, reveals, any_gap, own_gap, colleagues,
       pointer, asserted_by, strength, explanation, place, alike, interested, place_among_alike
FROM (SELECT v.*, count(*) OVER (PARTITION BY v.agent_id, v.day, explanation) AS alike,
             count(*) FILTER (WHERE strength <> 'strong' AND (asserted_by IS NOT NULL OR explanation = 'ticket'))
               OVER (PARTITION BY v.agent_id, v.day, explanation) AS interested,
             row_number() OVER (PARTITION BY v.agent_id, v.day, explanation
               ORDER BY customer_id NULLS LAST) AS place_among_alike,
             row_number() OVER (PARTITION BY v.agent_id, v.day ORDER BY CASE WHEN pointer IS NULL THEN 1 ELSE 0 END,
               {look},
               exports DESC NULLS LAST, reveals DESC NULLS LAST,
               CASE WHEN colleagues = 0 THEN 0 ELSE 1 END, CASE WHEN any_gap > {recent} THEN 0 ELSE 1 END,
               CASE WHEN own_gap IS NULL THEN 0 ELSE 1 END, first_us NULLS LAST, customer_id NULLS LAST) AS place
      FROM (SELECT *, {pointer} AS pointer FROM {visits}
            WHERE v.day IN ({days}) AND (v.agent_id, v.day) IN ({wanted})) v) ranked
WHERE place <= {shown} OR place_among_alike = 1
ORDER BY agent_id NULLS LAST, day NULLS LAST, place NULLS LAST
"""

OWN_TICKET = "under a ticket that the agent opened"

AgentDay = tuple[str, int]


@dataclass(frozen=True)
class Seen:
    """What an agent saw on a day."""

    first: tuple[VisitToSee, ...] = ()
    """At most five visits, the least explained first."""
    explained: Mapping[str, int] = field(default_factory=dict)
    """Visits by explanation."""
    interested: Mapping[str, int] = field(default_factory=dict)
    """Of these, those that only the agent, the agent's manager or the agent's team says are in order; where any."""


@dataclass(frozen=True)
class Pointer:
    """Visits that come first whatever explains them: a hard rule is about them."""

    condition: str
    """SQL on VISITS and the columns that the side tables add."""
    why: str
    agent_days: Sequence[AgentDay]


def seen(engine: Engine, wanted: Iterable[AgentDay], pointers: Sequence[Pointer] = ()) -> dict[AgentDay, Seen]:
    """What the agents saw on the `wanted` agent-days; those without a visit are left out."""
    wanted = list(wanted)
    if not wanted:
        return {}
    first: dict[AgentDay, list[VisitToSee]] = {}
    explained: dict[AgentDay, dict[str, int]] = {}
    interested: dict[AgentDay, dict[str, int]] = {}
    source = facts(given(engine)) if pointers else "visits"
    days = ", ".join(str(int(day)) for day in sorted({day for _, day in wanted}))
    select = WANTED.format(
        wanted=listed(wanted), days=days, look=LOOK, shown=SHOWN, recent=RECENT_DAYS, pointer=pointing(pointers),
        visits="visits v" if source == "visits" else source,
    )  # fmt: skip
    for agent, day, *visit, pointer, asserted, strength, explanation, place, alike, doubtful, among in engine.rows(
        select
    ):
        if place <= SHOWN:
            why = [pointers[pointer].why] if pointer is not None else []
            why += reasons(explanation, strength, asserted)
            first.setdefault((agent, day), []).append(to_see(day, explanation, why, asserted or "", *visit))
        if among == 1:
            explained.setdefault((agent, day), {})[explanation] = int(alike)
            if doubtful:
                interested.setdefault((agent, day), {})[explanation] = int(doubtful)
    return {key: Seen(tuple(visits), explained[key], interested.get(key, {})) for key, visits in first.items()}


def pointing(pointers: Sequence[Pointer]) -> str:
    """SQL: the place of the first of `pointers` that points at the visit, else null."""
    cases = " ".join(
        f"WHEN (v.agent_id, v.day) IN ({listed(one.agent_days)}) AND ({one.condition}) THEN {place}"
        for place, one in enumerate(pointers)
    )
    return f"CASE {cases} END" if cases else "CAST(NULL AS INTEGER)"


def reasons(explanation: str, strength: str, asserted_by: str | None) -> list[str]:
    """What explains a visit, and on whose word."""
    if explanation == "ticket" and strength == "weak":
        return [OWN_TICKET]
    if not asserted_by or (explanation != "sample" and strength != "none"):
        return [BY_NAME[explanation].of_visit]
    if explanation != "sample":
        return [
            BY_NAME[explanation].of_visit,
            f"a sample or a project, asserted by the agent or nobody ({asserted_by})",
        ]
    if strength == "strong":
        return [f"{BY_NAME[explanation].of_visit}, for which {asserted_by} stands"]
    return [f"{BY_NAME[explanation].of_visit}, asserted by {asserted_by} (manager or same team)"]


def to_see(
    day: int, explanation: str, why: list[str], asserted_by: str, customer: str, first_us: int, last_us: int,
    events: int, exports: int, reveals: int, any_gap: int | None, own_gap: int | None, colleagues: int,
) -> VisitToSee:  # fmt: skip
    """One visit; to what makes it worth a look, `why`, is added what it was like."""
    why += [f"{n} {noun}" if n == 1 else f"{n} {noun}s" for n, noun in ((exports, "export"), (reveals, "reveal")) if n]
    if explanation in WITHOUT:
        if not colleagues and (any_gap is None or any_gap > RECENT_DAYS):
            since = f"for {any_gap} days" if any_gap else f"in the {MEMORY_DAYS} days before"
            why.append(f"nobody had seen the customer {since}")
        if own_gap is None and events == 1:
            why.append("a single glance at a customer new to the agent")
    return VisitToSee(
        customer, iso(day), instant(first_us), instant(last_us), int(events), explanation, "; ".join(why), asserted_by
    )  # fmt: skip


def listed(wanted: Iterable[AgentDay]) -> str:
    """Agent-days as SQL values; ids are log content, so quotes are doubled."""
    return ", ".join(f"({literal(agent)}, {int(day)})" for agent, day in wanted)
