"""Every kind of file, in every way of naming it: the installed command sees the same events."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from .command import onlooker

START = datetime(2026, 1, 5, 22, 30, tzinfo=UTC)
ROWS = [(START + timedelta(hours=n), f"a{n % 4}@desk.example", f"{n % 11:04d}") for n in range(60)]
NAMES = ("viewed_at", "user_email", "accountId")
MAPPING = dict(zip(("timestamp", "agent_id", "customer_id"), NAMES, strict=True))
SEEN = {"events": 60, "agents": 4, "customers": 11}


def text(delimiter: str = ",", when: Callable[[datetime], str] = datetime.isoformat) -> bytes:
    lines = [NAMES, *((when(at), agent, customer) for at, agent, customer in ROWS)]
    return "".join(delimiter.join(line) + "\n" for line in lines).encode()


def json_lines() -> bytes:
    records = [dict(zip(NAMES, (at.isoformat(), *ids), strict=True)) for at, *ids in ROWS]
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def parquet() -> bytes:
    columns = zip(*ROWS, strict=True)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(dict(zip(NAMES, map(list, columns), strict=True))), sink)
    return sink.getvalue().to_pybytes()


FILES: dict[str, bytes] = {
    "log.csv": text(),
    "log.tsv": text("\t"),
    "semicolons.csv": text(";"),
    "log.jsonl": json_lines(),
    "log.parquet": parquet(),
    "log.csv.gz": gzip.compress(text()),
    "log.jsonl.zst": zstandard.ZstdCompressor().compress(json_lines()),
    "seconds.csv": text(when=lambda at: f"{at.timestamp():.0f}"),
    "milliseconds.csv": text(when=lambda at: f"{at.timestamp() * 1000:.0f}"),
}


def checked(*arguments: object, cwd: Path, stdin: bytes | None = None) -> Any:
    ran = onlooker("check", *arguments, "--json", cwd=cwd, stdin=stdin)
    assert ran.status == 0, ran.err
    return ran.document


def seen(document: Any) -> dict[str, int]:
    return {name: document["counts"][name] for name in SEEN}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_holds_the_same_events(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    found = checked(name, cwd=tmp_path)
    assert (found["mapping"], seen(found), found["counts"]["rejected"]) == (MAPPING, SEEN, 0)
    assert (found["first_date"], found["last_date"]) == ("2026-01-05", "2026-01-08")
    assert found["reading"]["notes"] == []


def test_folders_globs_several_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "logs" / "old").mkdir(parents=True)
    (tmp_path / "logs" / "one.csv").write_bytes(FILES["log.csv"])
    (tmp_path / "logs" / "old" / "two.jsonl.zst").write_bytes(FILES["log.jsonl.zst"])
    assert len(checked("logs", cwd=tmp_path)["reading"]["inputs"]) == 2
    assert len(checked("logs/*.csv", cwd=tmp_path)["reading"]["inputs"]) == 1
    several = checked("logs/one.csv", "-", cwd=tmp_path, stdin=FILES["log.parquet"])
    assert [file["path"] for file in several["reading"]["inputs"]] == ["logs/one.csv", "-"]
    assert several["counts"]["lines"] == 120


def test_naive_timestamps_are_of_the_zone_that_is_named_else_utc_said_aloud(tmp_path: Path) -> None:
    (tmp_path / "naive.csv").write_bytes(text(when=lambda at: f"{at:%Y-%m-%d %H:%M:%S}"))
    bare, named = checked("naive.csv", cwd=tmp_path), checked("naive.csv", "--tz", "Asia/Manila", cwd=tmp_path)
    assert bare["reading"]["notes"] == ["Timestamps without an offset were taken for UTC; --tz names another zone."]
    assert named["reading"]["notes"] == []
    assert named["reading"]["timezone"].startswith("Asia/Manila, as asked")
    assert bare["first_date"] == named["first_date"] == "2026-01-05"
    (tmp_path / "instants.csv").write_bytes(FILES["log.csv"])
    moved = checked("instants.csv", "--tz", "Asia/Manila", cwd=tmp_path)
    assert moved["first_date"] == "2026-01-06"  # 22:30 in UTC is the next morning there


def test_repeated_lines_and_event_ids_count_once_and_the_number_is_told(tmp_path: Path) -> None:
    lines = ["timestamp,agent_id,customer_id,event_id,host"]
    lines += [f"2026-01-05T10:{n:02d}:00Z,a,c{n},e{n},h1" for n in range(20)]
    lines += [lines[1], lines[2].replace("h1", "h2")]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    ran = onlooker("check", "log.csv", cwd=tmp_path)
    assert "lines: 22, of them 20 events, 0 rejected, 2 repeated\n" in ran.out
    assert "note: 2 lines repeat another line and were counted once.\n" in ran.out
