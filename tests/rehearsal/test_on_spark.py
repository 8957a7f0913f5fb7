"""A rehearsal whose past lies on Spark: only small parts of it come here, and it says what DuckDB's says."""

from __future__ import annotations

import pytest

from onlooker.engines.spark import SparkEngine
from onlooker.rehearsal import PastTables, first_of, rehearse

from .counted_past import AGE, Past


@pytest.mark.soak
def test_the_past_may_lie_on_spark(past: Past) -> None:
    day = past.first + AGE
    with SparkEngine("local[2]") as spark:
        for table in ("agent_days", "visits"):
            spark.take(table, past.engine.arrow(f"SELECT * FROM {table}"))
        there = PastTables(spark, "agent_days", "visits", first_of(past.first, day), day)
        found = rehearse(there, past.signals, {})
    assert dict(found.factors) == pytest.approx(dict(past.rehearsed().factors), abs=1e-6)
