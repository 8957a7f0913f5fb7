"""The normal form of ids: as SQL and as Python, in logs, side tables and lists of customers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import read_logs
from onlooker.ingest.ids import id_sql, normal_id
from onlooker.ingest.reading_macros import define_macros
from onlooker.ingest.side_tables import read_context
from onlooker.investigate import read_ids
from onlooker.schema.placeholders import OF_EXPORTS

FORMS = {
    "C1": "C1", " C1 ": "C1", "\u00a0C1\u3000": "C1", "C\u200b1": "C1", "\ufeffC1": "C1", "Jose\u0301": "Jos\u00e9",
    "Ann\u00a0Lee": "Ann Lee", "007": "007", "12.0": "12.0", "nora": "nora", "Nan": "", "undefined": "", "N/A": "",
    "(null)": "", "\\N": "", "-": "", " nan ": "", "None": "", "\u200bnull": "", "user1": "user1", "-5": "-5",
    "\u00dcnal": "\u00dcnal", "": "", "<3": "<3", "Nil\u00fcfer": "Nil\u00fcfer",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        define_macros(engine)
        yield engine


@pytest.fixture(scope="module")
def joining() -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        define_macros(engine, join_ids=True)
        yield engine


def in_sql(engine: DuckEngine, text: str, **how: bool) -> str:
    engine.take("texts", pa.table({"t": [text]}))
    ((value,),) = engine.rows(f"SELECT {id_sql('t', **how)} FROM texts")
    return value or ""


def test_sql_and_python_make_the_same_of_every_id(engine: DuckEngine) -> None:
    engine.take("texts", pa.table({"t": list(FORMS)}))
    found = [value or "" for (value,) in engine.rows(f"SELECT {id_sql('t')} FROM texts")]
    assert dict(zip(FORMS, found, strict=True)) == FORMS
    assert {text: normal_id(text) for text in FORMS} == FORMS


@pytest.mark.parametrize("word", OF_EXPORTS)
def test_words_for_nothing_are_nothing_however_they_are_written(engine: DuckEngine, word: str) -> None:
    for text in (word, word.upper(), word.title(), f" {word} "):
        assert in_sql(engine, text) == normal_id(text) == ""


@pytest.mark.parametrize(
    ("text", "same"),
    [("Ada.Marsh", "ada.marsh"), ("JOS\u00c9", "jose"), ("12.0", "12"), ("x.0", "x.0"), ("Ann  Lee", "ann lee")],
)  # fmt: skip
def test_joined_ids_are_the_same_in_sql_and_in_python(joining: DuckEngine, text: str, same: str) -> None:
    assert in_sql(joining, text) == normal_id(text, fold=True) == same


def test_ids_that_differ_in_case_and_marks_only_are_one_if_the_user_says_so(tmp_path: Path) -> None:
    rows = ["1772438866,Ada,C1", "1772438867,ada,c1", "1772438868,bo,C2.0", "1772438869,Bo,7.0", "1772438869,bo,7"]
    (tmp_path / "log.csv").write_text("\n".join(["ts,agent,customer", *rows]))
    (tmp_path / "agents.csv").write_text("agent_id,team\nADA,red\nb\u00f3,blue\n")
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"], join_ids=True)
        assert engine.rows("SELECT DISTINCT agent_id FROM events ORDER BY ALL") == [("ada",), ("bo",)]
        assert engine.rows("SELECT DISTINCT customer_id FROM events ORDER BY ALL") == [("7",), ("c1",), ("c2.0",)]
        assert not [note for note in reading.notes if "they count apart" in note]
        read_context(engine, agents=tmp_path / "agents.csv", join_ids=True)
        assert engine.rows("SELECT agent_id, team FROM ctx_agents ORDER BY ALL") == [("ada", "red"), ("bo", "blue")]


def test_a_whole_float_of_a_typed_column_is_a_whole_number(tmp_path: Path) -> None:
    table = pa.table({"ts": [1_772_438_866, 1_772_438_867], "agent": ["ada", "bo"], "customer": [4100.0, 4200.0]})
    pq.write_table(table, tmp_path / "log.parquet")
    rows = [{"ts": 1_772_438_866, "agent": "ada", "customer": 4100.0}]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name in ("log.parquet", "log.jsonl"):
        with DuckEngine() as engine:
            read_logs(engine, [tmp_path / name])
            assert engine.rows("SELECT min(customer_id) FROM events") == [("4100",)]


def test_an_id_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    rows = ["1772438866,ada,4.10000E+15", "1772438867,ada,C2", "1772438868,1.2E+09,C2"]
    (tmp_path / "log.csv").write_text("\n".join(["ts,agent,customer", *rows]))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
    assert reading.counts["events"] == 1
    assert reading.rejects_by_reason == {
        "agent id rounded, as a spreadsheet does": 1, "customer id rounded, as a spreadsheet does": 1,
    }  # fmt: skip


def test_placeholders_are_nobody(tmp_path: Path) -> None:
    rows = ["1772438866,ada,C1,T1", "1772438867,undefined,C1,T1", "1772438868,ada,nan,T1", "1772438869,ada,C1,(null)"]
    (tmp_path / "log.csv").write_text("\n".join(["ts,agent,customer,ticket", *rows]))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
        assert engine.rows("SELECT count(ticket_id) FROM events") == [(1,)]
    assert reading.rejects_by_reason == {"no agent": 1, "no customer": 1}


def lists(tmp_path: Path) -> dict[str, bytes]:
    pq.write_table(pa.table({"customer_id": ["C1", "C2"]}), tmp_path / "list.parquet")
    return {
        "plain": b"C1\nC2\n",
        "UTF-16 with semicolons": "Customer ID;Name\nC1;x\nC2;y\n".encode("utf-16"),
        "JSON lines": b'{"customer_id": "C1"}\n{"customer_id": "C2"}\n',
        "nested JSON lines": b'{"customer": {"id": "C1"}}\n{"customer": {"id": "C2"}}\n',
        "a JSON array": b'[{"customer_id": "C1"}, {"customer_id": "C2"}]',
        "gzip": gzip.compress(b"C1\nC2\n"),
        "gzipped JSON lines": gzip.compress(b'{"customer_id": "C1"}\n{"customer_id": "C2"}\n'),
        "pipes": b"customer_id|name\nC1|x\nC2|y\n",
        "hidden characters": "C1\u200b\n\u00a0C2\nnan\n".encode(),
        "Parquet": (tmp_path / "list.parquet").read_bytes(),
    }


def test_a_list_of_customers_is_read_as_logs_are(tmp_path: Path) -> None:
    wrong = {name: ids for name, raw in lists(tmp_path).items() if (ids := read_ids(raw, "list")) != ("C1", "C2")}
    assert wrong == {}


def test_ids_that_differ_in_case_and_marks_only_are_told(tmp_path: Path) -> None:
    rows = ["1772438866,Ada,C1", "1772438867,ada,c1", "1772438868,bo,C2.0", "1772438869,bo,7.0", "1772438869,bo,7"]
    (tmp_path / "log.csv").write_text("\n".join(["ts,agent,customer", *rows]))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
    assert [note for note in reading.notes if "they count apart" in note] == [
        "2 agent ids are 1 if case, marks and .0 are ignored, such as Ada and ada: they count apart. "
        "Where they are one, the setting join_ids joins them, or an identities table says so.",
        "4 customer ids are 2 if case, marks and .0 are ignored, such as 7 and 7.0: they count apart. "
        "Where they are one, the setting join_ids joins them, or an identities table says so.",
    ]
