"""One nasty file, read here and on Spark: each line that is rejected is rejected by both, for the same reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.engines.cluster import SMALL

from onlooker.engines.duck import DuckEngine
from onlooker.engines.spark import SparkEngine
from onlooker.engines.spark_session import java_there
from onlooker.ingest import read_logs
from onlooker.ingest.spark.read_on_spark import read_on_spark

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
GOOD = "2024-03-05T10:00:00Z"
REJECTED = {
    ("", "ann", "c1", "view"): "no timestamp",
    ("NULL", "ann", "c1", "view"): "no timestamp",
    ("yesterday", "ann", "c1", "view"): "timestamp not understood",
    ("2024-02-30T10:00:00Z", "ann", "c1", "view"): "timestamp not understood",
    ("03/04/2024 10:00", "ann", "c1", "view"): "ambiguous date: day or month first?",
    ("1.7E+12", "ann", "c1", "view"): "timestamp rounded, as a spreadsheet does",
    ("2024-03-05T10:00:00+19:00", "ann", "c1", "view"): "offset from UTC beyond -12:00 or +14:00",
    ("1700000", "ann", "c1", "view"): "timestamp in 1970: is the unit wrong?",
    ("1985-03-05T10:00:00Z", "ann", "c1", "view"): "timestamp before 1990",
    ("2199-03-05T10:00:00Z", "ann", "c1", "view"): "timestamp in the future",
    (GOOD, "", "c1", "view"): "no agent",
    (GOOD, " (null) ", "c1", "view"): "no agent",
    (GOOD, "N/A", "c1", "view"): "no agent",
    (GOOD, "ann", "", "view"): "no customer",
    (GOOD, "ann", "\u200b", "edit"): "no customer",
    (GOOD, "ann", "none", "view"): "no customer",
    (GOOD, "1.23E+11", "c1", "view"): "agent id rounded, as a spreadsheet does",
    (GOOD, "ann", "4E+15", "view"): "customer id rounded, as a spreadsheet does",
    (GOOD, "a" * 1001, "c1", "view"): "agent id longer than 1,000 characters",
    (GOOD, "ann", "c" * 1001, "view"): "customer id longer than 1,000 characters",
}
"""Line -> why it is no event."""
TAKEN = [
    ("2024-03-05 10:00:00", "bob", "c1", "view"),
    ("1709632800000", "bob", "c2", "view"),
    ("1709632800", "bob", "c3", "view"),
    ("5/Mar/2024:10:00:00 +0100", "bob", "c4", "view"),
    ("2024-03-05T10:00:00.123456+05:30", "bob", "c5", "view"),
    ("20240305T100000Z", "bob", "c6", "view"),
    ("2024-03-05 10:00:00 PM", "bob", "c7", "view"),
    ("2024/3/5 10:00 PM", "bob", "c7", "edit"),
    ("2024-06-30T23:59:60Z", "bob", "c8", "view"),
    ("Tue, 05 Mar 2024 10:00:00 GMT", "bob", "c9", "view"),
    (GOOD, "\u2009bob\u00ad", "c\u00a010", "view"),
    (GOOD, "bob", "", "search"),
    (GOOD, "bob", "'; DROP TABLE events; --", "record_deleted_permanently"),
    (GOOD, "bob", "c12", "customerRecordViewed"),
    (GOOD, "bob", "c13", "frobnicate"),
]
"""Lines that look as if they could not be read, and can."""
ORDER = "ORDER BY us, agent_id, customer_id NULLS FIRST, action"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    with SparkEngine("local[2]", options=SMALL) as engine:
        yield engine


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    ordinary = [(f"2024-03-04T{9 + n // 60:02}:{n % 60:02}:00Z", f"a{n % 7}", f"c{n % 50}", "view") for n in range(300)]
    path = tmp_path / "nasty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("timestamp", "agent_id", "customer_id", "action"), *ordinary, *REJECTED, *TAKEN])
    return path


def test_each_rejected_line_has_the_same_reason_on_both_engines(spark: SparkEngine, nasty: Path) -> None:
    reasons = "SELECT text, reason FROM rejects ORDER BY text, reason"
    expected = sorted((",".join(line)[:200], reason) for line, reason in REJECTED.items())
    with DuckEngine(threads=1) as duck:
        here, there = read_logs(duck, [nasty]), read_on_spark(spark, [nasty])
        assert [(text.replace('"', ""), reason) for text, reason in duck.rows(reasons)] == expected
        assert spark.rows(reasons) == expected
        assert here.rejects_by_reason == there.rejects_by_reason
        assert duck.rows(f"SELECT * FROM events {ORDER}") == spark.rows(f"SELECT * FROM events {ORDER}")
    assert here.counts["events"] == 300 + len(TAKEN)
