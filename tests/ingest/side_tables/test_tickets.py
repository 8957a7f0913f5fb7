"""What the tickets table and the identities make of visits."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.side_tables.org import context, count, events, total, why

TICKETS = """ticket_id,customer_id,assignee,opened,closed,opened_by
T1,c1,ann,2026-03-20T09:00:00Z,,c1
T2,c2,ann,2026-03-01T09:00:00Z,2026-03-10T09:00:00Z,c2
T3,c3,ann,2026-03-01T09:00:00Z,2026-03-20T09:00:00Z,c3
T4,c4,ann,2026-03-20T09:00:00Z,,ann
T5,c5,ann,2026-03-20T09:00:00Z,,ann
T6,c6,bob,2026-03-20T09:00:00Z,,c6
T0,c0,bob,2026-01-01T09:00:00Z,2026-03-30T09:00:00Z,c0
"""
LOG = """2026-03-20T10:00:00Z,ann,c1,view,T1
2026-03-20T10:05:00Z,ann,c2,view,T2
2026-03-20T10:10:00Z,ann,c3,view,T3
2026-03-20T10:15:00Z,ann,c4,view,T4
2026-03-20T10:20:00Z,ann,c5,view,T5
2026-03-20T10:22:00Z,ann,c5,edit,T5
2026-03-20T10:25:00Z,ann,c7,view,T1
2026-03-20T10:30:00Z,ann,c8,view,T99
2026-03-20T10:35:00Z,ann,c6,view,T1
2026-03-20T10:36:00Z,ann,c6,view,T6
2026-03-20T10:40:00Z,ann,c9,view,n/a
"""


def test_each_ticket_explains_what_it_can(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, tickets=TICKETS)
        count(engine)
        assert reading.ticket_rules
        assert why(engine) == {
            ("ann", "c1"): ("ticket", "strong"),
            ("ann", "c2"): ("mismatch", "none"),  # closed long ago
            ("ann", "c3"): ("ticket", "strong"),  # closed that day
            ("ann", "c4"): ("mismatch", "none"),  # opened by the agent, and a glance
            ("ann", "c5"): ("ticket", "weak"),  # opened by the agent, who worked on it
            ("ann", "c6"): ("ticket", "strong"),  # one of two tickets fits
            ("ann", "c7"): ("mismatch", "none"),  # another customer's
            ("ann", "c8"): ("mismatch", "none"),  # made up
            ("ann", "c9"): ("unexplained", "none"),
        }
        assert total(engine, "self_opened") == 2
        assert total(engine, "mismatched") == 4
        assert total(engine, "untasked") == 1


def test_without_the_table_the_same_log_is_believed(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        count(engine)
        found = why(engine)
        assert found["ann", "c7"] == found["ann", "c8"] == ("ticket", "strong")


def test_a_ticket_with_many_customers_explains_none(tmp_path: Path) -> None:
    many = "".join(f"M,d{n},bob,2026-03-20T09:00:00Z,,d{n}\n" for n in range(4))
    with events(tmp_path, LOG + "2026-03-20T11:00:00Z,ann,d1,view,M\n") as engine:
        context(engine, tmp_path, tickets=TICKETS + many)
        count(engine)
        assert why(engine)["ann", "d1"] == ("mismatch", "none")


def test_a_ticket_too_new_or_too_old_for_the_table_is_believed(tmp_path: Path) -> None:
    log = LOG + "2026-03-31T10:00:00Z,ann,c8,view,T99\n2026-01-10T10:00:00Z,ann,c7,view,OLD\n"
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, tickets=TICKETS)
        count(engine)
        rows = engine.rows("SELECT customer_id, explanation FROM visits WHERE ticket_id IN ('T99', 'OLD') ORDER BY day")
        assert rows == [("c7", "ticket"), ("c8", "mismatch"), ("c8", "ticket")]


def test_ids_of_another_system_switch_the_rules_off_aloud(tmp_path: Path) -> None:
    other = TICKETS.replace("\nT", "\n900")
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, tickets=other)
        count(engine)
        assert reading.join_rates["tickets_found"] == 0
        assert not reading.ticket_rules and "tickets" in reading.given
        assert "The ticket rules are off: only 0% of the log's ticket ids are in the tickets table" in reading.notes[0]
        assert why(engine)["ann", "c7"] == ("ticket", "strong")
        assert total(engine, "self_opened") == 0


def test_the_rate_is_an_argument(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, tickets=TICKETS, least_rate=0.9)
        assert 0.8 < reading.join_rates["tickets_found"] < 0.9
        assert not reading.ticket_rules


def renamed(table: str) -> str:
    """The tickets in the ids of a help desk."""
    return "\n".join(
        ",".join(f"h-{cell}" if place in (1, 2, 5) and cell else cell for place, cell in enumerate(line.split(",")))
        for line in table.strip().split("\n")[1:]
    )


def identities(customers: int = 10) -> str:
    people = [("ann", "p1"), ("bob", "p2")]
    pairs = people + [(f"c{n}", f"q{n}") for n in range(customers)]
    return "system,id,entity\n" + "".join(f"crm,{i},{e}\ndesk,h-{i},{e}\n" for i, e in pairs)


@pytest.mark.parametrize("with_identities", [True, False])
def test_identities_bring_two_systems_together(tmp_path: Path, with_identities: bool) -> None:
    header = TICKETS.split("\n", 1)[0]
    tables = {"tickets": f"{header}\n{renamed(TICKETS)}\n"}
    if with_identities:
        tables["identities"] = identities()
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, **tables)
        count(engine)
        assert reading.ticket_rules == with_identities
        if with_identities:
            assert reading.join_rates["customers_matched"] == reading.join_rates["assignees_known"] == 1
            assert why(engine)["ann", "c1"] == ("ticket", "strong")
            assert why(engine)["ann", "c4"] == why(engine)["ann", "c7"] == ("mismatch", "none")
            assert why(engine)["ann", "c5"] == ("ticket", "weak")
        else:
            assert "name a customer whom the log knows" in reading.notes[0]


def test_a_reissued_login_is_somebody_else_and_cuts_history(tmp_path: Path) -> None:
    ids = """system,id,entity,valid_from,valid_to
    crm,ann,p1,,2026-03-09
    crm,ann,p2,2026-03-10,
    crm,bob,p3,,
    desk,d1,p1,,
    desk,d2,p2,,
    desk,d3,p3,,
    """
    tickets = """ticket_id,customer_id,assignee,opened,opened_by
    A,c1,d1,2026-03-01T09:00:00Z,d1
    B,c2,d2,2026-03-11T09:00:00Z,d1
    C,c3,d3,2026-03-11T09:00:00Z,d3
    """
    log = "2026-03-02T10:00:00Z,ann,c1,view,A\n2026-03-12T10:00:00Z,ann,c2,view,B\n2026-03-12T10:00:00Z,bob,c3,view,C\n"
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, tickets=tickets, identities=ids)
        count(engine)
        assert why(engine) == {
            ("ann", "c1"): ("mismatch", "none"),  # p1 opened it and looked
            ("ann", "c2"): ("ticket", "strong"),  # p1 opened it, p2 looked
            ("bob", "c3"): ("mismatch", "none"),
        }
        assert engine.rows("SELECT * FROM history_cuts") == [("ann", 20522, "login")]
