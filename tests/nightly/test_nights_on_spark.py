"""Nights on Spark leave what nights on DuckDB leave, to the last row, also where the two take turns on one store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.engines.cluster import INTERPRETED
from tests.engines.logs import write_awkward_nights, write_rows
from tests.engines.parity import alike, shared

from onlooker.cases import CaseDesk
from onlooker.cli.scan_command import ended
from onlooker.engines.spark import SparkEngine
from onlooker.engines.spark_session import java_there
from onlooker.errors import EngineError, StoreBusy, UsageError
from onlooker.nightly import scan_into
from onlooker.schema.days import EPOCH
from onlooker.store import Store
from onlooker.store.faults import StoreMissing

from .conftest import BEFORE
from .organisation import SETTINGS, doubled, log, same_store, settled, write

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
TOLD = (
    "notes",
    "lost_lines",
    "doubts",
    "counts",
    "vouched",
    "suppressed",
    "first_date",
    "last_date",
    "mapping",
    "last_night",
)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    with SparkEngine("local[2]", options=INTERPRETED) as engine:
        yield engine


@dataclass
class Both:
    """Two stores that are given the same nights: one on DuckDB, and `spark`, or `turns` of both."""

    place: Path
    spark: SparkEngine
    other: str = "spark"
    settings: Any = SETTINGS
    nights: int = 0
    statuses: list[int] = field(default_factory=list)

    def night(self, *files: Path, **how: bool) -> None:
        """One night on each: the stores are the same, and so is what is said, and the exit status."""
        self.nights += 1
        told = []
        for name in ("duck", self.other):
            sparks = name == "spark" or (name == "turns" and self.nights % 2)
            settings = self.settings.model_copy(update={"engine": "spark" if sparks else "duckdb"})
            session = self.spark.session if sparks else None
            with scan_into(self.place / name, files, settings, session=session, **how) as done:
                said = {one: getattr(done.run, one) for one in TOLD} | {"status": ended(done, None)}
                said["rejects"] = shared(done.run.rejects_by_reason)
                said["inputs"] = sorted((one.path, one.sha256, one.rows, one.rejected) for one in done.run.inputs)
                told.append((said, [alert.record() for alert in done.alerts]))
        for ours, theirs, what in zip(*told, ("run", "alerts"), strict=True):
            alike(ours, theirs, what)
        self.statuses.append(told[0][0]["status"])
        self.are_the_same()

    def are_the_same(self) -> None:
        same_store(self.place / "duck", self.place / self.other)

    def each(self, do: Callable[[Store], object], mode: Any = "write") -> None:
        for name in ("duck", self.other):
            with Store.open(self.place / name, mode) as store:
                do(store)
        self.are_the_same()


@pytest.mark.soak
def test_nights_over_a_change_of_the_clock_with_nulls_ties_and_late_lines(spark: SparkEngine, tmp_path: Path) -> None:
    """The clock of Paris is put forward on 31 March, before whose end the second run's lines begin."""
    files = write_awkward_nights(tmp_path)
    for file in files:
        settled(file)
    late = write_rows(tmp_path / "late.csv", [
        ("2024-03-29T10:00:00Z", "agent 3", "late 1", "view", "", "", "", "", "", ""),
        ("2024-03-29T10:00:00Z", "agent 3", "late 2", "edit", "T7", "blue", "", "", "", ""),
        ("2024-03-06T10:00:00Z", "agent 4", "too late", "view", "", "", "", "", "", ""),
        *[(f"not a time {n}", "agent 4", "rejected", "view", "", "", "", "", "", "") for n in range(25)],
        ("2024-03-30T10:00:00Z", "", "said by nobody", "view", "agent 5", "", "", "", "", ""),
    ])  # fmt: skip
    settled(late)
    settings = SETTINGS.model_copy(update={"tz": "Europe/Paris"})
    both = Both(tmp_path, spark, settings=settings)
    both.night(*files[:30])
    both.night(*files[30:32], late)
    with Store.open(tmp_path / "spark") as store:
        assert len(store.nights()) >= 31
        assert store.span("visits") == store.span("agent_days")
        ((columns,),) = store.db.execute("SELECT count(DISTINCT columns) FROM files WHERE tbl = 'visits'").fetchall()
    assert columns == 1


def on_spark(store: Path, files: Sequence[Path], spark: SparkEngine, **how: Any) -> None:
    scan_into(store, files, SETTINGS.model_copy(update={"engine": "spark"}), session=spark.session, **how).close()


