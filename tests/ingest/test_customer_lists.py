"""Several customers in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput
from onlooker.ingest import read_logs


def test_a_json_list_is_an_event_for_each_customer(tmp_path: Path) -> None:
    lists: list[object] = [["C1", "C2"], ["C3"], [], "C4", [5, 6]]
    rows = [
        {"ts": 1_772_438_866 + n, "agent": "ada", "customer": one, "event_id": f"e{n}"} for n, one in enumerate(lists)
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.jsonl"])
        found = engine.rows("SELECT customer_id FROM events ORDER BY customer_id")
    assert [customer for (customer,) in found] == ["5", "6", "C1", "C2", "C3", "C4"]
    assert reading.rejects_by_reason == {"no customer": 1}
    counts = reading.counts
    assert counts["lines"] == counts["events"] + counts["rejected"] + counts["duplicates"] == 7


def test_a_json_list_in_a_cell_of_csv_is_one_too(tmp_path: Path) -> None:
    rows = "".join(f'{1_772_438_866 + n},ada,"[""C{n}"", ""D{n}""]"\n' for n in range(5))
    (tmp_path / "log.csv").write_text("ts,agent,customer\n" + rows)
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
    assert (reading.counts["events"], reading.counts["customers"], reading.counts["lines"]) == (10, 10, 10)


@pytest.mark.parametrize("sign", [";", "|"])
def test_other_lists_are_refused(tmp_path: Path, sign: str) -> None:
    rows = "".join(f"{1_772_438_866 + n},ada,C{n}{sign}D{n}\n" for n in range(5))
    (tmp_path / "log.csv").write_text("ts,agent,customer\n" + rows)
    with DuckEngine() as engine, pytest.raises(UnusableInput, match=r"several customers in one value \(5\)"):
        read_logs(engine, [tmp_path / "log.csv"])
