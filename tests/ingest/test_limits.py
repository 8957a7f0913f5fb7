"""Inputs that grow, never end, or are wider or longer than any log: refused in words, or their lines counted."""

import gzip
import io
import json
import lzma
import os
import resource
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from onlooker.engines.duck import DuckEngine
from onlooker.errors import OnlookerError, UnusableInput, UsageError
from onlooker.ingest import limits, read_logs

HEADER = b"timestamp,agent_id,customer_id,action\n"
LINE = b"2026-01-05T09:00:00Z,kim,C1,view\n"


def read(path: object, stdin: object = None):
    with DuckEngine() as engine:
        return read_logs(engine, [path], stdin=stdin)


@pytest.mark.parametrize("kind", ["zst", *(pytest.param(one, marks=pytest.mark.full) for one in ("gz", "xz"))])
def test_a_small_file_that_becomes_hundreds_of_times_its_size_is_refused(tmp_path, kind):
    path = tmp_path / f"bomb.csv.{kind}"
    with {"gz": gzip.open, "zst": zstandard.open, "xz": lzma.open}[kind](path, "wb") as out:
        out.write(HEADER)
        for _ in range(limits.FREE_GROWTH // (len(LINE) * 100_000) + 2):
            out.write(LINE * 100_000)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UnusableInput, match=r"bomb\.csv\.\w+ has .* bytes and becomes more than 200 times that"):
        read(path)


@pytest.mark.full
def test_an_archive_that_becomes_hundreds_of_times_its_size_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("log.csv", HEADER + LINE * (limits.FREE_GROWTH // len(LINE) + 1))
    with pytest.raises(UnusableInput, match=r"bomb\.zip has .* bytes and becomes more than 200 times that"):
        read(tmp_path / "bomb.zip")


def test_a_parquet_file_with_more_rows_than_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "FREE_ROWS", 100_000)
    zeros = np.zeros(1_000_000, dtype="int32")
    columns = {"timestamp": "2026-01-05T09:00:00Z", "agent_id": "kim", "customer_id": "C1"}
    table = pa.table({name: pa.DictionaryArray.from_arrays(zeros, [value]) for name, value in columns.items()})
    pq.write_table(table, tmp_path / "bomb.parquet", compression="zstd")
    with pytest.raises(UnusableInput, match="says it has 1,000,000 rows"):
        read(tmp_path / "bomb.parquet")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full"])
def test_a_device_is_refused_by_name_and_as_standard_input(device):
    with pytest.raises(UsageError, match="is a device"):
        read(device)
    with open(device, "rb") as stream, pytest.raises(UsageError, match="standard input is a device"):  # noqa: PTH123
        read("-", stream)


def test_a_stream_without_an_end_of_line_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "LINELESS", 1 << 21)
    with pytest.raises(UnusableInput, match="no line ends in its first 2 MB"):
        read("-", io.BytesIO(b"a" * (1 << 23)))


def test_a_stream_that_does_not_end_leaves_room_on_the_disk(monkeypatch, tmp_path):
    free = os.statvfs(tmp_path)
    monkeypatch.setattr(limits, "SPARE", free.f_bavail * free.f_frsize - (32 << 20))
    with subprocess.Popen(["yes", LINE.decode().strip()], stdout=subprocess.PIPE) as endless:
        with pytest.raises(UnusableInput, match="has no end, or is too long for this disk"):
            read("-", endless.stdout)
        endless.kill()


@pytest.mark.parametrize("kind", ["csv", "jsonl", "one line of jsonl", "parquet"])
def test_a_hundred_thousand_columns_are_refused_at_once(tmp_path, kind):
    names = ["timestamp", "agent_id", "customer_id", *(f"c{number}" for number in range(100_000))]
    if kind == "csv":
        path = tmp_path / "wide.csv"
        path.write_text(",".join(names) + "\n" + "," * (len(names) - 1) + "\n")
    elif kind == "jsonl":  # a few new keys on each line
        path = tmp_path / "wide.jsonl"
        path.write_text("\n".join(json.dumps({"agent_id": "a", **dict.fromkeys(names[k : k + 60])})
                                  for k in range(0, 30_000, 60)))  # fmt: skip
    elif kind == "one line of jsonl":
        path = tmp_path / "wide.jsonl"
        path.write_text(json.dumps(dict.fromkeys(names[:9000])) + "\n")
    else:
        path = tmp_path / "wide.parquet"
        pq.write_table(pa.table({name: pa.array(["x"]) for name in names[:3000]}), path)
    with pytest.raises(UnusableInput, match=r"columns; at most 2,000 are read"):
        read(path)


@pytest.mark.parametrize("kind", ["csv", pytest.param("jsonl", marks=pytest.mark.full)])
def test_a_line_of_a_hundred_megabytes_is_one_reject_and_its_neighbours_are_read(tmp_path, kind):
    good = [LINE.decode().strip().replace("C1", f"C{number}") for number in range(20)]
    if kind == "jsonl":
        names = HEADER.decode().strip().split(",")
        good = [json.dumps(dict(zip(names, line.split(","), strict=True))) for line in good]
    path: Path = tmp_path / f"long.{kind}"
    with path.open("w") as out:
        out.write(HEADER.decode() if kind == "csv" else "")
        out.write("\n".join(good[:10]) + "\n")
        out.write(good[10].replace("C10", "x" * 100_000_000) + "\n")
        out.write("\n".join(good[10:]) + "\n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = read(path)
    assert (found.counts["lines"], found.counts["events"]) == (21, 20)
    assert found.rejects_by_reason == {"line longer than 1 MB": 1}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB


def test_what_is_refused_does_not_keep_the_other_files_from_being_read(tmp_path):
    (tmp_path / "good.csv").write_bytes(HEADER + LINE)
    (tmp_path / "wide.csv").write_text(",".join(f"c{number}" for number in range(3000)) + "\n1\n")
    found = read(tmp_path)
    assert found.counts["events"] == 1
    assert any("wide.csv has 3,000 columns" in note for note in found.notes)


def test_a_link_that_leads_out_of_a_folder_is_passed_over_and_named(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.csv").write_bytes(HEADER + LINE)
    (tmp_path / "elsewhere.csv").write_bytes(HEADER + LINE.replace(b"kim", b"sam"))
    (tmp_path / "logs" / "b.csv").symlink_to("../elsewhere.csv")
    (tmp_path / "logs" / "c.csv").symlink_to("a.csv")
    found = read(tmp_path / "logs")
    assert found.counts["agents"] == 1
    assert any("b.csv is a link that leads out of the folder" in note for note in found.notes)
    with DuckEngine() as engine:  # who names the link itself means it
        assert read_logs(engine, [tmp_path / "logs" / "b.csv"]).counts["events"] == 1


def test_a_folder_with_nothing_but_links_that_lead_out_says_so(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "elsewhere.csv").write_bytes(HEADER + LINE)
    (tmp_path / "logs" / "b.csv").symlink_to("../elsewhere.csv")
    with pytest.raises(OnlookerError, match="leads out of the folder"):
        read(tmp_path / "logs")