def test_a_folder_that_vanishes_in_the_middle_of_a_night_leaves_no_half_night(
    store: Path, files: list[Path], spark: SparkEngine
) -> None:
    away = store.with_name("away")

    def unmount(what: str, _share: float) -> None:
        if what == "visits" and store.exists():
            store.rename(away)

    with Store.open(store) as opened:
        nights = opened.nights()
    with pytest.raises(StoreMissing, match="is gone; no night was committed") as caught:
        on_spark(store, [files[BEFORE]], spark, progress=unmount)
    assert "mounted" in caught.value.hint
    shutil.rmtree(store, ignore_errors=True)
    away.rename(store)
    with Store.open(store, "write") as opened:
        assert (opened.verify(), opened.nights()) == ((), nights)
    assert not list(store.glob("spark/*"))


def test_a_second_run_and_a_folder_that_workers_do_not_see_are_told(
    store: Path, files: list[Path], spark: SparkEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(store, "write"), pytest.raises(StoreBusy):
        on_spark(store, [files[BEFORE]], spark)
    with pytest.raises(UsageError, match="checksum"):
        on_spark(store, [], spark, tables=["lake.views"])
    monkeypatch.setattr("onlooker.engines.spark_files.target_of", lambda _place: f"file://{tmp_path}/of-a-worker")
    with pytest.raises(EngineError, match="not the same folder for Spark's workers") as caught:
        on_spark(store, [files[BEFORE]], spark)
    assert "under the same path" in caught.value.hint
    with Store.open(store) as opened:
        assert opened.verify() == ()
        assert opened.runs()[0].outcome == "failed"


def test_without_java_no_store_is_begun(files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="Java"):
        scan_into(tmp_path / "store", files[:1], SETTINGS.model_copy(update={"engine": "spark"}))
    assert not (tmp_path / "store").exists()


@pytest.mark.soak
@pytest.mark.parametrize("other", ["turns", "spark"])
def test_twenty_nights_with_all_that_happens_to_a_store(
    other: str, spark: SparkEngine, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(tmp_path, spark, other)
    lines = log()
    held = [line for line in lines if line.at.day == 12 and line.at.minute % 7 == 0]
    punctual = [line for line in lines if line.at.day == 12 and line.at.minute % 7]
    parts = {
        8: write(tmp_path / "late.csv", held[::2]),  # two nights late: judged again
        16: write(tmp_path / "too-late.csv", held[1::2]),  # a week late: counted as past
    }
    both.night(*files[:5])
    for number, file in enumerate(files[5:], 5):
        given = write(tmp_path / file.name, punctual) if number == 10 else file
        if number == 17:
            for module in ("rescoring", "scoring_states"):
                monkeypatch.setattr(f"onlooker.nightly.{module}.SCORING_VERSION", 98)
        late = [parts[number - 2]] if number - 2 in parts else []
        both.night(given, *late, closed=number == len(files) - 1, accept_scoring=number == 17)
        if step := STEPS.get(number):
            step(both, files)
    both.each(no_faults)
    assert both.nights >= 20
    with Store.open(tmp_path / other) as store:
        kept = store.db.execute("SELECT tbl, count(DISTINCT columns) FROM files WHERE columns <> '' GROUP BY tbl")
        assert {table: columns for table, columns in kept if columns > 1} == {}


def decided(both: Both, _files: list[Path]) -> None:
    """One case is confirmed, another is benign; the days after it are explained, and one team is suppressed."""

    def decide(store: Store) -> None:
        last = EPOCH + timedelta(days=store.nights()[-1].day)
        desk = CaseDesk(store, today=last)
        cases = desk.cases("open")
        assert cases
        for case, verdict in zip(cases, ("confirmed", "benign", "confirmed"), strict=False):
            terms = {} if verdict == "confirmed" else {"until": str(last + timedelta(days=30))}
            desk.close(case.id, verdict, "ana", "project Northwind", **terms)

    both.each(decide, "decide")


def replayed(both: Both, files: list[Path]) -> None:
    both.night(*files[3:8], *doubled(files[6:8], both.place / "again"))


def erased(both: Both, _files: list[Path]) -> None:
    def erase(store: Store) -> None:
        engine = both.spark
        ((customer,),) = engine.rows(
            f"SELECT customer_id FROM {store.select('visits')} GROUP BY customer_id ORDER BY count(*) DESC, 1 LIMIT 1"
        )
        assert store.forget("customer", customer, "ana", "she asked").rows
        assert not engine.rows(f"SELECT 1 FROM {store.select('visits')} WHERE customer_id = '{customer}'")

    both.each(erase)


def pruned(both: Both, _files: list[Path]) -> None:
    both.each(lambda store: store.prune(store.nights()[-1].day, "ana", {"events": 6}))


def no_faults(store: Store) -> None:
    assert store.verify() == ()


STEPS = {9: decided, 12: replayed, 14: erased, 18: pruned}
