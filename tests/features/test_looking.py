"""What was looked at without being opened, under other spellings, and in rows: counted by plain sets."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from onlooker.engines.duck import DuckEngine
from onlooker.features import build_agent_days, build_event_days
from onlooker.schema.same_person import folded
from onlooker.schema.tables import EVENTS
from onlooker.visits.build_visits import build_visits

DAY_US = 86_400_000_000


def lines(size: int = 3000) -> list[dict[str, object]]:
    """Lines of agents, some of whom have several spellings."""
    rng = np.random.default_rng(4)
    agents = ["ann", "Ann", "bob", "j\u00f6rg", "jorg", "JORG ", "eve"]
    actions = ["view", "search", "list", "export", "edit", "reveal"]
    return [
        {
            "agent_id": agents[rng.integers(7)], "action": actions[rng.integers(6)],
            "customer_id": None if rng.random() < 0.2 else f"C{rng.integers(60)}", "day": 20_000 + int(rng.integers(4)),
            "rows": None if rng.random() < 0.3 else int(rng.integers(-2, 50)), "hour": int(rng.integers(24)),
        }
        for _ in range(size)
    ]  # fmt: skip


def count(engine: DuckEngine, log: list[dict[str, object]]) -> None:
    """EVENTS of these lines, and all that is counted of them."""
    engine.connection.register("given", pa.Table.from_pylist(log))
    there = set(engine.columns("given"))
    columns = (f"CAST({c.name if c.name in there else 'NULL'} AS {c.type}) AS {c.name}" for c in EVENTS.columns)
    engine.table("events", f"SELECT {', '.join(columns)} FROM given")
    build_event_days(engine)
    build_visits(engine, 20_000)
    build_agent_days(engine)


def test_every_count_is_what_plain_sets_give() -> None:
    log = lines()
    for i, line in enumerate(log):
        line["us"] = int(line["day"]) * DAY_US + int(line["hour"]) * 3_600_000_000 + i  # type: ignore[call-overload]
    with DuckEngine() as engine:
        count(engine, log)
        names = "looked_up, other_spellings, exported_rows, listed_rows, hours_of_day"
        counts = engine.rows(f"SELECT agent_id, day, {names} FROM agent_days")
    for agent, day, *counted in counts:
        mine = [one for one in log if (one["agent_id"], one["day"]) == (agent, day)]
        looks = {one["customer_id"] for one in mine} - {None}
        opened = {one["customer_id"] for one in mine if one["action"] not in {"search", "list"}}
        same = [one for one in log if folded(str(one["agent_id"])) == folded(agent) and one["day"] == day]
        all_looks = {one["customer_id"] for one in same} - {None}
        taken = [(one["action"], max(one["rows"] or 0, 0), one["customer_id"]) for one in mine]  # type: ignore[call-overload]
        exported = sum(
            rows - (customer is not None and rows > 0) for action, rows, customer in taken if action == "export"
        )
        listed = sum(rows for action, rows, _ in taken if action in {"search", "list"})
        hours = sum(1 << hour for hour in {int(one["hour"]) for one in mine})  # type: ignore[call-overload]
        assert counted == [len(looks - opened), len(all_looks) - len(looks), exported, listed, hours]


def test_a_few_lines_that_say_otherwise_make_no_other_kind_of_account() -> None:
    said = {"person": ["human"] * 30 + ["service"], "bot": ["ai"] * 30 + ["human"], "even": ["human", "service"],
            "nobody": [None, None], "named once": [None, None, "ai"]}  # fmt: skip
    log = [
        {"us": i, "agent_id": agent, "customer_id": f"C{i}", "action": "view", "day": 0, "hour": 0, "actor_type": kind}
        for agent, kinds in said.items() for i, kind in enumerate(kinds)
    ]  # fmt: skip
    with DuckEngine() as engine:
        engine.connection.register("given", pa.Table.from_pylist(log))
        there = set(engine.columns("given"))
        columns = (f"CAST({c.name if c.name in there else 'NULL'} AS {c.type}) AS {c.name}" for c in EVENTS.columns)
        engine.table("events", f"SELECT {', '.join(columns)} FROM given")
        build_event_days(engine)
        kinds = dict(engine.rows("SELECT agent_id, actor_type FROM event_days"))
    assert kinds == {"person": "human", "bot": "ai", "even": "human", "nobody": None, "named once": "ai"}


def test_customers_in_the_order_of_their_numbers_are_counted() -> None:
    opened = ["C7", "C8", "C10", "C13", "D14", "C13", "C12", "X", "Y", "K-0999", "K-1000", "9" * 20]
    lines = [
        {"agent_id": "ann", "action": "view", "customer_id": name, "day": 20_000, "hour": 9,
         "us": 20_000 * DAY_US + 9 * 3_600_000_000 + place}
        for place, name in enumerate(opened)
    ]  # fmt: skip
    with DuckEngine() as engine:
        count(engine, lines)
        # C8, C10 and K-1000: C13 is one visit and three away, D14 and C12 begin otherwise than the one before
        assert engine.rows("SELECT in_sequence FROM agent_days") == [(3,)]
