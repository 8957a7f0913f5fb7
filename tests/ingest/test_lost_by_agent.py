"""Lines that did not count, by agent."""

from __future__ import annotations

from pathlib import Path

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import Reading, read_logs

HEADER = "event_id,timestamp,agent_id,customer_id,action\n"


def read(path: Path, text: str) -> tuple[Reading, list[tuple[object, ...]]]:
    path.write_text(HEADER + text)
    with DuckEngine() as engine:
        reading = read_logs(engine, [path])
        return reading, engine.rows("SELECT * FROM lost_lines ORDER BY agent_id")


def line(n: int, agent: str, stamp: str = "2026-03-02T10:00:00Z") -> str:
    return f"e{n},{stamp},{agent},c{n % 50},view\n"


def test_an_agent_much_of_whose_lines_was_rejected_is_told_by_name(tmp_path: Path) -> None:
    good = "".join(line(n, "ada") for n in range(100)) + "".join(line(n, "bo") for n in range(100, 140))
    spoilt = "".join(line(n, "bo", "soon") for n in range(200, 230)) + line(300, "ada", "soon")
    torn = "".join(f'"e{n},2026-03-02,bo,c{n}\n' for n in range(400, 403))
    reading, table = read(tmp_path / "log.csv", good + spoilt + torn)
    assert table == [("ada", 1, 0, 100), ("bo", 33, 0, 40)]
    assert [note for note in reading.notes if note.startswith("Of ")] == [
        "Of 73 lines of bo, 33 were rejected and 0 have the event_id of an earlier line that says something else."
    ]


def test_lines_that_vanish_as_repeats_of_an_event_id_are_told_by_name(tmp_path: Path) -> None:
    good = "".join(line(n, "ada") for n in range(100))
    hidden = "".join(line(n, "bo", "2026-03-02T11:00:00Z") for n in range(30))
    reading, table = read(tmp_path / "log.csv", good + hidden + line(500, "bo"))
    assert table == [("bo", 0, 30, 1)]
    assert any(note.startswith("Of 31 lines of bo, 0 were rejected and 30 have the event_id") for note in reading.notes)


def test_an_ordinary_log_loses_nothing(tmp_path: Path) -> None:
    reading, table = read(tmp_path / "log.csv", "".join(line(n, "ada") for n in range(100)))
    assert table == []
    assert reading.lost_lines == ()
