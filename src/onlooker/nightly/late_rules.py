"""Hard rules on lines that came too late for their day to be judged again: who backdates lines is not out of sight."""

from __future__ import annotations

from onlooker.alerts.write_alerts import ruled_alerts
from onlooker.config import Settings
from onlooker.engines.protocol import Engine
from onlooker.rules import fire, rules
from onlooker.scanning.fired_rules import given_by
from onlooker.schema.findings import Alert
from onlooker.scoring.read_panel import recognise_actors
from onlooker.store import Store

MONTH = 28
"""Days by which an account without an actor type is recognised as a service."""
LATE = "Lines of this day came when it had been judged; its score is of before."


def late_rule_alerts(engine: Engine, store: Store, settings: Settings, day: int) -> list[Alert]:
    """What the rules say of the agents of whom lines of `day` arrived; the day is counted anew on `engine`."""
    tickets = bool(engine.rows("SELECT 1 FROM arrived WHERE ticket_id IS NOT NULL LIMIT 1"))
    arrived = {agent for (agent,) in engine.rows(f"SELECT DISTINCT agent_id FROM arrived WHERE day = {day}")}
    recognise_actors(engine, store.select("agent_days", day - MONTH, day - 1), day)
    firings, _, _ = fire(engine, rules(given_by(settings, tickets)))
    alerts = ruled_alerts(engine, [one for one in firings if one.day == day and one.agent_id in arrived], LATE)
    engine.drop("actor_days")
    return alerts
