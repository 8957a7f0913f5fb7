from __future__ import annotations

from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest import Reading, read_logs


def read(tmp_path: Path, header: str, row: str = "", **options) -> Reading:
    (tmp_path / "log.csv").write_text(f"{header}\n{row}\n")
    with DuckEngine() as engine:
        return read_logs(engine, [tmp_path / "log.csv"], **options)


@pytest.mark.parametrize(
    "header",
    [
        "user_email,accountId,viewed_at",
        "viewer,contact_id,ts",
        "Employee,CUSTOMER NUMBER,eventTime",
        "operator,client-id,@timestamp",
        "AGENT_ID,customerId,TimeStamp",
        "user_id,member,created_at",
    ],
)
def test_recognised_names(tmp_path: Path, header: str) -> None:
    agent, customer, when = header.split(",")
    reading = read(tmp_path, header, "ann,c1,2024-11-03T10:00:00Z")
    assert reading.mapping == {"timestamp": when, "agent_id": agent, "customer_id": customer}


def test_the_exact_name_wins(tmp_path: Path) -> None:
    reading = read(tmp_path, "agent_id,user_id,viewer,customer_id,timestamp,ts", "a,b,c,d,2024-11-03T10:00:00Z,1")
    assert reading.mapping == {"timestamp": "timestamp", "agent_id": "agent_id", "customer_id": "customer_id"}
    assert reading.unmapped == ("user_id", "viewer", "ts")


def test_a_tie_is_an_error_that_lists_the_candidates(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="viewer and employee could each be agent_id") as raised:
        read(tmp_path, "viewer,employee,customer_id,timestamp", "a,b,c,2024-11-03T10:00:00Z")
    assert raised.value.hint == "Say which: --map agent_id=viewer or --map agent_id=employee"
    reading = read(
        tmp_path, "viewer,employee,customer_id,timestamp", "a,b,c,2024-11-03T10:00:00Z", columns={"agent_id": "viewer"}
    )
    assert reading.mapping["agent_id"] == "viewer"


def test_content_decides_where_names_tie(tmp_path: Path) -> None:
    reading = read(tmp_path, "viewer,employee,customer,event_time,viewed_at", "a,,c,morning,2024-11-03T10:00:00Z")
    assert reading.mapping == {"timestamp": "viewed_at", "agent_id": "viewer", "customer_id": "customer"}


def test_a_required_column_that_is_not_recognised(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"log.csv: no column recognised as customer_id among: ts, agent, zork"
    ) as raised:
        read(tmp_path, "ts,agent,zork", "2024-11-03T10:00:00Z,a,b")
    assert raised.value.hint == ("Say which, for example: --map customer_id=zork\nLooks like customers: zork (b).")


def test_a_file_without_anything_like_times_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="no column recognised as timestamp or customer_id among") as raised:
        read(tmp_path, "colour,agent,zork", "red,a,b")
    assert "--map timestamp=COLUMN" in raised.value.hint


def test_maps_that_can_not_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no colour to map to") as raised:
        read(tmp_path, "ts,agent,customer", "2024-11-03T10:00:00Z,a,b", columns={"colour": "ts"})
    assert "timestamp, agent_id, customer_id" in raised.value.hint
    with pytest.raises(UsageError, match="the log has no column nope") as raised:
        read(tmp_path, "ts,agent,customer", "2024-11-03T10:00:00Z,a,b", columns={"agent_id": "nope"})
    assert raised.value.hint == "Its columns: ts, agent, customer."
    with pytest.raises(UsageError, match="agent can't be both agent_id and customer_id"):
        read(
            tmp_path, "ts,agent,customer", "2024-11-03T10:00:00Z,a,b",
            columns={"agent_id": "agent", "customer_id": "agent"},
        )  # fmt: skip


def test_verbs(tmp_path: Path) -> None:
    verbs = {
        "Viewed": "view", "GET": "view", "customer.open": "view", "AccountRead": "view", "lookup": "search",
        "SOQL_QUERY": "search",
        "list": "list", "unmask": "reveal", "RevealField": "reveal", "download": "export", "print": "export",
        "ReportExported": "export",
        "update": "edit", "PATCH /customers/1": "edit", "zorked": "view", "": "view", "zapped": "view",
        " edit ": "edit", "Note added": "edit", "reply": "edit", "Call": "edit", "ApiCall": "view", "sent": "edit",
        "Peek": "reveal",
    }  # fmt: skip
    rows = "\n".join(f"2024-11-03T10:00:00Z,a,c{n},{verb}" for n, verb in enumerate([*verbs, "zorked"]))
    (tmp_path / "log.csv").write_text(f"ts,agent,customer,verb\n{rows}\n")
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"], verbs={"peek": "reveal"})
        found = engine.rows("SELECT action FROM events ORDER BY substr(customer_id, 2)::INTEGER")
    assert [action for (action,) in found] == [*verbs.values(), "view"]
    assert reading.notes == ("Actions that are not known count as views: zorked (2), ApiCall (1), zapped (1).",)


def test_kinds_of_actor_and_rows(tmp_path: Path) -> None:
    lines = [
        "ts,agent,customer,actor_type,row_count",
        *(f"2024-11-03T10:00:0{n}Z,a,c,{kind},{n}" for n, kind in enumerate(["Human", "bot", "API", "alien"])),
    ]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    with DuckEngine() as engine:
        read_logs(engine, [tmp_path / "log.csv"])
        assert engine.rows("SELECT actor_type, rows FROM events ORDER BY us") == [
            ("human", 0),
            ("ai", 1),
            ("service", 2),
            (None, 3),
        ]


def test_a_verb_of_the_user_must_mean_an_action(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="verbs: peek can't mean look") as raised:
        read(tmp_path, "ts,agent,customer,verb", "2024-11-03T10:00:00Z,a,b,peek", verbs={"peek": "look"})
    assert raised.value.hint == "The actions are view, search, list, reveal, export, edit."


@pytest.mark.parametrize(
    ("row", "options", "doubt"),
    [
        ("{n},ada,c{n}", {}, "Each of the 1,000 events has a customer of its own (customer)."),
        ("{n},ada,c{few}", {}, "All 1,000 events are of 2 customers (customer: c0, c1)."),
        ("{n},a{few},c{other}", {}, "All 1,000 events are of 2 agents (agent: a0, a1)."),
        ("{n},a{some},c{other}", {}, ""),
    ],
    ids=["a customer per event", "two customers", "two agents", "an ordinary log"],
)
def test_ids_that_can_hardly_be_ids_are_doubted(tmp_path: Path, row: str, options: dict, doubt: str) -> None:
    rows = [row.format(n=1_772_438_866 + n, few=n % 2, some=n % 30, other=n % 31) for n in range(1000)]
    reading = read(tmp_path, "ts,agent,customer", "\n".join(rows), **options)
    assert [doubt in said for said in reading.doubts if "customer" in said or "agents" in said][:1] == [True] * bool(
        doubt
    )
    confirmed = read(tmp_path, "ts,agent,customer", "\n".join(rows), columns=reading.mapping)
    assert confirmed.doubts == ()
    assert any(doubt in note for note in confirmed.notes) == bool(doubt)
