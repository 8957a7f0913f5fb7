"""Each log product: its sample, made from the documentation, gives the events of a table that was written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.figures import figures

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest import read_logs
from onlooker.ingest.products import products
from onlooker.ingest.url_patterns import url_patterns

SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats"
TABLES = Path(__file__).parent / "formats"
WHEN = "strftime(make_timestamp(us), '%Y-%m-%dT%H:%M:%S.%f')"
EVENT = f"{WHEN} || ' ' || agent_id || ' ' || coalesce(customer_id, '-') || ' ' || action"


def table(sample: str) -> tuple[list[str], dict[str, str]]:
    """The events of a sample, and the columns that only a user can name."""
    lines = (TABLES / f"{sample}.events").read_text().splitlines()
    asked = [line.removeprefix("# ") for line in lines if line.startswith("#")]
    events = [line for line in lines if not line.startswith("#")]
    return events, dict(one.split("=", 1) for one in asked)


def plain(event: str) -> str:
    """An event with its seconds written without trailing zeros."""
    when, _, rest = event.partition(" ")
    return f"{when.rstrip('0').rstrip('.') if '.' in when else when} {rest}"


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".md"))
def test_a_sample_gives_the_events_of_its_table(sample: str) -> None:
    expected, asked = table(sample)
    with DuckEngine() as engine:
        reading = read_logs(engine, [SAMPLES / sample], columns=asked)
        found = [plain(event) for (event,) in engine.rows(f"SELECT {EVENT} FROM events ORDER BY us, agent_id")]
    assert (found, reading.counts["rejected"]) == (expected, 0)
    name = sample.partition(".")[0]
    (product,) = (product for product in products() if product.name == name)
    assert product.title in reading.notes[0] and name in reading.notes[0]
    assert ("unverified" in reading.notes[0]) == (not product.tried_on)


def test_every_product_says_what_to_know_and_has_a_sample_and_a_table() -> None:
    samples = {path.name.partition(".")[0] for path in SAMPLES.iterdir()}
    tables = {path.name.partition(".")[0] for path in TABLES.iterdir()}
    for product in products():
        assert product.name in samples & tables
        assert product.title and product.obtain and product.traps and product.cannot_show and product.sources
        assert product.records in ("views", "changes")


def test_a_broken_line_of_a_sample_is_rejected_where_it_is(tmp_path: Path) -> None:
    for sample, broken in (("okta_system_log.events.jsonl", '{"actor":'), ("servicenow.sys_audit.csv", '"a3","x"')):
        text = (SAMPLES / sample).read_text()
        found = figures(tmp_path / sample, text + broken + "\n")
        assert [line for line, _ in found.rejects] == [text.count("\n") + 1]


def test_what_is_the_customer_in_an_address_is_asked_with_the_answer_to_copy() -> None:
    with pytest.raises(UsageError) as caught:
        figures(SAMPLES / "web_access_log.combined.log")
    assert "--map 'customer_id=url~/customers/{customer_id}'" in caught.value.hint


def test_a_log_of_a_product_without_customers_is_named_and_not_guessed_at(tmp_path: Path) -> None:
    text = (SAMPLES / "aws_cloudtrail.records.json").read_text().replace('"key":', '"other":')
    with pytest.raises(UnusableInput, match="CloudTrail data events, and none of its first lines names a customer"):
        figures(tmp_path / "trail.json", text)


def test_an_event_log_file_of_another_type_names_no_customer(tmp_path: Path) -> None:
    """CLIENT_ID there is the program that asked, and no client of the organisation."""
    header = "EVENT_TYPE,TIMESTAMP,ORGANIZATION_ID,USER_NAME,CLIENT_ID\n"
    rows = "".join(f"ApiTotalUsage,2026-03-02T08:{n:02}:00Z,00D1,ada{n % 3},app{n % 9}\n" for n in range(40))
    with pytest.raises(UnusableInput, match="Salesforce EventLogFile, and none of its first lines names a customer"):
        figures(tmp_path / "usage.csv", header + rows)
    found = figures(tmp_path / "usage.csv", columns={"customer_id": "CLIENT_ID"})
    assert len(found.pairs) == 40


def test_a_web_log_without_users_may_be_told_another_column(tmp_path: Path) -> None:
    text = (SAMPLES / "web_access_log.combined.log").read_text()
    for name in ("jonas.wren", "petra.quill"):
        text = text.replace(name, "-")
    columns = {"customer_id": "url~/customers/{customer_id}"}
    with pytest.raises(UsageError, match="agent_id"):
        figures(tmp_path / "access.log", text, columns=columns)
    found = figures(tmp_path / "access.log", columns={**columns, "agent_id": "remote_addr"})
    assert found.pairs == [("192.0.2.7", "4051"), ("192.0.2.8", "4052"), ("192.0.2.8", "4052")]


def test_a_virtual_host_before_the_client_is_no_client(tmp_path: Path) -> None:
    lines = (SAMPLES / "web_access_log.combined.log").read_text().splitlines()
    columns = {"customer_id": "url~/customers/{customer_id}"}
    plain = figures(tmp_path / "plain.log", "\n".join(lines), columns=columns)
    for host in ("desk.example ", "desk.example:443 "):
        hosted = figures(tmp_path / "hosted.log", "\n".join(host + line for line in lines), columns=columns)
        assert hosted.pairs == plain.pairs and plain.pairs


def test_a_user_decides_against_a_product() -> None:
    found = figures(
        SAMPLES / "zendesk_access_log.pages.json", where=["category=Tickets"], columns={"customer_id": "id"}
    )
    assert [customer for _, customer in found.pairs] == ["01HZ000004", "01HZ000006"]


OWN = """
title = "ledger of the desk"
records = "views"
obtain = "..."
[[layout]]
name = "lines"
has = ["when", "clerk", "file_no"]
verbs = { A1 = "export" }
columns = { timestamp = "when", agent_id = "clerk", customer_id = "file_no", action = "code" }
"""
LINES = (f"2026-03-02T08:{n:02}:00Z,k{n % 3},F{n % 7},o{n},A1\n" for n in range(30))
LEDGER = "when,clerk,file_no,owner,code\n" + "".join(LINES)


def test_a_product_of_the_users_own_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ledger.toml").write_text(OWN)
    with pytest.raises(UsageError, match="agent_id"):
        figures(tmp_path / "log.csv", LEDGER)
    found = figures(tmp_path / "log.csv", formats=str(tmp_path / "own"))
    assert found.reading.products == {"ledger": "ledger of the desk (unverified)"}
    assert found.pairs[0] == ("k0", "F0")


@pytest.mark.parametrize(
    ("text", "said"),
    [("title = ", "can't be read"), ("title = 'x'", "says no product"), (OWN.replace("agent_id", "clerk"), "clerk"),
     (OWN.replace('"export"', '"steal"'), "steal"), (OWN.replace("[[layout]]", "[layout]"), "says no product")],
)  # fmt: skip
def test_a_file_that_says_no_product_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(UsageError, match=said) as caught:
        products(str(tmp_path))
    assert "own.toml" in caught.value.message and "formats new" in caught.value.hint


def test_places_where_addresses_differ_are_patterns() -> None:
    urls = [f"https://h/api/v2/users/{n}.json?account_id={n % 4}&x=1" for n in range(9)] + ["/assets/app-1.css"] * 5
    found = [(one.pattern, one.distinct) for one in url_patterns(urls)]
    assert found == [("/users/{customer_id}", 9), ("account_id={customer_id}", 4)]
