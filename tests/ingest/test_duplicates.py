from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import Reading, read_logs

HEADER = "timestamp,agent_id,customer_id,note\n"
LINE = "2024-11-03T10:00:00Z,ann,c1,x\n"


def read(tmp_path: Path, *contents: str, names: str = "csv") -> tuple[Reading, int]:
    paths = []
    for place, content in enumerate(contents):
        paths.append(tmp_path / f"log{place}.{names}")
        paths[-1].write_text(content, newline="")
    with DuckEngine() as engine:
        reading = read_logs(engine, paths)
        ((rows,),) = engine.rows("SELECT count(*) FROM events")
    counts = reading.counts
    assert counts["lines"] == counts["events"] + counts["rejected"] + counts["duplicates"]
    assert counts["events"] == rows
    return reading, rows


def test_equal_lines_count_once(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, HEADER + LINE * 3 + LINE.replace("c1", "c2"))
    assert (rows, reading.counts["duplicates"]) == (2, 2)
    assert reading.notes == ("2 lines repeat another line and were counted once.",)


def test_lines_that_differ_in_an_unused_column_are_two(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, HEADER + LINE + LINE.replace(",x", ",y"))
    assert (rows, reading.counts["duplicates"]) == (2, 0)
    assert reading.unmapped == ("note",)


def test_equal_lines_in_two_files_with_another_order_of_columns(tmp_path: Path) -> None:
    _, rows = read(tmp_path, HEADER + LINE, "note,customer_id,agent_id,timestamp\nx,c1,ann,2024-11-03T10:00:00Z\n")
    assert rows == 1


@pytest.mark.parametrize("part", [2, 5, 23])
@pytest.mark.parametrize("repeated", [None, 0, 11, 23])
def test_a_log_looked_at_in_parts_keeps_no_repeated_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int, repeated: int | None
) -> None:
    monkeypatch.setattr("onlooker.ingest.duplicates.PART", part)
    lines = [LINE.replace("T10", f"T{hour:02}").replace("c1", f"c{hour}") for hour in range(24)]
    again = [lines[repeated]] if repeated is not None else []
    reading, rows = read(tmp_path, HEADER + "".join(lines + again))
    assert (rows, reading.counts["duplicates"]) == (24, len(again))


IDS = "timestamp,agent_id,customer_id,event_id,delivered\n"
NUMBERED = "2024-11-03T10:00:00Z,ann,c1,e1,1\n"


@pytest.mark.parametrize(
    "again",
    [
        NUMBERED.replace("e1,1", "e1,2"),
        NUMBERED.replace("10:00:00", "10:00:09"),
        NUMBERED.replace("ann", "bob"),
    ],
    ids=["delivered again", "another instant", "another agent"],
)
def test_a_repeated_event_id_counts_once(tmp_path: Path, again: str) -> None:
    reading, rows = read(tmp_path, IDS + again + NUMBERED + NUMBERED.replace("e1", "e2"))
    assert (rows, reading.counts["duplicates"]) == (2, 1)
    told = "1 of them has the event_id of an earlier line and says something else: the earlier line counts."
    assert (told in reading.notes) == (again != NUMBERED.replace("e1,1", "e1,2"))


def test_a_repeated_event_id_hides_no_other_customer(tmp_path: Path) -> None:
    others = "".join(NUMBERED.replace("c1", f"c{n}") for n in range(2, 6))
    reading, rows = read(tmp_path, IDS + NUMBERED + others + NUMBERED.replace("e1,1", "e1,2"))
    assert (rows, reading.counts["duplicates"]) == (5, 1)


def test_repeated_event_ids_are_told_of_in_the_plural(tmp_path: Path) -> None:
    later = NUMBERED.replace("10:00", "11:00")
    reading, _ = read(tmp_path, IDS + NUMBERED + later + (NUMBERED + later).replace("e1", "e2"))
    told = "2 of them have the event_id of an earlier line and say something else: the earlier line counts."
    assert told in reading.notes


def test_of_lines_with_one_event_id_the_earliest_counts_wherever_it_stands(tmp_path: Path) -> None:
    later = NUMBERED.replace("10:00", "11:00").replace("ann", "zoe")
    for place, text in enumerate((later + NUMBERED, NUMBERED + later)):
        path = tmp_path / f"{place}.csv"
        path.write_text(IDS + text)
        with DuckEngine() as engine:
            read_logs(engine, [path])
            assert engine.rows("SELECT agent_id, hour FROM events") == [("ann", 10)]


