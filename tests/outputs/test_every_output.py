"""One battery for every file that a scan writes: a new one sits it without a line here."""

from __future__ import annotations

import csv
import grp
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.own_script import without_own_script

import onlooker
from onlooker.engines.duck import DuckEngine
from onlooker.errors import UsageError
from onlooker.outputs import Output, Results
from onlooker.outputs.own_files import refuse_foreign_files
from onlooker.scanning.outputs import FILES, OUTPUTS

from .records import HOSTILE

ROOT = Path(__file__).parents[2]
CONTRACT = {"alerts.csv", "alerts.jsonl", "rejects.csv", "report.html", "run.json", "scores.parquet"}
COLUMNS = ("timestamp", "agent_id", "customer_id", "action", "team")
LOUD = "agent00"
Row = tuple[str, ...]


def log(agents: int = 6, days: int = 3) -> list[Row]:
    """Few people who open few records, and one who opens 210 on the last day, which a hard rule raises an alert on."""
    rows = []
    for day in range(days):
        for number in range(agents):
            seen = 210 if number == 0 and day == days - 1 else 4
            at = (date(2026, 1, 5) + timedelta(day)).isoformat()
            times = (f"{at}T{9 + k // 60:02}:{k % 60:02}:00Z" for k in range(seen))
            rows += [
                (time, f"agent{number:02}", f"c{day}{number}x{k:03}", "view", f"team {number % 2}")
                for k, time in enumerate(times)
            ]
    return [*rows, ("never", LOUD, "c1", "view", "team 0"), ("2026-01-05T09:00:00Z", "", "c1", "view", "team 0")]


Scanned = Callable[[list[Row]], Results]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    """What a scan of a log found. Its time, its name and its inputs, which no two runs share, are fixed."""
    with ExitStack() as opened:

        def results(rows: list[Row]) -> Results:
            path = tmp_path_factory.mktemp("log") / "log.csv"
            with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
                csv.writer(stream).writerows([COLUMNS, *rows])
            scan = opened.enter_context(onlooker.scan(path, closed=True))
            run = replace(scan.run, id="r1", started="2026-01-09T05:00:00Z", seconds=1.0, stages={}, inputs=())
            return Results(run, scan.alerts, scan.series, scan.score_table, scan.engine, nights=14)

        yield results


@pytest.fixture(scope="module")
def ordinary(scanned: Scanned) -> Results:
    return scanned(log())


@pytest.fixture(scope="module")
def other_order(scanned: Scanned) -> Results:
    """The same lines the other way round; the lines that can't be read stay where they stood."""
    rows = log()
    return scanned([*reversed(rows[:-2]), *rows[-2:]])


@pytest.fixture(scope="module")
def renamed(scanned: Scanned) -> Results:
    return scanned([tuple(cell.replace("agent", "nurse") for cell in row) for row in log()])


@pytest.fixture(scope="module")
def alone(scanned: Scanned) -> Results:
    return scanned(log(agents=1)[:-2])


@pytest.fixture(scope="module")
def hostile(scanned: Scanned) -> Results:
    """Agents, customers and teams that are called what makes trouble in a page, a spreadsheet or a terminal."""
    tricks = [trick for name, (trick, _) in HOSTILE.items() if name not in ("nul", "surrogate", "carriage return")]
    names = {f"agent{number:02}": trick for number, trick in enumerate(tricks)}
    rows = log(agents=len(tricks))
    return scanned([(time, names.get(a, a), f"{tricks[3]}{c}", what, tricks[-2]) for time, a, c, what, _ in rows])


