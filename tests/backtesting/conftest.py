"""A small log and its honest reading, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onlooker.backtesting.honest_log import HonestLog, read_honest_log
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine

from .small_logs import write_log


@pytest.fixture(scope="session")
def small_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_log(tmp_path_factory.mktemp("backtest") / "log.csv")


@pytest.fixture(scope="session")
def honest(small_log: Path) -> Iterator[HonestLog]:
    with DuckEngine(threads=1) as engine:
        yield read_honest_log(engine, [str(small_log)], Settings(threads=1), lambda _what, _share: None)
