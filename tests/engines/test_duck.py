"""The embedded engine: its answers, its errors for people, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.engines.scratch import Scratch, sweep
from onlooker.errors import EngineError


def test_tables_and_views_are_replaced_and_dropped() -> None:
    with DuckEngine(threads=1) as engine:
        engine.table("noun", "SELECT 1 AS a")
        engine.table("noun", "SELECT 2 AS a, 'x' AS b")
        engine.view("seen", "SELECT b, a FROM noun")
        assert engine.columns("seen") == ("b", "a")
        assert engine.rows("SELECT * FROM seen") == [("x", 2)]
        engine.drop("seen")
        engine.drop("noun")
        engine.drop("noun")
        with pytest.raises(EngineError, match="noun"):
            engine.rows("SELECT * FROM noun")


def test_a_table_on_disk_is_read_added_to_copied_out_and_replaced(tmp_path: Path) -> None:
    place = tmp_path / "the user's"
    place.mkdir()
    with DuckEngine(threads=1, folder=place) as engine:
        engine.add_on_disk("noun", "SELECT 1 AS a, 'x' AS b, NULL::INTEGER AS c")
        engine.write_parquet("noun", tmp_path / "first.parquet")
        engine.add_on_disk("noun", "SELECT 2 AS a, 'y' AS b, 3 AS c")
        engine.write_parquet("noun", tmp_path / "both.parquet")
        for number, write in enumerate(engine.parquet_writers("noun")):
            write(tmp_path / f"file{number}.parquet")
        assert engine.rows("SELECT * FROM noun ORDER BY a") == [(1, "x", None), (2, "y", 3)]
        engine.table("noun", "SELECT a + 1 AS a FROM noun WHERE a = 2")
        assert engine.rows("SELECT * FROM noun") == [(3,)]
        engine.add_on_disk("other", "SELECT * FROM noun")
        engine.drop("other")
        assert not list(engine.folder.glob("*.parquet"))
        for file, rows in ("first", [(1,)]), ("both", [(1,), (2,)]), ("file0", [(1,)]), ("file1", [(2,)]):
            assert engine.rows(f"SELECT a FROM read_parquet('{tmp_path / file}.parquet') ORDER BY a") == rows


def test_what_would_not_fit_into_memory_is_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    select = "SELECT day, customer, count(*) AS n FROM seen WHERE {days} GROUP BY day, customer"
    place = tmp_path / "[their] b=1"
    place.mkdir()
    with DuckEngine(threads=1, folder=place) as engine:
        engine.table("seen", "SELECT i // 90 AS day, i * 7 % 50 AS customer FROM range(900) t(i)")
        engine.table_by_days("whole", select, "seen", "customer")
        assert engine.parts("whole") == ("whole",)
        monkeypatch.setattr("onlooker.engines.duck.ROW_BYTES", 3.5 * engine._memory_bytes() / 900)
        monkeypatch.setattr("onlooker.engines.day_spans.TOGETHER", 200)
        engine.table_by_days("apart", select, "seen", "customer")
        parts = engine.parts("apart")
        assert len(parts) == 4
        ordered = "ORDER BY day, customer"
        assert engine.rows(f"SELECT * FROM apart {ordered}") == engine.rows(f"SELECT * FROM whole {ordered}")
        customers = [set(engine.rows(f"SELECT DISTINCT customer FROM {part}")) for part in parts]
        assert sum(map(len, customers)) == len(set.union(*customers)) == 50
        engine.drop("apart")
        assert not list(engine.folder.rglob("*.parquet"))
        assert engine.parts("apart") == ("apart",)
        engine.table_by_days("apart", select.replace("{days}", "{days} AND customer > 99"), "seen", "customer")
        assert engine.parts("apart") == ("apart",)
        assert engine.columns("apart") == ("day", "customer", "n") and not engine.rows("SELECT * FROM apart")


@pytest.mark.parametrize("order", ["day", "customer"])
def test_days_are_grouped_in_parts_only_where_rows_come_in_the_order_of_time(
    monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr("onlooker.engines.day_spans.TOGETHER", 100)
    rows = "SELECT i // 90 - 3 AS day, i * 7 % 90 AS customer FROM range(900) t(i)"
    with DuckEngine(threads=1) as engine:
        engine.table("seen", f"{rows} ORDER BY {order}")
        statements: list[str] = []
        run = engine._run
        monkeypatch.setattr(engine, "_run", lambda sql, *more: [statements.append(sql), *run(sql, *more)][1:])
        engine.table_by_days("counts", "SELECT day, count(*) AS n FROM seen WHERE {days} GROUP BY day", "seen")
        parts = [statement for statement in statements if statement.startswith("INSERT")]
        assert len(parts) == (4 if order == "day" else 0)
        assert engine.rows("SELECT * FROM counts ORDER BY day") == [(day, 90) for day in range(-3, 7)]


def test_days_of_a_table_without_rows_are_grouped_too() -> None:
    with DuckEngine(threads=1) as engine:
        engine.table("seen", "SELECT 1 AS day LIMIT 0")
        engine.table_by_days("counts", "SELECT day, count(*) AS n FROM seen WHERE {days} GROUP BY day", "seen")
        assert engine.rows("SELECT * FROM counts") == []


def test_arrays_are_masked_where_there_are_nulls() -> None:
    with DuckEngine(threads=1) as engine:
        arrays = engine.arrays("SELECT * FROM (VALUES (1, 'a'), (NULL, 'b')) AS v(n, s) ORDER BY s")
        assert arrays["n"].tolist() == [1, None]
        assert arrays["s"].tolist() == ["a", "b"]
        assert engine.arrow("SELECT 1 AS n").to_pydict() == {"n": [1]}


def test_an_error_is_one_line_for_people() -> None:
    with DuckEngine(threads=1) as engine:
        with pytest.raises(EngineError) as caught:
            engine.rows("SELECT nothing FROM nowhere")
        assert "nowhere" in caught.value.message
        assert "\n" not in caught.value.message


def test_the_days_and_hours_do_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    with DuckEngine(threads=1) as engine:
        ((day,),) = engine.rows("SELECT CAST(CAST(to_timestamp(0) AS DATE) AS VARCHAR)")
        assert day == "1970-01-01"


def test_spark_names_are_known() -> None:
    with DuckEngine(threads=1) as engine:
        hours = "SELECT bit_count(bit_or(shiftleft(1, h))) FROM (VALUES (0), (23), (23)) AS v(h)"
        assert engine.rows(hours) == [(2,)]


def test_memory_is_a_limit_and_the_error_says_how_to_raise_it(tmp_path: Path) -> None:
    with DuckEngine(memory="40MB", threads=1, folder=tmp_path) as engine:
        with pytest.raises(EngineError) as caught:
            engine.rows("SELECT length(string_agg(CAST(i AS VARCHAR), ',')) FROM range(20000000) t(i)")
        assert "--memory" in caught.value.hint


def test_what_does_not_fit_goes_to_the_folder_and_is_removed(tmp_path: Path) -> None:
    with DuckEngine(memory="60MB", threads=1, folder=tmp_path) as engine:
        engine.table("big", "SELECT i, i * 7919 AS j, 'text ' || i AS s FROM range(3000000) t(i)")
        assert engine.rows("SELECT count(*), max(i) FROM big") == [(3_000_000, 2_999_999)]
        assert any((engine.folder / "spill").iterdir())
        assert engine.folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_memory_can_be_lent_out_for_a_while() -> None:
    with DuckEngine(memory="400MB", threads=1) as engine:
        engine.table("big", "SELECT i, 'text ' || i AS s FROM range(2000000) t(i)")
        usual = engine.rows("SELECT current_setting('memory_limit')")
        with engine.lean("50MB"):
            ((used,),) = engine.rows("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")
            assert used < 50e6
            assert engine.rows("SELECT count(*), max(i) FROM big") == [(2_000_000, 1_999_999)]
        assert engine.rows("SELECT current_setting('memory_limit')") == usual


def test_the_folder_of_a_killed_run_is_removed_by_the_next_one(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from onlooker.engines.duck import DuckEngine\n"
        "engine = DuckEngine(threads=1, folder=Path(sys.argv[1])); print(engine.folder, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        assert folder.is_dir()
        with DuckEngine(threads=1, folder=tmp_path):
            assert folder.is_dir(), "a folder in use was removed"
        os.kill(process.pid, signal.SIGKILL)
    assert folder.is_dir()
    with DuckEngine(threads=1, folder=tmp_path) as engine:
        assert [engine.folder] == list(tmp_path.iterdir())


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "onlooker-report").mkdir()
    (tmp_path / "onlooker-report" / "page.html").write_text("kept")
    mine = Scratch(tmp_path)
    assert sweep(tmp_path) == []
    mine.close()
    assert [path.name for path in tmp_path.iterdir()] == ["onlooker-report"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        DuckEngine(folder=tmp_path / "nowhere")
