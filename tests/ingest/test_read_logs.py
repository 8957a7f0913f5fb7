"""Real files through read_logs: what comes out as a whole."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest import Reading, read_logs
from onlooker.schema.tables import EVENTS, REJECTS

HEADER = "timestamp,agent_id,customer_id,action\n"
GOOD = "2024-11-03T10:00:00Z,ann,c1,view\n"
GOOD_2 = "2024-11-03T10:00:01Z,bob,c2,edit\n"


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        yield engine


def read(engine: DuckEngine, path: object, **options: object) -> Reading:
    paths = path if isinstance(path, list) else [path]
    reading = read_logs(engine, paths, **options)
    counts = reading.counts
    assert counts["lines"] == counts["events"] + counts["rejected"] + counts["duplicates"]
    assert engine.columns("events") == EVENTS.names
    assert engine.columns("rejects") == REJECTS.names
    assert sum(reading.rejects_by_reason.values()) == counts["rejected"]
    assert engine.rows("SELECT count(*) FROM events") == [(counts["events"],)]
    return reading


def events(engine: DuckEngine, columns: str = "agent_id, customer_id") -> list[tuple[object, ...]]:
    return engine.rows(f"SELECT {columns} FROM events ORDER BY ALL NULLS FIRST")


def rejects(engine: DuckEngine) -> list[tuple[object, ...]]:
    return engine.rows("SELECT line, reason FROM rejects ORDER BY file, line, reason")


def log(tmp_path: Path, content: str | bytes, name: str = "log.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_clean_csv_as_a_whole(engine: DuckEngine, tmp_path: Path) -> None:
    text = "When,timestamp,agent_id,customer_id,action,ticket,extra\n,2024-11-03T10:30:00.5Z,ann,007,VIEWED,T1,x\n"
    reading = read(engine, log(tmp_path, text))
    assert events(engine, "*") == [
        (1730629800500000, "ann", "007", "view", 20030, 10, "T1", *[None] * 11),
    ]
    assert reading.mapping == {
        "timestamp": "timestamp",
        "agent_id": "agent_id",
        "customer_id": "customer_id",
        "action": "action",
        "ticket_id": "ticket",
    }
    assert reading.unmapped == ("When", "extra")
    assert reading.counts == {
        "lines": 1,
        "events": 1,
        "rejected": 0,
        "duplicates": 0,
        "agents": 1,
        "customers": 1,
    }
    assert (reading.first_day, reading.last_day, reading.notes) == (20030, 20030, ())
    (file,) = reading.inputs
    assert (file.rows, file.format, file.compression, file.encoding, len(file.sha256)) == (
        1,
        "csv",
        "none",
        "utf-8",
        64,
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(engine: DuckEngine, tmp_path: Path, delimiter: str) -> None:
    text = (HEADER + GOOD + '2024-11-03T10:00:01Z,"b,;|\t",c2,edit\n').replace(",", delimiter)
    reading = read(engine, log(tmp_path, text, "log.tsv" if delimiter == "\t" else "log.csv"))
    assert reading.counts["events"] == 2
    assert reading.notes == ()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_compressed(engine: DuckEngine, tmp_path: Path, pack) -> None:
    name = "log.csv.gz" if pack is gzip.compress else "log.csv.zst"
    reading = read(engine, log(tmp_path, pack((HEADER + GOOD).encode()) + pack(GOOD_2.encode()), name))
    assert events(engine) == [("ann", "c1"), ("bob", "c2")]
    assert reading.inputs[0].compression == ("gz" if pack is gzip.compress else "zst")
    assert reading.notes == ()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_truncated_compressed_file_is_read_as_far_as_it_goes(engine: DuckEngine, tmp_path: Path, pack) -> None:
    lines = "".join(f"2024-11-03T10:{i // 60 % 60:02}:{i % 60:02}Z,a{i * 7919 % 997},c{i},view\n" for i in range(40000))
    packed = pack((HEADER + lines).encode())
    reading = read(engine, log(tmp_path, packed[: len(packed) // 2], "log.csv.gz"))
    assert 1000 < reading.counts["events"] < 40000
    assert [reason for _, reason in rejects(engine)] in ([], ["cut off where the file ends"])
    assert "ends early" in reading.inputs[0].note
    assert any("ends early" in note for note in reading.notes)


def test_json_lines_nested_with_a_broken_line(engine: DuckEngine, tmp_path: Path) -> None:
    good = {"time": 1730628000123, "actor": {"email": "ann@x"}, "target": {"id": 42}, "event.type": "GET"}
    text = "\n".join([json.dumps(good), '{"time": 17306', "", "[1]", json.dumps(good | {"time": None})])
    reading = read(
        engine, log(tmp_path, text, "log.jsonl"), columns={"agent_id": "actor.email", "customer_id": "target.id"}
    )
    assert events(engine, "us, agent_id, customer_id, action") == [(1730628000123000, "ann@x", "42", "view")]
    assert rejects(engine) == [(2, "not valid JSON"), (4, "not a JSON object"), (5, "no timestamp")]
    assert reading.mapping["action"] == "event.type"


def test_a_json_array(engine: DuckEngine, tmp_path: Path) -> None:
    rows = [{"timestamp": "2024-11-03T10:00:00Z", "agent": "ann", "customer": n} for n in (1, 2, None)]
    read(engine, log(tmp_path, json.dumps(rows, indent=1), "log.json"))
    assert events(engine) == [("ann", "1"), ("ann", "2")]
    assert rejects(engine) == [(3, "no customer")]


def test_of_a_json_array_that_is_cut_off_the_whole_rows_are_read(engine: DuckEngine, tmp_path: Path) -> None:
    text = '[{"timestamp": "2024-11-03T10:00:00Z", "agent": "a", "customer": 1}, {"x"'
    reading = read(engine, log(tmp_path, text, "a.json"))
    assert events(engine) == [("a", "1")]
    assert rejects(engine) == [(2, "cut off where the file ends")]
    assert any("ends before its JSON does" in note for note in reading.notes)


@pytest.mark.parametrize("kind", ["tz", "naive", "int", "text"])
def test_parquet(engine: DuckEngine, tmp_path: Path, kind: str) -> None:
    when = datetime(2024, 11, 3, 10, tzinfo=UTC)
    values = {
        "tz": pa.array([when, None], pa.timestamp("ms", tz="UTC")),
        "naive": pa.array([when.replace(tzinfo=None), None], pa.timestamp("us")),
        "int": pa.array([1730628000, None], pa.int64()),
        "text": pa.array(["2024-11-03T10:00:00Z", None]),
    }
    table = pa.table({"ts": values[kind], "agent id": [7, 8], "customer_id": ["c1", "c2"], "rows": [5, 6]})
    pq.write_table(table, tmp_path / "log.parquet")
    read(engine, tmp_path / "log.parquet")
    assert events(engine, "us, agent_id, customer_id, hour, rows") == [(1730628000000000, "7", "c1", 10, 5)]
    assert rejects(engine) == [(2, "no timestamp")]


@pytest.mark.parametrize("kind", ["parquet", "csv", "careful csv", "jsonl", "json array"])
def test_the_name_of_a_folder_is_no_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    place = tmp_path / "agent_id=zed" / "team=z" / "c2=z" / "text=z" / "json=z"
    place.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(place))  # where the engine sees the files
    rows = [{"timestamp": "2024-11-03T10:00:00Z", "agent_id": "ann", "customer_id": "c1"}]
    path = place / "log"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif kind.endswith("csv"):
        broken = "soon,ann\n" if kind == "careful csv" else ""
        path.write_text("timestamp,agent_id,customer_id\n" + ",".join(rows[0].values()) + "\n" + broken)
    else:
        path.write_text(json.dumps(rows if kind == "json array" else rows[0]))
    with DuckEngine() as engine:
        reading = read(engine, path)
        assert events(engine, "agent_id, customer_id, team") == [("ann", "c1", None)]
        assert set(reading.mapping) == {"timestamp", "agent_id", "customer_id"} and not reading.unmapped


def test_content_wins_over_the_name(engine: DuckEngine, tmp_path: Path) -> None:
    text = json.dumps({"timestamp": "2024-11-03T10:00:00Z", "agent": "ann", "customer": "c"})
    reading = read(engine, log(tmp_path, gzip.compress(text.encode()), "log.csv"))
    assert reading.notes == (
        f"{tmp_path}/log.csv is gz-compressed, whatever its name says.",
        f"{tmp_path}/log.csv is named .csv but holds JSON lines.",
    )


def test_folders_globs_and_standard_input(engine: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    log(tmp_path, HEADER + GOOD, "in/a.csv")
    log(tmp_path, HEADER + GOOD_2, "in/deep/b[1].csv")
    log(tmp_path, "not a log", "in/.hidden.csv")
    log(tmp_path, "not a log", "in/readme.md")
    assert read(engine, tmp_path / "in").counts["events"] == 2
    assert read(engine, f"{tmp_path}/in/*.csv").counts["events"] == 1
    reading = read(engine, "-", stdin=io.BytesIO((HEADER + GOOD).encode()))
    assert (reading.counts["events"], reading.inputs[0].path) == (1, "-")


def test_files_with_different_columns(engine: DuckEngine, tmp_path: Path) -> None:
    a = log(tmp_path, HEADER + GOOD, "a.csv")
    b = log(tmp_path, "customer,agent,ticket,time\nc9,zoe,T9,2024-11-04 10:00:00Z\n", "b.csv")
    read(engine, [a, b])
    assert events(engine, "agent_id, customer_id, action, ticket_id") == [
        ("ann", "c1", "view", None),
        ("zoe", "c9", "view", "T9"),
    ]


# --- bad input, each with its outcome -------------------------------------------------------------------------------


def test_no_such_file(engine: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file: .*nowhere\.csv"):
        read(engine, tmp_path / "nowhere.csv")
    with pytest.raises(UsageError, match="no file matches"):
        read(engine, f"{tmp_path}/*.nowhere")
    with pytest.raises(UsageError, match="no log files given"):
        read(engine, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (HEADER.encode(), "no lines after the header"),
        (bytes(range(256)) * 50, "is binary"),
        (b"PK\x03\x04" + bytes(200), "can.t be unpacked"),
        (b"PAR1" + bytes(200) + b"PAR1", "damaged Parquet"),
        (GOOD.encode() * 3, "no header"),
        (b"a,b,c\n1,2,3\n", "no column recognised as timestamp or agent_id or customer_id among: a, b, c"),
        (b'{\n"timestamp": 1,\n"agent": 2\n}\n', "no column recognised as customer_id"),
        (b'{"timestamp', "not JSON lines"),
    ],
)
def test_unusable(engine: DuckEngine, tmp_path: Path, content: bytes, said: str) -> None:
    path = log(tmp_path, content)
    with pytest.raises(UnusableInput, match=said) as raised:
        read(engine, path)
    assert "log.csv" in raised.value.message
    assert "input-" not in raised.value.message  # how the engine is shown the file is nobody's business
    # Beside a good file it is only a note.
    reading = read(engine, [path, log(tmp_path, HEADER + GOOD, "good.csv")])
    assert reading.counts["events"] == 1
    assert reading.inputs[0].note
    assert reading.notes


def test_all_lines_rejected(engine: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"every line was rejected: .*not understood \(1\).*line 2"):
        read(engine, log(tmp_path, HEADER + "never,ann,c1,view\n,ann,c1,view\n"))


def test_ragged_rows(engine: DuckEngine, tmp_path: Path) -> None:
    read(engine, log(tmp_path, HEADER + GOOD + "2024-11-03T10:00:00Z,ann\n\n" + GOOD.strip() + ",more\n" + GOOD_2))
    assert events(engine) == [("ann", "c1"), ("bob", "c2")]
    assert rejects(engine) == [(3, "too few columns"), (5, "too many columns")]


def test_a_quote_never_closed_does_not_swallow_the_rest(engine: DuckEngine, tmp_path: Path) -> None:
    more = "".join(f'2024-11-03T10:01:{i:02}Z,"a{i}",c{i},view\n' for i in range(50))
    for bad in ('2024-11-03T10:00:00Z,"ann,c1,view\n', '2024-11-03T10:00:00Z,ann,c1,"view\n'):
        read(engine, log(tmp_path, HEADER + bad + more))
        assert rejects(engine) == [(2, "quote never closed")]
        assert engine.rows("SELECT count(*), count(DISTINCT agent_id) FROM events") == [(50, 50)]
        read(engine, log(tmp_path, HEADER + more + bad + more.replace("11-03", "11-04") + bad))
        assert rejects(engine) == [(52, "quote never closed"), (103, "quote never closed")]
        assert engine.rows("SELECT count(*) FROM events") == [(100,)]


def test_values_with_line_breaks(engine: DuckEngine, tmp_path: Path) -> None:
    text = (
        "timestamp,agent_id,customer_id,fields\n"
        '2024-11-03T10:00:00Z,ann,c1,"one\ntwo, ""three""\n\nfour"\n'
        '2024-11-03T10:00:01Z,ann,,"x\ny"\n'
        '2024-11-03T10:00:02Z,"b\nob",c3,"z\n"\n'
        "2024-11-03T10:00:03Z,eve,c4,plain\n"
    )
    read(engine, log(tmp_path, text))
    assert events(engine, "agent_id, fields") == [
        ("ann", 'one\ntwo, "three"\n\nfour'),
        ("b\nob", "z"),
        ("eve", "plain"),
    ]
    assert rejects(engine) == [(6, "no customer")]


def test_line_breaks_and_a_quote_never_closed(engine: DuckEngine, tmp_path: Path) -> None:
    text = (
        "timestamp,agent_id,customer_id,fields\n"
        '2024-11-03T10:00:00Z,ann,c1,"one\ntwo"\n'
        '2024-11-03T10:00:01Z,bob,c2,"never closed\n'
        "2024-11-03T10:00:02Z,cat,c3,plain\n"
        '2024-11-03T10:00:03Z,dan,c4,"three\nfour"\n'
    )
    read(engine, log(tmp_path, text))
    assert events(engine, "agent_id, fields") == [("ann", "one\ntwo"), ("cat", "plain"), ("dan", "three\nfour")]
    assert rejects(engine) == [(4, "quote never closed")]


def test_quotes_where_they_do_not_belong(engine: DuckEngine, tmp_path: Path) -> None:
    text = HEADER + '2024-11-03T10:00:00Z,ann "nick",c1,view\n2024-11-03T10:00:01Z,"bob"by,c1,view\n' + GOOD_2
    read(engine, log(tmp_path, text))
    assert events(engine) == [('ann "nick"', "c1"), ("bob", "c2")]
    assert rejects(engine) == [(3, "broken quoting")]


def test_nul_bytes(engine: DuckEngine, tmp_path: Path) -> None:
    read(engine, log(tmp_path, (HEADER + GOOD + "2024-11-03T10:00:00Z,a\0nn,c1,view\n" + GOOD_2).encode()))
    assert events(engine) == [("ann", "c1"), ("bob", "c2")]
    assert rejects(engine) == [(3, "NUL byte")]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(engine: DuckEngine, tmp_path: Path, codec: str) -> None:
    text = HEADER + "2024-11-03T10:00:00Z,Zoë,Müller,view\r\n"
    mark = b"\xff\xfe" if codec == "utf-16-le" else b""
    reading = read(engine, log(tmp_path, mark + text.encode(codec)))
    assert events(engine) == [("Zoë", "Müller")]
    assert reading.inputs[0].encoding == ("latin-1" if codec == "cp1252" else "utf-8")
    assert ("Windows-1252" in reading.inputs[0].note) == (codec == "cp1252")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(engine: DuckEngine, tmp_path: Path, end: str) -> None:
    read(engine, log(tmp_path, (HEADER + GOOD + GOOD_2 + "x,y,z,view\n").replace("\n", end)))
    assert events(engine) == [("ann", "c1"), ("bob", "c2")]
    assert rejects(engine) == [(4, "timestamp not understood")]


@pytest.mark.parametrize("name", ["log.csv", "log.jsonl"])
def test_a_line_of_ten_megabytes(engine: DuckEngine, tmp_path: Path, name: str) -> None:
    head, good, more = HEADER, GOOD, GOOD_2
    if name == "log.jsonl":
        head, good, more = (
            "",
            '{"ts":1730628000,"agent":"ann","customer":"c1"}\n',
            '{"ts":1730628000,"agent":"bob","customer":"c2"}\n',
        )
    read(engine, log(tmp_path, head + good + "2024-11-03T10:00:00Z," + "x" * 10_000_000 + ",c,view\n" + more, name))
    assert events(engine) == [("ann", "c1"), ("bob", "c2")]
    line = 2 if name == "log.jsonl" else 3
    assert engine.rows("SELECT line, reason, length(text) FROM rejects") == [(line, "line longer than 1 MB", 200)]


def test_hostile_ids_are_data(engine: DuckEngine, tmp_path: Path) -> None:
    ids = ["=cmd()", "<script>", "\x1b[31mred", "' OR 1=1 --", "x" * 1000, "007"]
    lines = "".join(f"2024-11-03T10:00:00Z,{value},c1,view\n" for value in ids)
    read(engine, log(tmp_path, HEADER + lines + f"2024-11-03T10:00:00Z,{'x' * 5000},c1,view\n"))
    assert sorted(str(row[0]) for row in events(engine)) == sorted(ids)
    assert rejects(engine) == [(8, "agent id longer than 1,000 characters")]


def test_empty_ids(engine: DuckEngine, tmp_path: Path) -> None:
    rows = ["  ,c1,view", " ann ,\tc1 ,view", "NULL,c1,view", "ann,  ,view", "ann,,search", "ann,,export", "ann,,EDIT"]
    read(engine, log(tmp_path, HEADER + "".join(f"2024-11-03T10:00:00Z,{row}\n" for row in rows)))
    assert events(engine, "agent_id, customer_id, action") == [
        ("ann", None, "export"),
        ("ann", None, "search"),
        ("ann", "c1", "view"),
    ]
    assert rejects(engine) == [(2, "no agent"), (4, "no agent"), (5, "no customer"), (8, "no customer")]


def test_times_that_can_not_be(engine: DuckEngine, tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    late = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    stamps = ["1730628", "1985-01-01T00:00:00Z", late, "03/04/2024 10:00", "soon", "", soon, "2024-11-03 25:00:00"]
    read(engine, log(tmp_path, HEADER + "".join(f"{stamp},ann,c1,view\n" for stamp in stamps)))
    assert rejects(engine) == [
        (2, "timestamp in 1970: is the unit wrong?"),
        (3, "timestamp before 1990"),
        (4, "timestamp in the future"),
        (5, "ambiguous date: day or month first?"),
        (6, "timestamp not understood"),
        (7, "no timestamp"),
        (9, "timestamp not understood"),
    ]


def test_rejects_show_the_line(engine: DuckEngine, tmp_path: Path) -> None:
    path = log(tmp_path, HEADER + GOOD + "bad," + "y" * 300 + ",c,view\n")
    read(engine, path)
    assert engine.rows("SELECT * FROM rejects") == [(str(path), 3, "timestamp not understood", "bad," + "y" * 196)]
