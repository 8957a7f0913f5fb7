"""Every hard rule, from a log and side tables through `onlooker scan` to the report."""

from __future__ import annotations

import csv
import json
import re
from itertools import product
from pathlib import Path

import pytest

from onlooker.report.glossary import paragraphs
from onlooker.rules import RULES

from .command import Ran, onlooker

DAYS = [f"2026-03-{day:02d}" for day in range(2, 29)]
LAST, CROWDED, EARLIER = DAYS[-1], DAYS[-2], DAYS[-5]
"""All rules fire on the last day; on the one before, twelve agents open the same canary record; earlier another
rule has fired on one of the agents, which does not keep this one quiet."""
ORDINARY = [f"agent{n:02d}" for n in range(20)]
AT = {"capable": "daily_cap", "taker": "export_without_right", "bot": "ai_without_task", "leaver": "view_after_leaving",
      "unmasking": "reveal_cap", "lead": "row_cap", "curious": "canary_record", "selfish": "own_record",
      "nosy": "colleague_record", "loyal": "repeated_customer", "machine": "ai_without_task"}  # fmt: skip
"""Agent -> the one rule that fires on the agent, on the last day."""
SETTINGS = (
    'daily_cap = 30\nreveal_cap = 20\nrow_cap = 500\nmay_export = ["lead"]\ncombinations = 0\n'
    'agents = "agents.csv"\ncustomers = "customers.csv"\n'
)


HEADER = ["timestamp", "agent_id", "customer_id", "action", "ticket_id", "rows"]


def log() -> list[list[str]]:
    """Lines of the columns of HEADER: four worked visits a day, and the last day's others."""
    rows = []
    for day in DAYS:
        for place, agent in enumerate([*ORDINARY, *AT][:-1]):
            for n in range(4):
                customer = f"c{(97 * place + 7 * n + int(day[-2:])) % 900}"
                time = f"{day}T{9 + n:02d}:{place:02d}"
                rows += [[f"{time}:{s:02d}Z", agent, customer, "view", f"T{place}-{n}-{day}"] for s in (5, 50)]
    for day, agent in ((LAST, "capable"), (EARLIER, "curious")):
        rows += [[f"{day}T14:{n:02d}:00Z", agent, f"{agent}{n}", "view", f"{agent}-{n}"] for n in range(40)]
    rows += [[f"{LAST}T14:{n:02d}:30Z", "bot", f"e{n}", "view", ""] for n in range(6)]
    rows += [[f"{LAST}T15:00:00Z", "taker", "c1", "export", "X1"]]
    rows += [[f"{LAST}T14:{n:02d}:40Z", "unmasking", "c2", "reveal", "X4"] for n in range(21)]
    rows += [[f"{LAST}T15:00:30Z", "lead", "", "export", "X5", "501"]]
    for agent, customer in (("curious", "trap"), ("selfish", "own"), ("nosy", "col")):
        rows += [[f"{LAST}T15:0{n}:00Z", agent, customer, "view", "X2"] for n in range(2)]
    rows += [[f"{day}T16:00:00Z", "loyal", "star", "view", ""] for day in DAYS[-9::2]]
    for n, day in product(range(23), DAYS):
        rows += [[f"{day}T{n:02d}:30:00Z", "machine", f"c{(n * 31 + int(day[-2:])) % 900}", "view", f"M{n}-{day}"]]
    rows += [[f"{LAST}T23:{n:02d}:00Z", "machine", f"f{n}", "view", ""] for n in range(6)]
    rows += [[f"{CROWDED}T17:00:00Z", agent, "trap", "view", "X3"] for agent in ORDINARY[:12]]
    return [row if len(row) == len(HEADER) else [*row, ""] for row in rows]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    folder = tmp_path_factory.mktemp("rules")
    with (folder / "log.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *sorted(log())])
    people = "".join(
        f"{agent},agent,human,\n" for agent in [*ORDINARY, *AT] if agent not in ("leaver", "bot", "machine")
    )
    left = f"leaver,agent,human,{DAYS[-2]}\nbot,,ai,\n"
    (folder / "agents.csv").write_text(f"agent_id,role,actor_type,leave_date\n{people}{left}")
    (folder / "customers.csv").write_text("customer_id,owner_agent,canary\ntrap,,yes\nown,selfish,\ncol,agent03,\n")
    (folder / "onlooker.toml").write_text(SETTINGS)
    return folder, onlooker("scan", "log.csv", "--out", "out", cwd=folder)


def alerts(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "out" / "alerts.jsonl").read_text().splitlines()]


def test_every_rule_fires_on_whom_it_is_about_and_on_nobody_else(scanned: tuple[Path, Ran]) -> None:
    folder, ran = scanned
    assert ran.status == 0, ran.err
    ruled = {(a["agent_id"], a["date"], a["reasons"][0]["signal"]) for a in alerts(folder) if a["kind"] == "rule"}
    assert ruled == {(agent, LAST, rule) for agent, rule in AT.items()} | {
        ("curious", EARLIER, "daily_cap"), ("rule canary_record", CROWDED, "canary_record")
    }  # fmt: skip
    assert set(AT.values()) == {module.__name__.rpartition(".")[2] for module in RULES}


def test_the_report_tells_each_rule_and_explains_it(scanned: tuple[Path, Ran]) -> None:
    folder, _ = scanned
    page = (folder / "out" / "report.html").read_text()
    for alert in alerts(folder):
        for reason in alert["reasons"]:
            name = reason["signal"]
            assert f'id="about-{name}"' in page
            assert paragraphs()[name].check in page.replace("&#39;", "'")


def test_the_visits_that_a_rule_is_about_are_shown_first(scanned: tuple[Path, Ran]) -> None:
    folder, _ = scanned
    first = {a["agent_id"]: a["visits"][0] for a in alerts(folder) if a["kind"] == "rule" and a["date"] == LAST}
    shown = {agent: first[agent]["customer_id"] for agent in ("taker", "curious", "selfish", "nosy", "loyal")}
    assert shown == {"taker": "c1", "curious": "trap", "selfish": "own", "nosy": "col", "loyal": "star"}
    assert "canary record" in first["curious"]["why"]


def test_a_rule_that_fires_on_too_many_reports_itself_in_one_alert_that_names_them(scanned: tuple[Path, Ran]) -> None:
    folder, _ = scanned
    (alert,) = [a for a in alerts(folder) if a["date"] == CROWDED and a["kind"] == "rule"]
    assert [reason["agent_id"] for reason in alert["reasons"]] == ORDINARY[:12]
    assert alert["headline"].startswith(f"Rule canary_record fired on 12 of 31 agents on {CROWDED}")
    note = "Rule canary_record fired on more than 10 agents and 10% of them on 1 night: one alert names them."
    assert any(note in one for one in json.loads((folder / "out" / "run.json").read_text())["notes"])
    assert note in re.sub(r"\s+", " ", (folder / "out" / "report.html").read_text())


def test_an_account_active_round_the_clock_is_taken_for_a_service_and_said_to_be(scanned: tuple[Path, Ran]) -> None:
    folder, _ = scanned
    notes = json.loads((folder / "out" / "run.json").read_text())["notes"]
    assert any(note.startswith("Active round the clock, without an actor type: machine. They were") for note in notes)
    (alert,) = [a for a in alerts(folder) if a["agent_id"] == "machine"]
    assert alert["actor_type"] == "service"
    assert "Nobody said what kind of account this is" in " ".join(alert["against"])
