"""Names that look like one that is not there."""

from __future__ import annotations

from difflib import get_close_matches

from onlooker.engines.protocol import Engine
from onlooker.schema.same_person import folded
from onlooker.store import Store

MOST = 3


def did_you_mean(engine: Engine, store: Store, agent: str) -> str:
    """`Did you mean f.arceneau?`, of the agents that the store has judged; empty where none is near."""
    days = store.select("agent_days")
    known = [str(name) for (name,) in engine.rows(f"SELECT DISTINCT agent_id FROM {days} ORDER BY 1")] if days else []
    same = [name for name in known if folded(name) == folded(agent)]
    near = same or get_close_matches(agent, known, MOST, cutoff=0.7)
    return f"Did you mean {' or '.join(near[:MOST])}? " if near else ""