def written(output: Output, results: Results, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    output.write(folder / output.file, results, None)
    return folder / output.file


def content(path: Path) -> str:
    """What a reader of the file reads, but for the folder that the log lay in."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pylist())
    return re.sub(r"[\w/.-]*/log\.csv", "log.csv", path.read_text(encoding="utf-8"))


def without_ids(results: Results) -> Results:
    """With alerts called by their place: the id of an alert is made from the agent's."""
    return replace(results, alerts=[replace(alert, id=f"alert-{n}") for n, alert in enumerate(results.alerts)])


every_output = pytest.mark.parametrize("output", OUTPUTS, ids=FILES)


def test_the_log_of_this_battery_raises_an_alert_and_has_rejects(ordinary: Results) -> None:
    assert [alert.agent_id for alert in ordinary.alerts] == [LOUD]
    assert ordinary.run.counts["rejected"] == 2


def test_the_files_that_scripts_rely_on_stay_and_run_json_is_written_last() -> None:
    assert set(FILES) >= CONTRACT
    assert len(set(FILES)) == len(FILES)
    assert FILES[-1] == "run.json"


@every_output
def test_written_twice_it_is_the_same(output: Output, ordinary: Results, tmp_path: Path) -> None:
    first, second = (written(output, ordinary, tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


@every_output
def test_the_order_of_lines_does_not_matter(
    output: Output, ordinary: Results, other_order: Results, tmp_path: Path
) -> None:
    first, second = written(output, ordinary, tmp_path / "a"), written(output, other_order, tmp_path / "b")
    assert content(first) == content(second)


@every_output
def test_the_order_of_rows_in_the_engine_does_not_matter(output: Output, ordinary: Results, tmp_path: Path) -> None:
    first = written(output, ordinary, tmp_path / "a").read_bytes()
    engine = ordinary.engine
    for name in ("rejects", "visits", "agent_days"):
        turned = engine.arrow(f"SELECT * FROM {name}").to_pylist()[::-1]
        engine.take(f"turned_{name}", pa.Table.from_pylist(turned, engine.arrow(f"SELECT * FROM {name}").schema))
        engine.drop(name)
        engine.table(name, f"SELECT * FROM turned_{name}")
    assert written(output, ordinary, tmp_path / "b").read_bytes() == first


@every_output
def test_what_people_are_called_does_not_matter(
    output: Output, ordinary: Results, renamed: Results, tmp_path: Path
) -> None:
    first = content(written(output, without_ids(ordinary), tmp_path / "a"))
    second = content(written(output, without_ids(renamed), tmp_path / "b"))
    assert second.replace("nurse", "agent") == first


@every_output
def test_a_scan_that_found_nothing_leaves_a_file_that_is_known_again(
    output: Output, ordinary: Results, tmp_path: Path
) -> None:
    with DuckEngine(memory="500MB", threads=1) as engine:
        for name in ("rejects", "visits", "agent_days"):
            engine.take(name, ordinary.engine.arrow(f"SELECT * FROM {name} WHERE FALSE"))
        nothing = replace(ordinary, alerts=(), series={}, scores=ordinary.scores.slice(0, 0), engine=engine)
        assert written(output, nothing, tmp_path).exists()
    refuse_foreign_files(tmp_path, [output])


@every_output
def test_a_log_of_one_agent_is_written(output: Output, alone: Results, tmp_path: Path) -> None:
    written(output, alone, tmp_path)
    refuse_foreign_files(tmp_path, [output])


@every_output
def test_hostile_names_do_no_harm(output: Output, hostile: Results, tmp_path: Path) -> None:
    assert hostile.alerts[0].agent_id == HOSTILE["formula"][0]
    path = written(output, hostile, tmp_path)
    if path.suffix == ".parquet":
        return  # binary: whoever reads it gets the exact strings
    text = content(path)
    assert [line for line in text.split("\n") if not line.isprintable()] == []
    if path.suffix == ".html":
        assert re.findall(r"<script", without_own_script(text), re.IGNORECASE) == []
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert cells and [cell for cell in cells if re.match(r"\s*[=+@＝＋－＠]|\s*-(?![\d.]+$)", cell)] == []


@every_output
def test_it_is_its_owner_s_alone_or_a_group_s(output: Output, ordinary: Results, tmp_path: Path) -> None:
    path = written(output, ordinary, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    output.write(path, ordinary, grp.getgrgid(os.getgid()).gr_name)
    assert path.stat().st_mode & 0o777 == 0o640


@every_output
def test_it_is_written_whole_or_not_at_all(
    output: Output, ordinary: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        written(output, ordinary, tmp_path)
    assert list(tmp_path.iterdir()) == []


@every_output
def test_somebody_else_s_file_of_its_name_is_refused_and_its_own_is_not(
    output: Output, ordinary: Results, tmp_path: Path
) -> None:
    written(output, ordinary, tmp_path)
    refuse_foreign_files(tmp_path, [output])
    (tmp_path / output.file).write_text("a letter to somebody")
    with pytest.raises(UsageError, match="it is not overwritten"):
        refuse_foreign_files(tmp_path, [output])


@every_output
def test_the_page_on_formats_has_its_row_and_the_readme_its_name(output: Output) -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").split("## What a scan writes", 1)[1]
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE))
    assert re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", rows[output.file]) == output.holds
    assert f"`{output.file}`" in (ROOT / "README.md").read_text(encoding="utf-8")
