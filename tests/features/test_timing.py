"""Hours are unusual by the habit of one's own kind: people by that of people, machines by that of machines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import build_agent_days, build_event_days
from onlooker.schema.tables import CTX_AGENTS, EVENTS
from onlooker.visits.build_visits import build_visits

FIRST, DAYS = 20_000, 30
HOUR_US = 3_600_000_000


def events(named: bool) -> pa.Table:
    """Six people work from 9 to 17, a bot at all hours and ten times as much; on the last day two begin anew: a person
    and a second bot, each with three visits in the morning and two at night."""
    rng = np.random.default_rng(0)
    rows = [(f"P{a}", day, hour) for day in range(DAYS) for a in range(6) for hour in rng.integers(9, 17, 10)]
    rows += [("bot", day, hour) for day in range(DAYS) for hour in range(24) for _ in range(25)]
    rows += [(who, DAYS - 1, hour) for who in ("newcomer", "new bot") for hour in (1, 2, 9, 10, 11)]
    agent, day, hour = (np.array(column) for column in zip(*rows, strict=True))
    return pa.table(
        {
            "us": ((FIRST + day) * 24 + hour) * HOUR_US + rng.integers(0, HOUR_US, len(rows)),
            "agent_id": agent, "customer_id": [f"C{i}" for i in range(len(rows))], "action": ["view"] * len(rows),
            "day": (FIRST + day).astype(np.int32), "hour": hour.astype(np.int32),
            "actor_type": [("ai" if "bot" in who else "human") if named else None for who in agent],
        }
    )  # fmt: skip


def off_hours(named: bool, listed: bool = False) -> dict[str, int]:
    """Visits of the last day in unusual hours, by agent."""
    with DuckEngine() as engine:
        engine.connection.register("given", events(named))
        there = set(engine.columns("given"))
        names = (c.name if c.name in there else f"CAST(NULL AS {c.type}) AS {c.name}" for c in EVENTS.columns)
        engine.table("events", f"SELECT {', '.join(names)} FROM given")
        if listed:
            said = {"agent_id": "who", "actor_type": "'service'", "from_day": "0", "to_day": "1000000"}
            names = (f"CAST({said.get(c.name, 'NULL')} AS {c.type}) AS {c.name}" for c in CTX_AGENTS.columns)
            engine.table("ctx_agents", f"SELECT {', '.join(names)} FROM (VALUES ('bot'), ('new bot')) AS t(who)")
        build_event_days(engine)
        build_visits(engine, FIRST)
        build_agent_days(engine)
        return dict(engine.rows(f"SELECT agent_id, off_hours FROM agent_days WHERE day = {FIRST + DAYS - 1}"))


@pytest.mark.parametrize(("named", "listed"), [(True, False), (False, True)])
def test_machines_and_people_are_held_against_their_own_kind(named, listed):
    found = off_hours(named, listed)
    assert found["newcomer"] == 2
    assert found["new bot"] == found["bot"] == 0


def test_an_account_that_nobody_names_sets_no_norm_for_people_with_days_round_the_clock():
    found = off_hours(named=False)
    assert found["newcomer"] == found["new bot"] == 2
    assert found["bot"] == 0
