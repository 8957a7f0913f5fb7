"""What DuckDB reads and Spark does not is refused by Spark, with what to do; it is never read as something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from onlooker.engines.spark import SparkEngine
from onlooker.engines.spark_session import java_there
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.spark.read_on_spark import read_on_spark

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="there is no Java"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SAMPLES = Path(__file__).parents[2] / "sample_logs" / "formats"
HEADER = "timestamp,agent_id,customer_id,action\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[SparkEngine]:
    with SparkEngine("local[1]") as engine:
        yield engine


def rows(number: int, order: str = "tacx") -> str:
    cells = {"t": "2026-03-02T08:{0:02}:00Z", "a": "ada{1}", "c": "C{0}", "x": "view"}
    return "".join(",".join(cells[one] for one in order).format(n, n % 3) + "\n" for n in range(number))


@pytest.mark.parametrize(
    "sample", ["okta_system_log.events.jsonl", "microsoft_365_audit.export.csv", "servicenow.sys_audit.csv"]
)
def test_a_known_product_is_refused_by_name(engine: SparkEngine, sample: str) -> None:
    with pytest.raises(UnusableInput, match="which is not read as such on Spark") as caught:
        read_on_spark(engine, [SAMPLES / sample])
    assert "--engine duckdb" in caught.value.hint


def test_several_customers_in_a_line_are_refused(engine: SparkEngine, tmp_path: Path) -> None:
    lines = [json.dumps({"ts": "2026-03-02T08:00:00Z", "agent": "ada", "customer": ["C1", f"C{n}"]}) for n in range(9)]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))
    (tmp_path / "parted.csv").write_text(HEADER + rows(30).replace(",C", ",C0;C"))
    for name in ("list.jsonl", "parted.csv"):
        with pytest.raises(UnusableInput, match="several customers in one value"):
            read_on_spark(engine, [tmp_path / name])


def test_a_header_further_down_in_another_order_is_refused_and_a_repeated_one_is_a_reject(
    engine: SparkEngine, tmp_path: Path
) -> None:
    (tmp_path / "other.csv").write_text(
        HEADER + rows(30) + "timestamp,customer_id,agent_id,action\n" + rows(30, "tcax")
    )
    with pytest.raises(UnusableInput, match="a header further down"):
        read_on_spark(engine, [tmp_path / "other.csv"])
    (tmp_path / "again.csv").write_text(HEADER + rows(30) + HEADER)
    assert read_on_spark(engine, [tmp_path / "again.csv"]).counts["rejected"] == 1


def test_files_that_spark_would_not_open_as_they_are_are_refused(engine: SparkEngine, tmp_path: Path) -> None:
    (tmp_path / "twin.csv").write_text("timestamp,agent_id,agent_id,customer_id\n" + rows(30, "taac"))
    (tmp_path / "titled.csv").write_text("Export of March\n" + HEADER + rows(30))
    for name, why in (("twin.csv", "two columns named agent_id"), ("titled.csv", "not written as Spark reads it")):
        with pytest.raises(UnusableInput, match=why):
            read_on_spark(engine, [tmp_path / name])


def test_a_path_and_a_list_of_lines_are_refused(engine: SparkEngine, tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(HEADER + rows(30))
    with pytest.raises(UsageError, match="has no column action~"):
        read_on_spark(engine, [tmp_path / "log.csv"], columns={"customer_id": "action~/{customer_id}"})


def test_dates_without_a_clock_are_told(engine: SparkEngine, tmp_path: Path) -> None:
    dates = "".join(f"2026-03-{n % 9 + 1:02},ada{n % 3},C{n},view\n" for n in range(30))
    (tmp_path / "log.csv").write_text(HEADER + dates)
    reading = read_on_spark(engine, [tmp_path / "log.csv"])
    assert reading.dates_only and any("dates without a clock" in note for note in reading.notes)
