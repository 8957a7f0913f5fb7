"""Contacts: whose visits they explain, how strongly, and what lies outside of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.side_tables.org import context, count, events, total, why

DATE = "2026-03-02"


def seen(*visits: str, agent: str = "ann") -> str:
    """Log lines of `10:05 c1` or `10:05 c1 T7`."""
    parts = [one.split() for one in visits]
    return "".join(f"{DATE}T{at}:00Z,{agent},{who},view,{''.join(ticket)}\n" for at, who, *ticket in parts)


def contacts(*rows: str) -> str:
    """The table, of rows such as `ann 10:00 10:06 inbound c1`; `-` where nothing is named."""
    lines = ["agent_id,start,end,direction,customer_id,ticket_id"]
    for row in rows:
        agent, start, end, way, customer, *ticket = row.split()
        lines.append(f"{agent},{DATE}T{start}Z,{DATE}T{end}Z,{way},{customer.replace('-', '')},{''.join(ticket)}")
    return "\n".join(lines) + "\n"


def explained(tmp_path: Path, log: str, **tables: str) -> dict[str, tuple[str, str]]:
    """Customer -> explanation and strength of ann's visit."""
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, **tables)
        count(engine)
        return {customer: found for (agent, customer), found in why(engine).items() if agent == "ann"}


def test_a_visit_in_the_own_contact_with_the_customer_is_explained(tmp_path: Path) -> None:
    log = seen("09:44 c0", "09:46 c1", "10:05 c2", "10:20 c3", "10:22 c4", "10:05 c5", "10:05 c6", "10:05 c7")
    table = contacts(*(f"ann 10:00 10:06 inbound c{n}" for n in range(6)), "bob 10:00 10:06 inbound c6",
                     "ann 10:00 10:06 outbound c7")  # fmt: skip
    near, far = ("contact", "strong"), ("unexplained", "none")
    assert explained(tmp_path, log, contacts=table) == {
        "c0": far, "c1": near, "c2": near, "c3": near, "c4": far, "c5": near,
        "c6": far,  # a colleague's contact
        "c7": ("contact", "weak"),
    }  # fmt: skip


def test_a_contact_that_names_nobody_covers_two_records_and_weakly(tmp_path: Path) -> None:
    log = seen("10:01 c1", "10:02 c2", "10:03 c3", "10:04 c4", "10:30 c5")
    found = explained(tmp_path, log, contacts=contacts("ann 10:00 10:06 inbound -"))
    assert [found[f"c{n}"] for n in range(1, 6)] == [("contact", "weak")] * 2 + [("unexplained", "none")] * 3


def test_contacts_that_overlap_cover_their_records_together(tmp_path: Path) -> None:
    log = seen(*(f"10:{n:02d} c{n}" for n in range(1, 9)))
    table = contacts("ann 10:00 10:06 inbound -", "ann 10:03 10:12 inbound -", "ann 10:00 10:10 inbound c1")
    found = explained(tmp_path, log, contacts=table)
    assert found["c1"] == ("contact", "strong"), "who is named takes nothing of what the others cover"
    assert [found[f"c{n}"][0] for n in range(2, 9)] == ["contact"] * 4 + ["unexplained"] * 3


def test_a_ticket_stands_for_its_customer(tmp_path: Path) -> None:
    tickets = f"ticket_id,customer_id,opened\nT1,c1,{DATE}T08:00Z\n"
    table = contacts("ann 10:00 10:06 inbound - T1", "ann 10:00 10:06 inbound - T9")
    log = seen("10:01 c1", "10:02 c2", "10:03 c9 T9")
    found = explained(tmp_path, log, contacts=table)
    assert found["c1"] == found["c2"] == ("unexplained", "none") and found["c9"][0] == "ticket"
    found = explained(tmp_path, log, contacts=table, tickets=tickets)
    assert found["c1"] == ("contact", "strong")


def test_a_ticket_that_does_not_fit_is_no_matter_while_the_customer_is_on_the_line(tmp_path: Path) -> None:
    log = seen(*(f"10:0{n} c{n} T1" for n in range(5)))
    found = explained(tmp_path, log, contacts=contacts("ann 10:00 10:06 inbound c1"))
    assert found["c1"][0] == "contact" and found["c2"][0] == "mismatch"


def test_records_outside_of_all_contacts_are_counted_for_who_is_in_the_table(tmp_path: Path) -> None:
    log = seen("10:01 c1", "10:02 c2", "10:03 c3", "18:00 c4") + seen("10:00 c1", agent="bob")
    with events(tmp_path, log) as engine:
        reading = context(engine, tmp_path, contacts=contacts("ann 10:00 10:06 inbound c1"))
        count(engine)
        assert total(engine, "outside_contacts") == 2, "c4 is hours after what the table knows"
        assert total(engine, "outside_contacts", "bob") == 0
        assert reading.join_rates == {"contacts_known": 1.0}


def test_channels_and_words_of_telephone_systems(tmp_path: Path) -> None:
    table = "Agent,Call start,Call end,Channel,Customer\n" + "".join(
        f"ann,{DATE} 10:00,{DATE} 10:06,{channel},c{n}\n"
        for n, channel in enumerate(["chat", "Outbound call", "power dialler", ""])
    )
    found = explained(tmp_path, seen(*(f"10:01 c{n}" for n in range(4))), contacts=table)
    assert [found[f"c{n}"][1] for n in range(4)] == ["strong", "weak", "weak", "strong"]


def test_what_is_no_contact_is_rejected_and_silence_on_who_began_it_is_told(tmp_path: Path) -> None:
    with events(tmp_path, seen("10:01 c1")) as engine:
        rows = ["ann 10:00 09:00 inbound c1", "ann 10:00 10:06 sideways c1", "ann 10:00 10:06 inbound c1"]
        reading = context(engine, tmp_path, contacts=contacts(*rows))
        assert sorted(reading.rejects_by_reason) == ["direction not understood", "ends before it begins"]
        assert not any("begun by the customer" in note for note in reading.notes)
        reading = context(engine, tmp_path, contacts=f"agent_id,start,end\nann,{DATE} 10:00,{DATE} 10:06\n")
        assert any("begun by the customer" in note for note in reading.notes)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Manila"])
def test_clocks_without_an_offset_are_those_of_the_agent(tmp_path: Path, zone: str) -> None:
    at = "10:00" if zone == "UTC" else "18:00"
    table = f"agent_id,start,end,direction,customer_id\nann,{DATE} {at},{DATE} {at}:30,inbound,c1\n"
    agents = f"agent_id,zone\nann,{zone}\n"
    assert explained(tmp_path, seen("10:05 c1"), contacts=table, agents=agents)["c1"] == ("contact", "strong")
