"""Processes that judge run nothing of the program that calls, and one that is ended from outside is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onlooker.backtesting import judging_pool
from onlooker.errors import OnlookerError

SCRIPT = """
import sys
import onlooker
print("begun")
found = onlooker.backtest(sys.argv[1], campaigns=["loud"], tries=12, threads=2)
print(len(found.tries), found.record()["campaigns"][0]["name"], len(found.table))
"""


@pytest.mark.full
def test_a_program_without_a_guard_calls_a_backtest_once(small_log: Path) -> None:
    arguments = [sys.executable, "-", str(small_log)]
    done = subprocess.run(arguments, input=SCRIPT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["begun", "12 loud 4"]


def _dies(*_: object) -> None:
    os._exit(9)


def test_a_process_that_is_ended_from_outside_is_an_error_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging_pool, "_judge", _dies)
    work = [(object(), ())] * 6
    with pytest.raises(OnlookerError, match="ended from outside") as told:
        list(judging_pool.judge_all(object(), None, work, 6, 2))  # type: ignore[arg-type]
    assert "threads = 1" in told.value.hint
