"""Which ids belong together: ids of other systems become the log's own, and people become entities.

The log's ids stay as they are, for they are what analysts see. Customers and agents of side tables are translated into
them. Where two people are compared (who opened the ticket, who looked), both are entities: one person may have several
logins, and one login several persons after each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from onlooker.engines.protocol import Engine
from onlooker.ingest.quoting import literal
from onlooker.ingest.records import temporary
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.schema.tables import CTX_IDENTITIES, CTX_LOGINS

ITSELF = "(entity)"
"""The system whose ids are the entities themselves."""


@dataclass(frozen=True)
class Systems:
    """The systems that the log's ids are of; None where the identities know none of them."""

    agents: str | None = None
    customers: str | None = None


def make_identities(engine: Engine, staged: str | None) -> Systems:
    """Make `ctx_identities` and `ctx_logins` from the staged table; find out which systems the log speaks."""
    if staged is None:
        engine.table(CTX_IDENTITIES.name, CTX_IDENTITIES.nothing)
        engine.table(CTX_LOGINS.name, CTX_LOGINS.nothing)
        return Systems()
    next_from = "lead(valid_from) OVER (PARTITION BY system, id ORDER BY valid_from NULLS FIRST)"
    # `valid_to` is the last day on which it holds; a later row for the same id ends it as well.
    rows = f"""SELECT system, id, entity, coalesce(valid_from, {BEFORE_ALL}) AS from_day,
            least(coalesce(valid_to + 1, {AFTER_ALL}), coalesce({next_from}, {AFTER_ALL})) AS to_day FROM {staged}"""
    itself = f"SELECT DISTINCT {literal(ITSELF)}, entity, entity, {BEFORE_ALL}, {AFTER_ALL} FROM {staged}"
    engine.table(CTX_IDENTITIES.name, f"{rows} UNION ALL {itself}")
    systems = Systems(
        system_of(engine, "SELECT DISTINCT agent_id AS id FROM events", None),
        system_of(engine, "SELECT DISTINCT customer_id AS id FROM events", None),
    )
    own = literal(systems.agents or "")
    engine.table(
        CTX_LOGINS.name,
        f"SELECT id AS agent_id, entity, from_day, to_day FROM {CTX_IDENTITIES.name} WHERE system = {own}",
    )
    return systems


def system_of(engine: Engine, ids: str, preferred: str | None) -> str | None:
    """The system that knows most of `ids`, a SELECT of `id`; `preferred` if it knows as many as the best."""
    known = f"""SELECT i.system, count(DISTINCT i.id) AS known FROM {CTX_IDENTITIES.name} i
        JOIN ({ids}) ids ON ids.id = i.id GROUP BY i.system"""
    first = f"CASE WHEN system = {literal(preferred or '')} THEN 0 WHEN system = {literal(ITSELF)} THEN 2 ELSE 1 END"
    rows = engine.rows(f"SELECT system FROM ({known}) ORDER BY known DESC, {first}, system LIMIT 1")
    return rows[0][0] if rows else None


def to_log_ids(engine: Engine, table: str, column: str, own: str | None, day: str | None = None) -> None:
    """Replace the ids in `column` of the temporary `table` by the log's, of system `own`.

    `day` is SQL of the day on which both ids must be valid; without it the rows' own days, from_day and to_day, are cut
    to those. An id that nothing is known of stays; one whose person has
    several ids in the log becomes several rows.
    """
    theirs = system_of(engine, f"SELECT DISTINCT {column} AS id FROM {table}", own)
    if own is None or theirs is None or theirs == own:
        return
    during = f"AND {day} >= i.from_day AND {day} < i.to_day" if day else ""
    pairs = f"""SELECT t.id AS theirs, o.id AS ours, greatest(t.from_day, o.from_day) AS from_day,
            least(t.to_day, o.to_day) AS to_day
        FROM {CTX_IDENTITIES.name} t JOIN {CTX_IDENTITIES.name} o ON o.entity = t.entity
        WHERE t.system = {literal(theirs)} AND o.system = {literal(own)}
          AND greatest(t.from_day, o.from_day) < least(t.to_day, o.to_day)"""
    rows = f"SELECT x.* REPLACE (coalesce(i.ours, x.{column}) AS {column}"
    if day is None:
        rows += """, greatest(x.from_day, coalesce(i.from_day, x.from_day)) AS from_day,
            least(x.to_day, coalesce(i.to_day, x.to_day)) AS to_day"""
    temporary(engine, table, f"{rows}) FROM {table} x LEFT JOIN ({pairs}) i ON i.theirs = x.{column} {during}")


def to_entities(engine: Engine, table: str, column: str, own: str | None, day: str) -> None:
    """Replace the ids of people in `column` of the temporary `table` by entities, as they are on `day`."""
    theirs = system_of(engine, f"SELECT DISTINCT {column} AS id FROM {table}", own)
    if theirs is None or theirs == ITSELF:
        return
    temporary(
        engine,
        table,
        f"""SELECT x.* REPLACE (coalesce(i.entity, x.{column}) AS {column})
        FROM {table} x LEFT JOIN {CTX_IDENTITIES.name} i ON i.system = {literal(theirs)} AND i.id = x.{column}
          AND {day} >= i.from_day AND {day} < i.to_day""",
    )
