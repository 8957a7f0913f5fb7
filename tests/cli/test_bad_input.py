"""What strangers' logs look like: a clear message, the right exit status, and nothing lost."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from .command import onlooker

HEADER = "timestamp,agent_id,customer_id,action\n"
START = datetime(2026, 1, 5, 9)
ROWS = 120

Reject = tuple[int | None, str]


def row(number: int, when: str = "", agent: str = "") -> str:
    instant = when or (START + timedelta(minutes=7 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{instant},{agent or f'agent{number % 5}'},cust{number % 37},view\n"


def log(changes: dict[int, str] | None = None) -> str:
    """A log of `ROWS` rows; `changes` by line of the file, from 2."""
    return HEADER + "".join((changes or {}).get(number + 2, row(number)) for number in range(ROWS))


def binary() -> bytes:
    return random.Random(1).randbytes(5000)


def refused(folder: Path, name: str, content: bytes | None) -> str:
    """Scan a file of which nothing can be used; what is said. No output may appear, and no traceback."""
    if content is not None:
        (folder / name).write_bytes(content)
    ran = onlooker("scan", name, cwd=folder)
    assert ran.out == ""
    assert ran.status == (2 if content is None else 3)
    assert not (folder / "out").exists()
    return ran.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.csv", None, "onlooker: no such file: absent.csv\n"),
        ("absent-*.csv", None, "onlooker: no file matches absent-*.csv\n"),
        ("empty.csv", b"", "onlooker: empty.csv is empty\n"),
        (
            "binary.csv", binary(),
            "onlooker: binary.csv is binary, not a log\n"
            "          Expected CSV, TSV, JSON lines or Parquet, plain, .gz or .zst.\n",
        ),
        (
            "strange.csv", b"a,b,c\n" + b"foo,bar,baz\n" * 50,
            "onlooker: strange.csv: no column recognised as timestamp or agent_id or customer_id among: a, b, c\n"
            "          Name them, for example: "
            "--map timestamp=COLUMN --map agent_id=COLUMN --map customer_id=COLUMN\n",
        ),
    ],
    ids=["no such file", "glob without a match", "empty", "binary", "columns not recognised"],
)  # fmt: skip
def test_refused(name: str, content: bytes | None, message: str, tmp_path: Path) -> None:
    assert refused(tmp_path, name, content) == message


def test_header_only(tmp_path: Path) -> None:
    said = refused(tmp_path, "header.csv", HEADER.encode())
    assert said == (
        "onlooker: nothing usable in the input: no lines after the header in header.csv\n"
        "          Each line needs a time, an agent and a customer; docs/formats.md says what is read.\n"
    )


@pytest.mark.parametrize("store", [(), ("--store", "nights")], ids=["closed set", "store"])
def test_all_rows_rejected_tells_the_reasons_and_keeps_the_lines(store: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(HEADER + "nonsense,agent1,cust1,view\n" * 50)
    ran = onlooker("scan", "bad.csv", *store, cwd=tmp_path)
    assert (ran.status, ran.out) == (3, "")
    assert "every line was rejected: timestamp not understood (50); first bad.csv line 2\n" in ran.err
    assert "out/rejects.csv has the lines" in ran.err
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["rejects.csv"]
    with (tmp_path / "out" / "rejects.csv").open(newline="") as stream:
        found = [(r["line"], r["reason"], r["text"]) for r in csv.DictReader(stream)]
    assert found == [(f"{line}", "timestamp not understood", "nonsense,agent1,cust1,view") for line in range(2, 52)]


@pytest.mark.parametrize("store", [(), ("--store", "nights")], ids=["closed set", "store"])
@pytest.mark.parametrize(
    ("bad", "status"),
    [pytest.param(12, 0, marks=pytest.mark.full), (23, 0), (24, 6), pytest.param(42, 6, marks=pytest.mark.full)],
)
def test_a_log_of_which_a_fifth_can_not_be_read_is_not_vouched_for(
    bad: int, status: int, store: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_text(log({line: row(line, "nonsense") for line in range(2, bad + 2)}))
    ran = onlooker("scan", "log.csv", *store, cwd=tmp_path)
    assert ran.status == status, ran.err
    assert (f"not whole: {bad} of 120 lines could not be read." in ran.err) == (status == 6)
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["vouched"] == (status == 0) and run["doubts"] == [f"{bad} of 120 lines could not be read."] * (bad > 23)
    page = (tmp_path / "out" / "report.html").read_text()
    assert (f"Not whole: {bad} of 120 lines could not be read." in page) == (status == 6)
    if store:
        told = json.loads(onlooker("status", *store, "--json", cwd=tmp_path).out)
        assert told["last_run"]["doubts"] == run["doubts"]
        said = onlooker("status", *store, cwd=tmp_path).out
        assert (f"\n  not whole: {bad} of 120 lines could not be read.\n" in said) == (status == 6)


@pytest.mark.parametrize("store", [(), ("--store", "nights")], ids=["closed set", "store"])
@pytest.mark.parametrize("bad", [pytest.param(ROWS, marks=pytest.mark.full), 30])
def test_one_bad_file_among_good_ones_is_named(bad: int, store: tuple[str, ...], tmp_path: Path) -> None:
    for number in range(3):
        lines = [row(n, f"2026-01-0{number + 5}T10:{n % 60:02}:{n // 60:02}Z") for n in range(ROWS)]
        broken = [row(n, "nonsense") for n in range(bad)] if number == 1 else []
        (tmp_path / f"{number}.csv").write_text(HEADER + "".join([*broken, *lines[len(broken) :]]))
    (tmp_path / "agents.csv").write_text("agent_id,team\n" + "".join(f"x{n},t\n" for n in range(2000)))
    ran = onlooker("scan", "0.csv", "1.csv", "2.csv", "--agents", "agents.csv", *store, cwd=tmp_path)
    assert ran.status == 6, ran.err
    whole = ["not whole: 120 of 360 lines could not be read."] if bad == ROWS else []
    assert ran.err.splitlines()[: len(whole) + 1] == [
        *whole, f"not whole: {bad} of 120 lines of 1.csv could not be read."
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "status"), [(300, 0), (9000, 6)])
def test_a_large_file_that_is_no_log_is_not_passed_over(size: int, status: int, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(log())
    (tmp_path / "strange.csv").write_bytes(b"a,b,c\n" + b"foo,bar,baz\n" * (size // 12))
    ran = onlooker("scan", "log.csv", "strange.csv", cwd=tmp_path)
    assert ran.status == status, ran.err
    assert ("not whole: strange.csv, " in ran.err and "of the input, was not used." in ran.err) == (status == 6)


def test_an_ambiguous_column_lists_the_candidates(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("timestamp,employee,viewer,customer_id\n" + "2026-01-05T09:00:00Z,a,b,c\n" * 5)
    ran = onlooker("scan", "two.csv", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "onlooker: two.csv: employee and viewer could each be agent_id\n"
        "          Say which: --map agent_id=employee or --map agent_id=viewer\n"
    )


DAMAGED: dict[str, tuple[bytes, Sequence[Reject], int, str]] = {
    # name: bytes, rejects (line, reason), rows read, what is said
    "ragged rows": (
        log({12: "2026-01-05T10:00:00Z,a\n", 13: "2026-01-05T10:00:00Z,a,b,view,extra\n"}).encode(),
        [(12, "too few columns"), (13, "too many columns")], ROWS - 2,
        "2 of 120 lines could not be read: too few columns (1), too many columns (1); see here/rejects.csv.",
    ),
    "a quote never closed": (
        log({12: '2026-01-05T10:00:00Z,"agent1,cust1,view\n'}).encode(),
        [(12, "quote never closed")], ROWS - 1, "1 of 120 lines",
    ),
    "mixed timestamps": (
        log({3: row(1, "1767603600"), 4: row(2, "1767603600123"), 5: row(3, "2026-01-05 10:11:12"),
             6: row(4, "05/01/2026 10:11:12")}).encode(),
        [(6, "ambiguous date: day or month first?")], ROWS - 1, "without an offset were taken for UTC",
    ),
    "a NUL byte": (
        log({12: row(10).replace("cust", "cu\0st")}).encode(), [(12, "NUL byte")], ROWS - 1, "1 of 120 lines",
    ),
    "NUL bytes at the end, as after a crash": (
        log().encode() + b"\0" * 4096, [(122, "NUL byte")], ROWS, "1 of 121 lines",
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + log().encode(), [], ROWS, "5 agents"),
    "Latin-1": (log({12: row(10, agent="Jörg")}).encode("latin-1"), [], ROWS, "read as Windows-1252"),
    "a line of 10 MB": (
        log({12: row(10, agent="x" * 10_000_000)}).encode(), [(12, "line longer than 1 MB")], ROWS - 1, "1 of 120",
    ),
    "1970 and the future": (
        log({12: row(10, "1970-01-01T00:00:10Z"), 13: row(11, "2099-01-01T00:00:00Z")}).encode(),
        [(12, "timestamp in 1970: is the unit wrong?"), (13, "timestamp in the future")], ROWS - 2, "2 of 120 lines",
    ),
    "one agent": (log({i: row(i - 2, agent="solo") for i in range(2, ROWS + 2)}).encode(), [], ROWS, "Only 1 agent"),
    "one day": (HEADER.encode() + "".join(row(n) for n in range(40)).encode(), [], 40, "The log spans 1 day"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_what_is_readable_is_used_and_the_rest_is_kept(case: str, tmp_path: Path) -> None:
    content, rejects, rows, said = DAMAGED[case]
    (tmp_path / "log.csv").write_bytes(content)
    ran = onlooker("scan", "log.csv", "--out", "here", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert "Traceback" not in ran.err
    assert said in ran.err
    with (tmp_path / "here" / "rejects.csv").open(newline="") as stream:
        found = [(int(r["line"]), r["reason"]) for r in csv.DictReader(stream)]
    assert found == list(rejects)
    counts = json.loads((tmp_path / "here" / "run.json").read_text())["counts"]
    assert (counts["events"] + counts["duplicates"], counts["rejected"]) == (rows, len(rejects))
    assert counts["lines"] == rows + len(rejects)


def test_a_truncated_gzip_file_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gzip.compress((HEADER + "".join(row(n) for n in range(20_000))).encode())
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    ran = onlooker("check", "cut.csv.gz", "--json", cwd=tmp_path)
    assert ran.status == 0
    reading = ran.document["reading"]
    assert "the gzip stream ends early after" in reading["inputs"][0]["note"]
    assert 5_000 < reading["counts"]["events"] < 20_000
    assert reading["rejects_by_reason"] == {"cut off where the file ends": 1}


@pytest.mark.parametrize("stream", ["gzip", "zstd"])
def test_a_compressed_file_cut_before_its_first_text_is_damaged_not_empty(stream: str, tmp_path: Path) -> None:
    packed = gzip.compress(log().encode()) if stream == "gzip" else zstandard.compress(log().encode())
    said = refused(tmp_path, "cut.csv.packed", packed[:15])
    assert said == (
        f"onlooker: cut.csv.packed is damaged: the {stream} stream ends early, and no text comes before\n"
        "          Copy it again, or ask for it again.\n"
    )


def test_one_bad_file_among_good_ones_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(log())
    (tmp_path / "noise.csv").write_bytes(binary())
    ran = onlooker("check", "good.csv", "noise.csv", cwd=tmp_path)
    assert ran.status == 0
    assert "noise.csv: not read, 0 rows, 0 rejected  (not used: noise.csv is binary, not a log)\n" in ran.out
    assert f"lines: {ROWS}, of them {ROWS} events" in ran.out
