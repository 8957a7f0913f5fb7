"""Whether the store has ever seen the agents and teams that a decision names: a misspelled name would cover nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.store import Store


def unknown(
    engine: Engine, store: Store, agents: Sequence[str], teams: Sequence[str], customers: Sequence[str]
) -> Iterator[str]:
    """Those of the names that no visit and no day of the store has, each with what it is said to be."""
    asked = (("agent", "agent_id", "agent_days", agents), ("team", "team", "agent_days", teams),
             ("customer", "customer_id", "visits", customers))  # fmt: skip
    for kind, column, table, names in asked:
        rows = store.select(table) if names else None
        where = f"{column} IN ({literals(names)})"
        found = {name for (name,) in engine.rows(f"SELECT DISTINCT {column} FROM {rows} WHERE {where}")} if rows else ()
        yield from (f"{kind} {name}" for name in names if name not in found)
