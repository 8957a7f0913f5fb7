"""Visits under tickets that were never the agent's: only with a history of assignees, and only they."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.side_tables.org import context, count, events, total

DATE = "2026-03-02"
AGENTS = "agent_id,queue\nann,chat\nbob,chat\ncem,mail\n"
TICKETS = f"""ticket_id,customer_id,assignee,assigned,opened,opened_by
T1,c1,bob,{DATE}T08:00Z,{DATE}T08:00Z,bob
T2,c2,bob,{DATE}T08:00Z,{DATE}T08:00Z,bob
T2,c2,ann,{DATE}T09:00Z,{DATE}T08:00Z,bob
T3,c3,chat,{DATE}T08:00Z,{DATE}T08:00Z,bob
T4,c4,bob,{DATE}T08:00Z,{DATE}T08:00Z,ann
T5,c5,ann,{DATE}T15:00Z,{DATE}T08:00Z,bob
T6,c6,mail,{DATE}T08:00Z,{DATE}T08:00Z,cem
"""
LOG = "".join(f"{DATE}T10:0{n}:00Z,ann,c{n},view,T{n}\n" for n in range(1, 8))
OTHERS = f"{DATE}T11:00:00Z,bob,c1,view,T1\n{DATE}T11:01:00Z,cem,c6,view,T6\n"


def test_neither_the_agent_s_nor_the_queue_s_nor_opened_by_the_agent(tmp_path: Path) -> None:
    with events(tmp_path, LOG + OTHERS) as engine:
        reading = context(engine, tmp_path, tickets=TICKETS, agents=AGENTS)
        count(engine)
        assert total(engine, "borrowed") == 3, "T1, T6, and T5, which came to ann hours later; T7 is unknown"
        assert total(engine, "borrowed", "bob") == total(engine, "borrowed", "cem") == 0
        assert "tickets.assigned" in reading.given
        assert engine.rows("SELECT count(*), max(customers) FROM ctx_tickets") == [(6, 1)], "an assignee is no customer"


def test_without_a_history_nothing_is_borrowed(tmp_path: Path) -> None:
    plain = "\n".join(",".join(part for i, part in enumerate(row.split(",")) if i != 3) for row in TICKETS.splitlines())
    with events(tmp_path, LOG + OTHERS) as engine:
        reading = context(engine, tmp_path, tickets=plain + "\n", agents=AGENTS)
        count(engine)
        assert total(engine, "borrowed") == 0
        assert "tickets.assigned" not in reading.given
