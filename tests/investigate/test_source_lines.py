"""The lines of a night, read again from inputs that are still what they were."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

import onlooker
from onlooker.investigate.source_lines import matching, opened, times_of
from onlooker.schema.days import day_of
from onlooker.store import Store

MORNING = 20_500 * 86_400_000_000 + (8 * 3600 + 5 * 60 + 9) * 1_000_000
HOUR = 3_600_000_000


@pytest.mark.parametrize("text", ["2026-02-16T08:05:09Z", "16.02.2026 09:05:09", "02/16/2026 9:05:09 AM",
                                  str(MORNING // 1_000_000), str(MORNING // 1000)])  # fmt: skip
def test_a_line_is_known_by_agent_customer_and_time_however_it_is_written(text: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"time,agent,customer\n{text},sam,C1\n{text},sam,C2\n{text},kim,C1\n07:00:00,sam,C1\n")
    (line,) = matching(path, "sam", times_of([("C1", MORNING)], HOUR))
    assert (line.line, line.text) == (2, f"{text},sam,C1")


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_compressed_files_are_read_and_bad_bytes_stop_nothing(ending: str, tmp_path: Path) -> None:
    import zstandard

    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[ending]
    path = tmp_path / f"log.csv{ending}"
    path.write_bytes(pack("a\nü\n".encode() + b"\xff\n"))
    with opened(path) as stream:
        assert [line.rstrip() for line in stream] == ["a", "ü", "\ufffd"]


def test_explain_shows_all_lines_of_the_night_and_says_which_inputs_it_could_not_read(scanned, tmp_path) -> None:
    with Store.open(scanned.lasting) as store:
        (one, *_) = store.alerts()
        (path,) = (name for name, _ in store.inputs_of(day_of(one.record["date"])) if "access" in name)
    night = onlooker.explain(one.agent_id, scanned.lasting, one.record["date"], lines=True)
    log = scanned.log
    mine = log[(log.agent_id == one.agent_id) & (log.timestamp.str[:10] == night.date) & log.customer_id.notna()]
    assert [line.line for line in night.source_lines] == [place + 2 for place in mine.index]
    assert night.lines_missing == ()
    kept = shutil.copy2(path, tmp_path / "kept")
    Path(path).write_text("something else\n")
    changed = onlooker.explain(one.agent_id, scanned.lasting, one.record["date"], lines=True)
    assert changed.source_lines == ()
    assert changed.lines_missing == (f"{path}: is not as it was when it was taken in.",)
    shutil.copy2(kept, path)
