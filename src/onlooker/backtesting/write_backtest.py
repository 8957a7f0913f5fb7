"""A backtest into a folder: backtest.json and backtest.html."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.backtesting.backtest_record import Backtest, record
from onlooker.backtesting.run_backtest import run_backtest
from onlooker.config import Settings
from onlooker.errors import UsageError


def backtest_into(out: Path, logs: Sequence[str | os.PathLike[str]], settings: Settings, **how: Any) -> Backtest:
    """Run a backtest and write it into the folder `out`, which must be new or empty. Else as `run_backtest`."""
    from onlooker.report.backtest_page import write_backtest_page

    check_out(out)
    found = run_backtest(logs, settings, **how)
    out.mkdir(parents=True, exist_ok=True)
    document = record(found)
    with write_whole(out / "backtest.json") as stream:
        json.dump(document, stream, ensure_ascii=True, indent=1, allow_nan=False)
        stream.write("\n")
    write_backtest_page(out / "backtest.html", document)
    return found


def check_out(out: Path) -> None:
    """Raise UsageError unless `out` is a new or an empty folder."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"{out} is not an empty folder: a backtest adds nothing to what is there",
            "Name a new folder with --out, or remove that one.",
        )
