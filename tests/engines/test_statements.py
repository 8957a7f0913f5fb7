"""Every statement has a stage and a name, can be written down, and is named by errors."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.engines.statements import FileLists, handed_over
from onlooker.errors import EngineError, UsageError
from onlooker.scoring.read_panel import recognise_actors


def written(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted(folder.glob("*.sql"))}


def test_statements_are_written_with_number_stage_and_name_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "below" / "sql"
    with DuckEngine(threads=1) as engine:
        engine.table(
            "agent_days", "SELECT 'ann' AS agent_id, 1 AS day, 24 AS hours, CAST(NULL AS VARCHAR) AS actor_type"
        )
        monkeypatch.setenv("ONLOOKER_SQL", str(folder))
        recognise_actors(engine)
    files = written(folder)
    assert list(files) == [
        "0001-scoring.actor_days.sql", "0002-scoring.read_panel.recognise_actors.sql",
        "0003-scoring.actor_days.sql", "0004-scoring.read_panel.recognise_actors.sql",
    ]  # fmt: skip
    assert files["0003-scoring.actor_days.sql"].startswith("CREATE OR REPLACE TABLE actor_days AS")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_later_run_adds_to_the_folder_and_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0041-visits.visit_marks.sql").write_text("SELECT 1")
    monkeypatch.setenv("ONLOOKER_SQL", str(tmp_path))
    handed_over("SELECT 2")
    first, second = written(tmp_path).items()
    assert first == ("0041-visits.visit_marks.sql", "SELECT 1")
    assert second[0].startswith("0042-caller.") and second[1] == "SELECT 2\n"


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ONLOOKER_SQL", str(tmp_path / "file"))
    with pytest.raises(UsageError, match="ONLOOKER_SQL="):
        handed_over("SELECT 2")


def test_an_error_names_stage_and_table_and_keeps_the_engines_own_words() -> None:
    with DuckEngine(threads=1) as engine:
        engine.table("agent_days", "SELECT 1 AS hours, 1 AS day, 'ann' AS agent")
        with pytest.raises(EngineError, match=re.escape("DuckDB (stage scoring, query read_panel.recognise_actors): ")):
            recognise_actors(engine)
        with pytest.raises(EngineError) as caught:
            engine.table("noun", "SELECT missing FROM agent_days")
    assert ", table noun): Binder Error" in caught.value.message
    assert caught.value.said.startswith("Binder Error")


def test_long_lists_of_files_are_set_aside_and_what_only_looks_like_one_is_not(tmp_path: Path) -> None:
    files = [tmp_path / f"it's day {day}.parquet" for day in range(20)]
    with DuckEngine(threads=1) as engine:
        engine.table("noun", "SELECT 1 AS day")
        for file in files:
            engine.write_parquet("noun", file)
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        reader = f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
        engine.view("all_of_them", reader)
        assert engine.rows("SELECT count(*) FROM all_of_them") == [(20,)]
        assert len(engine.rows("SELECT sql FROM duckdb_views() WHERE view_name = 'all_of_them'")[0][0]) < 200
        hostile = "'" + reader.replace("'", "''") + "'"
        assert engine.rows(f"SELECT {hostile}") == [(reader,)]
    short, lists = FileLists().apart(reader)
    assert lists == {"files_1": [str(file) for file in files]}
    assert short == "SELECT * FROM read_parquet(getvariable('files_1'), hive_partitioning = false)"
