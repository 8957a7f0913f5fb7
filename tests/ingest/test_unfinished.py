"""A log that is still being written: no half line is taken in, and none is lost."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tests.ingest.figures import expected, figures, table


def test_a_last_line_without_an_end_is_left_and_read_when_it_is_whole(tmp_path: Path) -> None:
    path, text = tmp_path / "log.csv", table(10, order="txac", header="timestamp,action,agent_id,customer_id")
    cut = figures(path, text + "2026-03-02T09:00:00Z,view,ann,C1", hold_unfinished=True)
    assert cut.pairs == expected(10)
    assert "its last line has no end yet" in cut.notes
    whole = figures(path, path.read_text() + "000\n", hold_unfinished=True)
    assert whole.pairs == [*expected(10), ("ann", "C1000")]
    assert cut.reading.inputs[0].sha256 != whole.reading.inputs[0].sha256


def test_a_file_that_is_left_alone_for_an_hour_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(table(10).rstrip("\n"))
    recorded = figures(path, hold_unfinished=True).reading.inputs[0]
    os.utime(path, (time.time() - 4000,) * 2)
    later = figures(path, hold_unfinished=True)
    assert later.pairs == expected(10)
    assert recorded.bytes < later.reading.inputs[0].bytes, "else a store would take it for the file that it knows"


def test_a_json_object_that_is_whole_needs_no_line_end(tmp_path: Path) -> None:
    rows = [
        json.dumps({"timestamp": f"2026-03-02T08:00:0{n}Z", "agent_id": f"a{n % 3}", "customer_id": f"C{n}"})
        for n in range(5)
    ]
    assert figures(tmp_path / "a.jsonl", "\n".join(rows), hold_unfinished=True).pairs == expected(5)
    assert figures(tmp_path / "b.jsonl", "\n".join(rows)[:-4], hold_unfinished=True).pairs == expected(4)


def test_without_a_store_everything_is_read(tmp_path: Path) -> None:
    assert figures(tmp_path / "log.csv", table(10).rstrip("\n")).pairs == expected(10)
