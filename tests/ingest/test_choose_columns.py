"""What the values of columns say about which is which, without an engine: times are years here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from onlooker.errors import UnusableInput
from onlooker.ingest.choose_columns import Chosen, recognise
from onlooker.ingest.mapping_question import MappingQuestion

ROWS = 60
PEOPLE = ("ada", "bo", "cyd", "dov")
Cell = Callable[[int], str]


def year(n: int) -> str:
    return f"{1990 + n % 30:06}"


def person(n: int) -> str:
    return PEOPLE[n % 4]


def customer(n: int) -> str:
    return f"C{n * 7 % 23}"


def always(text: str) -> Cell:
    return lambda _n: text


def choose(columns: dict[str, Cell], wishes: dict[str, str] | None = None, rows: int = ROWS) -> Chosen:
    def plausible(texts: Sequence[str]) -> float:
        return sum(text.isdigit() and 1990 <= int(text) < 2030 for text in texts) / len(texts)

    sample = [tuple(cell(n) for cell in columns.values()) for n in range(rows)]
    return recognise("a.log", tuple(columns), sample, wishes or {}, plausible)


def question(columns: dict[str, Cell], rows: int = ROWS) -> MappingQuestion:
    with pytest.raises(MappingQuestion) as raised:
        choose(columns, rows=rows)
    return raised.value


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (
            {"@timestamp": year, "agent.id": lambda n: f"ship-{n % 2}", "agent.type": always("filebeat"),
             "ecs.version": always("8"), "user.name": person, "user.email": lambda n: f"{person(n)}@desk.example",
             "customer.id": customer},
            {"timestamp": "@timestamp", "agent_id": "user.name", "customer_id": "customer.id"},
        ),
        (
            {"ts": year, "viewer": person, "client": lambda n: f"Mobile/{n % 2}.0", "record_id": customer},
            {"timestamp": "ts", "agent_id": "viewer", "customer_id": "record_id"},
        ),
        (
            {"ts": year, "viewer": person, "account": always("000011112222"), "record_id": customer},
            {"timestamp": "ts", "agent_id": "viewer", "customer_id": "record_id"},
        ),
        (
            {"ts": year, "viewer": person, "account": lambda n: f"tenant {n % 4}", "record_id": customer},
            {"timestamp": "ts", "agent_id": "viewer", "customer_id": "record_id"},
        ),
        (
            {"ts": year, "viewer": person, "record": lambda n: ("Account", "Contact")[n % 2], "record_id": customer},
            {"timestamp": "ts", "agent_id": "viewer", "customer_id": "record_id"},
        ),
        (
            {"ts": year, "viewer": person, "contact": lambda n: f'[{{"id": {n}}}]', "record_id": customer},
            {"timestamp": "ts", "agent_id": "viewer", "customer_id": "record_id"},
        ),
        (
            {"timestamp": lambda n: f"{9000 + n}", "event time": year, "viewer": person, "customer": customer},
            {"timestamp": "event time", "agent_id": "viewer", "customer_id": "customer"},
        ),
        (
            {"ts": year, "login": lambda n: f"session {n}", "user": person, "customer": customer},
            {"timestamp": "ts", "agent_id": "user", "customer_id": "customer"},
        ),
    ],
    ids=["a shipper", "programs", "the tenant", "a tenant per agent", "kinds of record", "JSON text",
         "times of no plausible span", "one person per line"],
)  # fmt: skip
def test_values_decide_where_names_mislead(columns: dict[str, Cell], mapping: dict[str, str]) -> None:
    assert choose(columns).mapping == mapping


def test_a_second_person_column_is_a_question() -> None:
    columns = {"ts": year, "viewer": person, "owner id": lambda n: PEOPLE[n // 4 % 4], "customer": customer}
    asked = question(columns)
    assert asked.message == "a.log: viewer and owner id could each be agent_id"
    assert asked.hint == "Say which: --map agent_id=viewer or --map 'agent_id=owner id'"
    assert asked.tie
    # Another name of the same people is none.
    columns["owner id"] = lambda n: f"{person(n)}@desk.example"
    assert choose(columns).mapping["agent_id"] == "viewer"
    # Nor are customers, who are many.
    columns["owner id"] = customer
    assert choose(columns).mapping["agent_id"] == "viewer"


def test_all_questions_come_at_once_with_candidates_and_what_to_type() -> None:
    asked = question({"changed": year, "sys_updated_by": person, "caller": customer, "state": always("Active")})
    assert asked.message == (
        "a.log: no column recognised as timestamp or agent_id or customer_id among: "
        "changed, sys_updated_by, caller, state"
    )
    assert asked.hint.splitlines() == [
        "Say which, for example: --map timestamp=changed --map agent_id=sys_updated_by --map customer_id=caller",
        "Looks like times: changed (001990).",
        "Looks like people: sys_updated_by (ada).",
        "Looks like customers: caller (C0).",
    ]
    assert asked.exit_status == 2


def test_a_candidate_that_is_passed_over_is_named() -> None:
    asked = question({"ts": year, "viewer": person, "client": lambda n: f"Mobile/{n % 2}.0", "key": customer})
    assert "Say which, for example: --map customer_id=key" in asked.hint
    assert "client is not taken for customer_id: names of programs." in asked.hint


def test_an_optional_column_that_is_open_stops_nothing() -> None:
    chosen = choose(
        {"ts": year, "viewer": person, "customer": customer, "src.ip": always("a"), "dst.ip": lambda n: f"b{n % 3}",
         "ip": lambda n: f"c{n % 2}"},
    )  # fmt: skip
    assert "source_ip" not in chosen.mapping
    assert chosen.notes == (
        "dst.ip and ip could each be source_ip: neither is used. --map source_ip=dst.ip says which.",
    )


def test_an_id_column_of_several_kinds_of_record_is_told() -> None:
    columns = {"ts": year, "viewer": person, "resource_id": lambda n: f"{n * 7 % 11}",
               "resource": lambda n: ("clients", "invoices")[n % 2]}  # fmt: skip
    (note,) = choose(columns).notes
    assert note == (
        "resource_id is the id of different kinds of record (resource: clients, invoices), and equal ids of two kinds "
        "count as one customer. Keep the lines that are about customers: --where resource=clients"
    )
    columns["resource"] = always("clients")
    assert choose(columns).notes == ()


def test_a_column_of_its_own_name_stands() -> None:
    columns = {"timestamp": year, "agent_id": always("ada"), "customer_id": always("c1"), "viewer": person}
    assert choose(columns).mapping["agent_id"] == "agent_id"
    assert choose(columns).mapping["customer_id"] == "customer_id"


def test_a_file_without_times_is_no_log() -> None:
    with pytest.raises(UnusableInput, match="no column recognised as timestamp"):
        choose({"colour": always("red"), "viewer": person, "customer": customer})


def test_a_nested_column_that_most_lines_lack_is_not_taken_and_the_question_says_so() -> None:
    columns: dict[str, Cell] = {
        "ts": year,
        "given.userEmail": lambda n: person(n) if n % 5 == 0 else "",
        "given.clientId": lambda n: customer(n) if n % 5 == 0 else "",
        "who": person,
        "id.customerId": lambda n: f"tenant {n % 9}",
    }
    asked = question(columns)
    assert "no column recognised as agent_id or customer_id" in asked.message or "customer_id" in asked.message
    assert "given.clientId is not taken for customer_id: filled in" in asked.hint
    assert "id.customerId is not taken for customer_id: about the event." in asked.hint


def test_a_vague_customer_is_asked_for_where_the_agent_is_open() -> None:
    asked = question({"Timestamp": year, "CaseID": customer, "Resource": person, "Activity": always("check")})
    assert asked.message.startswith("a.log: no column recognised as agent_id or customer_id")
    assert "Looks like customers: CaseID" in asked.hint
    assert "Looks like people: Resource" in asked.hint
