"""Where names are hidden, no output of any command has one: ids that stand nowhere else are searched for in bytes."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.delivery.servers import Collector, Web, syslog_server, web_server
from tests.delivery.test_mail import Box, OnAnyPort

from onlooker.privacy import Pseudonyms

from .marked_log import MARK, OTHER, Said, files_naming, marked_log, night_files, tables

pytestmark = pytest.mark.full  # three scans, and eighty commands

SETTINGS = """
privacy = "strict"
pseudonym_key = "file:{key}"
daily_cap = 12
combinations = 0
threads = 2
tz = "UTC"
agents = "{place}/agents.csv"
customers = "{place}/customers.csv"
also_write = ["ocsf", "ecs", "cef", "markdown"]
metrics = "{place}/metrics.prom"
first_delivery = "all"
may_export = ["Qzxw-may.export"]
[receivers.hook]
kind = "webhook"
url = "{hook}"
names = true
[receivers.siem]
kind = "syslog"
host = "localhost"
port = {syslog}
tls = false
body = "cef"
names = true
[receivers.desk]
kind = "mail"
host = "localhost"
port = {mail}
security = "none"
sender = "onlooker@example.org"
to = ["desk@example.org"]
names = true
[receivers.drop]
kind = "folder"
path = "{place}/drop"
names = true
"""


WHY = ("--reason", "a request")
LOOKS = ("explain", "exposure", "access")


@dataclass
class Scanned:
    """Some nights that were scanned and worked on, and everything that came out."""

    place: Path
    said: Said
    received: bytes
    case: str
    pseudonym: str
    agent: str
    """Whom the case is about."""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    days = 16
    place = tmp_path_factory.mktemp("private")
    tables(place, days)
    (place / "drop").mkdir()
    (place / "key").write_text("an invented key of pseudonyms, thirty-two\n")
    (place / "key").chmod(0o600)
    with ExitStack() as servers:
        web, collector = servers.enter_context(web_server(Web())), servers.enter_context(syslog_server(Collector()))
        box = Box()
        mail = OnAnyPort(box, hostname="localhost", port=0)
        mail.start()
        servers.callback(mail.stop)
        text = SETTINGS.format(key=place / "key", place=place, hook=web.url, syslog=collector.port, mail=mail.port)
        (place / "onlooker.toml").write_text(text)
        said = Said(place, {"ONLOOKER_STORE": str(place / "store"), "ONLOOKER_CONFIG": str(place / "onlooker.toml")})
        files = night_files(place / "logs", days)
        said("scan", files[0], "--out", "out", "-v")
        said("scan", files[1], "--out", "out", "--json")
        said("scan", files[2], "--out", "out", "--log-json", "--closed")
        (subject,) = re.findall(r"agent-[0-9a-f]{16}", said("cases", "list"))[:1]
        said("cases", "list", "--json", "--all")
        case = json.loads(said("cases", "show", subject, "--json"))["case"]["id"]
        agent = agent_of(place / "store", case)
        look_around(said, subject, agent, case)
        said("outbox", "list", "--json")
        said("outbox", "send", "--json")
        said("outbox", "list", "--all")
    received = str(web.got).encode() + b"".join(collector.got) + b"".join(bytes(one) for one in box.got)
    yield Scanned(place, said, received, case, subject, agent)


def agent_of(store: Path, case: str) -> str:
    with sqlite3.connect(store / "onlooker.sqlite") as db:
        ((agent,),) = db.execute("SELECT agent_id FROM cases WHERE id = ?", (case,))
    return str(agent)


def look_around(said: Said, subject: str, agent: str, case: str) -> None:
    """Every command that reads, decides or fails, by pseudonyms and by ids."""
    customer = re.findall(r"customer-[0-9a-f]{16}", said("exposure", subject, *WHY))[0]
    victims = "\n".join(sorted({line.text.split(",")[2] for line in marked_log(4)} - {""})[:60]).encode()
    for words in (
        ("today",), ("today", "--json"), ("status",), ("status", "--json"), ("metrics",),
        ("cases", "show", case), ("explain", subject), ("explain", agent, "--json", "--lines"),
        ("explain", OTHER, "--lines"), ("exposure", subject, "--json"), ("exposure", agent, "--csv", "exposed.csv"),
        ("access", customer), ("access", customer, "--json"), ("store", "person", subject),
        ("store", "person", agent, "--json"), ("store", "person", customer),
        ("what-if", "budget=0,50"), ("what-if", "budget=0,50", "--json"), ("signal",),
        ("cases", "note", case, "looked at it"), ("cases", "assign", case, "ana"),
        ("cases", "ask", case, "lead", "what of it?"), ("cases", "answer", case, "nothing"),
        ("cases", "suppress", "--agent", subject, "--until", "2026-02-20", "--reason", "known"),
        ("cases", "suppress", "--agent", OTHER, "--team", "Qzxw-bayview-billing-1", "--customer", customer, "--until",
         "2026-02-20", "--reason", "known"),
        ("cases", "suppress", "--list"), ("cases", "refer", case, "HR", "--bundle", "bundle"),
        ("cases", "close", case, "--verdict", "benign", "--reason", "known", "--second", "ben"),
        ("cases", "reopen", case, "--reason", "again"),
        ("cases", "close", agent, "--verdict", "false-alarm", "--reason", "wrong"),
        ("cases", "reopen", case, "--reason", "again"),
        ("cases", "close", agent, "--verdict", "confirmed", "--second", "ben"),
        ("cases", "reopen", case, "--reason", "again"), ("cases", "assign", case, agent),
        ("history", "show"), ("history", "show", "--json", "--whom", subject), ("history", "verify"),
        ("store", "verify"), ("store", "hold", "--reason", "counsel"), ("check", "logs/access-first.csv"),
        ("receipt", "--month", "2026-01", "--out", "receipts"), ("receipt", "--month", "2026-01", "--json"),
        ("config", "check"),
        # What goes wrong
        ("explain", "Qzxw-k.duart"), ("explain", subject, "--date", "2020-01-01"), ("exposure", "Qzxw-nobody"),
        ("access", "Qzxw-nobody"), ("cases", "show", "Qzxw-nobody"), ("explain", "agent-0000000000000000"),
    ):  # fmt: skip
        said(*words, *WHY if words[0] in LOOKS or words[:2] == ("store", "person") else ())
    said("trace", "-", *WHY, stdin=victims)
    said("trace", "-", "--json", "--expose", "--out", "traced", *WHY, stdin=victims)
    said("explain", subject)
    said("access", customer, "--reason", " ")
    for form in ("ocsf", "ecs", "cef", "markdown", "csv"):
        said("export", "--format", form)
        said("export", "--format", form, "--out", f"exported.{form}", "--suppressed")


def test_no_command_says_a_name(scanned: Scanned) -> None:
    assert scanned.said.naming() == []


def test_every_command_was_understood(scanned: Scanned) -> None:
    failed = [command for command, status, _ in scanned.said.all if status not in (0, 6)]
    wanted = ("cases refer", "explain Qzxw-k.duart", "exposure Qzxw-nobody", "access Qzxw-nobody", "cases show Qzxw",
              "explain agent-0000", "cases assign", "explain agent", f"explain {OTHER}", "access customer")  # fmt: skip
    assert [one for one in failed if not one.startswith(wanted)] == []
    answered = [command for command, status, _ in scanned.said.all if status == 0]
    assert f"explain {scanned.pseudonym} --reason a request" in answered
    assert any(one.startswith("access customer-") for one in answered)


def test_no_file_but_the_store_and_the_input_has_a_name(scanned: Scanned) -> None:
    own = {scanned.place / name for name in ("store", "logs", "agents.csv", "customers.csv", "onlooker.toml")}
    assert [
        one for part in scanned.place.iterdir() if part not in own and part.is_dir() for one in files_naming(part)
    ] == []
    single = [part for part in scanned.place.iterdir() if part not in own and part.is_file()]
    assert [part.name for part in single if MARK in part.read_bytes().lower()] == []
    out = {path.name for path in (scanned.place / "out").iterdir()}
    assert {
        "report.html",
        "cases",
        "scores.parquet",
        "alerts.jsonl",
        "alerts.ocsf.jsonl",
        "rejects.csv",
        "run.json",
    } <= out


def test_nothing_that_was_delivered_has_a_name(scanned: Scanned) -> None:
    assert scanned.received.count(b"agent-") >= 3  # they were asked for
    assert MARK not in scanned.received.lower()


def test_scores_are_those_of_people_whom_an_alert_is_about(scanned: Scanned) -> None:
    shown = set(pq.read_table(scanned.place / "out" / "scores.parquet")["agent_id"].to_pylist())
    with sqlite3.connect(scanned.place / "store" / "onlooker.sqlite") as db:
        alerted = {row[0] for row in db.execute("SELECT DISTINCT agent_id FROM alerts")}
    assert 0 < len(shown) <= len(alerted) < 14
    refused = [
        told for command, _, told in scanned.said.all if command == f"explain {OTHER} --lines --reason a request"
    ]
    assert OTHER in alerted or b"scores of people without one are not shown" in refused[0]


def test_a_look_without_a_reason_is_refused_with_what_to_add(scanned: Scanned) -> None:
    said = {command: (status, told) for command, status, told in scanned.said.all}
    for command in (f"explain {scanned.pseudonym}",):
        status, told = said[command]
        assert status == 2 and b'Add --reason "WHY"' in told


def test_the_store_has_the_names_so_that_the_search_could_have_failed(scanned: Scanned) -> None:
    with sqlite3.connect(scanned.place / "store" / "onlooker.sqlite") as db:
        ((alerts,),) = db.execute("SELECT count(*) FROM alerts WHERE instr(lower(record), 'qzxw')").fetchall()
    assert alerts > 3
    assert files_naming(scanned.place / "logs")


def test_a_revealed_case_is_named_where_it_is_worked_on_and_that_is_on_record(scanned: Scanned) -> None:
    said = Said(scanned.place, scanned.said.variables)
    assert "second person is the first" in said(
        "cases", "reveal", scanned.case, "--reason", "HR asked", "--second", "ana", "--as", "ana"
    )
    said("cases", "reveal", scanned.case, "--reason", "HR asked", "--second", "ben", "--as", "ana")
    assert scanned.agent in said("cases", "show", scanned.case)
    assert "Qzxw-C" in said("exposure", scanned.pseudonym, *WHY)
    assert scanned.agent in said("explain", scanned.pseudonym, *WHY)
    said("cases", "refer", scanned.case, "HR", "--bundle", "handed-over", "--as", "ana")
    assert scanned.agent.encode() in (scanned.place / "handed-over" / "case.json").read_bytes()
    others = Said(scanned.place, scanned.said.variables)
    others("cases", "list")
    others("today")
    others("export", "--format", "csv")
    record = others("history", "show", "--what", "case revealed")
    assert others.naming() == []
    assert "ana  case revealed" in record and scanned.case in record and "HR asked" in record


def test_an_analyst_of_one_vendor_sees_its_people_alone(scanned: Scanned) -> None:
    rows = [line.split(",") for line in (scanned.place / "agents.csv").read_text().splitlines()[1:]]
    key = Pseudonyms((scanned.place / "key").read_bytes().strip())
    vendor = {key.of("agent", row[0]): row[3] for row in rows}
    said = Said(scanned.place, scanned.said.variables)
    victims = "\n".join(sorted({line.text.split(",")[2] for line in marked_log(8)} - {""})).encode()
    everybody: set[str] = set()
    for words in (
        ("cases", "list", "--all"), ("today", "--json"), ("export", "--format", "csv"), ("history", "show"),
        ("cases", "suppress", "--list"), ("what-if", "budget=0,50"), ("trace", "-", "--json", *WHY),
    ):  # fmt: skip
        all_named, named = (
            {one for one in re.findall(r"agent-[0-9a-f]{16}", said(*before, *words, stdin=victims)) if one in vendor}
            for before in ((), ("--vendor", "Acme"))
        )
        assert {vendor[one] for one in named} <= {"acme"}, words
        everybody |= all_named
    assert {vendor[one] for one in everybody} == {"acme", "bolt"}
    other = next(one for one, whose in vendor.items() if whose == "bolt")
    for look in LOOKS[:2]:
        assert "not among the people of the vendor acme" in said("--vendor", "acme", look, other, *WHY)
    assert "knows nobody of the vendor acmee" in said("--vendor", "acmee", "today")
    assert "Only those are shown" not in said("--site", "bayview", "--site", "altura", "exposure", other, *WHY)
    only = ("--vendor", "acme", "cases", "suppress", "--until", "2026-02-20", "--reason", "r")
    assert "only people of the vendor acme" in said(*only, "--agent", other)
    assert "only people of the vendor acme" in said(*only, "--team", "Qzxw-bayview-billing-1")
