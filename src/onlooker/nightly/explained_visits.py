"""What analysts explained takes effect on visits: they become `sample`, asserted by whoever closed the case.

An explanation that names customers covers visits to them that have no ticket. One that does not must not hide what is
done on top of it: it covers the days of an agent on which visits without a reason are fewer than 1.5 times those of its
case's busiest day. A day with more counts in full, and can be raised again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from onlooker.cases import CaseDesk, Explanation
from onlooker.cases.consequences import accepted_level
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.schema.days import day_of
from onlooker.schema.explanations import IS_WITHOUT
from onlooker.schema.tables import VISITS
from onlooker.store import Store

ABOUT_VISITS = frozenset({"unexplained", "weakly_explained", "no_ticket", "no_ticket_new", "mismatched"})
"""An explanation of signals, none of which is among these, says nothing about visits: it holds back alerts."""

COVERED = """
SELECT agent_id, customer_id, day, min(author) AS author, min(id) AS id
FROM (SELECT v.agent_id, v.customer_id, v.day, g.author, g.id, g.most,
             count(*) OVER (PARTITION BY g.id, v.agent_id, v.day) AS number
      FROM visits v
      JOIN event_days p ON p.agent_id = v.agent_id AND p.day = v.day
      JOIN given_explanations g
        ON v.day BETWEEN g.first AND g.until AND (g.agent_id IS NULL OR g.agent_id = v.agent_id)
       AND (g.team IS NULL OR g.team = p.team) AND (g.customer_id IS NULL OR g.customer_id = v.customer_id)
      WHERE NOT v.ticketed AND v.day >= {since}
        AND (g.customer_id IS NOT NULL OR {without})) matching
WHERE most IS NULL OR number <= most
GROUP BY agent_id, customer_id, day
"""


def explain(engine: Engine, store: Store, since: int) -> list[str]:
    """Mark the visits from day `since` on that explanations cover; returns sentences on how many, and by which.

    Makes `explained_visits`, in which the covered visits are; without explanations that hold there is no such table.
    """
    holding = [e for e in CaseDesk(store).explanations() if e.ended is None and day_of(e.until) >= since]
    holding = [e for e in holding if about_visits(e)]
    if not holding:
        return []
    engine.table("given_explanations", as_rows(store, holding))
    engine.table("explained_visits", COVERED.format(since=since, without=IS_WITHOUT))
    engine.drop("given_explanations")
    marks = {"explanation": "'sample'", "strength": "'strong'", "asserted_by": "c.author"}
    columns = ", ".join(
        f"CASE WHEN c.id IS NULL THEN v.{name} ELSE {marks[name]} END AS {name}" if name in marks else f"v.{name}"
        for name in VISITS.names
    )
    same = "c.agent_id = v.agent_id AND c.customer_id = v.customer_id AND c.day = v.day"
    engine.table("marked_visits", f"SELECT {columns} FROM visits v LEFT JOIN explained_visits c ON {same}")
    engine.table("visits", "SELECT * FROM marked_visits")
    engine.drop("marked_visits")
    return list(sentences(engine, holding))


@contextmanager
def counted_apart(engine: Engine) -> Iterator[None]:
    """Keep the covered visits out of `visits` while days are counted: what is explained is no sign of anything."""
    engine.table("all_visits", "SELECT * FROM visits")
    same = "c.agent_id = v.agent_id AND c.customer_id = v.customer_id AND c.day = v.day"
    covered = f"SELECT 1 FROM explained_visits c WHERE {same}"
    engine.table("visits", f"SELECT v.* FROM all_visits v WHERE NOT EXISTS ({covered})")
    yield
    engine.table("visits", "SELECT * FROM all_visits")
    for name in ("all_visits", "explained_visits"):
        engine.drop(name)


def about_visits(explanation: Explanation) -> bool:
    """Whether it explains visits, rather than signals that are not about reasons."""
    return not explanation.scope.signals or bool(ABOUT_VISITS & set(explanation.scope.signals))


def as_rows(store: Store, explanations: Iterable[Explanation]) -> str:
    """SQL of the explanations: one row for each agent, team and customer that they name."""
    rows = ", ".join(row for explanation in explanations for row in _rows(store, explanation))
    return (
        "SELECT CAST(id AS STRING) AS id, CAST(agent_id AS STRING) AS agent_id, CAST(team AS STRING) AS team, "
        "CAST(customer_id AS STRING) AS customer_id, CAST(author AS STRING) AS author, first, until, "
        "CAST(most AS BIGINT) AS most "
        f"FROM (VALUES {rows}) AS g(id, agent_id, team, customer_id, author, first, until, most)"
    )


def _rows(store: Store, explanation: Explanation) -> Iterator[str]:
    scope = explanation.scope
    most = "NULL" if scope.customers else str(accepted_level(store, explanation))
    about = f"{_text(explanation.author)}, {day_of(explanation.first)}, {day_of(explanation.until)}, {most}"
    for agent, team, customer in product(scope.agents or (None,), scope.teams or (None,), scope.customers or (None,)):
        yield f"({_text(explanation.id)}, {_text(agent)}, {_text(team)}, {_text(customer)}, {about})"


def sentences(engine: Engine, explanations: Sequence[Explanation]) -> Iterator[str]:
    """How many visits each of them covers."""
    found = engine.rows("SELECT id, count(*), count(DISTINCT agent_id) FROM explained_visits GROUP BY id ORDER BY id")
    by_id = {explanation.id: explanation for explanation in explanations}
    for name, visits, agents in found:
        one = by_id[name]
        yield (
            f"{visits:,} visits of {agents:,} agents count as explained by {name}: {one.reason} "
            f"(asserted by {one.author}, until {one.until})."
        )


def _text(value: str | None) -> str:
    return "NULL" if value is None else literal(value)
