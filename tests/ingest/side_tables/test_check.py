"""Side tables as a user meets them: `check` says how well they fit, and a scan counts what it could not use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command import onlooker

AGENTS = "agent_id,team,zone\nann,t1,Europe/Vienna\nbob,t1,Europe/Vienna\n"
LOG = "timestamp,agent_id,customer_id,ticket_id\n" + "".join(
    f"2026-03-0{day}T10:{n:02d}:00Z,{agent},c{n},T{n}\n"
    for day in (2, 3)
    for n in range(20)
    for agent in ("ann", "bob")
)
TICKETS = "ticket_id,customer_id,assignee,opened,closed\n" + "".join(
    f"T{n},c{n},ann,2026-03-01T08:00:00Z,2026-03-04T08:00:00Z\n" for n in range(20)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "agents.csv").write_text(AGENTS)
    (tmp_path / "tickets.csv").write_text(TICKETS)
    return tmp_path


def test_check_prints_join_rates_and_what_the_tables_make_up_for(folder: Path) -> None:
    ran = onlooker("check", "log.csv", "--agents", "agents.csv", "--tickets", "tickets.csv", cwd=folder)
    assert (ran.status, ran.err) == (0, "")
    assert "  100% of the log's agents are in the agents table" in ran.out
    assert "  100% of the log's ticket ids are in the tickets table" in ran.out
    assert "ticket rules: on" in ran.out
    assert "days: the zone of each agent where it is known" in ran.out
    missing = ran.out.partition("would sharpen")[2]
    assert "  queue " in missing
    assert "  team " not in missing  # the agents table has it


def test_ids_of_another_system_switch_the_ticket_rules_off_aloud(folder: Path) -> None:
    (folder / "tickets.csv").write_text(TICKETS.replace("T", "HD-"))
    ran = onlooker("check", "log.csv", "--tickets", "tickets.csv", cwd=folder)
    assert "ticket rules: off" in ran.out
    assert "    0% of the log's ticket ids are in the tickets table" in ran.out
    assert "The ticket rules are off: only 0% of" in ran.out


def test_the_settings_file_names_columns_tiers_and_the_least_rate(folder: Path) -> None:
    (folder / "tickets.csv").write_text(TICKETS.replace("ticket_id", "number_of_it").replace("T1,", "X1,"))
    unknown = onlooker("check", "log.csv", "--tickets", "tickets.csv", cwd=folder)
    assert unknown.status == 2
    assert '[context.columns.tickets]: ticket_id = "COLUMN"' in unknown.err
    (folder / "customers.csv").write_text("customer_id,tier\nc1,amber\nc2,grey\n")
    settings = (
        '[context]\nleast_rate = 0.99\nhigh_tiers = ["amber"]\n[context.columns.tickets]\nticket_id = "number_of_it"'
    )
    (folder / "onlooker.toml").write_text(settings)
    ran = onlooker("check", "log.csv", "--tickets", "tickets.csv", "--customers", "customers.csv", "--json", cwd=folder)
    found = ran.document["context"]
    assert found["tables"]["tickets"]["mapping"]["ticket_id"] == "number_of_it"
    assert found["ticket_rules"] is False  # 19 of 20 are not enough here
    assert found["join_rates"]["tickets_found"] == 0.95
    assert not any("None of the customers' tiers" in note for note in found["notes"])


def test_bad_rows_of_side_tables_are_rejects_with_file_and_line_and_are_counted(folder: Path) -> None:
    (folder / "tickets.csv").write_text(
        TICKETS + ",c1,ann,,\nT50,c1,ann,yesterday,\n" + "T1,c1,ann,2026-03-01T08:00:00Z,2026-03-04T08:00:00Z\n"
    )
    ran = onlooker("scan", "log.csv", "--tickets", "tickets.csv", "--out", "out", cwd=folder)
    assert ran.status in (0, 1), ran.err
    rejects = (folder / "out" / "rejects.csv").read_text().splitlines()[1:]
    assert [line.split(",")[:2] for line in rejects] == [["tickets.csv", "22"], ["tickets.csv", "23"]]
    run = json.loads((folder / "out" / "run.json").read_text())
    counts = run["counts"]
    assert (counts["rejected"], run["rejects_by_reason"]) == (0, {})
    assert (counts["side_rows"], counts["side_rejected"]) == (20, 2)
    assert counts["lines"] == counts["events"] + counts["duplicates"] + counts["rejected"]
    assert any("no ticket_id (1)" in note or "no ticket" in note for note in run["notes"]), run["notes"]
