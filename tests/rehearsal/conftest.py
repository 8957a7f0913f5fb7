"""A small log, counted once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backtesting.small_logs import write_log
from onlooker.engines.duck import DuckEngine

from .counted_past import Past


@pytest.fixture(scope="package")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with DuckEngine(threads=1) as engine:
        yield Past(engine, write_log(tmp_path_factory.mktemp("rehearsed") / "log.csv"))