def test_two_sources_may_use_the_same_event_ids(tmp_path: Path) -> None:
    other = "ts,agent,customer,event_id\n2024-11-03T10:00:00Z,ann,c1,e1\n2024-11-03T12:00:00Z,bob,c7,e2\n"
    first = IDS + NUMBERED + "2024-11-03T11:00:00Z,eve,c2,e2,1\n"
    reading, rows = read(tmp_path, first, other)
    assert (rows, reading.counts["duplicates"]) == (3, 1), "e2 is two events; e1 says the same in both"


def test_event_ids_that_number_something_else_are_not_believed(tmp_path: Path) -> None:
    lines = [f"2024-11-03T10:{n // 60:02}:{n % 60:02}Z,a{n % 7},c{n},{n % 50},1\n" for n in range(600)]
    reading, rows = read(tmp_path, IDS + "".join([*lines, lines[0]]))
    assert (rows, reading.counts["duplicates"]) == (600, 1)
    assert any("601 lines have the event_id of a line about another agent" in note for note in reading.notes)


def test_damaged_and_sound_files_are_compared(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, HEADER + LINE + "broken\n", HEADER + LINE)
    assert (rows, reading.counts["duplicates"], reading.counts["rejected"]) == (1, 1, 1)


def test_the_same_file_twice_is_read_once(tmp_path: Path) -> None:
    text = HEADER + LINE + "broken\n"
    reading, rows = read(tmp_path, text, text)
    assert (rows, reading.counts) == (
        1, {"lines": 4, "events": 1, "rejected": 1, "duplicates": 2, "agents": 1, "customers": 1},
    )  # fmt: skip
    assert reading.inputs[1].note.endswith("read once")


def test_json_lines(tmp_path: Path) -> None:
    line = json.dumps({"ts": 1730628000, "agent": "ann", "customer": "c", "more": 1})
    _, rows = read(tmp_path, "\n".join([line, line, line.replace(": 1}", ": 2}")]), names="jsonl")
    assert rows == 2


VALUES = st.text(st.sampled_from("ab ,;\"'\n\r\t|\\é\u2028="), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(VALUES, VALUES, st.sampled_from([",", ";"])), min_size=1, max_size=8), st.booleans())
def test_values_survive_and_every_line_is_counted(
    tmp_path: Path, rows: list[tuple[str, str, str]], ragged: bool
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=rows[0][2], lineterminator="\n")
    writer.writerow(["timestamp", "agent_id", "customer_id", "fields"])
    for n, (agent, value, _) in enumerate(rows):
        writer.writerow([f"2024-11-03T10:00:{n:02}Z", f"a{agent}z", f"c{n}", f"<{value}>"])
    if ragged:
        writer.writerow(["x"])
    path = tmp_path / "log.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    with DuckEngine() as engine:
        reading = read_logs(engine, [path])
        found = engine.rows("SELECT agent_id, fields FROM events ORDER BY us")
    assert found == [  # a line separator within an id is a blank, as all Unicode spaces are
        (f"a{agent}z".replace("\r\n", "\n").replace("\u2028", " "), f"<{value}>".replace("\r\n", "\n"))
        for agent, value, _ in rows
    ]
    assert reading.counts["lines"] == len(rows) + ragged
    assert reading.counts["rejected"] == ragged


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([
    LINE, LINE.replace("ann", "bob"), "\n", "2024-11-03T10:00:05Z,ann,c3,\"x\n", '"', "y\n", "2024,1,2,3\n",
    "a\0b,c,d,e\n",
    '2024-11-03T10:00:06Z,"a,b",c4,"p\nq"\n', "\r\n", "2024-11-03T10:00:00Z,ann\n", LINE[:-1],
]), max_size=12))  # fmt: skip
def test_whatever_is_in_the_file_the_counts_add_up(tmp_path: Path, parts: list[str]) -> None:
    reading, rows = read(tmp_path, HEADER + LINE.replace("c1", "c0") + "".join(parts))
    assert rows >= 1
    assert reading.counts["rejected"] == sum(reading.rejects_by_reason.values())
